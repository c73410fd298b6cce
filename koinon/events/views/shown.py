"""What was shown: the list of the organisers, and each of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import shown as actions
from koinon.events.forms import shown as forms
from koinon.events.models import Event, Shown
from koinon.events.queries import afterwards as queries
from koinon.events.queries import desk as desks
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words
from koinon.kit.forms import Button

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def shown(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it, one more, and how many people saw it."""
    row = fetch(request, slug)
    form = forms.Say(request.POST or None)
    if request.method == "POST" and form.does(actions.add, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:shown", row.slug)
    context = {"form": form, "rows": row.shown.all(), "came": queries.came(row)}
    return render(request, "events/shown.html", {**context, **desks.context(request, row, "shown")})


@read_or_write
@doors.members_only
def one(request: HttpRequest, key: str) -> HttpResponse:
    """Other words for one of it."""
    row = _fetch(request, key)
    first = {"title": row.title, "text": row.text, "link": row.link}
    form = forms.Say(request.POST or None, initial=first)
    if request.method == "POST" and form.does(actions.change, by=voice(request, row.event), shown=row):
        messages.success(request, words.SAVED)
        return redirect("events:shown", row.event.slug)
    context = {"form": form, "shown": row, **desks.context(request, row.event, "shown")}
    return render(request, "events/shown_one.html", context)


@require_POST
@doors.members_only
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """It stands on the list no more."""
    row = _fetch(request, key)
    if Button(request.POST).does(actions.remove, by=voice(request, row.event), shown=row):
        messages.success(request, words.SAVED)
    return redirect("events:shown", row.event.slug)


def _fetch(request: HttpRequest, key: str) -> Shown:
    rows = Shown.objects.filter(event__in=Event.objects.held_by(request.me))
    return doors.fetch(rows.select_related("event__organisation", "event__network"), pk=key)
