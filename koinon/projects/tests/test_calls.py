"""A call from its first word to the decision: the jury, conflicts, feedback to all, and what is told to whom."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.projects.actions import calls, judging, plans
from koinon.projects.models import Call, Choice, Judgement
from koinon.projects.queries import ranking
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()


def made(by, organisation, network, **facts):
    given = {
        "name": "Small actions", "language": "en", "closes_on": TODAY, "decides_on": TODAY + timedelta(days=30),
        "budget": Decimal("1000"), "most_grant": Decimal("300"),
    }  # fmt: skip
    return calls.create(by=by, network=network, organisation=organisation, **{**given, **facts})


def before_jury(call, plan, who):
    """The plan is handed in and the last day has passed."""
    plans.submit(by=who, project=plan)
    Call.objects.filter(pk=call.pk).update(closes_on=TODAY - timedelta(days=1))
    call.refresh_from_db()
    plan.refresh_from_db()


def points(call, *given):
    return {str(row.pk): each for row, each in zip(call.criteria.all(), given, strict=True)}


@pytest.fixture
def judged(acting, milos, ana, call, plan, jury, jana, jon):
    """Both jurors have given their points: 100 and 40 per cent."""
    before_jury(call, plan, acting(ana))
    calls.judge(by=acting(milos), call=call)
    for juror, given in ((jana, (5, 5)), (jon, (2, 2))):
        row = Judgement.objects.get(juror__person=juror)
        judging.give(by=acting(juror), judgement=row, points=points(call, *given), words=f"Words of {juror.name}.")
    return call


class TestWriting:
    def test_who_speaks_for_a_member_writes_one(self, acting, milos, organisation, network):
        row = made(acting(milos), organisation, network)
        assert (row.state, row.slug, str(row.budget)) == ("draft", "small-actions", "1000.00")
        assert Statement.objects.filter(verb="projects.call_written", noun=row.pk, network=network.pk).exists()

    def test_others_do_not(self, acting, vesa, stranger, organisation, network):
        for who in (vesa, stranger):
            with pytest.raises(Refused):
                made(acting(who), organisation, network)

    def test_nobody_writes_one_in_a_network_of_others(self, acting, milos, organisation):
        with pytest.raises(Refused):
            made(acting(milos), organisation, factories.network())

    def test_a_team_gets_no_more_than_there_is(self, acting, milos, organisation, network):
        with pytest.raises(ValidationError) as problem:
            made(acting(milos), organisation, network, most_grant=Decimal("1001"))
        assert "most_grant" in problem.value.message_dict

    def test_it_opens_with_a_criterion(self, acting, milos, organisation, network):
        row = made(acting(milos), organisation, network)
        with pytest.raises(ValidationError):
            calls.open_call(by=acting(milos), call=row)
        calls.add_criterion(by=acting(milos), call=row, name="Need")
        assert calls.open_call(by=acting(milos), call=row).state == "open"

    def test_a_former_representative_runs_nothing(self, acting, milos, call):
        milos.mandates.update(period=f"[2020-01-01,{TODAY})")
        with pytest.raises(Refused):
            calls.add_criterion(by=acting(milos), call=call, name="Need")

    def test_what_was_promised_stays_when_the_jury_reads(self, acting, milos, judged):
        for act in (
            lambda: calls.add_criterion(by=acting(milos), call=judged, name="Late"),
            lambda: calls.drop_criterion(by=acting(milos), call=judged, criterion=judged.criteria.first()),
        ):
            with pytest.raises(ValidationError):
                act()


class TestJury:
    def test_it_begins_after_the_last_day(self, acting, milos, ana, call, plan, jury):
        plans.submit(by=acting(ana), project=plan)
        with pytest.raises(ValidationError):
            calls.judge(by=acting(milos), call=call)

    def test_jurors_are_told(self, judged, jana):
        assert told(jana, "projects.jury") == ["It is your turn: Small actions"]

    @pytest.mark.parametrize("how", ["team", "left", "organisation", "house_of_mate", "supervisor"])
    def test_conflicts_are_found(self, acting, milos, ana, call, plan, jury, jana, how):
        before_jury(call, plan, acting(ana))
        house = factories.organisation()
        if how in ("team", "left"):
            factories.teammate(project=plan, person=jana, state="active" if how == "team" else "left")
        elif how == "supervisor":
            type(plan).objects.filter(pk=plan.pk).update(supervisor=jana)
        else:
            factories.mandate(organisation=house, person=jana)
            mate = factories.teammate(project=plan, organisation=house if how == "organisation" else None)
            if how == "house_of_mate":
                factories.mandate(organisation=house, role="deputy", person=mate.person)
        calls.judge(by=acting(milos), call=call)
        row = Judgement.objects.get(juror__person=jana)
        assert (row.state, row.is_found) == ("conflict", True)
        with pytest.raises(ValidationError):
            judging.take_back(by=acting(jana), judgement=row)

    def test_a_conflict_that_comes_later_voids_the_points(self, acting, milos, judged, plan, jana):
        factories.teammate(project=plan, person=jana)
        with pytest.raises(ValidationError) as problem:
            calls.end_jury(by=acting(milos), call=judged)
        assert plan.title in str(problem.value)

    def test_a_juror_too_near_never_scores(self, acting, milos, ana, call, plan, jury, jana):
        before_jury(call, plan, acting(ana))
        calls.judge(by=acting(milos), call=call)
        factories.teammate(project=plan, person=jana)
        row = Judgement.objects.get(juror__person=jana)
        assert (
            judging.give(by=acting(jana), judgement=row, points=points(call, 5, 5), words="Best.").state == "conflict"
        )
        row.refresh_from_db()
        assert row.points == {}

    def test_who_declares_a_conflict_loses_the_points(self, acting, judged, jana):
        row = Judgement.objects.get(juror__person=jana)
        judging.declare(by=acting(jana), judgement=row, why="My neighbour leads it.")
        row.refresh_from_db()
        assert (row.state, row.points, row.words) == ("conflict", {}, "")

    def test_nobody_scores_for_another(self, acting, milos, vesa, judged, jana, jon):
        row = Judgement.objects.get(juror__person=jana)
        for who in (milos, vesa, jon):
            with pytest.raises(Refused):
                judging.give(by=acting(who), judgement=row, points={}, words="Mine.")

    @pytest.mark.parametrize("given", [(6, 0), (-1, 0), (True, 0), ("5", 0)])
    def test_points_fit(self, acting, judged, jana, given):
        row = Judgement.objects.get(juror__person=jana)
        with pytest.raises(ValidationError):
            judging.give(by=acting(jana), judgement=row, points=points(judged, *given), words="Words.")

    def test_it_ends_with_enough_scores(self, acting, milos, judged, jon):
        judging.declare(by=acting(jon), judgement=Judgement.objects.get(juror__person=jon), why="A friend.")
        with pytest.raises(ValidationError):
            calls.end_jury(by=acting(milos), call=judged)
        third = factories.person()
        calls.name_juror(by=acting(milos), call=judged, person=third)
        row = Judgement.objects.get(juror__person=third)
        judging.give(by=acting(third), judgement=row, points=points(judged, 1, 1), words="Hm.")
        assert calls.end_jury(by=acting(milos), call=judged).state == "ranked"

    def test_points_stay_after_the_end(self, acting, milos, judged, jana):
        calls.end_jury(by=acting(milos), call=judged)
        row = Judgement.objects.get(juror__person=jana)
        with pytest.raises(ValidationError):
            judging.give(by=acting(jana), judgement=row, points=points(judged, 0, 0), words="Changed.")

    def test_nobody_sees_the_points_of_others_before(self, acting, milos, judged, jana, jon, ana, vesa):
        seen = {who.name: Judgement.objects.visible_to(acting(who)).count() for who in (jana, jon, milos, ana, vesa)}
        assert seen == {"Jana": 1, "Jon": 1, milos.name: 0, "Ana": 0, "Vesa": 0}
        calls.end_jury(by=acting(milos), call=judged)
        assert Judgement.objects.visible_to(acting(milos)).count() == 2
        assert Judgement.objects.visible_to(acting(jana)).count() == 1


class TestDecision:
    def test_every_team_is_told_at_once_with_words(self, acting, milos, judged, plan, ana, bo, jana):
        calls.end_jury(by=acting(milos), call=judged)
        plan.refresh_from_db()
        calls.choose(by=acting(milos), project=plan, verdict="rejected", feedback="Say more about the owner.")
        assert "not selected" not in " ".join(told(ana))
        calls.decide(by=acting(milos), call=judged)
        plan.refresh_from_db()
        assert plan.state == "rejected"
        assert told(bo, "projects.project")[-1] == "Your plan was not selected this time: A bench in the shade"
        row = Choice.objects.get(project=plan)
        assert (row.score, row.rank, row.is_tied) == (Decimal("70.00"), 1, False)

    def test_nobody_is_left_without_words(self, acting, milos, judged, plan):
        calls.end_jury(by=acting(milos), call=judged)
        with pytest.raises(ValidationError) as problem:
            calls.decide(by=acting(milos), call=judged)
        assert plan.title in str(problem.value)

    def test_conditions_have_words_and_a_day(self, acting, milos, judged, plan):
        calls.end_jury(by=acting(milos), call=judged)
        plan.refresh_from_db()
        for facts in ({}, {"conditions": "Ask the owner."}, {"conditions_until": TODAY}):
            with pytest.raises(ValidationError):
                calls.choose(by=acting(milos), project=plan, verdict="conditional", feedback="Good.", **facts)

    def test_who_competes_decides_about_nobody(self, acting, milos, vesa, judged, plan):
        other = factories.project(call=judged, state="submitted", lead=vesa)
        Call.objects.filter(pk=judged.pk).update(state="ranked")
        for row in (plan, other):
            row = type(plan).objects.select_related("call").get(pk=row.pk)
            with pytest.raises(Refused):
                calls.choose(by=acting(vesa), project=row, verdict="approved", feedback="Ours.")

    def test_nothing_is_decided_before_the_jury_ends(self, acting, milos, judged, plan):
        plan.refresh_from_db()
        with pytest.raises(ValidationError):
            calls.choose(by=acting(milos), project=plan, verdict="approved", feedback="Good.")

    def test_a_call_that_is_called_off_gives_plans_back(self, acting, milos, ana, call, plan):
        plans.submit(by=acting(ana), project=plan)
        calls.cancel(by=acting(milos), call=call, why="No money.")
        plan.refresh_from_db()
        assert plan.state == "draft"
        assert told(ana)[-1] == "The call for your plan was called off: A bench in the shade"

    def test_equal_points_share_a_place(self, call, plan, jury):
        Call.objects.filter(pk=call.pk).update(state="judging")
        for _ in range(3):
            row = factories.project(call=call, state="submitted")
            factories.judgement(juror=jury[0], project=row, state="given", points=points(call, 3, 3), words="So.")
        places = [(row.place.rank, row.place.is_tied) for row in ranking.rows(call)]
        assert places == [(1, True)] * 3


def test_the_clock_gives_plans_to_the_jury(acting, ana, call, plan, jury, jana):
    from koinon.projects.clock import turns

    before_jury(call, plan, acting(ana))
    turns.turn_days(0)
    call.refresh_from_db()
    assert call.state == "judging"
    assert Judgement.objects.filter(juror__person=jana, project=plan, state="open").exists()


def test_the_clock_nudges_who_is_waited_for(acting, ana, milos, call, plan, jury, jana):
    from koinon.projects.clock import turns

    before_jury(call, plan, acting(ana))
    calls.judge(by=machine("clock"), call=call)
    Call.objects.filter(pk=call.pk).update(decides_on=TODAY + timedelta(days=2))
    turns.nudge(0)
    turns.nudge(0)
    assert told(jana, "projects.reminder") == ["Still waiting: Small actions"]
