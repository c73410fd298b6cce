"""The list of a conference tool: read, shown row by row, then brought in as a whole or not at all."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import scans as actions
from koinon.events.forms import attending as forms
from koinon.events.models import Event, EventSession
from koinon.events.queries import desk as desks
from koinon.events.queries import online as questions
from koinon.events.queries import scans as sessions
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words
from koinon.kit.verbs import Actor

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def online(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the file; nothing is brought in yet."""
    event = fetch(request, slug)
    form, preview = _form(request, event), None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            preview = questions.read(said["file"], said["session"], said["zone"])
        except ValidationError as problem:
            form.add_error("file", problem)
    context = {"form": form, "preview": preview, "session": form.cleaned_data.get("session") if preview else None}
    return render(request, "events/online.html", {**context, **desks.context(request, event, "online")})


@require_POST
@doors.members_only
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring in what was shown."""
    event = fetch(request, slug)
    form = forms.OnlineKept(request.POST, event=event)
    if form.does(_keep, by=voice(request, event), choices=request.POST.dict()):
        number, names = form.result
        done = ngettext("%(number)s join or leave is new.", "%(number)s joins and leaves are new.", number)
        nothing = words.SAVED if names else _("All of this was here already.")
        messages.success(request, done % {"number": number} if number else nothing)
        return redirect("events:presence", event.slug)
    form.tell(request)
    return redirect("events:online", event.slug)


def _keep(*, by: Actor, session: EventSession, listed: str, choices: Mapping[str, str]) -> Any:
    found = questions.listed(listed, session, choices)
    kept = actions.keep_stays(by=by, session=session, stays=found.stays, names=found.names)
    return kept[1], found.names


def _form(request: HttpRequest, event: Event) -> forms.OnlineFile:
    if request.method == "POST":
        return forms.OnlineFile(request.POST, request.FILES, event=event)
    now = sessions.session_now(sessions.open_sessions(event))
    return forms.OnlineFile(event=event, initial={"zone": event.zone, "session": now.pk if now else None})
