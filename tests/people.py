"""Three named people (and two more) who try every door.

vesa coordinates the network Lake Cities; milos represents a member of it; a stranger is signed in and belongs nowhere;
a visitor is not signed in; a rival coordinates another network.
"""

import pytest
from django.test import Client

from koinon.accounts.models import Notice
from tests import factories


@pytest.fixture
def network(db):
    return factories.network(slug="lake-cities", is_public=False)


@pytest.fixture
def organisation(network):
    return factories.member(network)


@pytest.fixture
def vesa(network):
    """Coordinator of the network."""
    return factories.coordinator(network, name="Vesa")


@pytest.fixture
def milos(organisation):
    """Representative of the member organisation."""
    return factories.representative(organisation, name="Miloš")


@pytest.fixture
def stranger(db):
    return factories.person(name="Stranger")


@pytest.fixture
def rival(db):
    """Coordinator of another network."""
    return factories.coordinator(factories.network(is_public=False), name="Rival")


@pytest.fixture
def visitor():
    return Client()


@pytest.fixture
def enter():
    """enter(person) -> a Client that is signed in."""

    def sign_in(person):
        client = Client()
        client.force_login(person, backend="koinon.accounts.adapter.Backend")
        return client

    return sign_in


@pytest.fixture
def acting():
    """acting(person) -> the Actor of that person now."""
    from koinon.accounts.queries import actor_of

    return lambda person: actor_of(person=person)


def told(person, kind=""):
    """Titles of what somebody was told, the first first; of one kind only if it is named."""
    rows = Notice.objects.filter(person=person, **({"kind": kind} if kind else {}))
    return list(rows.order_by("pk").values_list("title", flat=True))
