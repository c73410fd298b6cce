"""Two clicks at the same instant, one form from two windows, a decision beside a withdrawal: one of them counts."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from koinon.events.actions import people, registering
from koinon.events.models import Counter, Hold, Registration
from koinon.kit.verbs import VISITOR, machine
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each gave, or the kind of refusal; all begin together, each with a connection of its own."""

    def run(act):
        try:
            return act()
        except (ValidationError, IntegrityError) as problem:
            return type(problem)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return [done.result(60) for done in [crowd.submit(run, act) for act in acts]]


def fresh(row):
    return Registration.objects.select_related("event", "person").get(pk=row.pk)


def test_one_form_from_six_windows_is_one_registration(gathering, luka):
    factories.eventquota(event=gathering, places=5)
    key, clerk = uuid4(), machine("test")
    found = at_once(
        *[lambda: registering.register(by=clerk, event=gathering, person=luka, key=key) for _ in range(6)]
    )  # fmt: skip
    assert len({row.pk for row in found}) == 1
    assert (Registration.objects.count(), Hold.objects.count(), Counter.objects.get().taken) == (1, 1, 1)


def test_six_forms_of_one_person_are_one_registration(gathering, luka):
    factories.eventquota(event=gathering, places=5)
    clerk = machine("test")
    found = at_once(
        *[lambda: registering.register(by=clerk, event=gathering, person=luka, key=uuid4()) for _ in range(6)]
    )  # fmt: skip
    assert found.count(IntegrityError) == 5
    assert Counter.objects.get().taken == 1


def test_six_forms_of_one_guest_are_one_registration(gathering):
    def send():
        return registering.register(
            by=VISITOR, event=gathering, key=uuid4(), name="Guest", email="guest@example.org"
        ).pk  # fmt: skip

    assert len(set(at_once(*[send] * 6))) == 1


def test_the_letter_and_the_account_at_once_are_one_registration(gathering, luka):
    factories.eventquota(event=gathering, places=5)
    clerk = machine("test")
    row = registering.register(by=VISITOR, event=gathering, key=uuid4(), name="Guest", email=luka.email)
    at_once(
        lambda: registering.confirm_email(by=clerk, registration=fresh(row)),
        lambda: registering.register(by=clerk, event=gathering, person=luka, key=uuid4()),
    )
    assert Registration.objects.filter(state="confirmed").count() == 1
    assert Counter.objects.get().taken == 1


def test_approving_beside_rejecting_beside_withdrawing_leaves_no_place_held_by_nobody(gathering):
    factories.eventquota(event=gathering, places=1)
    clerk = machine("test")
    row = factories.registration(event=gathering, state="approval")
    waits = factories.registration(event=gathering, state="waiting")
    at_once(
        lambda: people.approve(by=clerk, registration=fresh(row)),
        lambda: people.reject(by=clerk, registration=fresh(row), why="No"),
        lambda: registering.withdraw(by=clerk, registration=fresh(row)),
    )
    row.refresh_from_db()
    held = Hold.objects.filter(registration__state__in=["confirmed", "offered"]).count()
    assert held == Hold.objects.count() == Counter.objects.get().taken
    assert row.state in ("withdrawn", "rejected", "waiting", "confirmed")
    waits.refresh_from_db()
    assert waits.state in ("waiting", "offered")
