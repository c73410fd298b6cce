"""Another network or project: by who may hold in both, and not when somebody who is registered would lose by it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.events.actions import belonging
from koinon.events.models import Event
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(house):
    """Another network of the house."""
    made = factories.network(slug="other-network")
    factories.membership(network=made, organisation=house)
    return made


def said(problem):
    return " ".join(problem.value.message_dict["network"])


def test_it_moves_and_the_chronicle_says_where(acting, mara, gathering, other):
    belonging.move(by=acting(mara), event=gathering, network=other)
    gathering.refresh_from_db()
    assert gathering.network == other
    assert Statement.objects.get(verb="events.event_moved").network == other.pk
    belonging.move(by=acting(mara), event=gathering, network=None)
    gathering.refresh_from_db()
    assert gathering.network is None


def test_only_who_may_hold_in_both(acting, anna, petrit, milos, gathering, mara, house):
    elsewhere = factories.network(slug="elsewhere")
    for person in (anna, petrit, milos):
        with pytest.raises(Refused):
            belonging.move(by=acting(person), event=gathering, network=None)
    with pytest.raises(Refused):
        belonging.move(by=acting(mara), event=gathering, network=elsewhere)
    Event.objects.filter(pk=gathering.pk).update(network=elsewhere)
    gathering.refresh_from_db()
    with pytest.raises(Refused):
        belonging.move(by=acting(mara), event=gathering, network=None)


def test_an_event_for_members_stays_with_members(acting, mara, gathering, other, luka, registration):
    Event.objects.filter(pk=gathering.pk).update(audience="network")
    with pytest.raises(ValidationError) as problem:
        belonging.move(by=acting(mara), event=gathering, network=None)
    assert "say under Rules" in said(problem)
    with pytest.raises(ValidationError) as problem:
        belonging.move(by=acting(mara), event=gathering, network=other)
    assert "1 person who is registered" in said(problem)
    factories.mandate(person=luka, organisation=factories.member(other))
    belonging.move(by=acting(mara), event=gathering, network=other)
    gathering.refresh_from_db()
    assert gathering.network == other


def test_nobody_loses_who_has_left_or_when_everybody_may_come(acting, mara, gathering, other, registration):
    back = gathering.organisation.memberships.first().network
    assert belonging.move(by=acting(mara), event=gathering, network=other).network == other
    Event.objects.filter(pk=gathering.pk).update(audience="network")
    gathering.registrations.update(state="withdrawn")
    assert belonging.move(by=acting(mara), event=gathering, network=back).network == back


def test_nominations_that_wait_for_a_coordinator_hold_it(acting, mara, gathering, other):
    factories.registration(event=gathering, state="sender", nominated_by=gathering.organisation)
    with pytest.raises(ValidationError) as problem:
        belonging.move(by=acting(mara), event=gathering, network=other)
    assert "wait for coordinators" in said(problem)


def test_what_is_over_stays_where_it_was(acting, mara, gathering, other):
    Event.objects.filter(pk=gathering.pk).update(state="reported")
    with pytest.raises(ValidationError):
        belonging.move(by=acting(mara), event=gathering, network=other)


def test_a_project_is_one_that_i_see_from_inside(acting, mara, gathering, visitor):
    mine, theirs = factories.project(lead=mara, network=gathering.network), factories.project()
    by, network = acting(mara), gathering.network
    belonging.move(by=by, event=gathering, network=network, project=mine)
    gathering.refresh_from_db()
    assert gathering.project == mine
    with pytest.raises(Refused):
        belonging.move(by=by, event=gathering, network=network, project=theirs)
    Event.objects.filter(pk=gathering.pk).update(project=theirs)
    gathering.refresh_from_db()
    with pytest.raises(Refused):
        belonging.move(by=by, event=gathering, network=network, project=mine)
    address = reverse("events:event", args=[gathering.slug])
    assert str(theirs) not in visitor.get(address).content.decode(), "the project is not public"


def test_the_page_says_beside_the_field_why_not(enter, mara, anna, gathering, other):
    Event.objects.filter(pk=gathering.pk).update(audience="network")
    client, address = enter(mara), reverse("events:belonging", args=[gathering.slug])
    answer = client.post(address, {"network": "", "project": ""})
    assert "say under Rules" in answer.content.decode()
    assert client.post(address, {"network": str(other.pk), "project": ""}).status_code == 302
    page = enter(anna).get(address).content.decode()
    assert "<select" not in page
    assert "can change it" in page


def test_the_list_of_events_is_narrowed_to_one_of_my_networks(enter, mara, gathering, other, visitor):
    factories.event(network=other, names={"en": "Meeting of the others"})
    client, address = enter(mara), reverse("events:events")
    page = client.get(address).content.decode()
    assert 'name="network"' in page
    some = client.get(address, {"network": "other-network"}).content.decode()
    assert "Meeting of the others" in some
    assert "Conference of hubs" not in some
    assert 'name="network"' not in visitor.get(address).content.decode()
    assert "Conference of hubs" in visitor.get(address, {"network": "other-network"}).content.decode(), "not theirs"
