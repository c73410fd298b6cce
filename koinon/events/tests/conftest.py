"""One event with its people: mara's house holds it, anna organises it, petrit keeps its door, luka takes part."""

import pytest
from django.db import connection

from tests import factories


@pytest.fixture
def house(network):
    """The organisation that holds the event; a member of the network."""
    return factories.member(network, slug="house", names={"en": "House of hubs"})


@pytest.fixture
def mara(house):
    """Represents the house."""
    return factories.representative(house, name="Mara")


@pytest.fixture
def gathering(house, network):
    """Published, for everybody, with one session as long as itself."""
    made = factories.event(organisation=house, network=network, slug="gathering", admits_guests=True)
    factories.eventsession(event=made, starts_at=made.starts_at, ends_at=made.ends_at)
    return made


@pytest.fixture
def anna(gathering):
    """Organises the event, of no organisation."""
    made = factories.person(name="Anna")
    factories.helper(event=gathering, person=made)
    return made


@pytest.fixture
def petrit(gathering):
    """Keeps its door."""
    made = factories.person(name="Petrit")
    factories.helper(event=gathering, person=made, role="door")
    return made


@pytest.fixture
def luka(db):
    """Takes part in the event (ask for `registration` too)."""
    return factories.person(name="Luka")


@pytest.fixture
def registration(gathering, luka):
    return factories.registration(event=gathering, person=luka)


@pytest.fixture
def letters(db):
    """letters() -> arguments of all queued letters, oldest first."""

    def read():
        with connection.cursor() as cursor:
            cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'kit.deliver' ORDER BY id")
            rows = [row[0] for row in cursor.fetchall()]
        return [row if isinstance(row, dict) else __import__("json").loads(row) for row in rows]

    return read
