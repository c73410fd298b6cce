"""The waiting list as its organisers see it; an offer as whoever got it answers it, signed in or from the letter."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import waiting as actions
from koinon.events.forms import places as forms
from koinon.events.models import Event, Registration
from koinon.events.notices.telling import when
from koinon.events.notices.waiting import OFFER
from koinon.events.queries import desk, times
from koinon.events.queries import waiting as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, links
from koinon.kit.limits import limited
from koinon.kit.verbs import Actor

HOUR = timedelta(hours=1)
LIFE = timedelta(days=32)
"""An offer holds thirty days at most; its link can be read a little longer, to say that it has ended."""
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "offer": (actions.offer, forms.ByHand, gettext_lazy("Offered. They have until the given time to say yes.")),
    "prefer": (actions.prefer, forms.Prefer, gettext_lazy("The line has its new order.")),
}
"""step: (verb, form, what is said when it is done)"""
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is next, who was offered a place."""
    return _shown(request, fetch(request, slug))


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """A place by hand; another priority."""
    event = fetch(request, slug)
    if step not in STEPS:
        raise Http404
    action, kind, done = STEPS[step]
    row = doors.fetch(Registration.objects.filter(event=event).select_related("event", "person"), pk=key)
    form = kind(request.POST)
    if form.does(action, by=voice(request, event), registration=row):
        messages.success(request, done)
        return redirect("events:waiting", event.slug)
    return _shown(request, event, form, row)


@limited("link", times=30, per=HOUR)
@read_or_write
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes or no to a place, from the letter, without signing in: looking changes nothing."""
    try:
        link = links.read(OFFER, token, life=LIFE)
    except links.Broken as problem:
        return render(request, "events/waiting_offer.html", {"problem": str(problem)}, status=410)
    rows = Registration.objects.select_related("event__organisation", "event__network", "person")
    row = doors.fetch(rows, pk=link.facts["registration"])
    return _answered(request, row, request.me, link)


@read_or_write
@doors.members_only
def offer_mine(request: HttpRequest, key: str) -> HttpResponse:
    """The same for whoever is signed in and was offered the place."""
    rows = Registration.objects.filter(person=request.me.person).select_related(
        "event__organisation", "event__network", "person"
    )
    return _answered(request, doors.fetch(rows, pk=key), request.me)


def _answered(request: HttpRequest, row: Registration, by: Actor, link: links.Link | None = None) -> HttpResponse:
    form = forms.Answer(request.POST or None)
    action = actions.accept_offer if request.POST.get("says") == "yes" else actions.decline_offer
    if request.method == "POST" and form.does(action, by=by, registration=row, link=link):
        row = form.result
    row.refresh_from_db(fields=["state", "due_at"])
    event, language = row.event, get_language() or "en"
    context = {
        "form": form, "registration": row, "event": event, "is_mine": link is None,
        "when": times.span(event.starts_at, event.ends_at, event.zone),
        "until": when(row.due_at, event.zone, row.person, language) if row.due_at else "",
    }  # fmt: skip
    return render(request, "events/waiting_offer.html", context)


def _shown(request: HttpRequest, event: Event, form: Any = None, row: Registration | None = None) -> HttpResponse:
    start = request.GET.get("after", "")
    turns, number = queries.line(event, start=int(start) if start.isdecimal() and len(start) < 6 else 0)
    last = turns[-1].number if turns else 0
    context = {
        "turns": turns, "number": number, "offered": queries.offered(event), "problem": form, "row": row,
        "after": last if last < number else "", **desk.context(request, event, "waiting"),
    }  # fmt: skip
    return render(request, "events/waiting.html", context)
