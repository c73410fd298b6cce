"""Hosts of a study visit and the days they offer: for everybody who sees the visit; offered by hosts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import slots as actions
from koinon.events.forms import slots as forms
from koinon.events.models import Event, VisitSlot
from koinon.events.queries import slots as queries
from koinon.events.rules.afterwards import keeps_slot
from koinon.events.rules.events import organises
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """Days that are offered; a form for those who may offer some."""
    row = _event(request, slug)
    is_open = row.state in ("draft", "open", "closed")
    hosts = queries.hosts(row, request.me, organises=organises(by=request.me, event=row)) if is_open else []
    form = forms.Offer(request.POST or None, hosts=hosts) if hosts else None
    if request.method == "POST" and form is not None and form.is_valid():
        by = speaking_for(request.me, form.said()["host"])
        if form.does(actions.offer, by=by, event=row):
            messages.success(request, _("Offered. Whoever registers can choose these days."))
            return redirect("events:slots", row.slug)
    return _shown(request, row, form)


@read_or_write
@doors.members_only
def slot(request: HttpRequest, key: str) -> HttpResponse:
    """Other days, words or places."""
    row = _slot(request, key)
    form = forms.Days(request.POST or None, initial=forms.as_offered(row))
    if request.method == "POST" and form.does(actions.change, by=speaking_for(request.me, row.host), slot=row):
        messages.success(request, words.SAVED)
        return redirect("events:slots", row.event.slug)
    context = {"form": form, "slot": row, "event": row.event, **_nav(request, row.event)}
    return render(request, "events/slots_one.html", context)


@require_POST
@doors.members_only
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """Nobody can choose these days any more."""
    row = _slot(request, key)
    form = Button(request.POST)
    if not form.does(actions.take_back, by=speaking_for(request.me, row.host), slot=row):
        return _shown(request, row.event, None, form)
    messages.success(request, _("Taken back. Nobody can choose these days any more."))
    return redirect("events:slots", row.event.slug)


def _event(request: HttpRequest, slug: str) -> Event:
    rows = Event.objects.visible_to(request.me).filter(kind="study_visit")
    return doors.fetch(rows.select_related("organisation", "network"), slug=slug)


def _slot(request: HttpRequest, key: str) -> VisitSlot:
    rows = VisitSlot.objects.select_related("event__organisation", "event__network", "host", "quota")
    row = doors.fetch(rows, pk=key)
    return doors.permitted(row, keeps_slot(by=request.me, slot=row))


def _nav(request: HttpRequest, event: Event) -> dict[str, Any]:
    return page_of(request, event.network, "events") if event.network else {}


def _shown(request: HttpRequest, row: Event, form: Any, problem: Any = None) -> HttpResponse:
    ours = {each.slot.pk for each in queries.mine(row, request.me)}
    is_held = organises(by=request.me, event=row)
    rows = [(each, is_held or each.slot.pk in ours) for each in queries.offered(row)]
    context = {"form": form, "problem": problem, "rows": rows, "event": row, "organises": is_held}
    return render(request, "events/slots.html", {**context, **_nav(request, row)})
