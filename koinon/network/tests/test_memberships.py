"""Memberships: dated, never two at once, ended with a reason, kept."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit.forms import CONFLICTS, Form
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import memberships
from koinon.network.models import Membership, last_day
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_membership_begins_and_is_told_in_the_chronicle(network, vesa, acting):
    row = factories.organisation()
    made = memberships.begin(by=acting(vesa), network=network, organisation=row, kind="partner")
    assert made in Membership.objects.active()
    assert Statement.objects.get(verb="network.membership_begun").network == network.pk


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_only_the_coordinator_begins_one(who, network, request, acting):
    me = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        memberships.begin(by=me, network=network, organisation=factories.organisation())


def test_the_database_refuses_two_at_once(network, organisation):
    with pytest.raises(IntegrityError, match="membership_once_at_a_time"), transaction.atomic():
        factories.membership(network=network, organisation=organisation)


def test_the_refusal_is_explained_beside_the_field(network, organisation, vesa, acting):
    class Begin(Form):
        since = forms.DateField()

    form = Begin({"since": "2024-01-01"})
    assert not form.does(memberships.begin, by=acting(vesa), network=network, organisation=organisation)
    assert form.errors["since"] == ["This organisation is a member already in that time."]
    assert "membership_once_at_a_time" in CONFLICTS


def test_a_period_ends_after_it_begins(network, vesa, acting):
    with pytest.raises(ValidationError):
        memberships.begin(
            by=acting(vesa),
            network=network,
            organisation=factories.organisation(),
            since=date(2026, 5, 2),
            until=date(2026, 5, 1),
        )


def test_the_coordinator_ends_a_membership_and_both_sides_hear_why(network, organisation, milos, vesa, enter):
    row = Membership.objects.get()
    address = reverse("network:membership_end", args=[row.pk])
    assert enter(vesa).post(address, {"why": "Closed its doors."}).status_code == 302
    row.refresh_from_db()
    assert (row.ended_why, last_day(row.period)) == ("Closed its doors.", date.today() - timedelta(days=1))
    assert "Closed its doors." in Notice.objects.get(person=milos).text
    assert not Membership.objects.active().exists()
    again = memberships.begin(by=machine("demo"), network=network, organisation=organisation)
    assert Membership.objects.filter(organisation=organisation).count() == 2
    assert again.period.lower == date.today()


def test_a_reason_is_needed_and_nothing_typed_is_lost(network, organisation, vesa, enter):
    address = reverse("network:membership_end", args=[Membership.objects.get().pk])
    page = enter(vesa).post(address, {"why": "", "on": "2030-01-01"}).content.decode()
    assert "2030-01-01" in page
    assert Membership.objects.active().exists()


def test_an_organisation_leaves_by_its_representative_but_not_by_its_deputy(network, organisation, milos, acting):
    deputy = factories.person()
    factories.mandate(organisation=organisation, person=deputy, role="deputy")
    row = Membership.objects.get()
    with pytest.raises(Refused):
        memberships.end(by=acting(deputy), membership=row, why="Tired")
    memberships.end(by=acting(milos), membership=row, why="Merged with another one")
    with pytest.raises(Refused):
        memberships.end(by=acting(factories.person()), membership=row, why="x")


def test_ending_twice_says_so(network, vesa, acting):
    member = factories.member(network)
    row = Membership.objects.get(organisation=member)
    memberships.end(by=acting(vesa), membership=row, why="Once")
    with pytest.raises(ValidationError, match="ended already"):
        memberships.end(by=acting(vesa), membership=row, why="Twice")


def test_one_that_began_today_keeps_its_day(network, vesa, acting):
    row = memberships.begin(by=acting(vesa), network=network, organisation=factories.organisation())
    ended = memberships.end(by=acting(vesa), membership=row, why="A mistake")
    assert (ended.period.lower, last_day(ended.period)) == (date.today(), date.today())
