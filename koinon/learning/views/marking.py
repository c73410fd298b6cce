"""One screen for each thing that waits: look, say, next; by keyboard, and without JavaScript."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.learning.actions import marking as actions
from koinon.learning.forms import marking as forms
from koinon.learning.models import Answered, Evidence, Run
from koinon.learning.queries import cohorts, runs
from koinon.learning.queries import marking as questions
from koinon.learning.queries.trees import tree_of
from koinon.learning.views.runs import fetch, voice

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def mark(request: HttpRequest, key: str) -> HttpResponse:
    """To the first thing that waits in a run."""
    run = fetch(request, key)
    waiting = questions.line(run)
    return redirect(waiting[0]) if waiting else redirect("learning:teach", run.pk)


@read_or_write
@doors.members_only
def evidence(request: HttpRequest, key: str) -> HttpResponse:
    """Practice that was handed in: rubric, words, accepted or back with advice; then the next one."""
    rows = Evidence.objects.filter(enrolment__run__in=Run.objects.taught_by(request.me))
    row = doors.fetch(rows.exclude(enrolment__person=request.me.person).select_related(*_WITH), pk=key)
    rubric = questions.rubric_of(row, runs.reader())
    first = {"feedback": row.feedback, **{f"points_{name}": value for name, value in row.points.items()}}
    form = forms.Look(request.POST or None, rubric=rubric, initial=first)
    here = to("learning:evidence", row.pk)
    beside = questions.beside(row.enrolment.run, here)
    if request.method == "POST" and form.does(actions.look_at, by=voice(request, row.enrolment.run), evidence=row):
        messages.success(request, _("Said. The learner is told."))
        return redirect(beside.after or to("learning:teach", row.enrolment.run_id))
    title = tree_of(row.enrolment.run.version).title(row.node, (runs.reader(), *row.enrolment.run.languages))[0]
    context = {"evidence": row, "files": row.files.select_related("upload"), "form": form, "title": title}
    more = {"beside": beside, "seen": actions.mark_of(row)}
    return _shown(request, "learning/teach_evidence.html", row.enrolment, {**context, **more})


@read_or_write
@doors.members_only
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """A long answer: points and words; then the next one."""
    rows = Answered.objects.filter(attempt__enrolment__run__in=Run.objects.taught_by(request.me))
    rows = rows.exclude(attempt__enrolment__person=request.me.person).exclude(attempt__state="open")
    row = doors.fetch(rows.select_related("attempt", *(f"attempt__{name}" for name in _WITH)), pk=key)
    enrolment, shown = row.attempt.enrolment, questions.answer(row, runs.reader())
    first = {"points": None if row.share is None else round(row.share * shown["worth"], 2), "feedback": row.feedback}
    form = forms.Read(request.POST or None, worth=shown["worth"], initial=first)
    beside = questions.beside(enrolment.run, to("learning:answer", row.pk))
    if request.method == "POST" and form.does(actions.read_answer, by=voice(request, enrolment.run), answered=row):
        messages.success(request, _("Said. The learner is told when the whole quiz is read."))
        return redirect(beside.after or to("learning:teach", enrolment.run_id))
    context = {"answered": row, "shown": shown, "form": form, "beside": beside}
    return _shown(request, "learning/teach_answer.html", enrolment, context)


_WITH = (
    "enrolment__person", "enrolment__run__version", "enrolment__run__course", "enrolment__run__organisation",
    "enrolment__run__network",
)  # fmt: skip


def _shown(request: HttpRequest, template: str, enrolment: Any, context: dict[str, Any]) -> HttpResponse:
    where = cohorts.standings(enrolment.run, [enrolment], runs.reader()).get(enrolment.pk)
    context |= {"enrolment": enrolment, "where": where}
    return render(request, template, {**context, **runs.context(request, enrolment.run, "teach")})
