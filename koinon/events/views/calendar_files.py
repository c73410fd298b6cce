"""An event, or its programme, from a calendar file of somebody else."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.events.actions import calendar_files as actions
from koinon.events.forms import calendar_files as forms
from koinon.events.queries import desk as desks
from koinon.events.queries.organising import holders, networks
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def begin(request: HttpRequest) -> HttpResponse:
    """A draft of what stands in a calendar already."""
    ours = holders(request.me)
    given = {"organisations": ours, "networks": networks(request.me, ours) if ours else []}
    first = {"zone": str(timezone.get_current_timezone())}
    form = forms.Begin(request.POST or None, request.FILES or None, initial=first, **given) if ours else None
    if request.method == "POST" and form and form.is_valid():
        by = speaking_for(request.me, form.said()["organisation"])
        if form.does(actions.begin, by=by, language=get_language() or "en"):
            messages.success(request, _("A draft that only you see. The desk shows what is still to say."))
            return redirect("events:desk", form.result.slug)
    return render(request, "events/calendar_begin.html", {"form": form})


@read_or_write
@doors.members_only
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """More of the programme."""
    row = fetch(request, slug)
    form = forms.Read(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.does(actions.add, by=voice(request, row), event=row):
        messages.success(request, _("Read: %(number)s sessions.") % {"number": form.result.read})
        return redirect("events:sessions", row.slug)
    context = {"form": form, **desks.context(request, row, "sessions")}
    return render(request, "events/calendar_add.html", context)
