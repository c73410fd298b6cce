"""Doors of teaching: name -> (method, what each of test_doors.WHO meets)."""

from datetime import UTC, datetime
from uuid import uuid4

from django.urls import reverse

from koinon.kit import links
from koinon.learning.actions.cards import hashed
from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, 302, 404, 405

TEACH = (IN, NONE, IN, NONE, NONE, NONE, NONE, ASK)
TEACH_GO = (GO, NONE, GO, NONE, NONE, NONE, NONE, ASK)
"""Who owns and who facilitates; authors of the course, learners and those who teach elsewhere find nothing."""

DOORS: dict = {
    "learning:runs": ("get", (IN, IN, IN, IN, IN, IN, IN, ASK)),
    "learning:run_new": ("get", (IN, NONE, NONE, NONE, NONE, NONE, NONE, ASK)),
    "learning:run": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, NONE)),
    "learning:join": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "learning:run_withdraw": ("post", (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)),
    "learning:invitation": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "learning:card": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "learning:teach": ("get", TEACH),
    "learning:mark": ("get", TEACH_GO),
    "learning:cohort": ("get", TEACH),
    "learning:cohort_file": ("get", TEACH),
    "learning:learner": ("get", TEACH),
    "learning:learner_step": ("post", TEACH_GO),
    "learning:evidence": ("get", TEACH),
    "learning:answer": ("get", TEACH),
    "learning:sessions": ("get", TEACH),
    "learning:session": ("get", TEACH),
    "learning:roll": ("post", TEACH_GO),
    "learning:roll_print": ("get", TEACH),
    "learning:session_call_off": ("post", TEACH_GO),
    "learning:sessions_ics": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)),
    "learning:messages": ("get", TEACH),
    "learning:announcement": ("get", (IN, NONE, IN, IN, NONE, NONE, NONE, ASK)),
    "learning:announcement_take_back": ("post", TEACH_GO),
    "learning:results": ("get", TEACH),
    "learning:run_people": ("get", TEACH),
    "learning:run_list": ("post", TEACH),
    "learning:run_list_invite": ("post", TEACH_GO),
    "learning:cards": ("get", TEACH),
    "learning:cards_make": ("post", TEACH_GO),
    "learning:run_settings": ("get", TEACH),
    "learning:run_step": ("post", TEACH_GO),
    "learning:facilitators": ("post", TEACH),
    "learning:facilitator": ("post", TEACH_GO),
    "learning:invited_take_back": ("post", TEACH_GO),
    "learning:run_version": ("get", TEACH),
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
        **{f"learning:{name}": of(f"learning:{name}", args=here) for name in (*names, *more)},
        "learning:runs": of("learning:runs"),
        "learning:run_new": of("learning:run_new", args=[run.course.slug]),
        "learning:join": of("learning:join", args=[run.link_key]),
        "learning:card": of("learning:card", args=["known"]),
        "learning:invitation": of(
            "learning:invitation", args=[links.make("learning.invited", invited=str(invited.pk))]
        ),
        "learning:cohort_file": of("learning:cohort_file", args=[run.pk, "csv"]),
        "learning:learner": of("learning:learner", args=[enrolment.pk]),
        "learning:learner_step": of("learning:learner_step", args=[enrolment.pk, "helped"]),
        "learning:evidence": of("learning:evidence", args=[task.pk]),
        "learning:sessions": of("learning:sessions", args=here),
        "learning:answer": of("learning:answer", args=[answer.pk]),
        "learning:session": of("learning:session", args=[session.pk]),
        "learning:roll": of("learning:roll", args=[session.pk]),
        "learning:roll_print": of("learning:roll_print", args=[session.pk]),
        "learning:session_call_off": of("learning:session_call_off", args=[session.pk]),
        "learning:announcement": of("learning:announcement", args=[message.pk]),
        "learning:announcement_take_back": of("learning:announcement_take_back", args=[message.pk]),
        "learning:run_step": of("learning:run_step", args=[run.pk, "new-link"]),
        "learning:facilitator": of("learning:facilitator", args=[helper.pk, "leave"]),
        "learning:invited_take_back": of("learning:invited_take_back", args=[invited.pk]),
        "learning:run_version": of("learning:run_version", args=[run.pk, newer.number]),
    }
