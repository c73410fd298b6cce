"""The life of a call: draft, looked at, open, choosing, outcome; and that nobody is waited for without a reminder."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import calls, ends, listings, replies
from koinon.matching.clock import expire_listings, keep_promises
from koinon.matching.models import LISTING_STEPS, REPLY_STEPS, Listing, Reply
from koinon.matching.queries import calls as asked
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


# Drafts.


def test_a_draft_is_seen_by_its_writers_only(acting, milos, ana, vesa, stranger, draft):
    seen = [
        Listing.objects.visible_to(acting(who)).filter(pk=draft.pk).exists() for who in (milos, ana, vesa, stranger)
    ]
    assert seen == [True, False, False, False]


def test_without_a_review_a_draft_is_published_at_once(acting, milos, draft, left):
    listings.publish(by=acting(milos), listing=draft)
    draft.refresh_from_db()
    assert (draft.state, draft.opened_at is not None, left("matching.handed_in")) == ("open", True, 1)


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_else_publishes_or_discards(request, acting, who, draft):
    by = acting(request.getfixturevalue(who))
    for act in (listings.publish, listings.discard):
        with pytest.raises(Refused, match="Only those who speak"):
            act(by=by, listing=draft)


def test_a_draft_can_be_thrown_away_and_nothing_else(acting, milos, draft, need, left):
    listings.discard(by=acting(milos), listing=draft)
    assert not Listing.objects.filter(pk=draft.pk).exists()
    assert left("matching.discarded") == 1
    with pytest.raises(ValidationError, match="Only a draft"):
        listings.discard(by=acting(milos), listing=need)


# Choosing, ending, what came of it.


def test_choosing_stops_replies_and_sets_a_day(acting, milos, need, left):
    by = acting(milos)
    with pytest.raises(ValidationError, match="No reply waits"):
        ends.choose(by=by, listing=need)
    factories.reply(listing=need)
    ends.choose(by=by, listing=need)
    need.refresh_from_db()
    assert (need.state, need.due_on, left("matching.choosing")) == ("shortlisting", date.today() + ends.CHOOSE_FOR, 1)
    assert not need.takes_replies
    listings.resume(by=by, listing=need)
    assert need.state == "open"


def test_an_owner_answers_everybody_before_closing(acting, milos, need):
    waiting = factories.reply(listing=need)
    with pytest.raises(ValidationError, match="Thank them first"):
        ends.close(by=acting(milos), listing=need, came="nobody")
    replies.decline(by=acting(milos), reply=waiting, kind="fit")
    ends.close(by=acting(milos), listing=need, came="nobody")


def test_closing_says_what_came_of_it_and_with_whom(acting, milos, need, other, left):
    by = acting(milos)
    made = factories.reply(listing=need, organisation=other)
    with pytest.raises(ValidationError, match="whose reply you accepted"):
        ends.close(by=by, listing=need, came="partner", partners=[other])
    replies.accept(by=by, reply=made)
    with pytest.raises(ValidationError, match="of the list"):
        ends.close(by=by, listing=need)
    with pytest.raises(ValidationError, match="with whom"):
        ends.close(by=by, listing=need, came="partner")
    ends.close(by=by, listing=need, came="partner", partners=[other])
    need.refresh_from_db()
    assert (need.state, need.came, list(need.partners.all())) == ("partnered", "partner", [other])
    with pytest.raises(IntegrityError, match="listing_partnered_says_so"), transaction.atomic():
        Listing.objects.filter(pk=need.pk).update(came="")


def test_where_a_coordinator_closes_it_nobody_is_left_waiting(acting, vesa, ana, other, need):
    made = factories.reply(listing=need, organisation=other)
    ends.close(by=acting(vesa), listing=need)
    made.refresh_from_db()
    need.refresh_from_db()
    assert (need.state, need.owes_outcome, made.state, made.reason_kind) == ("closed", True, "declined", "ended")
    assert told(ana, "matching.reply_moved") == [f"“{need.title}” has ended without an answer to you"]


def test_no_next_call_before_a_word_on_the_last(acting, milos, network, organisation, words, need, left):
    by = acting(milos)
    Listing.objects.filter(pk=need.pk).update(state="expired")
    kept = listings.post(by=by, network=network, organisation=organisation, **words)
    assert kept.state == "draft", "what was written is kept"
    with pytest.raises(ValidationError, match="what came of your earlier calls"):
        listings.publish(by=by, listing=kept)
    need.refresh_from_db()
    ends.tell_outcome(by=by, listing=need, came="elsewhere")
    listings.publish(by=by, listing=kept)
    need.refresh_from_db()
    assert (need.state, kept.state, left("matching.call_outcome_told")) == ("partnered", "open", 1)


def test_renewing_is_a_word_too(acting, milos, network, organisation, words, need):
    Listing.objects.filter(pk=need.pk).update(state="expired")
    need.refresh_from_db()
    listings.renew(by=acting(milos), listing=need)
    assert listings.post(by=acting(milos), network=network, organisation=organisation, **words).state == "open"


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_else_tells_the_outcome_or_chooses(request, acting, who, need):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        ends.tell_outcome(by=by, listing=need, came="nobody")
    with pytest.raises(Refused):
        ends.choose(by=by, listing=need)


def test_a_call_that_ends_with_replies_gives_time_to_answer_and_then_lets_go(milos, ana, other, need, left):
    made = factories.reply(listing=need, organisation=other)
    Listing.objects.filter(pk=need.pk).update(until=date.today() - timedelta(days=1))
    expire_listings(0)
    need.refresh_from_db()
    assert (need.state, need.due_on) == ("shortlisting", date.today() + ends.CHOOSE_FOR)
    assert told(milos, "matching.expiring") == [f"“{need.title}” has ended, and replies wait"]
    for passed, nudged in ((ends.CHOOSE_FOR - timedelta(days=7), 1), (ends.CHOOSE_FOR, 2)):
        Listing.objects.filter(pk=need.pk).update(due_on=date.today() + ends.CHOOSE_FOR - passed)
        keep_promises(0)
        keep_promises(0)
        assert left("matching.choosing_nudged") == nudged
    Listing.objects.filter(pk=need.pk).update(due_on=date.today() - ends.LET_GO_AFTER - timedelta(days=1))
    expire_listings(0)
    need.refresh_from_db()
    made.refresh_from_db()
    assert (need.state, made.state, made.reason_kind) == ("expired", "declined", "ended")
    assert "not a judgement" in Notice.objects.get(person=ana, kind="matching.reply_moved").text


# Replies that wait.


def test_a_reply_is_due_in_two_weeks_and_chased_every_week(acting, ana, other, milos, need, left):
    made = replies.reply(by=acting(ana), listing=need, organisation=other, brings="A day", language="en")
    assert made.due_on == date.today() + timedelta(days=14)
    for time in range(1, 4):
        Reply.objects.filter(pk=made.pk).update(due_on=date.today())
        keep_promises(0)
        keep_promises(0)
        made.refresh_from_db()
        assert (made.nudges, made.due_on) == (time, date.today() + timedelta(days=7))
    assert len(told(milos, "matching.replies_wait")) == left("matching.replies_chased") == 3
    assert told(ana, "matching.reply_moved") == [f"No answer yet to your reply to “{need.title}”"]


def test_how_soon_an_organisation_answers(organisation, need):
    from django.utils import timezone

    now = timezone.now()

    def answered(after, **facts):
        at = now - timedelta(days=30)
        factories.reply(listing=need, made_at=at, answered_at=at + timedelta(days=after), **facts)

    answered(2, state="accepted"), answered(4, state="declined", reason_kind="fit")
    assert asked.response_days(organisation.pk) is None, "two answers say nothing"
    answered(6, state="declined", reason_kind="fit")
    assert asked.response_days(organisation.pk) == 4
    factories.reply(listing=need, made_at=now - timedelta(days=2))
    assert asked.response_days(organisation.pk) == 4, "what came yesterday is not late"
    for _ in range(3):
        factories.reply(listing=need, made_at=now - timedelta(days=40))
    assert asked.response_days(organisation.pk) > 6, "silence does not look quick"


def test_who_does_not_fit_is_told_before_writing(acting, ana, other, need):
    Listing.objects.filter(pk=need.pk).update(countries=["GR", "AL"], partner_kinds=["school"], partner_size="large")
    need.refresh_from_db()
    other.size = "small"
    said = " ".join(asked.misfits(need, other))
    assert "Greece, Albania; you are in North Macedonia" in said
    assert "They look for: School" in said
    assert "size" in said
    replies.reply(by=acting(ana), listing=need, organisation=other, brings="All the same", language="en")


def test_a_strict_call_takes_only_those_it_looks_for(acting, ana, other, need):
    Listing.objects.filter(pk=need.pk).update(countries=["GR"], only_these=True)
    need.refresh_from_db()
    with pytest.raises(ValidationError, match="They look for partners in Greece"):
        replies.reply(by=acting(ana), listing=need, organisation=other, brings="All the same", language="en")
    assert Listing.objects.get(pk=need.pk).replies_taken == 0


# Translations.


def test_translations_by_owners_and_coordinators(acting, milos, vesa, need, left):
    from koinon.kit.languages import texts

    calls.translate(by=acting(milos), listing=need, language="lt", title="Mentorius", text="Ieškome.")
    calls.translate(by=acting(vesa), listing=need, language="sq", title="Mentor", text="Kërkojmë.")
    assert texts.read(need, "title", "lt").text == "Mentorius"
    need.title = "Changed"
    assert texts.read(need, "title", "lt").is_stale
    assert left("matching.translated") == 2
    with pytest.raises(ValidationError, match="of the list"):
        calls.translate(by=acting(milos), listing=need, language="en", title="x", text="x")


@pytest.mark.parametrize("who", ["ana", "stranger", "rival"])
def test_nobody_else_translates(request, acting, who, need):
    with pytest.raises(Refused):
        calls.translate(by=acting(request.getfixturevalue(who)), listing=need, language="lt", title="x", text="x")


# Whatever happens.


def reach(steps, start):
    seen, edge = {start}, {start}
    while edge:
        edge = {new for old in edge for new in steps[old]} - seen
        seen |= edge
    return seen


def test_no_state_without_a_way_on():
    assert all(LISTING_STEPS[state] for state in LISTING_STEPS)
    assert all("open" in reach(LISTING_STEPS, state) for state in LISTING_STEPS)
    assert REPLY_STEPS.ends == {"accepted", "declined", "withdrawn"}
    assert all(reach(REPLY_STEPS, state) & REPLY_STEPS.ends for state in REPLY_STEPS)


DEEDS = {
    "publish": lambda by, row: listings.publish(by=by, listing=row),
    "take_back": lambda by, row: listings.take_back(by=by, listing=row),
    "pause": lambda by, row: listings.pause(by=by, listing=row),
    "resume": lambda by, row: listings.resume(by=by, listing=row),
    "choose": lambda by, row: ends.choose(by=by, listing=row),
    "close": lambda by, row: ends.close(by=by, listing=row, came="nobody"),
    "renew": lambda by, row: listings.renew(by=by, listing=row),
    "expire": lambda _by, row: ends.expire(by=machine("clock"), listing=row),
    "reply": lambda _by, row: factories.reply(listing=row, due_on=date.today() + timedelta(days=14)),
    "accept": lambda by, row: replies.accept(by=by, reply=row.replies.waiting().first()),
    "thank": lambda by, row: replies.decline(by=by, reply=row.replies.waiting().first(), kind="full"),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.lists(st.sampled_from(sorted(DEEDS)), max_size=10))
def test_nobody_ever_waits_without_a_day(acting, milos, reviewed, need, way):
    """Any order of deeds: only moves that the graph allows, and whoever is waited for has a day on which we remind."""
    Listing.objects.filter(pk=need.pk).update(state="draft", due_on=None, came="", replies_taken=0)
    Reply.objects.all().delete()
    by = acting(milos)
    for step in way:
        row = Listing.objects.get(pk=need.pk)
        state = row.state
        if step == "reply" and not row.takes_replies:
            continue
        try:
            with transaction.atomic():
                DEEDS[step](by, row)
        except (ValidationError, Refused, AttributeError):
            assert Listing.objects.get(pk=need.pk).state == state
            continue
        after = Listing.objects.get(pk=need.pk)
        assert after.state == state or LISTING_STEPS.allows(state, after.state)
        assert (after.due_on is not None) == (after.state in ("review", "shortlisting"))
        waiting = after.replies.waiting()
        assert not waiting.filter(due_on=None).exists()
        assert not (after.state in ("partnered", "closed", "expired") and waiting.exists())


def test_the_page_of_an_organisation_asks_how_soon_it_answers_with_all_else(
    organisation, milos, ana, enter, django_assert_max_num_queries
):
    """Session, person, roles; the organisation, memberships, all parts at once, offers and needs, ties, people."""
    page = enter(ana)
    address = reverse("network:organisation", args=[organisation.slug])
    page.get(address)
    with django_assert_max_num_queries(9):
        assert page.get(address).status_code == 200
