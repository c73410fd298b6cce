"""Reports and standings: asked, written together, judged; each step is told, has a way back, and waits for somebody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network import rules
from koinon.network.actions import memberships, organisations, reports, standings
from koinon.network.clock import reports as clock
from koinon.network.engine.standing import Pace, months_after, moves_on, round_of
from koinon.network.models import REPORT_STEPS, STANDING_STEPS, Cycle, Letter, Membership, Report, Standing
from koinon.network.queries import reports as questions
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cycle(network):
    return factories.cycle(network=network, first_on=date.today() - DAY, months=24, window_days=60)


@pytest.fixture
def report(cycle, organisation, milos):
    clock.daily(0)
    return Report.objects.select_related("network", "membership__organisation", "membership__network").get()


def travel(days):
    """Days pass: everything that has a date lies so much further back. Then the clock strikes once."""
    past = days * DAY
    Cycle.objects.update(first_on=models_minus("first_on", past))
    for row in Report.objects.all():
        for name in ("covers_since", "covers_until", "opened_on", "due_on", "extended_to", "answer_on", "reminded_on"):
            value = getattr(row, name)
            setattr(row, name, value - past if value else None)
        row.save()
    for row in Standing.objects.all():
        row.since, row.until = row.since - past, row.until - past if row.until else None
        row.save()
    for row in Membership.objects.all():
        upper = row.period.upper - past if row.period.upper else None
        row.period = DateRange(row.period.lower - past, upper, "[)")
        row.save()
    clock.daily(0)


def models_minus(name, past):
    from django.db.models import F

    return F(name) - past


def written(report, milos, acting):
    said = {key: (f"Words about {key}.", 0) for key in ("did", "came")}
    return reports.answer(by=acting(milos), report=report, said=said)[0]


def handed_in(report, milos, acting):
    return reports.submit(by=acting(milos), report=written(report, milos, acting))


def standing_of(report):
    return standings.state_of(report.membership)


def test_members_are_asked_once_and_told(report, milos):
    assert (report.state, standing_of(report)) == ("due", "due")
    assert report.deadline == date.today() + 60 * DAY
    assert report.covers_until == date.today() - DAY
    assert "asks Organisation" in told(milos)[0]
    clock.daily(0)
    assert Report.objects.count() == 1


def test_young_members_and_stopped_cycles_are_not_asked(cycle, network):
    young = factories.organisation()
    since = DateRange(date.today() - 100 * DAY, None, "[)")
    factories.membership(network=network, organisation=young, period=since)
    Cycle.objects.update(is_running=False)
    clock.daily(0)
    assert not Report.objects.exists()
    Cycle.objects.update(is_running=True)
    clock.daily(0)
    assert not Report.objects.filter(membership__organisation=young).exists()


def test_what_the_member_did_here_is_filled_in(report, milos, acting, network, enter):
    from koinon.network import queries

    for words in ("One", "Two"):
        by = queries.speaking_for(acting(milos), report.membership.organisation)
        organisations.edit(by=by, organisation=report.membership.organisation, about=words)
    Statement.objects.filter(verb="network.organisation_edited")
    Report.objects.update(covers_until=date.today())
    report.refresh_from_db()
    # edits belong to no network: they are not counted for one
    assert all(row["verb"] != "network.organisation_edited" for row in questions.counted(report))
    text = enter(milos).get(reverse("network:report_write", args=[report.pk])).content.decode()
    assert "What you did here" in text


def test_written_together_handed_in_and_accepted(report, milos, vesa, acting, enter):
    colleague = factories.person()
    factories.mandate(organisation=report.membership.organisation, person=colleague, role="deputy")
    row, theirs = reports.answer(by=acting(milos), report=report, said={"did": ("Mine", 0)})
    row, theirs = reports.answer(by=acting(colleague), report=row, said={"came": ("Theirs", 0), "did": ("Lost?", 0)})
    assert theirs["did"]["value"] == "Mine"  # nobody writes over what they did not see
    row = reports.submit(by=acting(colleague), report=row)
    assert (row.state, standing_of(row)) == ("submitted", "due")
    assert "has handed in its report" in told(vesa)[-1]
    page = enter(vesa).get(reverse("network:report", args=[row.pk])).content.decode()
    assert "Mine" in page
    assert "Theirs" in page
    enter(vesa).post(reverse("network:report_move", args=[row.pk, "accept"]))
    row.refresh_from_db()
    assert (row.state, standing_of(row)) == ("accepted", "active")
    assert "accepted the report" in told(milos)[-1]


def test_an_empty_report_is_not_handed_in_and_nothing_typed_is_lost(report, milos, enter):
    address = reverse("network:report_write", args=[report.pk])
    page = enter(milos).post(address, {"did": "A long story", "send": "1"})
    text = page.content.decode()
    assert "1 answer is missing" in text
    assert "A long story" in text
    report.refresh_from_db()
    assert (report.state, report.answers["did"]["value"]) == ("draft", "A long story")


def test_an_answer_saves_itself(report, milos, enter):
    address = reverse("network:report_answer", args=[report.pk, "did"])
    assert "Saved" in enter(milos).post(address, {"did": "By itself"}).content.decode()
    report.refresh_from_db()
    assert report.answers["did"]["value"] == "By itself"
    assert enter(milos).post(reverse("network:report_answer", args=[report.pk, "nothing"])).status_code == 404


def test_late_at_risk_inactive_lapsed_each_told_then_taken_in_again(report, milos, vesa, acting, network):
    seen = []
    for days in (61, 30, 60, 275):
        travel(days)
        seen.append(standing_of(report))
    assert seen == ["late", "risk", "inactive", "lapsed"]
    titles = " | ".join(told(milos))
    for words in ("is late with its report", "is at risk", "is an inactive member", "has lapsed"):
        assert words in titles
    kinds = Letter.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["late", "risk", "inactive", "lapsed"]
    assert not Membership.objects.active().filter(organisation=report.membership.organisation).exists()
    report.refresh_from_db()
    assert report.state == "missed"
    assert "lapsed" in " | ".join(told(vesa))
    report.membership.refresh_from_db()
    new = standings.reinstate(by=acting(vesa), membership=report.membership, why="They wrote to us.")
    assert new in Membership.objects.active()
    assert standings.state_of(new) == "active"
    assert "good standing" in told(milos)[-1]


def test_a_clock_that_slept_takes_one_step_at_a_time(report, milos):
    travel(900)
    assert standing_of(report) == "late"
    clock.daily(0)
    assert standing_of(report) == "late"
    travel(7)
    assert standing_of(report) == "risk"


def test_inactive_members_write_nothing_new(report, network, organisation):
    assert rules.in_good_standing(network=network, organisation=organisation)
    Standing.objects.update(state="inactive")
    assert not rules.in_good_standing(network=network, organisation=organisation)
    assert rules.in_good_standing(network=factories.network(), organisation=organisation)


def test_more_time_turns_late_into_due(report, milos, vesa, acting, enter):
    travel(70)
    assert standing_of(report) == "late"
    day = date.today() + 20 * DAY
    report.refresh_from_db()
    address = reverse("network:report_move", args=[report.pk, "extend"])
    page = enter(vesa).post(address, {"to": day.isoformat(), "why": ""})
    assert day.isoformat() in page.content.decode()
    enter(vesa).post(address, {"to": day.isoformat(), "why": "Elections"})
    report.refresh_from_db()
    assert (report.deadline, report.extended_why, standing_of(report)) == (day, "Elections", "due")
    assert "More time" in told(milos)[-1]
    travel(21)
    assert standing_of(report) == "late"


def test_returned_gives_three_weeks_and_waits_again(report, milos, vesa, acting):
    travel(75)
    row = handed_in(report, milos, acting)
    travel(100)  # the days of the member do not run while the network reads
    row.refresh_from_db()
    assert standing_of(row) == "late"
    assert "waits to be read" in told(vesa)[-1]
    reports.hand_back(by=acting(vesa), report=row, reason="Which figures?")
    assert (standing_of(row), row.deadline) == ("due", date.today() + 21 * DAY)
    travel(22)
    assert standing_of(row) == "late"


def test_reminders_come_a_month_and_a_week_before(report, milos):
    before = len(told(milos))
    travel(31)
    travel(1)
    assert len(told(milos)) == before + 1
    travel(23)
    assert len(told(milos)) == before + 2


def test_excused_and_left(report, milos, vesa, acting):
    row = handed_in(report, milos, acting)
    with pytest.raises(ValidationError):
        reports.excuse(by=acting(vesa), report=row, reason="Too late to excuse")
    memberships.end(by=acting(vesa), membership=row.membership, why="Merged with the county")
    clock.daily(0)
    row.refresh_from_db()
    assert (row.state, standing_of(row)) == ("missed", "withdrawn")


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_only_the_coordinator_judges(who, report, request, acting):
    me = acting(request.getfixturevalue(who))
    for act, said in (
        (reports.accept, {}),
        (reports.hand_back, {"reason": "x"}),
        (reports.excuse, {"reason": "x"}),
        (reports.remind, {}),
        (reports.extend, {"to": date.today() + 90 * DAY, "why": "x"}),
    ):
        with pytest.raises(Refused):
            act(by=me, report=report, **said)
    with pytest.raises(Refused):
        standings.reinstate(by=me, membership=report.membership, why="x")
    with pytest.raises(Refused):
        reports.set_cycle(by=me, network=report.network, first_on=date.today())


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_only_the_member_writes(who, report, request, acting):
    me = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        reports.answer(by=me, report=report, said={"did": ("x", 0)})
    with pytest.raises(Refused):
        reports.submit(by=me, report=report)


def test_the_list_reminds_and_extends_several(cycle, network, vesa, milos, organisation, enter):
    for _ in range(2):
        factories.representative(factories.member(network))
    clock.daily(0)
    keys = [str(key) for key in Report.objects.values_list("pk", flat=True)]
    client, address = enter(vesa), reverse("network:standings", args=[network.slug])
    assert client.post(address, {"remind": "1", "report": keys[:2]}).status_code == 302
    assert Report.objects.filter(reminded_on=date.today()).count() == 2
    day = date.today() + 100 * DAY
    page = client.post(address, {"extend": "1", "report": keys, "to": day.isoformat(), "why": ""})
    assert day.isoformat() in page.content.decode()
    assert not Report.objects.exclude(extended_to=None).exists()
    client.post(address, {"extend": "1", "report": [*keys, "x"], "to": day.isoformat(), "why": "Summer"})
    assert Report.objects.filter(extended_to=day).count() == 3


def test_the_list_takes_as_many_queries_for_three_as_for_one(cycle, network, organisation, vesa, enter):
    client, address = enter(vesa), reverse("network:standings", args=[network.slug])

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    clock.daily(0)
    count()
    one = count()
    for _ in range(2):
        factories.member(network)
    clock.daily(0)
    assert count() == one


def test_the_cycle_is_set_by_its_coordinator(network, vesa, enter):
    client, address = enter(vesa), reverse("network:cycle", args=[network.slug])
    said = {"first_on": "2026-01-01", "months": 12, "window_days": 45, "young_days": 90, "risk_days": 30,
            "inactive_days": 20, "lapse_days": 300, "is_running": "on"}  # fmt: skip
    assert "each later than the one before" in client.post(address, said).content.decode()
    assert client.post(address, {**said, "inactive_days": 60}).status_code == 302
    assert Cycle.objects.get().months == 12


def test_the_page_of_a_membership_tells_its_history(report, milos, vesa, acting, enter):
    travel(70)
    standings.reinstate(by=acting(vesa), membership=report.membership, why="A flood.")
    text = enter(milos).get(reverse("network:standing", args=[report.membership_id])).content.decode()
    for words in ("Late with its report", "Reinstated", "A flood."):
        assert words in text


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 120), st.integers(0, 12000))
def test_rounds_follow_each_other(first, months, days):
    today = first + days * DAY
    asked = round_of(first, months, today)
    assert first <= asked <= today
    assert today < months_after(asked, months) + 3 * DAY
    assert round_of(first, months, first - DAY) is None


@given(st.sampled_from(["due", "late", "risk", "inactive"]), st.integers(-400, 400), st.integers(0, 900))
def test_each_step_leaves_time_to_answer(state, ago, held):
    deadline, since = date(2026, 6, 1), date(2026, 6, 1) + ago * DAY
    day = moves_on(state, deadline, since, Pace(30, 90, 365))
    assert day > deadline
    assert state == "due" or day >= since + 7 * DAY


STEPS = {
    "write": lambda row, by, to: written(row, *by["member"]),
    "hand in": lambda row, by, to: handed_in(row, *by["member"]),
    "accept": lambda row, by, to: reports.accept(by=by["vesa"], report=row),
    "return": lambda row, by, to: reports.hand_back(by=by["vesa"], report=row, reason="More"),
    "extend": lambda row, by, to: reports.extend(by=by["vesa"], report=row, to=date.today() + 30 * DAY, why="Holidays"),
    "excuse": lambda row, by, to: reports.excuse(by=by["vesa"], report=row, reason="Not needed"),
    "reinstate": lambda row, by, to: standings.reinstate(by=by["vesa"], membership=row.membership, why="Fine"),
    "leave": lambda row, by, to: memberships.end(by=by["vesa"], membership=row.membership, why="Bye"),
    "week": lambda row, by, to: travel(7),
    "month": lambda row, by, to: travel(31),
    "season": lambda row, by, to: travel(100),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_whatever_happens_somebody_has_the_turn_until_a_day(steps, report, milos, vesa, acting):
    """After any steps: no report is owed without a day on which the clock acts; and time alone leads to an end."""
    with transaction.atomic():
        by = {"member": (milos, acting), "vesa": acting(vesa)}
        for step in steps:
            row = Report.objects.select_related("network", "membership__organisation", "membership__network").get(
                pk=report.pk
            )
            try:
                STEPS[step](row, by, None)
            except (ValidationError, Refused):
                continue
        clock.daily(0)
        _nobody_is_forgotten()
        for _step in range(16):
            travel(60)
            _nobody_is_forgotten()
        last = Report.objects.get(pk=report.pk)
        assert last.state in ("submitted", "accepted", "excused", "missed")
        transaction.set_rollback(True)


def _nobody_is_forgotten():
    for row in Report.objects.select_related("membership"):
        standing = Standing.objects.filter(membership=row.membership).first()
        assert standing is None or standing.state in STANDING_STEPS
        assert row.state in REPORT_STEPS
        if row.state == "submitted":
            assert row.answer_on >= date.today()  # coordinators are reminded then
        elif row.is_owed and row.membership.period.upper is None:
            assert standing.until is not None
            assert standing.until >= date.today()
