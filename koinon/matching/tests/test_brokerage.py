"""The coordinator as a broker, a later that comes back, two times yes at one moment, what came of it."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from koinon.accounts.models import Notice
from koinon.accounts.queries import actor_of
from koinon.accounts.seams import desk_items
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.matching import seams
from koinon.matching.actions import introductions, outcomes
from koinon.matching.clock import daily_introductions
from koinon.matching.models import INTRODUCTION_STEPS, MEETING_STEPS, MESSAGE_STEPS, Answer, Introduction, Outcome
from koinon.matching.queries import introductions as asked
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(acting, vesa, milos, ana, network, organisation, other):
    return introductions.broker(
        by=acting(vesa),
        network=network,
        one=organisation,
        other=other,
        words_for_one="Për ju.",
        words_for_other="Till you.",
    )


@pytest.fixture
def connected(proposed, acting, milos, ana, organisation, other):
    for person, side in ((milos, organisation), (ana, other)):
        introductions.answer(by=acting(person), introduction=proposed, organisation=side, says="yes")
    proposed.refresh_from_db()
    return proposed


def test_a_sentence_for_each_side_and_nobody_reads_the_others(proposed, enter, milos, ana):
    for person, own, foreign in ((milos, "Për ju.", "Till you."), (ana, "Till you.", "Për ju.")):
        page = enter(person).get(f"/introductions/{proposed.pk}/").content.decode()
        assert own in page
        assert foreign not in page
        told = Notice.objects.get(person=person)
        assert own in told.text
        assert foreign not in told.text


@pytest.mark.parametrize("who", ["milos", "ana", "stranger", "rival"])
def test_only_the_coordinator_is_a_broker(request, acting, who, network, organisation, other, left):
    with pytest.raises(Refused, match="coordinator"):
        introductions.broker(by=acting(request.getfixturevalue(who)), network=network, one=organisation, other=other)
    assert left("matching.introduction_brokered") == 0


def test_a_draft_is_seen_by_the_coordinator_only(acting, vesa, milos, ana, network, organisation, other):
    row = introductions.draft(by=machine("matcher"), network=network, one=organisation, other=other, reason="They fit.")
    seen = Introduction.objects.visible_to
    assert [seen(acting(person)).filter(pk=row.pk).exists() for person in (vesa, milos, ana)] == [True, False, False]
    assert not Notice.objects.exists()
    introductions.discard(by=acting(vesa), introduction=row)
    assert row.state == "discarded"


def test_ideas_are_pairs_that_do_not_know_each_other_yet(
    acting, vesa, milos, ana, network, match, organisation, other, monkeypatch
):
    me = acting(vesa)
    ideas = asked.ideas(network, me)
    assert [(idea.one, idea.other, idea.origin) for idea in ideas] == [(organisation, other, "matcher")]
    assert ideas[0].why("en")
    third = factories.member(network)
    factories.representative(third)
    lent = seams.Idea(organisation, third, lambda _language: "A bridge.", "bridge")
    monkeypatch.setattr(seams.introduction_ideas, "_lent", [(50, "test", lambda _network, _me: [lent])])
    assert [idea.origin for idea in asked.ideas(network, me)] == ["bridge"], "nobody is introduced twice at once"
    introductions.broker(by=me, network=network, one=organisation, other=third)
    assert [idea.origin for idea in asked.ideas(network, me)] == ["matcher"]


def test_the_page_of_the_broker_sends_to_both(
    enter, vesa, milos, ana, network, match, organisation, other, django_assert_num_queries
):
    vesa.has_second_factor = True
    vesa.save()
    client = enter(vesa)
    page = client.get(f"/networks/{network.slug}/introductions/").content.decode()
    address = f"/networks/{network.slug}/introductions/new/"
    address += f"?one={organisation.slug}&other={other.slug}&match={match.pk}"
    assert address.replace("&", "&amp;") in page
    assert "Other House" in client.get(address).content.decode()
    answer = client.post(address, {"words_for_one": "Yours.", "words_for_other": "Theirs."})
    assert answer.status_code == 302
    row = Introduction.objects.get()
    assert (row.state, row.origin, row.need_id, row.words_for_other) == (
        "proposed",
        "matcher",
        match.need_id,
        "Theirs.",
    )


def test_what_became_of_them_in_numbers_only(connected, acting, vesa, network):
    counted = dict(asked.figures(network))
    assert counted["Connected"] == 1
    assert not Answer.objects.visible_to(acting(vesa)).exists()


def test_a_later_needs_its_month(proposed, acting, milos, organisation):
    facts = {"by": acting(milos), "introduction": proposed, "organisation": organisation, "says": "later"}
    for month in (None, date.today(), proposed.closes_on, date.today() + timedelta(days=4000)):
        with pytest.raises(ValidationError, match="month"):
            introductions.answer(**facts, again_on=month)
    introductions.answer(**facts, again_on=introductions.months_after(proposed.closes_on)[0])


def closed_with_a_later(proposed, acting, ana, other):
    month = introductions.months_after(proposed.closes_on)[0]
    introductions.answer(by=acting(ana), introduction=proposed, organisation=other, says="later", again_on=month)
    introductions.close(by=machine("clock"), introduction=proposed)
    Answer.objects.update(again_on=date.today())
    return Answer.objects.get()


def items(acting, person):
    return [item.title for lent in desk_items.gather(acting(person)) for item in lent]


def test_a_later_is_asked_again_in_its_month_and_taken_up(proposed, acting, enter, milos, ana, other, organisation):
    row = closed_with_a_later(proposed, acting, ana, other)
    told = Notice.objects.filter(person=milos).count()
    daily_introductions(0)
    daily_introductions(0)
    assert Notice.objects.filter(person=ana, title__contains="come back").count() == 1
    assert Notice.objects.filter(person=milos).count() == told, "the other side hears nothing of it"
    assert any("come back" in title for title in items(acting, ana))
    assert not any("come back" in title for title in items(acting, milos))
    answer = enter(ana).post(f"/introductions/{proposed.pk}/later/take-up/")
    again = Introduction.objects.get(origin="again")
    assert answer["Location"].endswith(f"/{again.pk}/")
    assert (again.state, again.one, again.other) == ("proposed", other, organisation)
    assert not Answer.objects.filter(pk=row.pk).exists()
    introductions.answer(by=acting(milos), introduction=again, organisation=organisation, says="yes")
    again.refresh_from_db()
    assert again.state == "connected"


def test_a_later_may_be_let_go(proposed, acting, ana, milos, other):
    row = closed_with_a_later(proposed, acting, ana, other)
    with pytest.raises(Refused):
        introductions.let_go(by=acting(milos), answer=row)
    introductions.let_go(by=acting(ana), answer=row)
    assert not Answer.objects.exists()
    with pytest.raises(ValidationError):
        introductions.take_up(by=acting(ana), answer=row)


def test_the_link_in_the_letter_answers_without_signing_in(proposed, visitor, ana):
    address = Notice.objects.get(person=ana).address
    page = visitor.get(address).content.decode()
    assert "Till you." in page
    assert not Answer.objects.exists(), "looking does nothing"
    answer = visitor.post(address, {"says": "yes", "home": page.split('name="home" value="')[1].split('"')[0]})
    assert "kept" in answer.content.decode()
    assert Answer.objects.get().says == "yes"
    assert visitor.post(address, {"says": "no"}).status_code == 410, "a link works once"


def test_the_link_of_a_former_representative_opens_nothing(proposed, visitor, ana):
    address = Notice.objects.get(person=ana).address
    ana.mandates.update(cut_at="2026-01-01T00:00Z")
    assert visitor.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_times_yes_at_one_moment_connect_once():
    """Both answer at the same instant: one connection, one letter to each, one thread."""
    network = factories.network()
    sides = [factories.member(network), factories.member(network)]
    people = [factories.representative(side) for side in sides]
    row = introductions.broker(by=machine("demo"), network=network, one=sides[0], other=sides[1])
    gate, said = threading.Barrier(2), []

    def rush(person, side):
        by = actor_of(person=person)
        gate.wait(20)
        try:
            introductions.answer(by=by, introduction=row, organisation=side, says="yes")
            said.append("said")
        finally:
            connection.close()

    threads = [threading.Thread(target=rush, args=pair) for pair in zip(people, sides, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    row.refresh_from_db()
    assert (said, row.state) == (["said", "said"], "connected")
    assert Statement.objects.filter(verb="matching.introduced").count() == 1
    for person in people:
        letters = ProcrastinateJob.objects.filter(task_name="kit.deliver", args__to=person.email)
        assert [job.args["subject"].endswith("are connected") for job in letters].count(True) == 1


def test_what_came_of_it_is_asked_twice_and_told_by_a_tap(connected, acting, visitor, milos, ana, organisation):
    for days, count in ((29, 0), (30, 2), (89, 2), (90, 4)):
        Introduction.objects.update(connected_on=date.today() - timedelta(days=days))
        daily_introductions(0)
        daily_introductions(0)
        assert Outcome.objects.count() == count
    assert Notice.objects.filter(person=milos, title__contains="came of it").count() == 2
    address = Notice.objects.filter(person=milos, title__contains="month after").last().address
    assert visitor.post(address, {"came": "together", "words": "A joint course."}).status_code == 200
    row = Outcome.objects.get(organisation=organisation, came="together")
    connected.refresh_from_db()
    assert (row.words, connected.state) == ("A joint course.", "met")
    assert not Outcome.objects.visible_to(acting(ana)).filter(organisation=organisation).exists()


def test_outcomes_of_the_other_side_cannot_be_told(connected, acting, ana, organisation):
    outcomes.ask(by=machine("clock"), introduction=connected, after=30)
    with pytest.raises(Refused, match="for itself"):
        outcomes.tell(by=acting(ana), outcome=Outcome.objects.get(organisation=organisation), came="nothing")


@pytest.mark.parametrize(("came", "end"), [("together", "settled"), ("", "faded")])
def test_every_connection_ends(connected, came, end):
    for days in (30, 90, 121):
        Introduction.objects.update(connected_on=date.today() - timedelta(days=days))
        daily_introductions(0)
        if came:
            for row in Outcome.objects.filter(came=""):
                outcomes.tell(by=machine("demo"), outcome=row, came=came)
    daily_introductions(0)
    connected.refresh_from_db()
    assert connected.state == end


def test_next_steps_are_lent_by_later_chapters(connected, acting, enter, milos, organisation, monkeypatch):
    outcomes.meet(by=acting(milos), introduction=connected, organisation=organisation)
    step = [(50, "test", lambda _row, _me: ("Begin a project", "/projects/new/"))]
    monkeypatch.setattr(seams.after_introduction, "_lent", step)
    assert "Begin a project" in enter(milos).get(f"/introductions/{connected.pk}/").content.decode()


@given(data=st.data())
def test_every_path_comes_to_an_end(data):
    """From every state an end can be reached, and no path goes round without one ahead."""
    for steps in (INTRODUCTION_STEPS, MEETING_STEPS, MESSAGE_STEPS):
        state, walked = data.draw(st.sampled_from(sorted(steps))), 0
        while steps[state] and walked < 50:
            state, walked = data.draw(st.sampled_from(sorted(steps[state]))), walked + 1
        reached = {state}
        for _ in range(len(steps)):
            reached |= {follower for each in reached for follower in steps[each]}
        assert reached & steps.ends


WAITED_FOR = {
    "asked": "the desk of the coordinator",
    "drafted": "the desk of the coordinator",
    "proposed": "remind, close",
}


def test_nobody_is_waited_for_without_a_reminder(connected, acting, vesa, milos, network, organisation):
    """Each open state is on somebody's desk, or the clock moves it on."""
    for state in ("asked", "drafted"):
        factories.introduction(network=network, state=state)
    assert len([title for title in items(acting, vesa) if "→" in title or "asks" in title]) == 2
    outcomes.ask(by=machine("clock"), introduction=connected, after=30)
    assert any("What came of it" in title for title in items(acting, milos))
    open_states = {state for state in INTRODUCTION_STEPS if INTRODUCTION_STEPS[state]}
    assert open_states - set(WAITED_FOR) == {"connected", "met"}, "these the clock asks and ends"


def test_the_coordinator_is_reminded_of_what_was_asked(acting, vesa, network):
    factories.introduction(network=network)
    daily_introductions(0)
    assert not Notice.objects.filter(person=vesa).exists()
    Introduction.objects.update(made_at=timezone.now() - timedelta(days=6))
    for _ in range(2):
        daily_introductions(0)
    assert Notice.objects.filter(person=vesa, kind="matching.to_pass_on").count() == 1


def test_the_same_number_of_questions_for_one_and_for_three(enter, acting, milos, network, organisation):
    from django.test.utils import CaptureQueriesContext

    client, counts = enter(milos), []
    for number in (1, 2):
        for _ in range(number):
            factories.introduction(network=network, one=organisation, state="connected")
        client.get("/introductions/")
        for path in ("/introductions/", "/desk/"):
            with CaptureQueriesContext(connection) as asked_then:
                client.get(path)
            counts.append(len(asked_then))
    assert counts[:2] == counts[2:]
