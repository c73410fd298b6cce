"""Attendance as its organisers see it: everybody with the sentence why, one person's scans, decisions with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from koinon.events.actions import certificates, presence
from koinon.events.forms import attending as forms
from koinon.events.models import COMING, Event, Registration
from koinon.events.queries import certificates as papers
from koinon.events.queries import desk as desks
from koinon.events.queries import figures as numbers
from koinon.events.queries import presence as questions
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words

MANY: dict[str, tuple[Any, Any]] = {
    "decide": (presence.decide, forms.Decide),
    "all-there": (presence.all_there, forms.AllThere),
}
ONE: dict[str, tuple[Any, Any]] = {
    "say": (presence.say, forms.Say),
    "unsay": (presence.unsay, forms.Unsay),
    "certify": (certificates.give, forms.Why),
}
"""step: (verb, form)"""


@require_GET
@doors.members_only
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with a place: minutes, the sentence why, the certificate."""
    return _sheet(request, fetch(request, slug))


@require_POST
@doors.members_only
def decide(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Many at once: missing check-outs of a session, or everybody of one at which nobody was scanned."""
    event = fetch(request, slug)
    if step not in MANY:
        raise Http404
    action, maker = MANY[step]
    form = maker(request.POST, event=event)
    if form.does(action, by=voice(request, event)):
        number = form.result[1]
        done = ngettext("Decided for %(number)s person.", "Decided for %(number)s people.", number)
        messages.success(request, done % {"number": number})
        return redirect("events:presence", event.slug)
    return _sheet(request, event, step, form)


@require_GET
@doors.members_only
def person(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One who comes: each session with its scans and minutes."""
    event = fetch(request, slug)
    return _person(request, event, _registration(event, key))


@require_POST
@doors.members_only
def person_step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Say minutes, take that back, give a certificate."""
    event = fetch(request, slug)
    row = _registration(event, key)
    if step not in ONE:
        raise Http404
    action, maker = ONE[step]
    form = maker(request.POST, **({} if step == "certify" else {"event": event}))
    if form.does(action, by=voice(request, event), registration=row):
        messages.success(request, words.SAVED)
        return redirect("events:presence_of", event.slug, row.pk)
    return _person(request, event, row, step, form)


@require_GET
@doors.members_only
def attendance(request: HttpRequest) -> HttpResponse:
    """From attendance to the figure: all events the reader organises, each with the list behind its number."""
    context = numbers.over_events(request.me, request.GET)
    return render(request, "events/attending_figures.html", context)


def _registration(event: Event, key: str) -> Registration:
    rows = event.registrations.filter(state__in=COMING).select_related("organisation", "event")
    return doors.fetch(rows, pk=key)


def _sheet(request: HttpRequest, event: Event, step: str = "", form: Any = None) -> HttpResponse:
    asked = request.GET
    show, text = asked.get("show", ""), asked.get("q", "")[:80]
    context = {
        "sheet": questions.sheet(event, show, text, asked.get("after") or asked.get("before", "")), "show": show,
        "text": text, "shows": questions.SHOWS.items(), "figures": numbers.of_event(event),
        "undecided": _undecided(event, step, form), "problem": form if step else None,
        "all_there": form if step == "all-there" else forms.AllThere(event=event),
    }  # fmt: skip
    return render(request, "events/presence.html", {**context, **desks.context(request, event, "presence")})


def _undecided(event: Event, step: str, form: Any) -> list[tuple[Any, int, Any]]:
    said = form.data.get("session") if step == "decide" else ""
    return [
        (row, number, form if said == str(row.pk) else forms.Decide(event=event, initial={"session": row.pk}))
        for row, number in questions.undecided(event)
    ]


def _person(request: HttpRequest, event: Event, row: Registration, step: str = "", form: Any = None) -> HttpResponse:
    context = {
        "registration": row, "verdict": questions.verdict_of(row), "sessions": _sessions(event, row, step, form),
        "certificate": papers.mine(row), "why": form if step == "certify" else forms.Why(), "is_past": event.is_over,
        "problem": form if step else None,
    }  # fmt: skip
    context["said"] = questions.said(context["verdict"])
    return render(request, "events/presence_of.html", {**context, **desks.context(request, event, "presence")})


def _sessions(event: Event, row: Registration, step: str, form: Any) -> list[dict[str, Any]]:
    said = form.data.get("session") if step == "say" else ""
    return [
        {**each, "form": form if said == str(each["session"].pk)
         else forms.Say(event=event, initial={"session": each["session"].pk, "minutes": each["counted"]})}
        for each in questions.sessions_of(row)
    ]  # fmt: skip
