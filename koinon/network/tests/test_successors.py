"""Freshness and successors: scanners change nothing, one tap is enough, bounces ask the deputy, tasks move over."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit import inbox, links
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import freshness, mandates, successors
from koinon.network.clock import freshness as fresh_clock
from koinon.network.clock import successions as clock
from koinon.network.models import Application, Mandate, Organisation, Succession
from koinon.network.queries.figures import profiles
from tests import factories

pytestmark = pytest.mark.django_db
CLOCK = machine("test")


@pytest.fixture
def deputy(organisation):
    made = factories.person(name="Deputy")
    factories.mandate(organisation=organisation, person=made, role="deputy")
    return made


def ago(days):
    return timezone.now() - timedelta(days=days)


def test_the_yearly_letter_one_tap_and_scanners(organisation, milos, visitor, network):
    Organisation.objects.update(confirmed_at=ago(340))
    fresh_clock.daily(0)
    notice = Notice.objects.get(person=milos)
    assert "still right" in notice.title
    assert len(notice.address) < 300
    fresh_clock.daily(0)
    assert Notice.objects.count() == 1
    for read in (visitor.get, visitor.head, visitor.get):
        assert read(notice.address).status_code == 200
    assert profiles(network)["share"] == 100
    Organisation.objects.update(confirmed_at=ago(400))
    assert profiles(network)["share"] == 0
    assert "Thank you" in visitor.post(notice.address).content.decode()
    organisation.refresh_from_db()
    assert organisation.confirmed_at > ago(1)
    assert visitor.post(notice.address).status_code == 410
    assert profiles(network)["share"] == 100


def test_it_is_asked_again_after_three_weeks_and_then_left_for_a_year(organisation, milos):
    Organisation.objects.update(confirmed_at=ago(400))
    fresh_clock.daily(0)
    Organisation.objects.update(asked_at=ago(22))
    fresh_clock.daily(0)
    assert Notice.objects.count() == 2
    Organisation.objects.update(asked_at=ago(60))
    fresh_clock.daily(0)
    assert Notice.objects.count() == 2


def test_nobody_asks_about_shadows(network):
    factories.member(network)
    Organisation.objects.update(made_at=ago(900))
    fresh_clock.daily(0)
    assert not Notice.objects.exists()


def test_a_stale_page_says_so_and_is_confirmed_from_the_page(organisation, milos, vesa, enter):
    Organisation.objects.update(confirmed_at=ago(400))
    address = reverse("network:organisation", args=[organisation.slug])
    assert "Not confirmed for a year" in enter(vesa).get(address).content.decode()
    enter(milos).post(reverse("network:confirm", args=[organisation.slug]))
    assert "Not confirmed for a year" not in enter(vesa).get(address).content.decode()


def test_a_former_representative_confirms_nothing(organisation, milos, visitor):
    token = links.make(freshness.PURPOSE, o=organisation.pk.hex, p=milos.pk.hex)
    mandates.withdraw(by=CLOCK, mandate=Mandate.objects.get(person=milos))
    assert visitor.post(reverse("network:confirm_link", args=[token])).status_code == 410


def bounce(person, status="5.1.1", is_lasting=True):
    inbox.bounced.gather(
        inbox.Bounce(person.pk, person.email.lower(), status, is_lasting, "User unknown", timezone.now())
    )


def test_a_bounce_asks_the_deputy_who_takes_over_by_one_tap(organisation, milos, deputy, vesa, visitor):
    bounce(milos)
    assert "come back" in Notice.objects.get(person=deputy).title
    address = Notice.objects.get(person=deputy).address
    assert len(address) < 300
    assert visitor.get(address).status_code == 200
    assert Mandate.objects.in_force().get(role="representative").person == milos
    assert visitor.post(address).status_code == 302
    assert Mandate.objects.in_force().get(role="representative").person == deputy
    assert not Mandate.objects.in_force().filter(person=milos).exists()
    assert Succession.objects.get().state == "settled"
    assert visitor.post(address).status_code == 410


def test_passing_troubles_wait_until_they_are_many(organisation, milos, deputy):
    bounce(milos, "4.2.2", is_lasting=False)
    bounce(milos, "5.2.2")
    bounce(milos, "5.2.2")
    assert not Succession.objects.exists()
    bounce(milos, "5.2.2")
    assert Succession.objects.get().why == "bounced"
    bounce(milos)
    assert Succession.objects.count() == 1


def test_a_forged_report_about_somebody_else_does_nothing(organisation, milos):
    inbox.bounced.gather(inbox.Bounce(milos.pk, "other@example.org", "5.1.1", True, "", timezone.now()))
    inbox.bounced.gather(inbox.Bounce(None, milos.email, "5.1.1", True, "", timezone.now()))
    assert not Succession.objects.exists()


def test_without_a_deputy_the_coordinators_look_at_once(organisation, milos, vesa):
    bounce(milos)
    assert Succession.objects.get().state == "escalated"
    assert "come back" in Notice.objects.get(person=vesa).title


def test_a_deputy_who_does_not_answer_is_passed_over(organisation, milos, deputy, vesa):
    mandates.withdraw(by=CLOCK, mandate=Mandate.objects.get(person=milos))
    row = Succession.objects.get()
    assert (row.state, row.why) == ("asked", "left")
    Succession.objects.update(due_on=date.today() + timedelta(days=5))
    clock.daily(0)
    assert Notice.objects.filter(person=deputy, title__contains="no representative").count() == 2
    Succession.objects.update(due_on=date.today() - timedelta(days=1))
    clock.daily(0)
    row.refresh_from_db()
    assert row.state == "escalated"
    for times in (1, 2):
        assert Notice.objects.filter(person=vesa, title__contains="no representative").count() == times
        Succession.objects.update(due_on=date.today() - timedelta(days=1))
        clock.daily(0)
    assert Succession.objects.get().due_on > date.today()


def test_what_hung_on_the_one_before_is_the_successors(organisation, milos, acting):
    application = factories.application(network=factories.network(), organisation=organisation, applicant=milos)
    mandates.withdraw(by=CLOCK, mandate=Mandate.objects.get(person=milos))
    new = factories.person()
    mandates.appoint(by=CLOCK, organisation=organisation, person=new)
    application.refresh_from_db()
    assert application.applicant == new
    assert Succession.objects.get().state == "settled"
    assert application in Application.objects.visible_to(acting(new))
    assert application not in Application.objects.visible_to(acting(milos))


def test_the_representative_reads_letters_after_all(organisation, milos, deputy, vesa, enter, acting):
    bounce(milos)
    row = Succession.objects.get()
    with pytest.raises(Refused):
        successors.reachable(by=acting(factories.person()), succession=row)
    enter(deputy).post(reverse("network:succession", args=[row.pk]), {"reachable": "1"})
    row.refresh_from_db()
    assert row.state == "settled"
    assert not milos.bounces.exists()
    assert Mandate.objects.in_force().get(role="representative").person == milos


def test_nobody_takes_over_who_is_not_the_deputy(organisation, milos, deputy, vesa, acting):
    bounce(milos)
    row, mandate = Succession.objects.get(), Mandate.objects.get(person=deputy)
    for who in (vesa, milos, factories.person()):
        with pytest.raises(Refused):
            successors.take_over(by=acting(who), succession=row, deputy=mandate)


def test_a_deputy_takes_over_signed_in(organisation, milos, deputy, enter):
    bounce(milos)
    address = reverse("network:succession", args=[Succession.objects.get().pk])
    assert "I take over" in enter(deputy).get(address).content.decode()
    assert enter(deputy).post(address, {"take": "1"}).status_code == 302
    assert Mandate.objects.in_force().get(role="representative").person == deputy
