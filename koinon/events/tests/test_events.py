"""Events: who holds them, what is missing before people see them, their life; what is told to whom, once."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from koinon.events.actions import events, messages
from koinon.events.clock.events import end_events
from koinon.events.engine.kinds import KINDS
from koinon.events.models import Event
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from tests import factories
from tests.event_factories import soon
from tests.people import told

pytestmark = pytest.mark.django_db


def make(by, house, **facts):
    made = {
        "kind": "conference", "title": "Conference of hubs", "starts_at": soon(), "zone": "Europe/Podgorica",
        "ends_at": soon(hour=17), "organisation": house,
    }  # fmt: skip
    return events.create(by=by, **{**made, **facts})


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_begins_with_its_usual_rules_and_places(acting, mara, house, network, kind):
    made = make(acting(mara), house, kind=kind, network=network)
    usual = KINDS[kind]
    assert (made.audience, made.by_nomination, made.certifies) == (usual.audience, usual.by_nomination, usual.certifies)
    assert made.state == "draft"
    assert made.quotas.get().places == usual.places == made.quotas.get().counters.get().capacity


def test_without_a_network_nothing_is_for_its_members(acting, mara, house):
    assert make(acting(mara), house, kind="workshop").audience == "link"


def test_a_network_one_does_not_belong_to_is_refused(acting, mara, house):
    with pytest.raises(Refused):
        make(acting(mara), house, network=factories.network())


def test_who_speaks_for_nobody_holds_nothing(acting, stranger, house):
    with pytest.raises(Refused):
        make(acting(stranger), house)


def test_an_event_of_five_days_has_five_sessions_at_its_hours_also_across_a_clock_change(acting, mara, house):
    starts, ends = datetime(2027, 3, 26, 8, tzinfo=UTC), datetime(2027, 3, 30, 15, tzinfo=UTC)
    made = make(acting(mara), house, kind="workshop", starts_at=starts, ends_at=ends, zone="Europe/Podgorica")
    hours = [(row.starts_at.hour, row.ends_at.hour) for row in made.sessions.all()]
    assert hours == [(8, 16), (8, 16), (7, 15), (7, 15), (7, 15)]
    assert str(made.sessions.first()) == "Day 1"


def test_published_only_when_nothing_needed_is_missing(acting, mara, house, network):
    by = acting(mara)
    made = make(by, house, network=network)
    with pytest.raises(ValidationError) as problem:
        events.publish(by=by, event=made)
    assert len(problem.value.messages) == 2
    made = events.edit(by=by, event=made, about="For all who run a hub.", venue="Town hall")
    assert events.publish(by=by, event=made).state == "open"
    assert Statement.objects.filter(verb="events.event_published", noun=made.pk).count() == 1


def test_strangers_publish_nothing(acting, stranger, petrit, gathering):
    for person in (stranger, petrit):
        with pytest.raises(Refused):
            events.close(by=acting(person), event=gathering)


def test_two_addresses_of_the_same_title_differ_and_no_word_of_other_addresses_is_taken(acting, mara, house):
    by = acting(mara)
    slugs = [make(by, house, title=title).slug for title in ("Offers", "series", "New", "Budva", "Budva")]
    assert slugs == ["offers-event", "series-event", "event-new", "budva", "budva-2"]


def test_closed_and_reopened_while_it_is_not_over(acting, anna, gathering):
    by = acting(anna)
    Event.objects.filter(pk=gathering.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    gathering.refresh_from_db()
    events.close(by=by, event=gathering)
    events.reopen(by=by, event=gathering)
    gathering.refresh_from_db()
    assert gathering.takes_registrations
    with pytest.raises(ValidationError):
        events.reopen(by=by, event=gathering)


def test_over_by_the_clock_and_the_report_is_due(anna, gathering):
    Event.objects.filter(pk=gathering.pk).update(
        starts_at=datetime(2026, 2, 21, 8, tzinfo=UTC), ends_at=datetime(2026, 2, 24, 15, tzinfo=UTC)
    )
    end_events.func(timestamp=0) if hasattr(end_events, "func") else end_events(timestamp=0)
    gathering.refresh_from_db()
    assert gathering.state == "over"
    assert str(gathering.report_due_on) == "2026-03-26"
    assert told(anna) == ["It is over: Conference of hubs"]


def test_called_off_with_a_reason_everybody_hears_once(acting, anna, mara, gathering, registration):
    waiting = factories.registration(event=gathering, state="waiting")
    gone = factories.registration(event=gathering, state="withdrawn")
    with pytest.raises(ValidationError):
        events.cancel(by=acting(anna), event=gathering, why=" ")
    events.cancel(by=acting(anna), event=gathering, why="The hall is flooded.")
    for _again in range(2):
        messages.deliver(event=str(gathering.pk), mark="cancelled1", what="cancelled")
    assert told(registration.person) == told(waiting.person) == ["Called off: Conference of hubs"]
    assert told(gone.person) == []
    gathering.refresh_from_db()
    assert (gathering.sequence, gathering.why) == (1, "The hall is flooded.")


def test_a_guest_hears_by_a_letter(gathering, letters):
    factories.registration(event=gathering, person=None, email="guest@example.org", language="sq")
    messages.deliver(event=str(gathering.pk), mark="changed1", what="changed")
    assert [each["to"] for each in letters()] == ["guest@example.org"]


def test_unconfirmed_addresses_get_no_letters(gathering, letters):
    factories.registration(event=gathering, person=None, email="victim@example.org", state="email")
    messages.deliver(event=str(gathering.pk), mark="changed1", what="changed")
    assert letters() == []


def test_another_hour_moves_the_sessions_with_it_and_tells_calendars(acting, anna, gathering):
    session = gathering.sessions.get()
    later = gathering.starts_at + timedelta(days=7)
    changed = events.edit(
        by=acting(anna), event=gathering, starts_at=later, ends_at=gathering.ends_at + timedelta(days=7)
    )
    assert changed.sequence == 1
    moved = gathering.sessions.get()
    assert moved.starts_at.date() == session.starts_at.date() + timedelta(days=7)
    assert moved.sequence == 1
    kept = events.edit(by=acting(anna), event=changed, about="More words.")
    assert kept.sequence == 1


def test_what_is_over_stays_as_it_was(acting, mara, house):
    over = factories.event(organisation=house, state="over")
    with pytest.raises(ValidationError):
        events.edit(by=acting(mara), event=over, about="No.")


def test_a_message_reaches_those_of_the_chosen_states_and_no_more_than_five_in_a_day(acting, anna, gathering):
    by = acting(anna)
    confirmed = factories.registration(event=gathering)
    waiting = factories.registration(event=gathering, state="waiting")
    sent = messages.send(by=by, event=gathering, title="Bus", text="At nine.", states=["confirmed", "email"])
    assert sent.states == ["confirmed"]
    messages.deliver(event=str(gathering.pk), mark="m1", what="message", message=str(sent.pk))
    assert told(confirmed.person) == ["Conference of hubs: Bus"]
    assert told(waiting.person) == []
    for _number in range(4):
        messages.send(by=by, event=gathering, title="Bus", text="At nine.", states=["confirmed"])
    with pytest.raises(ValidationError):
        messages.send(by=by, event=gathering, title="Bus", text="At nine.", states=["confirmed"])


def test_a_message_to_nobody_is_refused(acting, anna, stranger, gathering):
    with pytest.raises(ValidationError):
        messages.send(by=acting(anna), event=gathering, title="Bus", text="At nine.", states=["email"])
    with pytest.raises(Refused):
        messages.send(by=acting(stranger), event=gathering, title="Bus", text="At nine.", states=["confirmed"])


def calendar_of(letter):
    return b64decode(letter["invitation"]).decode() if "invitation" in letter else ""


def test_calendars_hear_of_another_day_and_strike_out_what_is_called_off(acting, anna, gathering, letters):
    by = acting(anna)
    factories.registration(event=gathering, person=None, email="guest@example.org")
    factories.registration(event=gathering, person=None, email="waits@example.org", state="waiting")
    later = gathering.ends_at + timedelta(hours=1)
    changed = events.edit(by=by, event=gathering, ends_at=later)
    messages.deliver(event=str(gathering.pk), mark="changed1", what="changed")
    events.cancel(by=by, event=changed, why="The hall is flooded.")
    messages.deliver(event=str(gathering.pk), mark="cancelled2", what="cancelled")
    parts = {}
    for letter in letters():
        parts.setdefault(letter["to"], []).append(calendar_of(letter))
    moved, struck = parts["guest@example.org"]
    assert "METHOD:REQUEST" in moved
    assert "METHOD:CANCEL" in struck
    uid = [line for line in moved.splitlines() if line.startswith("UID")]
    assert uid == [line for line in struck.splitlines() if line.startswith("UID")]
    assert _sequence(struck) > _sequence(moved)
    assert parts["waits@example.org"] == ["", ""]


def _sequence(calendar):
    return int(next(line for line in calendar.splitlines() if line.startswith("SEQUENCE")).partition(":")[2])
