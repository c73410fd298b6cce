"""Money of a call is in one currency, from the plan to the last receipt, with the digits it has."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from koinon.projects.actions import calls, grants, parts, plans
from koinon.projects.models import Call, Project, SmallGrant
from tests import factories

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.fixture
def paid():
    return factories.smallgrant(state="paid")


class TestTheDatabaseRefuses:
    def test_a_grant_in_another_currency_than_its_call(self):
        project = factories.project(call=factories.call(state="decided"), state="running")
        with refused("small_grant_in_money_of_call"), transaction.atomic():
            factories.smallgrant(project=project, currency="RSD")

    def test_a_receipt_in_another_currency_than_its_grant(self, paid):
        with refused("receipt_in_money_of_grant"), transaction.atomic():
            factories.receipt(grant=paid, currency="RSD")

    def test_a_grant_that_changes_its_currency(self, paid):
        with pytest.raises(IntegrityError), transaction.atomic():
            SmallGrant.objects.filter(pk=paid.pk).update(currency="RSD")

    def test_a_call_that_changes_it_after_its_draft(self, paid):
        with refused("call_currency_stays"), transaction.atomic():
            Call.objects.update(currency="RSD")

    def test_a_plan_that_counts_otherwise_than_its_call(self, paid):
        with refused("project_counts_as_its_call"), transaction.atomic():
            Project.objects.update(currency="RSD")

    @pytest.mark.parametrize(("currency", "amount"), [("JPY", "10.5"), ("EUR", "0.005"), ("EUR", "10.001")])
    def test_units_that_the_currency_does_not_have(self, currency, amount):
        call = factories.call(state="decided", currency=currency)
        project = factories.project(call=call, state="running")
        with refused("small_grant_money_is_exact"), transaction.atomic():
            factories.smallgrant(project=project, amount=Decimal(amount))
        grant = factories.smallgrant(project=project, amount=Decimal("90"))
        with refused("receipt_money_is_exact"), transaction.atomic():
            factories.receipt(grant=grant, amount=Decimal(amount))


@pytest.mark.parametrize(
    ("currency", "asked", "spent", "back"),
    [
        ("JPY", "20000", "19999", "1"),
        ("KWD", "20.125", "20.005", "0.120"),
        ("RSD", "20000.50", "19999.99", "0.51"),
    ],
)
def test_from_the_request_to_the_last_unit(
    acting, enter, ana, milos, vera, running, call, currency, asked, spent, back
):
    Project.objects.filter(pk=running.pk).update(call=None, currency=currency)
    own = factories.call(
        network=call.network, organisation=call.organisation, state="decided", currency=currency,
        budget=Decimal("100000"), most_grant=Decimal("50000"),
    )  # fmt: skip
    Project.objects.filter(pk=running.pk).update(call=own)
    running.refresh_from_db()
    grant = grants.ask(by=acting(ana), project=running, amount=Decimal(asked), purpose="Wood")
    for who in (milos, vera):
        grants.approve(by=acting(who), grant=grant)
    grants.pay(by=acting(vera), grant=grant, paid_on=date.today(), reference="Bank 7")
    paper = SimpleUploadedFile("r.pdf", b"%PDF-1.4 a page", content_type="application/pdf")
    facts = {"title": "Wood", "amount": Decimal(spent), "spent_on": date.today(), "file": paper}
    receipt = grants.add_receipt(by=acting(ana), grant=grant, **facts)
    assert receipt.currency == currency
    grants.accept_receipt(by=acting(vera), receipt=receipt)
    grants.settle(by=acting(ana), grant=grant)
    grants.note_returned(
        by=acting(milos), grant=grant, amount=Decimal(back), returned_on=date.today(), reference="Bank 9"
    )
    assert grants.close(by=acting(vera), grant=grant).state == "closed"
    own.refresh_from_db()
    assert own.granted == Decimal(spent)
    page = enter(ana).get(reverse("projects:grant", args=[grant.pk])).content.decode()
    assert f"\u00a0{currency}" in page


class TestFields:
    @pytest.mark.parametrize(
        ("currency", "amount", "said"), [("JPY", "10.5", "such as 120."), ("EUR", "1.005", "120.50")]
    )
    def test_an_amount_that_is_too_fine(self, acting, ana, currency, amount, said):
        plan = factories.project(lead=ana, state="draft", currency=currency)
        with pytest.raises(ValidationError, match=said):
            parts.add_line(by=acting(ana), project=plan, title="Wood", amount=Decimal(amount))

    def test_no_currency_that_nobody_pays_with(self, acting, milos, call):
        type(call).objects.filter(pk=call.pk).update(state="draft")
        call.refresh_from_db()
        for said in ("DEM", "eur", "XXX"):
            with pytest.raises(ValidationError, match="choose one"):
                self.change(acting(milos), call, currency=said)

    def change(self, by, call, **facts):
        said = {"name": "Small actions", "about": "", "scores_needed": 2, "is_public": True}
        days = {"closes_on": call.closes_on, "decides_on": call.decides_on}
        return calls.change(by=by, call=call, budget=call.budget, most_grant=call.most_grant, **said, **days, **facts)

    def test_it_is_chosen_in_the_draft(self, enter, acting, milos, call):
        client, page = enter(milos), reverse("projects:call_desk", args=[call.slug])
        assert 'name="currency"' not in client.get(page).content.decode()
        type(call).objects.filter(pk=call.pk).update(state="draft")
        assert 'name="currency"' in client.get(page).content.decode()
        call.refresh_from_db()
        assert self.change(acting(milos), call, currency="RSD").currency == "RSD"

    def test_a_budget_is_not_read_in_another_currency(self, acting, ana, plan, call):
        other = factories.call(network=call.network, organisation=call.organisation, currency="RSD")
        names = ("title", "problem", "people", "partners", "measure", "starts_on", "ends_on", "place")
        facts = {name: getattr(plan, name) for name in names}
        with pytest.raises(ValidationError, match="Your budget is in EUR"):
            plans.write(by=acting(ana), project=plan, call=other, **facts)
        plan.budget.all().delete()
        assert plans.write(by=acting(ana), project=plan, call=other, **facts).currency == "RSD"


def test_a_closed_call_gives_nothing_more(acting, ana, running):
    Call.objects.filter(pk=running.call_id).update(state="closed")
    with pytest.raises(ValidationError):
        grants.ask(by=acting(ana), project=running, amount=Decimal(5), purpose="Wood")
