"""The report of an event: drafted, written, published, printed; the parts of a joint one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import reports as actions
from koinon.events.forms import reports as forms
from koinon.events.models import Event, EventReport, ReportPart
from koinon.events.queries import desk as desks
from koinon.events.queries import reports as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.matching.models import voices
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any]] = {
    "publish": (actions.publish, gettext_lazy("Published. Its figures stay as they are now.")),
    "reopen": (actions.reopen, gettext_lazy("It is a draft again: nobody else reads it until you publish it.")),
}


@read_or_write
@doors.members_only
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Figures, words, parts; a draft is made by the first tap."""
    row = fetch(request, slug)
    found = EventReport.objects.filter(event=row).select_related("event").first()
    form = forms.Write(request.POST or None, initial={"text": found.text}) if found else None
    if request.method == "POST" and form and form.does(actions.write, by=voice(request, row), report=found):
        messages.success(request, words.SAVED)
        return redirect("events:report", row.slug)
    return _shown(request, row, found, form)


@require_POST
@doors.members_only
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin it from what happened; again: ask those whose part was not known yet."""
    row = fetch(request, slug)
    form = Button(request.POST)
    if not form.does(actions.draft, by=voice(request, row), event=row):
        return _shown(request, row, None, None, form)
    return redirect("events:report", row.slug)


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Publish it as it is written in the form, or take it back to change it."""
    row = fetch(request, slug)
    if step not in STEPS:
        raise Http404
    found = doors.fetch(EventReport.objects.filter(event=row).select_related("event"), event=row)
    written = forms.Write(request.POST if "text" in request.POST else None, initial={"text": found.text})
    if written.is_bound and not written.does(actions.write, by=voice(request, row), report=found):
        return _shown(request, row, found, written)
    form, (verb, done) = Button(request.POST), STEPS[step]
    if not form.does(verb, by=voice(request, row), report=found):
        return _shown(request, row, found, written, form)
    messages.success(request, done)
    return redirect("events:report", row.slug)


@require_GET
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The PDF: of a published report for everybody who sees the event, of a draft for its organisers."""
    event = doors.fetch(Event.objects.visible_to(request.me).select_related("organisation"), slug=slug)
    found = doors.found(EventReport.objects.filter(event=event).first())
    found.event = event
    is_held = found.state == "published" or Event.objects.held_by(request.me).filter(pk=event.pk).exists()
    doors.permitted(found, is_held)
    answer = HttpResponse(queries.paper(found, get_language() or "en"), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="report-{event.slug}.pdf"'
    return answer


@read_or_write
@doors.members_only
def part(request: HttpRequest, key: str) -> HttpResponse:
    """What one host or visitor writes."""
    rows = ReportPart.objects.filter(organisation__in=voices(request.me))
    row = doors.fetch(rows.select_related("report__event__organisation", "organisation"), pk=key)
    first = {"text": row.text, "is_done": row.is_done}
    form = forms.Part(request.POST or None, initial=first)
    if request.method == "POST" and form.does(
        actions.write_part, by=speaking_for(request.me, row.organisation), part=row
    ):
        messages.success(request, words.SAVED)
        return redirect("events:report_part", row.pk)
    context = {"form": form, "part": row, "event": row.report.event, "parts": queries.parts(row.report)}
    return render(request, "events/report_part.html", context)


def _shown(request: HttpRequest, row: Event, found: Any, form: Any, step: Any = None) -> HttpResponse:
    language = get_language() or row.language
    figures = queries.figures_of(found) if found else queries.figures(row)
    context = {
        "report": found, "form": form, "step": step, "numbers": queries.numbers(figures),
        "groups": queries.groups(figures, language), "means": queries.means(figures, language, row.language),
        "parts": queries.parts(found) if found else [], "is_joint": row.kind == "study_visit",
        "is_counted": figures.get("is_counted"),
    }  # fmt: skip
    return render(request, "events/report.html", {**context, **desks.context(request, row, "report")})
