"""What the database itself refuses: two leads, money that does not add up, one person who approves twice."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from koinon.projects import models
from tests import factories

pytestmark = pytest.mark.django_db


def refused(name, act):
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        act()
    assert name in str(problem.value)


def change(row, **facts):
    return lambda: type(row).objects.filter(pk=row.pk).update(**facts)


@pytest.mark.parametrize("name", [name for name in models.__all__ if name[0].isupper() and not name.isupper()])
def test_every_model_has_a_factory(name):
    model = getattr(models, name)
    if hasattr(model, "_meta"):
        assert getattr(factories, name.lower())().pk


def test_a_team_has_one_lead():
    row = factories.project(lead=factories.person())
    refused("project_has_one_lead", lambda: factories.teammate(project=row, role="lead"))


def test_nobody_approves_a_grant_twice():
    grant = factories.smallgrant(state="halfway")
    facts = {"state": "approved", "second_by": grant.first_by, "second_at": timezone.now()}
    refused("small_grant_two_people", change(grant, **facts))


def test_a_grant_is_not_approved_by_one():
    refused("small_grant_approved_twice", change(factories.smallgrant(state="halfway"), state="approved"))


def test_a_grant_closes_only_when_its_account_is_even():
    grant = factories.smallgrant(state="settling", amount=Decimal("200.00"))
    refused("small_grant_closes_even", change(grant, state="closed", accounted=Decimal("199.99")))
    refused("small_grant_accounts_fit", change(grant, accounted=Decimal("200.01")))
    change(grant, state="closed", accounted=Decimal("150.00"), returned=Decimal("50.00"))()


def test_a_call_gives_no_more_than_it_has():
    refused("call_budget_is_kept", change(factories.call(budget=100, most_grant=50), granted=Decimal("100.01")))


def test_a_refusal_has_words():
    refused("choice_has_feedback", lambda: factories.choice(feedback=""))
    refused("choice_says_conditions", lambda: factories.choice(verdict="conditional", conditions="Ask the owner."))


def test_somebody_is_waited_for_until_a_day():
    refused("project_wait_has_day", lambda: factories.project(state="submitted", due_on=None))
    refused("small_grant_wait_has_day", lambda: factories.smallgrant(due_on=None))
    refused("project_invitation_has_day", lambda: factories.teammate(state="invited", until=None))
