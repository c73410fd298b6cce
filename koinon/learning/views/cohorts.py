"""A cohort as those who teach it see it: who waits, who is stuck, everybody, one of them, all as a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning.actions import cards as card_actions
from koinon.learning.actions import cohort_files, enrolments, marking
from koinon.learning.forms import runs as forms
from koinon.learning.models import Enrolment
from koinon.learning.queries import cohort_files as files
from koinon.learning.queries import cohorts
from koinon.learning.queries import runs as questions
from koinon.learning.views.runs import fetch, voice

STEPS: dict[str, tuple[Any, Any]] = {
    "admit": (enrolments.admit, Button),
    "refuse": (enrolments.refuse, forms.Why),
    "remove": (enrolments.remove, forms.Why),
    "take-back": (enrolments.take_back, Button),
    "language": (enrolments.speak, forms.Speak),
    "helped": (marking.helped, Button),
    "end-card": (card_actions.end, Button),
    "excuse": (marking.excuse, forms.Part),
    "reopen": (marking.reopen, forms.Part),
}
"""step: (verb, form)"""


@require_GET
@doors.members_only
def teach(request: HttpRequest, key: str) -> HttpResponse:
    """The desk of a run: who waits for me, who is stuck and why, since when."""
    run = fetch(request, key)
    context = cohorts.desk(run, questions.reader())
    return render(request, "learning/teach_desk.html", {**context, **questions.context(request, run, "teach")})


@require_GET
@doors.members_only
def cohort(request: HttpRequest, key: str) -> HttpResponse:
    """Everybody, thirty on a page; searched, sorted, by state."""
    run = fetch(request, key)
    context = cohorts.page(run, cohorts.asked(request.GET), questions.reader())
    context |= {"states": cohorts.STATE_WORDS.items(), "sorts": cohorts.SORT_WORDS.items()}
    return render(request, "learning/teach_cohort.html", {**context, **questions.context(request, run, "cohort")})


@require_http_methods(["GET", "POST"])
@doors.members_only
def export(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Everybody with where they stand at each part; a large cohort by a job, which a button begins."""
    run = fetch(request, key)
    if kind not in files.KINDS:
        raise Http404
    language = questions.reader()
    if run.enrolments.count() > files.AT_ONCE:
        if request.method == "GET":
            return redirect("learning:cohort", key)
        work = cohort_files.ask(by=voice(request, run), run=run, kind=kind, language=language)
        return redirect("kit:work", work.pk)
    name = files.name_of(run, kind)
    return FileResponse(files.as_file(run, kind, language), as_attachment=True, filename=name)


@require_GET
@doors.members_only
def learner(request: HttpRequest, key: str) -> HttpResponse:
    """One learner: each part with the sentence they read themselves."""
    return _learner(request, _fetch(request, key))


@require_POST
@doors.members_only
def learner_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Admit, refuse, take off the list and back, another language, excuse, reopen, end a card."""
    row = _fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, maker = STEPS[step]
    form = maker(request.POST, **({"run": row.run} if step == "language" else {}))
    if form.does(action, by=voice(request, row.run), enrolment=row):
        messages.success(
            request, _("Done. The learner is told.") if step not in ("helped", "end-card") else words.SAVED
        )
        return redirect("learning:learner", row.pk)
    return _learner(request, _fetch(request, key), step, form)


def _fetch(request: HttpRequest, key: str) -> Enrolment:
    rows = Enrolment.objects.taught_by(request.me)  # type: ignore[attr-defined]
    rows = rows.select_related("run__version", "run__course", "run__organisation", "run__network", "person")
    return doors.fetch(rows, pk=key)


def _learner(request: HttpRequest, row: Enrolment, step: str = "", form: Any = None) -> HttpResponse:
    context = {
        "enrolment": row, "parts": cohorts.learner(row, questions.reader()),
        "evidence": {str(each.node): each for each in row.evidence.all()}, "problem": form if step else None,
        "step": step, "speak": forms.Speak(run=row.run, initial={"language": row.language}),
        "why": form if step in ("refuse", "remove") else forms.Why(),
        "part": form if step in ("excuse", "reopen") else forms.Part(),
        "card": row.cards.filter(ended_at=None).first() if row.person.is_assisted else None,
    }  # fmt: skip
    return render(request, "learning/teach_learner.html", {**context, **questions.context(request, row.run, "cohort")})
