"""Mandates: who speaks for an organisation today, and who does not any more."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.accounts.queries import roles_held
from koinon.kit import doors
from koinon.kit.forms import Form
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network import queries
from koinon.network.actions import mandates, organisations
from koinon.network.models import Mandate, Organisation, days
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_representative_appoints_a_deputy_by_a_decision(organisation, milos, stranger, acting, pdf):
    made = mandates.appoint(
        by=acting(milos),
        organisation=organisation,
        person=stranger,
        role="deputy",
        decision="Decision 214/2026",
        decided_on=date(2026, 1, 7),
        letter=pdf,
    )
    assert made.letter.media_type == "application/pdf"
    assert acting(stranger).holds("deputy", organisation.pk)
    assert Statement.objects.get(verb="network.mandate_given").actor == milos.alias
    assert "You speak for" in Notice.objects.get(person=stranger).title


def test_a_letter_that_is_no_letter_is_refused_beside_its_field(organisation, milos, stranger, acting):
    from django.core.files.uploadedfile import SimpleUploadedFile

    evil = SimpleUploadedFile("letter.pdf", b"MZ\x90 I am a program")
    with pytest.raises(ValidationError) as problem:
        mandates.appoint(by=acting(milos), organisation=organisation, person=stranger, role="deputy", letter=evil)
    assert "letter" in problem.value.error_dict


@pytest.mark.parametrize("role", ["head", "representative"])
def test_the_database_refuses_two_at_once(role, organisation, stranger):
    factories.mandate(organisation=organisation, person=factories.person(), role=role)
    with pytest.raises(IntegrityError, match="mandate_one_head_or_representative"), transaction.atomic():
        factories.mandate(organisation=organisation, person=stranger, role=role)


def test_the_refusal_is_explained_beside_the_field(organisation, milos, stranger, acting):
    from django import forms

    class Appoint(Form):
        role = forms.CharField()

    form = Appoint({"role": "representative"})
    assert not form.does(mandates.appoint, by=acting(milos), organisation=organisation, person=stranger)
    assert "hand-over" in form.errors["role"][0]


def test_a_contact_may_have_two_topics_but_each_once(organisation, stranger):
    factories.mandate(organisation=organisation, person=stranger, role="contact", topic="Energy")
    factories.mandate(organisation=organisation, person=stranger, role="contact", topic="Youth")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.mandate(organisation=organisation, person=stranger, role="contact", topic="Youth")


def test_after_a_hand_over_the_former_representative_can_do_nothing(
    network, organisation, milos, stranger, acting, enter
):
    old = organisation.mandates.get(person=milos)
    before = acting(milos)
    mandates.appoint(by=before, organisation=organisation, person=stranger, role="representative", takes_over=old)
    old.refresh_from_db()
    assert old.period.upper == date.today()
    now = acting(milos)
    assert not now.roles
    assert not Organisation.objects.manageable_by(now).exists()
    for verb, facts in [
        (organisations.edit, {"organisation": organisation, "size": "1-9"}),
        (mandates.appoint, {"organisation": organisation, "person": milos, "role": "deputy"}),
        (mandates.withdraw, {"mandate": organisation.mandates.get(person=stranger)}),
    ]:
        with pytest.raises(Refused):
            verb(by=now, **facts)
    client = enter(milos)
    for page in ("organisation", "organisation_edit", "people", "invite"):
        assert client.get(reverse(f"network:{page}", args=[organisation.slug])).status_code == 404
    assert Notice.objects.filter(person=milos, title__startswith="Your mandate").count() == 0  # it was milos who did it
    assert acting(stranger).holds("representative", organisation.pk)


def test_both_are_told_when_somebody_else_hands_over(organisation, milos, stranger, vesa, acting):
    facts = {"organisation": organisation, "person": stranger, "takes_over": organisation.mandates.get()}
    mandates.appoint(by=acting(vesa), decision="Decision 9", **facts)
    assert "has ended" in Notice.objects.get(person=milos).title
    assert "You speak for" in Notice.objects.get(person=stranger).title


def test_a_mandate_may_end_on_the_day_it_began(organisation, stranger, acting):
    made = mandates.appoint(
        by=acting(_representative(organisation)), organisation=organisation, person=stranger, role="deputy"
    )
    mandates.withdraw(by=acting(stranger), mandate=made, why="A mistake")
    assert not acting(stranger).roles
    made.refresh_from_db()
    assert made.cut_at is not None
    assert made.period.lower == date.today()
    with pytest.raises(ValidationError, match="ended already"):
        mandates.withdraw(by=acting(_representative_of(organisation)), mandate=made)


def _representative(organisation):
    return factories.representative(organisation)


def _representative_of(organisation):
    return organisation.mandates.get(role="representative").person


def test_a_mandate_of_tomorrow_or_yesterday_gives_nothing(organisation, stranger, acting):
    for period in (days(date.today() + timedelta(days=1)), days(date(2020, 1, 1), date.today() - timedelta(days=1))):
        factories.mandate(organisation=organisation, person=stranger, role="head", period=period)
    assert not acting(stranger).roles
    factories.mandate(organisation=organisation, person=stranger, role="deputy", confirmed=False)
    assert not acting(stranger).roles


@pytest.mark.parametrize("who", ["stranger", "rival", "deputy"])
def test_others_appoint_nobody(who, organisation, milos, request, acting):
    deputy = factories.person()
    factories.mandate(organisation=organisation, person=deputy, role="deputy")
    person = deputy if who == "deputy" else request.getfixturevalue(who)
    facts = {"by": acting(person), "organisation": organisation, "person": person, "role": "head"}
    with pytest.raises(Refused):
        mandates.appoint(**facts, decision="I say so")


def test_a_deputy_appoints_contacts(organisation, milos, stranger, acting):
    deputy = factories.person()
    factories.mandate(organisation=organisation, person=deputy, role="deputy")
    facts = {"organisation": organisation, "person": stranger, "role": "contact", "topic": "Libraries"}
    assert mandates.appoint(by=acting(deputy), **facts).topic == "Libraries"


def test_a_coordinator_brings_a_new_representative_only_by_a_decision(
    organisation, milos, stranger, vesa, rival, acting
):
    facts = {"organisation": organisation, "person": stranger, "takes_over": organisation.mandates.get()}
    with pytest.raises(Refused):
        mandates.appoint(by=acting(vesa), **facts)
    with pytest.raises(Refused):
        mandates.appoint(by=acting(rival), decision="Decision 9", **facts)
    assert mandates.appoint(by=acting(vesa), decision="Decision 9 of the council", **facts).decision


def test_where_nobody_leads_a_coordinator_appoints(organisation, stranger, vesa, acting):
    mandates.appoint(by=acting(vesa), organisation=organisation, person=stranger)
    assert acting(stranger).holds("representative", organisation.pk)


def test_a_mandate_of_another_organisation_cannot_be_taken_over(organisation, milos, stranger, acting):
    other = factories.representative(factories.organisation())
    facts = {"organisation": organisation, "person": stranger, "role": "deputy", "takes_over": other.mandates.get()}
    mandates.appoint(by=acting(milos), **facts)
    assert other.mandates.get() in Mandate.objects.in_force()


def test_the_page_shows_decisions_and_history(organisation, milos, enter, acting, stranger):
    old = organisation.mandates.get()
    Mandate.objects.filter(pk=old.pk).update(decision="Decision 1/2020")
    by = queries.speaking_for(acting(milos), organisation)
    mandates.appoint(by=by, organisation=organisation, person=stranger, decision="Decision 2/2026", takes_over=old)
    page = enter(stranger).get(reverse("network:people", args=[organisation.slug])).content.decode()
    assert "Decision 1/2020" in page[page.index('id="before"') :]
    assert "Decision 2/2026" in page[page.index('id="now"') : page.index('id="before"')]
    assert Statement.objects.get(verb="network.mandate_given").organisation == organisation.pk


def test_a_person_withdraws_on_the_page_and_lands_on_the_desk(organisation, milos, enter):
    answer = enter(milos).post(
        reverse("network:mandate_withdraw", args=[organisation.mandates.get().pk]), {"why": "Retired"}
    )
    assert answer["Location"] == reverse("accounts:desk")
    assert not Mandate.objects.in_force().exists()
    assert doors.fetch(Mandate.objects.all(), ended_why="Retired")


def test_the_letter_is_served_as_a_download(organisation, milos, letter, enter):
    row = organisation.mandates.get()
    row.letter = letter
    row.save()
    answer = enter(milos).get(reverse("network:mandate_letter", args=[row.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_roles_are_asked_in_one_query(organisation, milos, django_assert_num_queries):
    for _ in range(3):
        other = factories.member(factories.network())
        factories.mandate(organisation=other, person=milos, role="deputy")
    with django_assert_num_queries(1):
        roles = roles_held(milos.pk)
    assert sorted(role for held in roles.values() for role in held) == ["deputy"] * 3 + ["member"] * 4 + [
        "representative"
    ]
