"""Registering stays cheap when many come at once: how often each step asks the database, and that nothing adds to it.

Who signs in, who they are and what they may are three questions of every page; the numbers hold them too.
"""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.events.actions import places
from koinon.events.models import Registration
from koinon.events.rules.registering import GUEST
from koinon.kit import links
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(gathering):
    """A hundred places, some of them taken, and somebody else who is registered."""
    factories.eventquota(event=gathering, places=100)
    for _ in range(3):
        places.settle(factories.registration(event=gathering, state="approval"))
    return gathering


@pytest.fixture
def asked():
    """asked(function) -> how many statements it sends, without those that only mark where a test's own began."""

    def count(act, status=200):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = act()
        assert answer.status_code == status
        return len([each for each in seen if "SAVEPOINT" not in str(each["sql"])])

    return count


def test_a_member_opens_the_page_and_the_form_and_sends_it(full, luka, enter, asked):
    client, form = enter(luka), reverse("events:register", args=[full.slug])
    client.get("/events/")
    assert asked(lambda: client.get(reverse("events:event", args=[full.slug]))) <= 11
    assert asked(lambda: client.get(form)) <= 7
    assert asked(lambda: client.post(form, {"key": str(uuid4()), "listed": "nobody"}), 302) <= 22
    row = Registration.objects.get(person=luka)
    assert row.state == "confirmed"
    client.get("/events/")
    assert asked(lambda: client.get(reverse("events:registration", args=[row.pk]))) <= 6
    assert asked(lambda: client.get(reverse("events:my_events"))) <= 5


def test_a_guest_asks_and_confirms(full, client, asked):
    form = reverse("events:register", args=[full.slug])
    said = {"key": str(uuid4()), "name": "Guest", "email": "guest@example.org", "listed": "nobody"}
    assert asked(lambda: client.get(reverse("events:event", args=[full.slug]))) <= 4
    assert asked(lambda: client.get(form)) <= 3
    assert asked(lambda: client.post(form, said)) <= 13
    row = Registration.objects.get(email="guest@example.org")
    page = reverse("events:guest", args=[links.make(GUEST, registration=str(row.pk))])
    assert asked(lambda: client.get(page)) <= 5
    assert asked(lambda: client.post(page, {"do": "confirm"}), 302) <= 18
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_the_page_asks_the_same_however_many_are_registered_and_wait(full, luka, enter, asked):
    client, page = enter(luka), reverse("events:event", args=[full.slug])
    client.get(page)
    before = asked(lambda: client.get(page))
    for state in ("confirmed", "waiting", "withdrawn") * 3:
        factories.registration(event=full, state=state)
    assert asked(lambda: client.get(page)) == before


def test_one_who_registers_asks_the_same_however_many_are_there(full, stranger, luka, enter, asked):
    def send(person):
        client = enter(person)
        client.get("/events/")
        address = reverse("events:register", args=[full.slug])
        return asked(lambda: client.post(address, {"key": str(uuid4()), "listed": "nobody"}), 302)

    before = send(luka)
    for _ in range(5):
        places.settle(factories.registration(event=full, state="approval"))
    assert send(stranger) == before


@pytest.mark.django_db(transaction=True)
def test_an_event_is_held_in_a_transaction_only(gathering):
    """The sentence is kept, and outside of one it would let go at once."""
    with transaction.atomic():
        assert places.hold(gathering) == gathering
    with pytest.raises(transaction.TransactionManagementError):
        places.hold(gathering)
