"""Doors of learning: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.learning.notices.learning import digest, links
from tests import factories

IN, GO, ASK, NONE = 200, 302, 302, 404
ALL = (IN, IN, IN, IN, IN, IN, IN, ASK)
"""mara, arben, fatmir, luka, other_teacher, stranger, rival, visitor."""
TAUGHT = (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)
LEARNER = (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)
CORRECTED = (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)
TEACHER = (GO, NONE, GO, NONE, NONE, NONE, NONE, ASK)

DOORS: dict = {
    "learning:home": ("get", ALL),
    "learning:my_competences": ("get", ALL),
    "learning:my_outcomes": ("get", ALL),
    "learning:my_outcomes_sheet": ("get", ALL),
    "learning:witness": ("get", (IN,) * 8),
    "learning:my_run": ("get", TAUGHT),
    "learning:lesson": ("get", TAUGHT),
    "learning:lesson_file": ("get", TAUGHT),
    "learning:evidence_file": ("get", TAUGHT),
    "learning:lesson_viewed": ("post", LEARNER),
    "learning:help_asked": ("post", LEARNER),
    "learning:my_language": ("post", LEARNER),
    "learning:attempt_begin": ("post", LEARNER),
    "learning:attempt_answer": ("post", LEARNER),
    "learning:survey_answer": ("post", CORRECTED),
    "learning:evidence_hand_in": ("post", CORRECTED),
    "learning:talk_post": ("post", TAUGHT),
    "learning:talk_take_back": ("post", LEARNER),
    "learning:talk_hide": ("post", TEACHER),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    ask = request.getfixturevalue
    run, enrolment, page, quiz = ask("run"), ask("enrolment"), ask("page"), ask("quiz")
    task, talk, survey = ask("task"), ask("talk"), ask("survey")
    shown = factories.evidence(enrolment=enrolment, node=task.key, witness_email="w@example.org", state="returned")
    file = factories.evidencefile(evidence=shown, upload=ask("picture"))
    asset = factories.asset(organisation=run.course.organisation, upload=ask("picture"))
    post = factories.post(run=run, node=talk.key, person=ask("luka"))
    attempt = factories.attempt(enrolment=enrolment, node=quiz.key)
    token = links.make("learning.witness", evidence=str(shown.pk), round=1, email=digest("w@example.org"))
    of = {
        "my_run": [run.pk], "lesson": [run.pk, page.key], "lesson_file": [run.pk, asset.key],
        "evidence_file": [file.pk], "lesson_viewed": [run.pk, page.key], "help_asked": [run.pk],
        "my_language": [run.pk],
        "attempt_begin": [run.pk, quiz.key], "attempt_answer": [attempt.pk], "survey_answer": [run.pk, survey.key],
        "evidence_hand_in": [run.pk, task.key], "talk_post": [run.pk, talk.key], "talk_take_back": [post.pk],
        "talk_hide": [post.pk], "witness": [token],
    }  # fmt: skip
    return {name: reverse(name, args=of.get(name.split(":")[1], [])) for name in DOORS}
