"""The picture of an event: chosen and removed by its organisers, sent to whoever sees the event."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import pictures as actions
from koinon.events.forms import covers as forms
from koinon.events.queries import desk as desks
from koinon.events.views import events
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, files, words
from koinon.kit.forms import Button

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def cover(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose one, or other words for it."""
    row = fetch(request, slug)
    form = forms.Cover(request.POST or None, request.FILES or None, initial=forms.as_chosen(row))
    if request.method == "POST" and form.does(actions.choose, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:cover", row.slug)
    return render(request, "events/cover.html", {"form": form, **desks.context(request, row, "cover")})


@require_POST
@doors.members_only
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take it away."""
    row = fetch(request, slug)
    if Button(request.POST).does(actions.remove, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
    return redirect("events:cover", row.slug)


@require_GET
def picture(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """A file of an event, for whoever sees the event: its picture, the small one of lists, the one for other sites."""
    row = events.fetch(request, slug)
    upload = doors.found(getattr(row, which))
    doors.permitted(upload, files.path_of(upload).exists())
    return files.serve(upload)
