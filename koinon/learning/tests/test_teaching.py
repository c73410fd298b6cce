"""What facilitators do: look at practice, read answers, excuse, reopen, call the roll, move a run, tell everybody."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.learning.actions import announcing, marking, progress, runs, sessions
from koinon.learning.models import Attendance, Enrolment, Evidence, Facilitation, Happening, Outcome
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(course):
    """Published, with a task with a rubric of two lines, a session, and a quiz with a long answer."""
    made = factories.version(course=course)
    rubric = [{"key": "clear", "points": 3}, {"key": "whole", "points": 2}]
    for kind, settings in (("task", {"rubric": rubric}), ("session", {}), ("page", {}), ("quiz", {"pass": 0.5})):
        node = factories.node(version=made, kind=kind, settings=settings)
        factories.text(node=node, said={"title": kind.title(), "blocks": [], "rubric.clear": "Is it clear?"})
    form = {"points": 4, "shuffles": False, "parts": []}
    question = factories.question(
        organisation=course.organisation, kind="long", form=form, texts={"en": {"stem": "Why?"}}, is_used=True
    )
    factories.placed(node=made.nodes.get(kind="quiz"), question=question)
    type(made).objects.filter(pk=made.pk).update(state="published", published_at="2026-11-01T10:00Z")
    type(course).objects.filter(pk=course.pk).update(is_published=True)
    made.refresh_from_db()
    return made


@pytest.fixture
def task(version):
    return version.nodes.get(kind="task")


@pytest.fixture
def shown(enrolment, task):
    """Practice that was handed in."""
    progress.recompute(enrolment)
    return factories.evidence(enrolment=enrolment, node=task.key)


def state_of(enrolment, node):
    return Outcome.objects.get(enrolment=enrolment, node=node.key).state


def test_accepted_with_points_of_the_rubric(shown, task, enrolment, fatmir, luka, acting):
    marking.look_at(by=acting(fatmir), evidence=shown, says="accepted", points={"clear": 2.5, "x": 9}, feedback="Fine.")
    shown.refresh_from_db()
    assert (shown.state, shown.points, shown.due_on) == ("accepted", {"clear": 2.5}, None)
    assert state_of(enrolment, task) == "done"
    assert Notice.objects.filter(person=luka, kind="learning.evidence").count() == 1
    assert Statement.objects.filter(verb="learning.evidence_looked_at", noun=shown.pk).exists()


def test_back_needs_advice_and_points_stay_in_their_bounds(shown, fatmir, acting):
    with pytest.raises(ValidationError, match="what would make it better"):
        marking.look_at(by=acting(fatmir), evidence=shown, says="returned", feedback=" ")
    with pytest.raises(ValidationError, match="Between 0 and 3"):
        marking.look_at(by=acting(fatmir), evidence=shown, says="accepted", points={"clear": 4})
    assert Evidence.objects.get(pk=shown.pk).state == "handed_in"
    marking.look_at(by=acting(fatmir), evidence=shown, says="returned", feedback="Add a photo.")
    assert Evidence.objects.get(pk=shown.pk).feedback == "Add a photo."


@pytest.mark.parametrize("who", ["other_teacher", "luka", "arben", "stranger"])
def test_nobody_else_marks(request, shown, enrolment, task, who, acting):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        marking.look_at(by=by, evidence=shown, says="accepted")
    with pytest.raises(Refused):
        marking.excuse(by=by, enrolment=enrolment, node=task.key, why="x")


def test_nobody_marks_their_own_work(run, task, fatmir, acting):
    mine = factories.evidence(enrolment=factories.enrolment(run=run, person=fatmir), node=task.key)
    with pytest.raises(Refused):
        marking.look_at(by=acting(fatmir), evidence=mine, says="accepted")


@pytest.fixture
def answered(version, enrolment):
    quiz, question = version.nodes.get(kind="quiz"), version.nodes.get(kind="quiz").placed.get().question
    marks = {
        str(question.key): {"share": None, "points": 4, "waits": True, "is_right": False, "parts": {}, "feedback": []}
    }
    attempt = factories.attempt(
        enrolment=enrolment, node=quiz.key, state="handed_in", handed_in_at=timezone.now(), marks=marks,
        answers={str(question.key): {"": "Because."}},
    )  # fmt: skip
    return factories.answered(attempt=attempt, question=question.key, share=None)


def test_a_long_answer_is_read_and_the_attempt_is_marked(answered, enrolment, version, fatmir, acting):
    with pytest.raises(ValidationError, match="Between 0 and 4"):
        marking.read_answer(by=acting(fatmir), answered=answered, points=5)
    marking.read_answer(by=acting(fatmir), answered=answered, points=3, feedback="Good.")
    answered.attempt.refresh_from_db()
    assert (answered.attempt.state, answered.attempt.points, answered.share) == ("marked", 3, 0.75)
    assert state_of(enrolment, version.nodes.get(kind="quiz")) == "done"


def test_excused_and_opened_anew_with_a_reason_the_learner_reads(enrolment, shown, task, fatmir, luka, acting):
    with pytest.raises(ValidationError):
        marking.excuse(by=acting(fatmir), enrolment=enrolment, node=task.key, why="")
    marking.excuse(by=acting(fatmir), enrolment=enrolment, node=task.key, why="You did it at work.")
    assert state_of(enrolment, task) == "done"
    marking.reopen(by=acting(fatmir), enrolment=enrolment, node=task.key, why="It was for somebody else.")
    assert state_of(enrolment, task) == "under_way"
    assert Evidence.objects.get(pk=shown.pk).state == "returned"
    assert "somebody else" in Notice.objects.filter(person=luka).order_by("-pk").first().text


def test_the_screen_marks_and_goes_on_to_the_next(enter, fatmir, run, shown, task):
    later = factories.evidence(
        enrolment=factories.enrolment(run=run), node=task.key, due_on=date.today() + timedelta(days=9)
    )
    client = enter(fatmir)
    first, second = (reverse("learning:evidence", args=[row.pk]) for row in (shown, later))
    assert client.get(reverse("learning:mark", args=[run.pk]))["Location"] == first
    page = client.get(first).content.decode()
    assert second in page
    assert "Is it clear?" in page
    refused = client.post(first, {"return": "1", "feedback": "", "points_clear": "1"})
    assert refused.status_code == 200
    assert 'value="1"' in refused.content.decode()
    assert client.post(first, {"accept": "1", "points_clear": "3"})["Location"] == second


def test_the_roll_counts_once_and_a_later_word_corrects_it(run, enrolment, version, fatmir, other_teacher, acting):
    node = version.nodes.get(kind="session")
    session = plan(acting(fatmir), run, node)
    with pytest.raises(Refused):
        sessions.roll(by=acting(other_teacher), session=session, there={enrolment.pk: True})
    for is_there in (True, True, False):
        sessions.roll(by=acting(fatmir), session=session, there={enrolment.pk: is_there})
    assert state_of(enrolment, node) != "done"
    assert Happening.objects.filter(enrolment=enrolment).count() == 2
    early = timezone.now() - timedelta(hours=1)
    sessions.roll(by=acting(fatmir), session=session, there={enrolment.pk: True}, client_at=early)
    assert not Attendance.objects.get().is_there


def test_a_roll_names_nobody_of_another_run(run, version, fatmir, acting):
    session, other = plan(acting(fatmir), run, version.nodes.get(kind="session")), factories.enrolment()
    sessions.roll(by=acting(fatmir), session=session, there={other.pk: True, uuid4(): True})
    assert not Attendance.objects.exists()


def plan(by, run, node, **facts):
    starts = timezone.now() + timedelta(days=1)
    made = {"title": "We meet", "starts_at": starts, "ends_at": starts + timedelta(hours=1), "zone": "Europe/Athens"}
    return sessions.plan(by=by, run=run, node=node.key, **{**made, **facts})


def test_a_date_tells_the_cohort_and_changes_reach_calendars(run, enrolment, version, fatmir, luka, acting, enter):
    node = version.nodes.get(kind="session")
    session = plan(acting(fatmir), run, node)
    with pytest.raises(ValidationError, match="before it begins"):
        plan(acting(fatmir), run, node, ends_at=timezone.now())
    with pytest.raises(ValidationError, match="session of the course"):
        plan(acting(fatmir), run, version.nodes.get(kind="page"))
    sessions.change(
        by=acting(fatmir), session=session, title="Later", starts_at=session.starts_at + timedelta(hours=2),
        ends_at=session.ends_at + timedelta(hours=2), zone="Europe/Vilnius",
    )  # fmt: skip
    sessions.call_off(by=acting(fatmir), session=session, why="Snow.")
    session.refresh_from_db()
    assert (session.sequence, session.is_cancelled) == (2, True)
    assert Notice.objects.filter(person=luka, kind="learning.run").count() == 3
    file = enter(luka).get(reverse("learning:sessions_ics", args=[run.pk])).content.decode()
    assert "STATUS:CANCELLED" in file


def test_moving_to_a_newer_version_shows_first_what_changes_for_whom(
    run, enrolment, version, course, fatmir, enter, acting
):
    page = version.nodes.get(kind="page")
    progress.recompute(enrolment)
    progress.write(enrolment, [progress.happening(acting(fatmir), enrolment, page.key, "viewed", {})])
    newer = factories.version(course=course, number=2)
    factories.text(
        node=factories.node(version=newer, kind="page", key=page.key, rule={"score": 0.5}), said={"title": "P"}
    )
    factories.text(node=factories.node(version=newer, kind="page"), said={"title": "Brand new"})
    type(newer).objects.filter(pk=newer.pk).update(state="published", published_at=timezone.now())
    text = enter(fatmir).get(reverse("learning:run_version", args=[run.pk, 2])).content.decode()
    assert "Brand new" in text
    assert text.count("Goes: what was done here counts no more") == 3
    assert "1 learner<" in text
    newer.refresh_from_db()
    runs.move_to(by=acting(fatmir), run=run, version=newer)
    enrolment.refresh_from_db()
    assert (enrolment.done, enrolment.total, enrolment.seen_at) == (0, 2, None)
    with pytest.raises(ValidationError, match="newer"):
        runs.move_to(by=acting(fatmir), run=run, version=version)


def test_who_leads_goes_and_another_leads(run, shown, fatmir, mara, acting, enter):
    helper = factories.facilitation(run=run)
    row = Facilitation.objects.get(run=run, person=fatmir)
    runs.remove_facilitator(by=acting(fatmir), facilitation=row)
    helper.refresh_from_db()
    assert helper.is_lead
    assert Notice.objects.filter(person=helper.person, kind="learning.teaching").exists()
    runs.remove_facilitator(by=acting(mara), facilitation=helper)
    from koinon.learning.lends.teaching import waiting_for_teachers

    assert [item.title for item in waiting_for_teachers(acting(mara))] == [f"Practice to look at: {run.title} (1)"]
    assert not waiting_for_teachers(acting(fatmir))


def test_called_off_with_a_sentence_to_all(run, enrolment, luka, fatmir, acting):
    helper = factories.facilitation(run=run).person
    waits = factories.enrolment(run=run, state="waiting")
    with pytest.raises(Refused):
        runs.cancel(by=acting(helper), run=run, why="x")
    with pytest.raises(ValidationError):
        runs.cancel(by=acting(fatmir), run=run, why=" ")
    runs.cancel(by=acting(fatmir), run=run, why="The trainer is ill.")
    for person in (luka, waits.person):
        assert "trainer is ill" in Notice.objects.get(person=person, kind="learning.run").text
    assert Enrolment.objects.get(pk=waits.pk).state == "withdrawn"


@pytest.mark.parametrize("who", ["arben", "stranger", "other_teacher"])
def test_only_who_speaks_for_the_organisation_opens_a_run(request, version, course, school, who, acting):
    facts = {"version": version, "organisation": school, "network": None, "title": "T", "languages": ["en"]}
    days = {"starts_on": date.today(), "ends_on": date.today()}
    with pytest.raises(Refused):
        runs.open_run(by=acting(request.getfixturevalue(who)), course=course, **facts, **days)


def test_a_run_is_opened_as_a_draft_that_others_do_not_see(version, course, school, network, mara, luka, acting):
    made = runs.open_run(
        by=acting(mara), course=course, version=version, organisation=school, network=network, title="Spring",
        languages=["en"], starts_on=date.today(), ends_on=date.today(), audience="public",
    )  # fmt: skip
    assert made.facilitations.get().is_lead
    assert made not in type(made).objects.visible_to(acting(luka))
    runs.announce(by=acting(mara), run=made)
    assert made in type(made).objects.visible_to(acting(luka))


def test_a_message_reaches_the_cohort_and_only_it(run, enrolment, fatmir, luka, stranger, other_teacher, acting, enter):
    with pytest.raises(Refused):
        announcing.announce(by=acting(other_teacher), run=run, title="T", text="x", language="en")
    row = announcing.announce(by=acting(fatmir), run=run, title="Hello", text="<b>We begin</b>", language="en")
    assert "<b>" not in row.text_html
    assert [notice.person for notice in Notice.objects.filter(kind="learning.announcement")] == [luka]
    assert enter(stranger).get(reverse("learning:announcement", args=[row.pk])).status_code == 404
