"""Lists of participants for the funder: given by a form, written by a job, all of them logged."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from koinon.events.actions import lists as actions
from koinon.events.forms import lists as forms
from koinon.events.models import ListGiven
from koinon.events.queries import desk as desks
from koinon.events.queries import lists as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.kit.limits import limited


@require_POST
@doors.members_only
def told(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Those who hold it know now."""
    event = fetch(request, slug)
    row = doors.fetch(ListGiven.objects.filter(event=event).select_related("event"), pk=key)
    form = Button(request.POST)
    if form.does(actions.told, by=voice(request, event), given=row):
        messages.success(request, words.SAVED)
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("events:lists", event.slug)


@limited("link", times=60, per=timedelta(hours=1))
@require_safe
def held(request: HttpRequest, mark: str) -> HttpResponse:
    """Whoever holds a list sees by its mark whether it is still good; nothing about who is on it."""
    return render(request, "events/list_held.html", {"row": doors.found(queries.held(mark))})


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """What was given, and one more; its page shows how far it is."""
    row = fetch(request, slug)
    form = forms.Give(request.POST or None, initial={"for_whom": row.funder})
    facts = {"event": row, "language": get_language() or row.language}
    if request.method == "POST" and form.does(actions.give, by=voice(request, row), **facts):
        return redirect("kit:work", form.result.work.pk)
    context = {"form": form, "rows": queries.given(row)[:50], "people": queries.people(row).count()}
    return render(request, "events/lists.html", {**context, **desks.context(request, row, "lists")})
