"""From an idea in one field to a plan that was handed in: what is missing, who may, what is said."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.projects.actions import parts, plans
from koinon.projects.models import PROJECT_STEPS, Call, Project, Teammate
from koinon.projects.queries import readiness
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()
WORDS = {"title": "A bench", "problem": "No shade.", "people": "Our street."}


class TestIdea:
    def test_one_field_is_enough(self, acting, stranger, call, network):
        type(call).objects.filter(pk=call.pk).update(is_public=True)
        row = plans.begin(
            by=acting(stranger), network=network, call=call, idea="A bench\nNo shade here.", language="en"
        )
        assert (row.title, row.problem, row.state, row.call) == ("A bench", "No shade here.", "idea", call)
        assert Teammate.objects.get(project=row, role="lead", state="active").person == stranger

    def test_without_a_call_it_is_for_members(self, acting, stranger, milos, network):
        with pytest.raises(Refused):
            plans.begin(by=acting(stranger), network=network, idea="A bench", language="en")
        assert plans.begin(by=acting(milos), network=network, idea="A bench", language="en").pk

    def test_a_call_for_members_only_is_not_answered_by_strangers(self, acting, stranger, call, network):
        Call.objects.filter(pk=call.pk).update(is_public=False)
        call.refresh_from_db()
        with pytest.raises(Refused):
            plans.begin(by=acting(stranger), network=network, call=call, idea="A bench", language="en")

    def test_nobody_else_sees_it(self, acting, ana, vesa, milos, jana, stranger, call, jury):
        row = factories.project(call=call, lead=ana, state="idea", is_public=True)
        seen = [
            who.name
            for who in (ana, vesa, milos, jana)
            if Project.objects.visible_to(acting(who)).filter(pk=row.pk).exists()
        ]
        assert seen == ["Ana"]

    def test_writing_makes_it_a_plan(self, acting, ana, call):
        row = factories.project(call=call, lead=ana)
        assert plans.write(by=acting(ana), project=row, call=call, **WORDS).state == "draft"
        assert Statement.objects.filter(verb="projects.written", noun=row.pk).exists()

    def test_days_are_in_order(self, acting, ana, call, enter):
        row = factories.project(call=call, lead=ana)
        sent = {**WORDS, "call": str(call.pk), "starts_on": "2027-05-02", "ends_on": "2027-05-01"}
        answer = enter(ana).post(f"/projects/{row.slug}/plan/", sent)
        assert "The last day is before the first one." in answer.content.decode()


class TestParts:
    def test_somebody_of_another_team_takes_care_of_nothing(self, acting, ana, plan):
        with pytest.raises(ValidationError) as problem:
            parts.add_step(by=acting(ana), project=plan, title="Dig", who=factories.teammate())
        assert "who" in problem.value.message_dict

    @pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "1e12"])
    def test_amounts_are_amounts(self, acting, ana, plan, amount):
        with pytest.raises(ValidationError) as problem:
            parts.add_line(by=acting(ana), project=plan, title="Wood", amount=Decimal(amount))
        assert "amount" in problem.value.message_dict

    def test_sums_by_source(self, acting, ana, plan):
        parts.add_line(by=acting(ana), project=plan, title="Paint", amount=Decimal("0.10"), source="own")
        assert readiness.sums(plan) == {
            "grant": Decimal("120.00"), "own": Decimal("0.10"), "partner": Decimal("0.00"), "all": Decimal("120.10"),
        }  # fmt: skip

    def test_others_write_nothing(self, acting, stranger, vesa, milos, petra, plan):
        for who in (stranger, vesa, milos, petra):
            with pytest.raises(Refused):
                parts.add_step(by=acting(who), project=plan, title="Dig")
            with pytest.raises(Refused):
                parts.drop_line(by=acting(who), line=plan.budget.get())

    def test_the_budget_stays_once_handed_in(self, acting, ana, plan):
        plans.submit(by=acting(ana), project=plan)
        with pytest.raises(ValidationError):
            parts.add_line(by=acting(ana), project=plan, title="Gold", amount=Decimal("1"))
        with pytest.raises(ValidationError):
            parts.add_step(by=acting(ana), project=plan, title="Dig")

    def test_steps_are_ticked_while_it_is_carried_out(self, acting, bo, running):
        step = running.plan_steps.get()
        assert parts.tick(by=acting(bo), step=step).done_on == TODAY
        assert parts.tick(by=acting(bo), step=step, is_done=False).done_on is None


class TestHandingIn:
    def test_whole_and_in_time(self, acting, ana, plan, milos):
        row = plans.submit(by=acting(ana), project=plan)
        assert (row.state, row.due_on) == ("submitted", plan.call.decides_on)
        assert told(milos, "projects.project") == ["A plan was handed in: A bench in the shade"]

    def test_only_the_lead(self, acting, bo, vesa, milos, plan):
        for who in (bo, vesa, milos):
            with pytest.raises(Refused):
                plans.submit(by=acting(who), project=plan)

    def test_not_after_the_last_day(self, acting, ana, plan):
        Call.objects.update(closes_on=TODAY - timedelta(days=1))
        with pytest.raises(ValidationError):
            plans.submit(by=acting(ana), project=plan)

    def test_on_the_last_day(self, acting, ana, plan):
        Call.objects.update(closes_on=TODAY)
        assert plans.submit(by=acting(ana), project=plan).state == "submitted"

    def test_all_that_is_missing_is_said_at_once(self, acting, ana, call):
        row = factories.project(call=call, lead=ana, state="draft")
        with pytest.raises(ValidationError) as problem:
            plans.submit(by=acting(ana), project=row)
        assert len(problem.value.messages) == 7

    def test_a_team_is_two(self, acting, ana, bo, plan):
        Teammate.objects.filter(project=plan, person=bo).update(state="left")
        with pytest.raises(ValidationError) as problem:
            plans.submit(by=acting(ana), project=plan)
        assert "two people" in str(problem.value)

    def test_no_more_money_than_the_call_gives(self, acting, ana, plan):
        factories.budgetline(project=plan, amount=Decimal("380.01"))
        with pytest.raises(ValidationError) as problem:
            plans.submit(by=acting(ana), project=plan)
        assert "500.01" in str(problem.value)

    def test_taken_back_while_the_call_is_open(self, acting, ana, plan):
        row = plans.submit(by=acting(ana), project=plan)
        assert plans.take_back(by=acting(ana), project=row).state == "draft"

    def test_returned_with_words_and_a_day(self, acting, ana, milos, plan):
        row = plans.submit(by=acting(ana), project=plan)
        plans.send_back(by=acting(milos), project=row, why="Who owns the place?", until=TODAY + timedelta(days=5))
        assert told(ana, "projects.project")[-1] == "Your plan came back with a question: A bench in the shade"
        plan.refresh_from_db()
        Call.objects.update(state="judging", closes_on=TODAY - timedelta(days=1))
        plans.write(by=acting(ana), project=plan, call=Call.objects.get(), **WORDS, measure="Seen.", starts_on=TODAY,
                    ends_on=TODAY + timedelta(days=9))  # fmt: skip
        assert plans.submit(by=acting(ana), project=plan).state == "submitted"

    def test_a_returned_plan_that_does_not_come_is_read_as_it_was(self, acting, ana, milos, plan):
        row = plans.submit(by=acting(ana), project=plan)
        plans.send_back(by=acting(milos), project=row, why="Who owns it?", until=TODAY)
        Project.objects.filter(pk=plan.pk).update(due_on=TODAY - timedelta(days=1))
        row = Project.objects.select_related("call").get(pk=plan.pk)
        assert plans.run_out(by=machine("clock"), project=row).state == "submitted"


class TestSupervisor:
    def test_named_and_told(self, acting, ana, milos, petra, plan):
        row = plans.submit(by=acting(ana), project=plan)
        plans.name_supervisor(by=acting(milos), project=row, person=petra)
        assert told(petra) == ["You supervise a team: A bench in the shade"]
        assert told(ana)[-1] == "Petra supervises your team: A bench in the shade"

    def test_never_somebody_of_the_team(self, acting, milos, bo, plan):
        with pytest.raises(ValidationError):
            plans.name_supervisor(by=acting(milos), project=plan, person=bo)

    def test_the_team_does_not_choose(self, acting, ana, petra, plan):
        with pytest.raises(Refused):
            plans.name_supervisor(by=acting(ana), project=plan, person=petra)


class TestGivingUp:
    def test_with_words_once_others_saw_it(self, acting, ana, plan):
        row = plans.submit(by=acting(ana), project=plan)
        with pytest.raises(ValidationError):
            plans.give_up(by=acting(ana), project=row)
        assert plans.give_up(by=acting(ana), project=row, why="We move away.").state == "dropped"

    def test_money_first(self, acting, ana, running):
        factories.smallgrant(project=running, state="paid")
        with pytest.raises(ValidationError):
            plans.give_up(by=acting(ana), project=running, why="No.")


def test_no_state_is_a_dead_end_but_the_ends():
    assert {"rejected", "dropped", "archived"} == PROJECT_STEPS.ends
    seen, ways = {"idea"}, ["idea"]
    while ways:
        for state in PROJECT_STEPS[ways.pop()] - seen:
            seen.add(state)
            ways.append(state)
    assert seen == set(PROJECT_STEPS) == set(Project.State.values)


def test_a_town_is_looked_up_and_kept(enter, ana, plan):
    town = factories.place()
    address = f"/projects/{plan.slug}/plan/"
    sent = {**WORDS, "call": str(plan.call_id), "place": town.name}
    looked = enter(ana).post(address, {**sent, "look_up": "place"})
    assert looked.status_code == 200
    assert enter(ana).post(address, sent).status_code == 302
    plan.refresh_from_db()
    assert plan.place == town
