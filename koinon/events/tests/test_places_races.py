"""Everybody at the same instant, in real processes: never one too many, never a place lost, no deadlock."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from koinon.accounts.queries import actor_of
from koinon.events.actions import registering, waiting
from koinon.events.models import Counter, Hold, Registration
from koinon.events.tests.racing import faults, leave, put, race, settle
from koinon.kit.verbs import machine
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CLOCK = machine("clock")


@pytest.fixture
def meeting():
    return factories.event()


def pending(event, number, **facts):
    return [factories.registration(event=event, state="approval", **facts) for _ in range(number)]


def states(event):
    found = list(event.registrations.order_by("state").values_list("state", flat=True))
    return {state: found.count(state) for state in found}


def accept(row):
    return waiting.accept_offer(by=CLOCK, registration=row).state


def lapse(row):
    return waiting.lapse_offer(by=CLOCK, registration=row).state


# --- first: it does happen -----------------------------------------------------------------------


def test_without_the_guard_count_then_insert_gives_too_many_places(meeting):
    """What everybody writes first: count, see that there is room, insert. It is in this test only."""
    factories.eventquota(event=meeting, places=2)
    counter = Counter.objects.get()
    rows = pending(meeting, 6)

    def count_then_insert(key):
        def act(start):
            with transaction.atomic():
                is_free = Hold.objects.filter(counter=counter).count() < counter.capacity
                start.wait(30)
                if is_free:
                    Hold.objects.create(registration_id=key, counter=counter, units=1)
            return is_free

        return act

    assert race(*(count_then_insert(row.pk) for row in rows)) == [True] * 6
    assert Hold.objects.count() == 6 > counter.capacity


def test_without_order_two_quotas_taken_the_other_way_round_are_a_deadlock(meeting):
    one, other = (factories.eventquota(event=meeting, rule="chosen", places=5).counters.get().pk for _ in range(2))

    def take_both(first, second):
        def act(start):
            with transaction.atomic():
                Counter.objects.filter(pk=first).update(taken=F("taken") + 1)
                start.wait(30)
                Counter.objects.filter(pk=second).update(taken=F("taken") + 1)
            return "taken"

        return act

    assert sorted(race(take_both(one, other), take_both(other, one))) == ["DeadlockDetected", "taken"]


def test_without_the_hold_a_place_is_lost(meeting):
    """Who leaves sees nobody waiting, who comes sees nothing free: nobody is wrong, and the place stays empty."""
    quota = factories.eventquota(event=meeting, places=1)
    Counter.objects.filter(quota=quota).update(taken=1)
    newcomer = pending(meeting, 1)[0]

    def leaves(start):
        with transaction.atomic():
            Counter.objects.filter(quota=quota).update(taken=F("taken") - 1)
            somebody = Registration.objects.filter(event=meeting).in_line().exists()
            start.wait(30)
        return somebody

    def comes(start):
        with transaction.atomic():
            took = Counter.objects.filter(quota=quota, taken__lte=0).update(taken=1)
            Registration.objects.filter(pk=newcomer.pk).update(state="waiting", queued_at=timezone.now())
            start.wait(30)
        return took

    assert race(leaves, comes) == [False, 0]
    assert faults(meeting), "a place is free and somebody waits"


# --- then: with the guard it does not -----------------------------------------------------------


def test_many_people_and_few_places(meeting):
    factories.eventquota(event=meeting, places=4)
    rows = pending(meeting, 12)
    said = race(*((lambda key=row.pk: settle(key)) for row in rows))
    assert (said.count("confirmed"), said.count("waiting")) == (4, 8)
    assert states(meeting) == {"confirmed": 4, "waiting": 8}
    assert faults(meeting) == []


def test_two_quotas_in_opposite_order(meeting):
    one, other = (put(meeting, rule="chosen", places=3) for _ in range(2))
    rows = pending(meeting, 10)
    for number, row in enumerate(rows):
        row.chosen.set([one, other] if number % 2 else [other, one])
    said = race(*((lambda key=row.pk: settle(key)) for row in rows))
    assert (said.count("confirmed"), said.count("waiting")) == (3, 7)
    assert faults(meeting) == []


def test_each_organisation_s_first_counter_is_made_once(meeting):
    put(meeting, rule="each", places=2)
    rows = pending(meeting, 6, organisation=factories.organisation())
    said = race(*((lambda key=row.pk: settle(key)) for row in rows))
    assert (said.count("confirmed"), said.count("waiting")) == (2, 4)
    assert Counter.objects.get().taken == 2
    assert faults(meeting) == []


def test_places_lowered_while_people_come(meeting):
    quota = put(meeting, rule="all", places=6)
    rows = pending(meeting, 7)

    def lower():
        put(meeting, rule="all", places=2, quota=quota)
        return "lowered"

    *said, lowered = race(*((lambda key=row.pk: settle(key)) for row in rows), lower)
    quota.refresh_from_db()
    assert said.count("confirmed") == quota.places == (2 if lowered == "lowered" else 6)
    assert faults(meeting) == []


def test_withdrawals_while_offers_are_pending(meeting):
    """One accepts, one declines, two who have a place leave, three come: every place ends with somebody."""
    put(meeting, rule="all", places=4)
    rows = pending(meeting, 9)
    for row in rows:
        settle(row.pk)
    leave(rows[0].pk)
    leave(rows[1].pk)
    offered = list(Registration.objects.filter(state="offered").select_related("event").order_by("queued_at"))
    new = pending(meeting, 3)

    def decline():
        return waiting.decline_offer(by=CLOCK, registration=offered[1]).state

    said = race(
        lambda: accept(offered[0]), decline, lambda: leave(rows[2].pk), lambda: leave(rows[3].pk),
        *((lambda key=row.pk: settle(key)) for row in new),
    )  # fmt: skip
    assert said[:4] == ["confirmed", "withdrawn", "withdrawn", "withdrawn"]
    assert said[4:] == ["waiting"] * 3
    assert states(meeting) == {"confirmed": 1, "offered": 3, "waiting": 3, "withdrawn": 5}
    assert faults(meeting) == []


@pytest.mark.parametrize("milliseconds", [-40, -5, 5, 40])
def test_acceptance_and_expiry_in_the_same_second(meeting, milliseconds):
    """Whichever is first: one of them, or nobody yet; and the place is with exactly one person."""
    put(meeting, rule="all", places=1)
    first, second, _third = rows = pending(meeting, 3)
    for row in rows:
        settle(row.pk)
    leave(first.pk)
    second = Registration.objects.select_related("event").get(pk=second.pk)
    assert second.state == "offered"

    def ends(start):
        start.wait(30)
        return lapse(second)

    def says_yes(start):
        due = timezone.now() + timedelta(milliseconds=milliseconds)
        Registration.objects.filter(pk=second.pk).update(due_at=due)
        start.wait(30)
        return accept(second)

    accepted, lapsed = race(says_yes, ends)
    second.refresh_from_db()
    assert (accepted, lapsed).count("overtaken") >= 1
    assert second.state == ("confirmed" if accepted == "confirmed" else "lapsed" if lapsed == "lapsed" else "offered")
    assert Counter.objects.get().taken == 1
    assert faults(meeting) == []


def test_two_who_say_yes_with_the_same_letter(meeting):
    put(meeting, rule="all", places=1)
    row = factories.registration(event=meeting, state="approval")
    settle(row.pk)
    Registration.objects.filter(pk=row.pk).update(state="offered", due_at=timezone.now() + timedelta(hours=1))
    assert sorted(race(lambda: accept(row), lambda: accept(row))) == ["confirmed", "overtaken"]
    assert faults(meeting) == []


def test_somebody_who_is_being_changed_is_not_passed_by(meeting):
    """The first in line is in somebody's hands when a place comes free: it waits for them, nobody overtakes."""
    put(meeting, rule="all", places=1)
    first, second, third = rows = pending(meeting, 3)
    for row in rows:
        settle(row.pk)

    def edits(start):
        with transaction.atomic():
            Registration.objects.filter(pk=second.pk).update(answers={"1": "no nuts"})
            start.wait(30)
            start.wait(30)
        return "edited"

    def leaves(start):
        start.wait(30)
        said = leave(first.pk)
        start.wait(30)
        return said

    assert race(edits, leaves) == ["edited", "withdrawn"]
    third.refresh_from_db()
    assert third.state == "waiting"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'events.offer_again'")
        assert cursor.fetchone()[0] == 1
    waiting.offer_free(by=CLOCK, event=meeting)
    second.refresh_from_db()
    assert second.state == "offered"
    assert faults(meeting) == []


def test_the_same_form_sent_twice_is_one_registration(meeting):
    """Two clicks, and a third from another window: one row, one place, the same answer."""
    put(meeting, rule="all", places=3)
    person, key = factories.person(), uuid4()
    by = actor_of(person=person)

    def sends():
        return registering.register(by=by, event=meeting, person=person, key=key, language="en").pk

    said = race(sends, sends, sends)
    assert len(set(said)) == 1
    assert states(meeting) == {"confirmed": 1}
    assert Counter.objects.get().taken == 1


def test_two_forms_of_one_person_are_one_registration_or_a_polite_no(meeting):
    put(meeting, rule="all", places=3)
    person = factories.person()
    by = actor_of(person=person)

    def sends(key):
        return lambda: registering.register(by=by, event=meeting, person=person, key=key, language="en").state

    said = race(sends(uuid4()), sends(uuid4()))
    assert sorted(said) in (["confirmed", "confirmed"], ["confirmed", "registration_once"])
    assert states(meeting) == {"confirmed": 1}
    assert faults(meeting) == []
