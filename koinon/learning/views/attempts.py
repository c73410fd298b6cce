"""Quizzes and surveys: begin, save each answer, hand in. Without JavaScript one form with two buttons."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koinon.kit import doors
from koinon.kit.verbs import Refused
from koinon.learning.actions import attempts, surveys
from koinon.learning.models import Attempt
from koinon.learning.queries import lesson_pages as pages
from koinon.learning.queries.questions_shown import answers_from
from koinon.learning.queries.quizzes import asked_at
from koinon.learning.views.lessons import learner, shown


@require_POST
@doors.members_only
def attempt_begin(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """Begin a try, or go on with the one that is open."""
    where = learner(request, key)
    language = pages.lesson_page(where, node, chosen=request.POST.get("in", ""))["reading"]
    try:
        attempts.begin(by=request.me, enrolment=where.enrolment, node=node, language=language)
    except (Refused, ValidationError) as problem:
        messages.error(request, _words(problem))
    return redirect("learning:lesson", key, node)


@require_POST
@doors.members_only
def attempt_answer(request: HttpRequest, key: str) -> HttpResponse:
    """Save what is on the page; with do=hand_in also hand in. Answers JSON to a script that saves as one writes."""
    rows = Attempt.objects.filter(enrolment__person=request.me.person)
    row = doors.fetch(rows.select_related("enrolment__run__version"), pk=key)
    is_last = request.POST.get("do") == "hand_in"
    verb = attempts.hand_in if is_last else attempts.save
    try:
        said = answers_from(asked_at(row.enrolment.run.version, row.node).questions, request.POST)
        kept = verb(by=request.me, attempt=row, answers=said)
    except (Refused, ValidationError) as problem:
        return _not_kept(request, row, problem)
    if _wants_json(request):
        return JsonResponse({"saved": kept.saved_at.isoformat() if kept.saved_at else None, "state": kept.state})
    messages.success(request, _("Handed in.") if is_last else _("Saved. You can go on now or later."))
    return redirect("learning:lesson", row.enrolment.run_id, row.node)


@require_POST
@doors.members_only
def survey_answer(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """Answer a survey, once."""
    where = learner(request, key)
    doors.permitted(where.run, pages.lesson_page(where, node)["kind"] == "survey")
    said = answers_from(asked_at(where.run.version, node, ("survey",)).questions, request.POST)
    try:
        surveys.answer(by=request.me, enrolment=where.enrolment, node=node, answers=said)
    except (Refused, ValidationError) as problem:
        messages.error(request, _words(problem))
        return shown(request, where, node, given=said)
    messages.success(request, _("Thank you. Your answers are kept without your name."))
    return redirect("learning:lesson", key, node)


def _not_kept(request: HttpRequest, row: Attempt, problem: Exception) -> HttpResponse:
    """Say it; where the time is over, what had been saved is handed in now."""
    row.refresh_from_db()
    if getattr(problem, "code", "") == "late" and row.state == "open":
        row = attempts.hand_in(by=request.me, attempt=row)
    if _wants_json(request):
        return JsonResponse({"problem": _words(problem), "state": row.state}, status=409)
    messages.error(request, _words(problem))
    return redirect("learning:lesson", row.enrolment.run_id, row.node)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _words(problem: Any) -> str:
    return " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
