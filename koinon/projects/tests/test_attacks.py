"""What somebody might try: to bar a juror by an invitation, to decide for oneself, to come back after one's time."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.kit.verbs import Refused
from koinon.projects.actions import calls, grants, plans, teams
from koinon.projects.actions.leaving import forget_person, purge_invitations
from koinon.projects.clock import turns
from koinon.projects.models import Call, Judgement, Project, Teammate
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()


def test_an_invitation_bars_nobody(acting, ana, milos, jana, call, plan, jury):
    """A team asks a strict juror and who runs the call to join: both go on as before."""
    for who in (jana, milos):
        teams.invite(by=acting(ana), project=plan, email=who.email, person=who)
    row = plans.submit(by=acting(ana), project=plan)
    Call.objects.update(closes_on=TODAY - timedelta(days=1))
    call.refresh_from_db()
    calls.judge(by=acting(milos), call=call)
    assert Judgement.objects.get(juror__person=jana).state == "open"
    plans.send_back(by=acting(milos), project=row, why="Who owns it?", until=TODAY)


def test_a_former_representative_gives_no_money(acting, milos, running, enter):
    grant = factories.smallgrant(project=running)
    milos.mandates.update(period=f"[2020-01-01,{TODAY})")
    with pytest.raises(Refused):
        grants.approve(by=acting(milos), grant=grant)
    assert enter(milos).get(reverse("projects:grant", args=[grant.pk])).status_code == 404


def test_who_left_the_team_gives_it_no_money_either(acting, running, milos):
    factories.teammate(project=running, person=milos, state="left")
    with pytest.raises(Refused):
        grants.approve(by=acting(milos), grant=factories.smallgrant(project=running))


def test_who_left_sees_nothing_from_inside(enter, bo, running):
    Teammate.objects.filter(project=running, person=bo).update(state="left")
    for name in ("project", "check_ins", "team", "money"):
        assert enter(bo).get(reverse(f"projects:{name}", args=[running.slug])).status_code == 404


def test_a_row_of_another_team_is_not_changed_through_ones_own(enter, ana, running):
    other = factories.step(project=factories.project(state="draft", lead=factories.person()))
    for name, arguments in (("part", ["steps", other.pk]), ("part_drop", ["steps", other.pk]), ("tick", [other.pk])):
        assert enter(ana).post(reverse(f"projects:{name}", args=arguments), {"title": "Mine"}).status_code == 404


def test_nobody_decides_by_the_address_of_another_step(enter, ana, plan):
    address = reverse("projects:project_step", args=[plan.slug, "settle"])
    page = enter(ana).post(address, {"is_met": "yes"})
    assert page.status_code == 200
    plan.refresh_from_db()
    assert plan.state == "draft"
    assert enter(ana).post(reverse("projects:project_step", args=[plan.slug, "approve"])).status_code == 404


def test_a_last_day_is_not_pulled_from_under_the_teams(acting, milos, ana, call, plan):
    facts = {
        "name": "Small actions", "about": "", "decides_on": call.decides_on, "budget": call.budget,
        "most_grant": call.most_grant, "scores_needed": 2, "is_public": True,
    }  # fmt: skip
    with pytest.raises(ValidationError) as problem:
        calls.change(by=acting(milos), call=call, closes_on=TODAY - timedelta(days=1), **facts)
    assert "closes_on" in problem.value.message_dict
    calls.change(by=acting(milos), call=call, closes_on=TODAY + timedelta(days=40), **facts)
    assert told(ana)[-1].startswith("Plans may be handed in until")


def test_the_budget_is_not_lowered_below_what_was_granted(enter, milos, call):
    Call.objects.update(granted=Decimal("900"))
    sent = {
        "name": "Small actions", "about": "", "closes_on": call.closes_on, "decides_on": call.decides_on,
        "budget": "800", "most_grant": "500", "scores_needed": "2", "is_public": "on",
    }  # fmt: skip
    page = enter(milos).post(reverse("projects:call_desk", args=[call.slug]), sent).content.decode()
    assert "The budget of this call does not allow this." in page


def test_somebody_with_a_card_sits_in_no_jury(acting, milos, call):
    card = factories.person(email="a1@nowhere.invalid")
    if card.is_assisted:
        with pytest.raises(ValidationError):
            calls.name_juror(by=acting(milos), call=call, person=card)


def test_words_of_others_are_shown_and_not_run(enter, ana, milos, plan):
    evil = "<script>alert(1)</script>"
    Project.objects.filter(pk=plan.pk).update(title=evil, problem=evil, state="submitted", due_on=TODAY)
    for address in (
        reverse("projects:project", args=[plan.slug]),
        reverse("projects:call_desk", args=[plan.call.slug]),
    ):
        assert evil not in enter(milos).get(address).content.decode()


def test_addresses_of_those_who_did_not_come_are_not_kept(ana, plan):
    row = factories.teammate(project=plan, state="declined", person=None, email="kim@example.org")
    Teammate.objects.filter(pk=row.pk).update(at="2026-01-01T10:00Z")
    fresh = factories.teammate(project=plan, state="declined", person=None, email="new@example.org")
    assert purge_invitations() == 1
    assert Teammate.objects.filter(pk=fresh.pk).exists()


def test_who_is_forgotten_leaves_no_address(plan, bo):
    factories.teammate(project=factories.project(), state="invited", email=bo.email)
    forget_person(bo)
    assert not Teammate.objects.filter(email__iexact=bo.email).exists()
    assert not Teammate.objects.filter(person=bo).exists()


def test_the_clock_may_run_twice(running, call):
    Project.objects.filter(pk=running.pk).update(ends_on=TODAY - timedelta(days=1))
    turns.turn_days(0)
    turns.turn_days(0)
    running.refresh_from_db()
    assert running.state == "closing"


def test_texts_are_not_endless(enter, ana, plan):
    address = reverse("projects:plan", args=[plan.slug])
    page = enter(ana).post(address, {"title": "A bench", "call": str(plan.call_id), "problem": "x" * 6001})
    assert page.status_code == 200
    plan.refresh_from_db()
    assert plan.problem == "No shade."
