"""Attacks on who decides: one's own application or review, what hides after a conflict, roles that have ended."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit import links
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.network.actions import applications, decisions, endorsements, mandates, reviews
from koinon.network.models import Letter, Mandate, Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(network):
    """Another coordinator of the same network."""
    return factories.coordinator(network, name="Second")


@pytest.fixture
def mine(network, vesa):
    """An application of an organisation that the coordinator represents herself."""
    house = factories.organisation()
    factories.mandate(organisation=house, person=vesa)
    return factories.application(network=network, organisation=house, applicant=vesa)


@pytest.fixture
def theirs(network, stranger):
    return factories.application(network=network, organisation=factories.organisation(), applicant=stranger)


def unchanged(row):
    old = row.state
    row.refresh_from_db()
    return row.state == old and not Membership.objects.filter(organisation=row.organisation).exists()


@pytest.mark.parametrize("act", ["admit", "waitlist", "decline"])
def test_nobody_decides_about_their_own_house_while_another_can(act, mine, vesa, second, acting):
    words = {"decline": {"reason": "no"}}.get(act, {})
    with pytest.raises(Refused):
        getattr(decisions, act)(by=acting(vesa), application=mine, **words)
    assert unchanged(mine)
    assert not Letter.objects.exists()


def test_neither_by_the_page_nor_in_bulk(mine, vesa, second, enter, network):
    client = enter(vesa)
    page = reverse("network:application", args=[network.slug, mine.pk])
    assert b"/admit/" not in client.get(page).content
    assert client.post(f"{page}admit/", {"kind": "member"}).status_code in (200, 404)
    many = reverse("network:applications_many", args=[network.slug])
    client.post(many, {"step": "decline", "sure": "1", "application": [str(mine.pk)], "reason": "no"})
    assert unchanged(mine)


def test_the_only_coordinator_may_since_nobody_else_could(mine, vesa, acting):
    decisions.admit(by=acting(vesa), application=mine)
    mine.refresh_from_db()
    assert Membership.objects.filter(organisation=mine.organisation).exists()


def test_another_coordinator_decides_as_ever(mine, second, acting):
    decisions.admit(by=acting(second), application=mine)
    assert Membership.objects.filter(organisation=mine.organisation).exists()


def test_a_reviewer_who_came_to_speak_for_the_applicant_gives_no_points(network, theirs, vesa, acting):
    reviewer = factories.person()
    factories.coordination(network=network, person=reviewer, role="reviewer")
    theirs.state = "review"
    theirs.save()
    row = reviews.ask(by=acting(vesa), application=theirs, person=reviewer)
    reviews.declare(by=acting(reviewer), review=row, is_impartial=True)
    factories.mandate(organisation=theirs.organisation, person=reviewer, role="deputy")
    with pytest.raises(Refused):
        reviews.give(by=acting(reviewer), review=row, verdict="admit", scores={}, text="Wonderful.")
    row.refresh_from_db()
    assert (row.state, row.text) == ("open", "")
    reviews.declare(by=acting(reviewer), review=row, is_impartial=False)
    row.refresh_from_db()
    assert row.state == "conflict", "the honest way stays open"


def test_a_review_is_not_asked_of_the_applicant_nor_of_strangers(network, theirs, stranger, rival, vesa, acting):
    theirs.state = "review"
    theirs.save()
    factories.coordination(network=network, person=stranger, role="reviewer")
    for person in (stranger, rival):
        with pytest.raises(ValidationError):
            reviews.ask(by=acting(vesa), application=theirs, person=person)
    assert not theirs.reviews.exists()


def test_after_a_conflict_nothing_of_the_application_is_to_be_found(network, theirs, vesa, second, acting, enter):
    theirs.state = "review"
    theirs.save()
    row = reviews.ask(by=acting(second), application=theirs, person=vesa)
    reviews.declare(by=acting(vesa), review=row, is_impartial=False)
    decisions.decline(by=acting(second), application=theirs, reason="A private reason")
    letter = Letter.objects.get()
    client = enter(vesa)
    for address in (
        reverse("network:application", args=[network.slug, theirs.pk]),
        reverse("network:letter", args=[letter.pk]),
        reverse("network:letter_pdf", args=[letter.pk]),
    ):
        assert client.get(address).status_code == 404
    board = client.get(reverse("network:applications", args=[network.slug])).content.decode()
    assert str(theirs.pk) not in board
    assert "A private reason" not in board
    assert client.get(reverse("network:letter", args=[letter.pk])).status_code == 404
    assert enter(second).get(reverse("network:letter", args=[letter.pk])).status_code == 200


def test_after_a_conflict_no_letter_tells_what_the_endorser_wrote(network, theirs, vesa, second, acting):
    factories.review(application=theirs, person=vesa, state="conflict")
    made = endorsements.ask(
        by=acting(second), application=theirs, body="Commission", email="c@example.org", language="en"
    )
    link = links.read("network.endorsement", links.make("network.endorsement", endorsement=str(made.pk)))
    endorsements.refuse(by=VISITOR, endorsement=made, link=link, statement="Between us: never.")
    assert not Notice.objects.filter(person=vesa).exists()
    assert Notice.objects.filter(person=second, text__contains="Between us").exists()


def test_a_coordinator_of_another_network_takes_no_step(network, theirs, rival, enter, acting):
    client = enter(rival)
    page = reverse("network:application", args=[network.slug, theirs.pk])
    assert client.get(page).status_code == 404
    for step in ("check", "return", "review", "admit", "waitlist", "decline", "extend", "remind", "withdraw"):
        assert client.post(f"{page}{step}/", {"reason": "x", "kind": "member"}).status_code == 404
    own = reverse("network:application", args=[rival.coordinations.get().network.slug, theirs.pk])
    assert client.post(f"{own}admit/", {"kind": "member"}).status_code == 404
    with pytest.raises(Refused):
        decisions.admit(by=acting(rival), application=theirs)
    assert unchanged(theirs)


def test_a_class_of_another_network_cannot_be_given(network, theirs, vesa, acting, enter):
    foreign = factories.membershipclass(network=factories.network())
    with pytest.raises((Refused, ValidationError)):
        decisions.admit(by=acting(vesa), application=theirs, in_class=foreign)
    factories.membershipclass(network=network)
    page = reverse("network:application", args=[network.slug, theirs.pk])
    enter(vesa).post(f"{page}admit/", {"kind": "member", "in_class": str(foreign.pk)})
    assert unchanged(theirs)


@pytest.fixture
def former(network, organisation):
    """Represented an applicant; the mandate ended today."""
    person = factories.person(name="Former")
    house = factories.organisation()
    mandate = factories.mandate(organisation=house, person=person)
    row = factories.application(network=network, organisation=house, applicant=person, state="returned")
    factories.mandate(organisation=house, person=factories.person(name="Deputy"), role="deputy")
    mandates.withdraw(by=machine("test"), mandate=mandate, why="Left")
    return person, row


def test_a_former_representative_neither_reads_nor_writes_the_application(former, acting, enter, network):
    person, row = former
    client = enter(person)
    assert client.get(reverse("network:application", args=[network.slug, row.pk])).status_code == 404
    assert client.get(reverse("network:application_change", args=[network.slug, row.pk])).status_code == 404
    for act, words in ((applications.change, {"motivation": "Mine!"}), (applications.withdraw, {})):
        with pytest.raises(Refused):
            act(by=acting(person), application=row, **words)
    row.refresh_from_db()
    assert (row.state, row.motivation) == ("returned", "We want to learn.")


def test_a_former_representative_reads_no_letter_and_gets_none(former, vesa, acting, enter):
    person, row = former
    Notice.objects.all().delete()
    decisions.decline(by=acting(vesa), application=row, reason="A private reason")
    letter = Letter.objects.get()
    assert enter(person).get(reverse("network:letter", args=[letter.pk])).status_code == 404
    assert not Notice.objects.filter(person=person).exists()


def test_a_link_to_a_draft_dies_with_the_right_of_who_made_it(network, milos, organisation, enter, stranger):
    house = factories.organisation()
    held = factories.mandate(organisation=house, person=milos)
    version = factories.formversion(form=factories.form(network=network))
    row = factories.application(network=network, organisation=house, applicant=milos, state="draft", version=version)
    factories.mandate(organisation=house, person=factories.person(), role="head")
    shared = enter(milos).post(reverse("network:draft_share", args=[network.slug, row.pk]))
    token = shared.context["address"].rstrip("/").rpartition("/")[2]
    mandates.withdraw(by=machine("test"), mandate=held, why="Left")
    address = reverse("network:draft_join", args=[token])
    for person in (milos, stranger):
        client = enter(person)
        client.get(address)
        client.post(address)
        assert not Mandate.objects.in_force().filter(organisation=house, person=person).exists()


def test_a_link_to_a_draft_made_elsewhere_or_twice_gives_nothing(network, milos, enter, stranger):
    house = factories.organisation()
    factories.mandate(organisation=house, person=milos)
    version = factories.formversion(form=factories.form(network=network))
    row = factories.application(network=network, organisation=house, applicant=milos, state="draft", version=version)
    shared = enter(milos).post(reverse("network:draft_share", args=[network.slug, row.pk]))
    token = shared.context["address"].rstrip("/").rpartition("/")[2]
    assert enter(stranger).post(reverse("network:draft_join", args=[token])).status_code == 302
    late = factories.person()
    assert enter(late).post(reverse("network:draft_join", args=[token])).status_code == 410
    wrong = links.make("network.endorsement", application=str(row.pk), person=str(milos.pk))
    assert enter(late).post(reverse("network:draft_join", args=[wrong])).status_code == 410
    assert not late.mandates.exists()
