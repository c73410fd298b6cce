"""Doors of teaching: name -> (method, what each of test_doors.WHO meets)."""

from datetime import UTC, datetime
from uuid import uuid4

from django.urls import reverse

from koinon.kit import links
from koinon.learning.actions.cards import hashed
from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405

TEACH = (IN, NONE, IN, NONE, NONE, NONE, NONE, ASK)
TEACH_GO = (GO, NONE, GO, NONE, NONE, NONE, NONE, ASK)
"""Who owns and who facilitates; authors of the course, learners and those who teach elsewhere find nothing."""

DOORS: dict = {
    "runs": ("get", (IN, IN, IN, IN, IN, IN, IN, ASK)),
    "run_new": ("get", (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
    "run": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, NONE)),
    "join": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "run_withdraw": ("post", (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)),
    "run_invitation": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "card": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "teach": ("get", TEACH),
    "mark": ("get", TEACH_GO),
    "cohort": ("get", TEACH),
    "cohort_file": ("get", TEACH),
    "learner": ("get", TEACH),
    "learner_helped": ("post", TEACH_GO),
    "teach_evidence": ("get", TEACH),
    "teach_answer": ("get", TEACH),
    "teach_sessions": ("get", TEACH),
    "session": ("get", TEACH),
    "roll": ("post", TEACH_GO),
    "roll_print": ("get", TEACH),
    "session_call_off": ("post", TEACH_GO),
    "sessions_ics": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)),
    "messages": ("get", TEACH),
    "announcement": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)),
    "announcement_take_back": ("post", TEACH_GO),
    "results": ("get", TEACH),
    "run_people": ("get", TEACH),
    "run_list": ("post", TEACH),
    "run_list_invite": ("post", TEACH_GO),
    "cards": ("get", TEACH),
    "cards_make": ("post", TEACH_GO),
    "run_settings": ("get", TEACH),
    "run_step": ("post", TEACH_GO),
    "facilitators": ("post", TEACH),
    "facilitator": ("post", TEACH_GO),
    "invited_take_back": ("post", TEACH_GO),
    "run_version": ("get", TEACH),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; request.getfixturevalue gives the fixtures of conftest.py."""
    run, enrolment = request.getfixturevalue("run"), request.getfixturevalue("enrolment")
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    task = factories.evidence(enrolment=enrolment, node=uuid4())
    attempt = factories.attempt(enrolment=enrolment, state="handed_in", handed_in_at=at)
    answer = factories.answered(attempt=attempt, share=None)
    session, message = factories.session(run=run), factories.announcement(run=run)
    invited = factories.invited(run=run)
    newer = factories.version(course=run.course, state="published", number=9)
    helper = factories.facilitation(run=run)
    factories.card(enrolment=factories.enrolment(run=run), secret=hashed("known"))
    here, of = [run.pk], reverse
    names = ("run", "run_withdraw", "teach", "mark", "cohort", "sessions_ics", "messages", "results", "run_people")
    more = ("run_list", "run_list_invite", "cards", "cards_make", "run_settings", "facilitators")
    return {
        **{name: of(f"learning:{name}", args=here) for name in (*names, *more)},
        "runs": of("learning:runs"), "run_new": of("learning:run_new", args=[run.course.slug]),
        "join": of("learning:join", args=[run.link_key]), "card": of("learning:card", args=["known"]),
        "run_invitation": of("learning:invitation", args=[links.make("learning.invited", invited=str(invited.pk))]),
        "cohort_file": of("learning:cohort_file", args=[run.pk, "csv"]),
        "learner": of("learning:learner", args=[enrolment.pk]),
        "learner_helped": of("learning:learner_step", args=[enrolment.pk, "helped"]),
        "teach_evidence": of("learning:evidence", args=[task.pk]), "teach_sessions": of("learning:sessions", args=here),
        "teach_answer": of("learning:answer", args=[answer.pk]), "session": of("learning:session", args=[session.pk]),
        "roll": of("learning:roll", args=[session.pk]), "roll_print": of("learning:roll_print", args=[session.pk]),
        "session_call_off": of("learning:session_call_off", args=[session.pk]),
        "announcement": of("learning:announcement", args=[message.pk]),
        "announcement_take_back": of("learning:announcement_take_back", args=[message.pk]),
        "run_step": of("learning:run_step", args=[run.pk, "new-link"]),
        "facilitator": of("learning:facilitator", args=[helper.pk, "leave"]),
        "invited_take_back": of("learning:invited_take_back", args=[invited.pk]),
        "run_version": of("learning:run_version", args=[run.pk, newer.number]),
    }  # fmt: skip
