"""Copies of an event, events that are repeated, and the page of a series."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from koinon.events.actions import series as actions
from koinon.events.forms import series as forms
from koinon.events.models import Event, Series
from koinon.events.queries import desk as desks
from koinon.events.queries import events as questions
from koinon.events.queries.organising import holders
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 60


@read_or_write
@doors.members_only
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """The same again on another day, in the name of an organisation of mine; without its people."""
    row = fetch(request, slug)
    ours = sorted(holders(request.me), key=lambda each: each.pk != row.organisation_id)
    form = forms.Copy(request.POST or None, organisations=ours) if ours else None
    if request.method == "POST" and form and form.does(actions.copy, by=voice(request, row), event=row):
        messages.success(request, _("A draft that only you see. The desk shows what is still to say."))
        return redirect("events:desk", form.result.slug)
    return render(request, "events/series_copy.html", {"form": form, **desks.context(request, row, "copy")})


@read_or_write
@doors.members_only
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Repeat the event, or put it into a series."""
    row = fetch(request, slug)
    known = list(Series.objects.filter(organisation=row.organisation_id).order_by("-pk")[:SHOWN])
    wants = request.POST.get("step", "") if request.method == "POST" else ""
    repeat = forms.Repeat(request.POST if wants == "repeat" else None)
    join = forms.Join(request.POST if wants == "join" else None, known=known, initial={"series": row.series_id})
    by = voice(request, row)
    if wants == "repeat" and repeat.does(actions.repeat, by=by, event=row, organisation=row.organisation):
        return _repeated(request, row, repeat)
    if wants == "join" and join.does(actions.join_series, by=by, event=row):
        messages.success(request, words.SAVED)
        return redirect("events:series", row.slug)
    context = {"repeat": repeat, "join": join, "others": _others(request, row)}
    return render(request, "events/series.html", {**context, **desks.context(request, row, "series")})


@require_GET
def one(request: HttpRequest, key: str) -> HttpResponse:
    """All events of a series that the reader sees."""
    rows = Event.objects.visible_to(request.me).filter(series=key).select_related("organisation", "network", "place")
    found = list(rows.order_by("starts_at", "pk")[:SHOWN])
    row = doors.found(Series.objects.filter(pk=key, pk__in={each.series_id for each in found}).first())
    return render(request, "events/series_one.html", {"series": row, "rows": [questions.shown(each) for each in found]})


def _repeated(request: HttpRequest, row: Event, form: Any) -> HttpResponse:
    number = len(form.result[1])
    words = ngettext("%(number)s draft is there.", "%(number)s drafts are there.", number)
    messages.success(request, words % {"number": number})
    return redirect("events:series", row.slug)


def _others(request: HttpRequest, row: Event) -> list[dict[str, Any]]:
    """The other events of its series that the reader sees."""
    if row.series_id is None:
        return []
    rows = Event.objects.visible_to(request.me).filter(series=row.series_id).exclude(pk=row.pk)
    return [questions.shown(each) for each in rows.select_related("place").order_by("starts_at", "pk")[:SHOWN]]
