"""Forty replies at once, letters to many exactly once, cold replies, two of one house: what a rush may not break."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.accounts.queries import actor_of
from koinon.kit import jobs
from koinon.kit.models import Statement, Work
from koinon.kit.verbs import Refused
from koinon.matching.actions import replies
from koinon.matching.clock import thanks as job
from koinon.matching.models import Listing, Reply
from koinon.matching.queries import thanks
from koinon.matching.queries.calls import is_cold
from tests import factories

SAID = {"brings": "Two trainers for a day.", "language": "en"}


def deputy(organisation):
    person = factories.person(acting_for=organisation.pk)
    factories.mandate(organisation=organisation, person=person, role="deputy")
    return person


def at_once(people, act):
    """Every person does `act` at the same moment, each in a thread with a connection of its own; what each was told."""
    gate, said = threading.Barrier(len(people)), []

    def rush(person):
        by = actor_of(person=person)
        gate.wait(30)
        try:
            act(by, person)
            said.append("done")
        except IntegrityError as problem:
            said.append(problem.__cause__.diag.constraint_name)
        except ValidationError as problem:
            said.append(problem.code or problem.error_list[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=rush, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_forty_replies_to_ten_places():
    network = factories.network()
    need = factories.listing(network=network, organisation=factories.member(network), reply_cap=10)
    people = [factories.representative(factories.member(network)) for _ in range(40)]
    waves = [people[start : start + 10] for start in range(0, 40, 10)]
    home = {person.pk: person.mandates.get().organisation for person in people}
    said = []
    for wave in waves:
        said += at_once(wave, lambda by, who: replies.reply(by=by, listing=need, organisation=home[who.pk], **SAID))
    need.refresh_from_db()
    assert (said.count("done"), said.count("listing_cap_holds")) == (10, 30)
    assert (need.replies_taken, need.replies.count()) == (10, 10)
    assert Statement.objects.filter(verb="matching.replied").count() == 10


@pytest.mark.django_db(transaction=True)
def test_cold_replies_of_a_week_hold_in_a_rush():
    """Six people of one organisation answer six calls at the same moment; the network takes two a week."""
    network = factories.network()
    factories.callrules(network=network, cold_a_week=2)
    sender = factories.member(network)
    people = [deputy(sender) for _ in range(6)]
    calls = {person.pk: factories.listing(network=network, organisation=factories.member(network)) for person in people}
    said = at_once(people, lambda by, who: replies.reply(by=by, listing=calls[who.pk], organisation=sender, **SAID))
    assert said == ["cold"] * 4 + ["done"] * 2
    assert Listing.objects.filter(replies_taken=1).count() == 2, "who is refused takes no place"


@pytest.mark.django_db
def test_what_was_suggested_is_not_cold(acting, ana, other, need, offer, match, network):
    factories.callrules(network=network, cold_a_week=1)
    first = replies.reply(by=acting(ana), listing=need, organisation=other, **SAID)
    cold = [factories.listing(network=network, organisation=factories.member(network)) for _ in range(2)]
    second = replies.reply(by=acting(ana), listing=cold[0], organisation=other, **SAID)
    assert (first.is_cold, second.is_cold) == (False, True)
    with pytest.raises(ValidationError, match="sent 1 reply this week"):
        replies.reply(by=acting(ana), listing=cold[1], organisation=other, **SAID)
    Reply.objects.filter(pk=second.pk).update(made_at=timezone.now() - timedelta(days=8))
    replies.reply(by=acting(ana), listing=cold[1], organisation=other, **SAID)


@pytest.mark.django_db
def test_a_quiet_no_to_an_introduction_does_not_make_replies_cold(acting, ana, other, organisation, need, network):
    """Whether an introduction was answered yes or no cannot be told from what a reply counts as."""
    counted = []
    for state in ("proposed", "closed", "connected"):
        made = factories.introduction(network=network, one=organisation, other=other, state=state)
        counted.append(is_cold(need, other.pk))
        made.delete()
    assert counted == [False, False, False]


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_house_answer_the_same_reply_at_once():
    """One wins; the other is told; the replier gets one letter."""
    network = factories.network()
    asks = factories.member(network)
    pair = [deputy(asks) for _ in range(2)]
    other = factories.member(network)
    replier = factories.representative(other)
    need = factories.listing(network=network, organisation=asks)
    made = factories.reply(listing=need, organisation=other)
    deeds = {
        pair[0].pk: lambda by: replies.accept(by=by, reply=Reply.objects.select_related("listing").get(pk=made.pk)),
        pair[1].pk: lambda by: replies.decline(
            by=by, reply=Reply.objects.select_related("listing").get(pk=made.pk), kind="fit"
        ),
    }
    said = at_once(pair, lambda by, who: deeds[who.pk](by))
    assert said in (["done", "overtaken"], ["done", "step"])
    assert Notice.objects.filter(person=replier).count() == 1


# Thanks to many.


@pytest.fixture
def crowd(network, need):
    """Three replies that wait, each of somebody who reads another language."""
    rows = []
    for language in ("sq", "el", "en"):
        organisation = factories.member(network)
        factories.representative(organisation, language=language)
        rows.append(factories.reply(listing=need, organisation=organisation))
    return rows


def kinds_of(rows, kind="full"):
    return {str(row.pk): kind for row in rows}


def letters():
    return Notice.objects.filter(kind="matching.reply_moved").count()


@pytest.mark.django_db
def test_everybody_is_thanked_once_in_their_language(acting, milos, need, crowd, left):
    chosen = factories.reply(listing=need, state="shortlisted")
    sentences = {"full": "Come again in spring."}
    _row, work, _keys = replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd), sentences=sentences)
    result = job.thank_those(jobs.Track(work), **work.arguments)
    assert result == {"thanked": 3, "left": 0}
    texts = {row.person.language: row.text for row in Notice.objects.filter(kind="matching.reply_moved")}
    assert set(texts) == {"sq", "el", "en"}
    assert all("Come again in spring." in text for text in texts.values())
    assert "Thank you for your reply" in texts["en"]
    chosen.refresh_from_db()
    assert (chosen.state, left("matching.thanks_begun"), left("matching.reply_declined")) == ("shortlisted", 1, 3)


@pytest.mark.django_db
def test_cut_off_and_run_again_everybody_has_one_letter(acting, milos, need, crowd, monkeypatch):
    _row, work, _keys = replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd), sentences={})
    steps = iter([None, RuntimeError("the power went")])

    class Cut(jobs.Track):
        def step(self, done):
            if (problem := next(steps)) is not None:
                raise problem

    with pytest.raises(RuntimeError):
        job.thank_those(Cut(work), **work.arguments)
    assert letters() == 2
    assert job.thank_those(jobs.Track(work), **work.arguments) == {"thanked": 1, "left": 2}
    assert job.thank_those(jobs.Track(work), **work.arguments) == {"thanked": 0, "left": 3}
    assert letters() == 3
    assert Reply.objects.filter(listing=need, state="declined").count() == 3


@pytest.mark.django_db
def test_pressing_twice_is_one_work(acting, milos, need, crowd):
    first = replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd), sentences={})[1]
    second = replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd), sentences={})[1]
    assert first.pk == second.pk
    assert Work.objects.filter(scope=need.pk).count() == 1


@pytest.mark.django_db
def test_whoever_lost_the_mandate_meanwhile_sends_nothing(acting, milos, need, crowd):
    work = replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd), sentences={})[1]
    milos.mandates.update(cut_at="2026-01-01T00:00Z")
    with pytest.raises(Refused):
        job.thank_those(jobs.Track(work), **work.arguments)
    assert letters() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_else_thanks_or_sorts(request, acting, who, need, crowd):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused, match="who asked"):
        replies.thank(by=by, listing=need, kinds=kinds_of(crowd), sentences={})
    with pytest.raises(Refused, match="who asked"):
        replies.sort(by=by, listing=need, chosen=[crowd[0].pk], step="accept")


@pytest.mark.django_db
def test_replies_to_another_call_are_not_touched(acting, milos, network, need, crowd):
    strange = factories.reply(listing=factories.listing(network=network, organisation=factories.member(network)))
    work = replies.thank(by=acting(milos), listing=need, kinds=kinds_of([strange, *crowd]), sentences={})[1]
    job.thank_those(jobs.Track(work), **work.arguments)
    strange.refresh_from_db()
    assert strange.state == "new"


@pytest.mark.django_db
def test_several_are_accepted_at_once(acting, milos, need, crowd, left):
    gone = factories.reply(listing=need, state="withdrawn")
    keys = [crowd[0].pk, crowd[1].pk, gone.pk]
    _row, moved = replies.sort(by=acting(milos), listing=need, chosen=keys, step="accept")
    assert len(moved) == left("matching.reply_accepted") == 2
    assert left("matching.replies_sorted") == 1
    with pytest.raises(ValidationError, match="at least one"):
        replies.sort(by=acting(milos), listing=need, chosen=[gone.pk], step="accept")


@pytest.mark.django_db
def test_the_preview_shows_each_letter_as_it_will_be_sent(need, crowd):
    shown = thanks.preview(crowd, kinds_of(crowd, "other"), {"other": "We go to Tirana."})
    assert [letter["letters"][0][0] for letter in shown] == ["sq", "el", "en"]
    assert all("We go to Tirana." in letter["letters"][0][2] for letter in shown)


@pytest.mark.django_db
def test_an_own_reason_needs_words(acting, milos, need, crowd):
    with pytest.raises(ValidationError, match="a few words"):
        replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd, "other"), sentences={})
    with pytest.raises(ValidationError, match="a reason"):
        replies.thank(by=acting(milos), listing=need, kinds=kinds_of(crowd, "ended"), sentences={})
