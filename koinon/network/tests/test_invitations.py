"""Invitations: one tap, once, by the person invited, while the one who invited still may."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from koinon.accounts.models import Notice, Person
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network import queries
from koinon.network.actions import invitations, mandates
from koinon.network.models import Coordination, Invitation, Mandate
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "new.person@example.org"


def letters():
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="kit.deliver").order_by("id")]


def link_in(letter):
    return re.search(r"http://testserver(/invitations/\S+)", letter["text"]).group(1)


def invite(by, organisation, **facts):
    return invitations.invite(by=by, organisation=organisation, **{"email": NEW, "language": "en", **facts})


@pytest.fixture
def address(organisation, milos, acting):
    """The link in the letter of a hand-over that milos sent."""
    invite(acting(milos), organisation, decision="Decision 7", message="Please take over.")
    return link_in(letters()[-1])


def test_the_letter_speaks_the_language_of_the_guest(organisation, milos, acting):
    invite(acting(milos), organisation, language="sq", email="Guest@Example.org")
    letter = letters()[-1]
    assert (letter["to"], letter["language"]) == ("guest@example.org", "sq")
    assert Invitation.objects.get().email == "guest@example.org"


def test_opening_the_link_changes_nothing(address, visitor, milos):
    page = visitor.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Decision 7" in text
    assert "You take over from" in text
    assert "Please take over." in text
    assert "no-referrer" not in text  # browsers would send Origin: null, and accepting would be refused
    assert Invitation.objects.get().state == "open"
    assert not Person.objects.filter(email=NEW).exists()


def test_accepting_makes_the_account_confirms_the_address_and_hands_over(address, visitor, organisation, milos, acting):
    answer = visitor.post(address, {"name": "Ana"})
    assert answer.status_code == 302
    ana = Person.objects.get(email=NEW)
    assert (ana.name, ana.emailaddress_set.get().verified) == ("Ana", True)
    assert acting(ana).holds("representative", organisation.pk)
    assert not acting(milos).roles
    mandate = Mandate.objects.in_force().get(organisation=organisation)
    assert (mandate.person, mandate.decision) == (ana, "Decision 7")
    assert "has ended" in Notice.objects.get(person=milos).title
    assert visitor.get(reverse("network:people", args=[organisation.slug])).status_code == 200
    assert Statement.objects.filter(verb="network.invitation_accepted").count() == 1


def test_a_replayed_link_is_told_so_and_does_nothing(address, visitor):
    visitor.post(address, {"name": "Ana"})
    before = Mandate.objects.count()
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address, {"name": "Mallory"} if method == "post" else None)
        assert answer.status_code == 410
        assert "used already" in answer.content.decode()
    assert Mandate.objects.count() == before


def test_a_name_is_needed_of_those_who_are_new(address, visitor):
    page = visitor.post(address, {"name": " "})
    assert page.status_code == 200
    assert Invitation.objects.get().state == "open"
    assert visitor.post(address, {"name": "Ana"}).status_code == 302


def test_somebody_who_is_here_already_needs_no_name(address, visitor, organisation, acting):
    known = factories.person(email=NEW, name="Ana")
    assert visitor.post(address, {}).status_code == 302
    assert acting(known).holds("representative", organisation.pk)


def test_somebody_signed_in_with_another_address_is_asked_to_sign_out(address, stranger, enter, acting):
    page = enter(stranger).post(address, {"name": "Mallory"}).content.decode()
    assert "You are signed in with another address" in page
    assert not acting(stranger).roles
    assert Invitation.objects.get().state == "open"


@pytest.mark.parametrize("broken", ["x", "{}x", "{}/", "a" * 500])
def test_a_forged_or_cut_link_is_refused(broken, address, visitor):
    token = address.split("/")[2]
    forged = reverse("network:invitation", args=[broken.format(token).strip("/") + "y"])
    answer = visitor.post(forged, {"name": "Mallory"})
    assert answer.status_code == 410
    assert not Person.objects.filter(name="Mallory").exists()


def test_a_link_for_another_purpose_opens_nothing(visitor, organisation):
    row = factories.invitation(organisation=organisation)
    token = links.make("accounts.entrance", invitation=str(row.pk))
    assert visitor.get(reverse("network:invitation", args=[token])).status_code == 410


def test_a_guest_says_no_and_the_inviter_hears_it(address, visitor, milos):
    assert "that is fine" in visitor.post(address, {"refuse": "1"}).content.decode()
    assert Invitation.objects.get().state == "refused"
    assert NEW in Notice.objects.get(person=milos).title
    assert not Person.objects.filter(email=NEW).exists()


def test_a_withdrawn_invitation_opens_nothing(address, visitor, milos, enter):
    enter(milos).post(reverse("network:invitation_withdraw", args=[Invitation.objects.get().pk]))
    assert visitor.post(address, {"name": "Ana"}).status_code == 410
    assert not Person.objects.filter(email=NEW).exists()


def test_after_its_last_day_an_invitation_opens_nothing_even_if_the_clock_slept(address, visitor):
    Invitation.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert visitor.post(address, {"name": "Ana"}).status_code == 410
    assert Invitation.objects.get().state == "open"


def test_the_letter_of_a_former_representative_opens_nothing(address, visitor, organisation, milos, stranger, acting):
    old = organisation.mandates.get(person=milos)
    mandates.appoint(by=acting(milos), organisation=organisation, person=stranger, takes_over=old)
    page = visitor.post(address, {"name": "Accomplice"})
    assert "may not do so any more" in page.content.decode()
    assert not Person.objects.filter(email=NEW).exists()
    assert Mandate.objects.in_force().get(organisation=organisation).person == stranger


def test_one_open_invitation_for_one_address_and_role(organisation, milos, acting, enter):
    invite(acting(milos), organisation)
    with pytest.raises(IntegrityError, match="invitation_one_open"), transaction.atomic():
        factories.invitation(organisation=organisation, email=NEW.upper(), role="representative")
    said = {"email": NEW, "role": "representative", "language": "en"}
    page = enter(milos).post(reverse("network:invite", args=[organisation.slug]), said).content.decode()
    assert "invited already" in page


@pytest.mark.parametrize("who", ["stranger", "rival", "vesa"])
def test_others_invite_nobody(who, organisation, milos, request, acting):
    with pytest.raises(Refused):
        invite(acting(request.getfixturevalue(who)), organisation)


def test_the_one_in_office_hears_at_once_when_a_coordinator_invites_another(organisation, milos, vesa, acting):
    invite(acting(vesa), organisation, decision="Decision 9")
    notice = Notice.objects.get(person=milos)
    assert "Somebody else was invited" in notice.title
    assert "Decision 9" in notice.text


def test_a_coordinator_invites_another_one(network, vesa, visitor, enter, acting):
    said = {"email": NEW, "role": "coordinator", "language": "lt"}
    assert enter(vesa).post(reverse("network:staff", args=[network.slug]), said).status_code == 302
    visitor.post(link_in(letters()[-1]), {"name": "Ana"})
    assert acting(Person.objects.get(email=NEW)).holds("coordinator", network.pk)
    assert Coordination.objects.filter(network=network).count() == 2


def test_a_role_of_the_other_kind_is_refused(network, organisation, vesa, milos, acting):
    with pytest.raises(ValidationError):
        invitations.invite(by=acting(vesa), network=network, email=NEW, language="en", role="head")
    with pytest.raises(ValidationError):
        invite(acting(milos), organisation, role="coordinator")


def test_the_page_logs_whose_act_it_was(organisation, milos, enter):
    said = {"email": NEW, "role": "deputy", "language": "en"}
    enter(milos).post(reverse("network:invite", args=[organisation.slug]), said)
    said_so = Statement.objects.get(verb="network.invited")
    assert (said_so.organisation, said_so.actor) == (organisation.pk, milos.alias)
    assert queries.speakers_of(organisation) == [milos]


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_instant_make_one_mandate(organisation, milos, acting):
    invite(acting(milos), organisation)
    row = Invitation.objects.get()
    link = links.read("network.invitation", link_in(letters()[-1]).split("/")[2])
    start = Barrier(2)

    def tap(_number):
        mine = Invitation.objects.get(pk=row.pk)
        start.wait(timeout=10)
        try:
            invitations.accept(by=acting(milos), invitation=mine, link=link, name="Ana")
        except (links.Broken, ValidationError) as problem:
            return str(problem)
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(tap, range(2)))
    assert answers[1] == "accepted" or answers[0] == "accepted"
    assert sum(answer == "accepted" for answer in answers) == 1
    assert Mandate.objects.in_force().filter(organisation=organisation).count() == 1
