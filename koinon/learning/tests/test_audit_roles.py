"""Who had a right and has it no more, and who guesses: every page of teaching and learning, every verb behind it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from koinon.kit.verbs import Refused
from koinon.learning.actions import announcing, attempts, enrolments, evidence, marking, runs, surveys
from koinon.learning.actions import talk as verbs
from koinon.learning.models import Facilitation
from koinon.learning.tests import doors_of_teaching
from tests import doors, factories

pytestmark = pytest.mark.django_db

TEACHING = [name for name, (_how, met) in doors_of_teaching.DOORS.items() if met in (
    doors_of_teaching.TEACH, doors_of_teaching.TEACH_GO)]  # fmt: skip
GONE = ("former", "withdrawn", "elsewhere")


@pytest.fixture
def former(run, fatmir, acting):
    """Facilitated the run, and left."""
    made = factories.facilitation(run=run)
    runs.remove_facilitator(by=acting(made.person), facilitation=made)
    assert not Facilitation.objects.filter(pk=made.pk).exists()
    return made.person


@pytest.fixture
def withdrawn(run, acting):
    """Learned in the run, and left."""
    made = factories.enrolment(run=run, person=factories.person(name="Gone"))
    enrolments.withdraw(by=acting(made.person), enrolment=made)
    return made.person


@pytest.fixture
def elsewhere(course, version):
    """Learns in another run of the same course."""
    other = factories.run(course=course, version=version, state="running")
    return factories.enrolment(run=other, person=factories.person(name="Elsewhere")).person


@pytest.mark.parametrize("reader", GONE)
@pytest.mark.parametrize("name", TEACHING)
def test_no_page_of_teaching(request, reader, name, enrolment, fatmir):
    address = doors_of_teaching.addresses(request)[name]
    assert doors.knock(request, reader, doors_of_teaching.DOORS[name][0], address) == doors.OUT


@pytest.mark.parametrize("reader", GONE)
def test_no_page_of_learning(request, reader, run, page, quiz, task, enrolment, acting, luka):
    shown = evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="Mine.")
    attempt = attempts.begin(by=acting(luka), enrolment=enrolment, node=quiz.key)
    here = [(name, [run.pk]) for name in ("my_run", "save", "print_course", "saved_run")]
    here += [(name, [run.pk, page.key]) for name in ("lesson", "saved_lesson")]
    for name, given in here:
        assert doors.knock(request, reader, "get", reverse(f"learning:{name}", args=given)) == doors.OUT, name
    for name, given in (("attempt_answer", [attempt.pk]), ("evidence_hand_in", [run.pk, task.key])):
        assert doors.knock(request, reader, "post", reverse(f"learning:{name}", args=given)) == doors.OUT, name
    shown.refresh_from_db()
    assert (shown.text, shown.state) == ("Mine.", "handed_in")


@pytest.mark.parametrize("reader", GONE)
def test_no_verb(request, reader, run, quiz, task, talk, survey, enrolment, acting, luka):
    by = acting(request.getfixturevalue(reader))
    shown = evidence.hand_in(by=acting(luka), enrolment=enrolment, node=task.key, text="Mine.")
    attempt = attempts.begin(by=acting(luka), enrolment=enrolment, node=quiz.key)
    answered = factories.answered(attempt=attempt, share=None)
    acts = [
        lambda: marking.look_at(by=by, evidence=shown, says="accepted"),
        lambda: marking.read_answer(by=by, answered=answered, points=1),
        lambda: marking.excuse(by=by, enrolment=enrolment, node=quiz.key, why="x"),
        lambda: announcing.announce(by=by, run=run, title="x", text="x", language="en"),
        lambda: attempts.begin(by=by, enrolment=enrolment, node=quiz.key),
        lambda: attempts.save(by=by, attempt=attempt, answers={}),
        lambda: attempts.hand_in(by=by, attempt=attempt),
        lambda: evidence.hand_in(by=by, enrolment=enrolment, node=task.key, text="Theirs."),
        lambda: surveys.answer(by=by, enrolment=enrolment, node=survey.key, answers={}),
        lambda: verbs.post(by=by, run=run, node=talk.key, text="Here."),
        lambda: runs.end(by=by, run=run),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_keys_that_nobody_has_are_met_like_those_of_others(enter, luka, enrolment):
    for name, given in (("lesson", [enrolment.run_id, uuid4()]), ("my_run", [uuid4()]), ("learner", [uuid4()])):
        assert enter(luka).get(reverse(f"learning:{name}", args=given)).status_code == doors.OUT
