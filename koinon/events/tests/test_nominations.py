"""The chain: an organisation nominates, the person says yes, the sending coordinator sends, the organiser decides."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from koinon.accounts import seams
from koinon.events.actions import nominations, people, registering
from koinon.events.models import Registration
from koinon.events.queries.nominations import to_send
from koinon.events.rules.registering import GUEST
from koinon.kit import links
from koinon.kit.verbs import VISITOR, Refused
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def summit(gathering):
    """The event, by nomination only, decided by its organisers."""
    gathering.by_nomination = gathering.asks_approval = True
    gathering.save()
    return gathering


def nominate(by, event, organisation, email="colleague@example.org", **facts):
    return nominations.nominate(
        by=by, event=event, organisation=organisation, name="A colleague", email=email,
        key=facts.pop("key", None) or uuid4(), **facts,
    )  # fmt: skip


def link_of(row):
    return links.read(GUEST, links.make(GUEST, registration=str(row.pk)))


def accept(row):
    return nominations.accept(by=VISITOR, registration=row, link=link_of(row))


def test_the_whole_way(summit, milos, vesa, anna, acting, organisation, letters):
    row = nominate(acting(milos), summit, organisation)
    assert (row.state, row.how, row.nominated_by) == ("draft", "nominated", organisation)
    assert [each["to"] for each in letters()] == ["colleague@example.org"]
    row = accept(row)
    assert row.state == "sender"
    assert told(vesa, "events.organising")
    row = people.send_on(by=acting(vesa), registration=row)
    assert (row.state, row.sent_by) == ("approval", vesa)
    assert people.approve(by=acting(anna), registration=row).state == "confirmed"


def test_nobody_registers_by_themselves(summit, luka, acting):
    with pytest.raises(ValidationError, match="nominate"):
        registering.register(by=acting(luka), event=summit, person=luka, key=uuid4())


def test_only_who_speaks_for_the_organisation_nominates(summit, luka, rival, stranger, vesa, acting, organisation):
    for by in (luka, rival, stranger, vesa):
        with pytest.raises(Refused):
            nominate(acting(by), summit, organisation)


def test_who_speaks_for_another_house_does_not_nominate_for_ours(summit, mara, acting, organisation):
    with pytest.raises(Refused):
        nominate(acting(mara), summit, organisation)


def test_only_the_coordinator_of_the_network_that_sends_sends(summit, milos, mara, anna, rival, acting, organisation):
    row = accept(nominate(acting(milos), summit, organisation))
    for by in (milos, mara, anna, rival):
        with pytest.raises(Refused):
            people.send_on(by=acting(by), registration=row)


def test_of_another_network_its_own_coordinator_sends(summit, vesa, acting):
    network = factories.network()
    abroad = factories.member(network)
    speaker, coordinator = factories.representative(abroad), factories.coordinator(network)
    summit.audience = "public"
    summit.save()
    row = accept(nominate(acting(speaker), summit, abroad))
    assert list(to_send(acting(coordinator))) == [row]
    assert not to_send(acting(vesa))
    with pytest.raises(Refused):
        people.send_on(by=acting(vesa), registration=row)
    assert people.send_on(by=acting(coordinator), registration=row).state == "approval"


def test_a_no_of_the_coordinator_says_why(summit, milos, vesa, acting, organisation):
    row = accept(nominate(acting(milos), summit, organisation))
    row = people.reject(by=acting(vesa), registration=row, why="We send two people already.")
    assert (row.state, row.decided_by) == ("rejected", vesa)


def test_a_nomination_is_taken_back_while_nobody_has_decided(summit, milos, vesa, anna, acting, organisation):
    row = nominate(acting(milos), summit, organisation)
    row = registering.withdraw(by=acting(milos), registration=row)
    assert row.state == "withdrawn"
    second = accept(nominate(acting(milos), summit, organisation))
    people.send_on(by=acting(vesa), registration=second)
    people.approve(by=acting(anna), registration=second)
    with pytest.raises(Refused):
        registering.withdraw(by=acting(milos), registration=second)


def test_an_address_that_is_registered_gets_its_letter_and_the_nominator_learns_nothing(
    gathering, milos, acting, organisation, letters
):
    there = factories.registration(event=gathering, person=None, email="colleague@example.org")
    row = nominate(acting(milos), gathering, organisation)
    assert row.pk == there.pk
    assert Registration.objects.count() == 1
    assert [each["to"] for each in letters()] == ["colleague@example.org"]


def test_twice_the_same_person_of_ours_is_said(summit, milos, acting, organisation):
    nominate(acting(milos), summit, organisation)
    with pytest.raises(ValidationError, match="already"):
        nominate(acting(milos), summit, organisation)


def test_who_nominated_hears_of_a_no(summit, milos, acting, organisation):
    row = nominate(acting(milos), summit, organisation)
    registering.withdraw(by=VISITOR, registration=row, link=link_of(row))
    assert told(milos, "events.organising") == ["A colleague cannot come: Conference of hubs"]


def test_somebody_with_an_account_finds_it_on_the_desk_and_says_yes_there(summit, milos, luka, acting, organisation):
    row = nominate(acting(milos), summit, organisation, email=luka.email)
    titles = [item.title for lent in seams.desk_items.gather(acting(luka)) for item in lent]
    assert any("nominated" in title for title in titles)
    with pytest.raises(Refused):
        nominations.accept(by=acting(milos), registration=row)
    assert nominations.accept(by=acting(luka), registration=row).state == "sender"


def test_pages_of_the_chain(summit, milos, vesa, enter, acting, organisation):
    vesa.has_second_factor = True
    vesa.save()
    page = enter(milos).get(f"/events/{summit.slug}/nominate/")
    key = page.context["form"]["key"].value()
    sent = {"key": key, "name": "A colleague", "email": "colleague@example.org", "organisation": str(organisation.pk)}
    assert enter(milos).post(f"/events/{summit.slug}/nominate/", sent).status_code == 302
    row = Registration.objects.get()
    token = links.make(GUEST, registration=str(row.pk))
    shown = enter(milos).get(f"/registrations/as/{token}/")
    assert "You are nominated" in shown.content.decode()
    assert enter(milos).post(f"/registrations/as/{token}/", {"name": "A colleague"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "sender"
    assert enter(vesa).get(f"/registrations/{row.pk}/sending/").status_code == 200
    assert enter(vesa).post(f"/registrations/{row.pk}/sending/", {}).status_code == 302
    row.refresh_from_db()
    assert row.state == "approval"
