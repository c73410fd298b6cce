"""Who helps to hold an event."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import team as actions
from koinon.events.forms import team as forms
from koinon.events.models import Event, Helper
from koinon.events.queries import desk as desks
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.kit.limits import limited

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
@limited("events.team", times=30, per=timedelta(hours=1))
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Organisers and doorkeepers, and one more of them."""
    row = fetch(request, slug)
    form = forms.Add(request.POST or None)
    if request.method == "POST" and form.does(actions.add_helper, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:team", row.slug)
    helpers = row.helpers.select_related("person").order_by("role", "pk")
    context = {"form": form, "helpers": helpers, **desks.context(request, row, "team")}
    return render(request, "events/team.html", context)


@require_POST
@doors.members_only
def leave(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Somebody helps no more: organisers take others off, everybody goes when they want."""
    event = doors.fetch(Event.objects.visible_to(request.me).select_related("organisation"), slug=slug)
    rows = Helper.objects.filter(event=event).select_related("event__organisation")
    helper = doors.fetch(rows, pk=key)
    is_held = Event.objects.held_by(request.me).filter(pk=event.pk).exists()
    doors.permitted(helper, is_held or helper.person_id == request.me.person)
    form = Button(request.POST)
    if form.does(actions.remove_helper, by=voice(request, event), helper=helper):
        messages.success(request, words.SAVED)
    still = Event.objects.held_by(request.me).filter(pk=event.pk).exists()
    return redirect("events:team", event.slug) if still else redirect("events:events")
