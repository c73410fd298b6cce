"""A programme of a hub with its first facilitator, what she delivers, and who came of it."""

import pytest

from tests import factories


@pytest.fixture
def hub(network):
    """The organisation that runs the programme; a member of the network."""
    return factories.member(network, slug="hub", names={"en": "Hub"})


@pytest.fixture
def mara(hub):
    """Represents the hub: she runs the programme."""
    return factories.representative(hub, name="Mara")


@pytest.fixture
def programme(network, hub):
    """Running, public, with a course; one piece of evidence and one observed session are asked for."""
    course = factories.course(organisation=hub, network=network)
    return factories.programme(network=network, organisation=hub, slug="leaders", course=course)


@pytest.fixture
def grant(programme):
    """Of the first generation, held by `fatmir`."""
    return factories.cascadegrant(programme=programme, person=factories.person(name="Fatmir"))


@pytest.fixture
def fatmir(grant):
    """Facilitator of the first generation."""
    return grant.person


@pytest.fixture
def delivery(grant):
    """What Fatmir delivers today."""
    return factories.delivery(grant=grant)


@pytest.fixture
def luka(delivery):
    """Took part in Fatmir's delivery to its end, and has an account."""
    made = factories.person(name="Luka")
    factories.participant(delivery=delivery, person=made, name="Luka", has_finished=True)
    type(delivery).objects.filter(pk=delivery.pk).update(number_reached=1, number_finished=1)
    return made


@pytest.fixture
def supervisor(delivery):
    """Named by the programme to look after Fatmir's delivery."""
    made = factories.person(name="Sofia")
    factories.cascadegrant(
        programme=delivery.programme, person=made, state="expired", since="2020-01-01", until="2021-01-01"
    )
    type(delivery).objects.filter(pk=delivery.pk).update(supervisor=made)
    delivery.refresh_from_db()
    return made


@pytest.fixture
def next_grant(delivery, luka):
    """Luka's grant, of the second generation."""
    return factories.cascadegrant(parent=delivery, person=luka)


@pytest.fixture
def next_delivery(next_grant):
    return factories.delivery(grant=next_grant, title="The second evening")


@pytest.fixture
def toolkit(programme):
    """Published, with one activity."""
    made = factories.toolkit(programme=programme)
    factories.activity(toolkit=made)
    type(made).objects.filter(pk=made.pk).update(state="published", published_at="2026-11-01T10:00Z")
    made.refresh_from_db()
    return made
