"""Places of an event: the rules with live counts, one more, another number, one less."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import quotas as actions
from koinon.events.forms import places as forms
from koinon.events.models import EventQuota
from koinon.events.queries import desk
from koinon.events.queries import waiting as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, words

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def quotas(request: HttpRequest, slug: str) -> HttpResponse:
    """All rules with what is taken, free and waited for; one more rule."""
    event = fetch(request, slug)
    form = forms.Quota(request.POST or None, event=event)
    if request.method == "POST" and form.does(actions.set_quota, by=voice(request, event), event=event):
        messages.success(request, words.SAVED)
        return redirect("events:quotas", event.slug)
    context = {"form": form, "lines": queries.board(event), **desk.context(request, event, "quotas")}
    return render(request, "events/places.html", context)


@read_or_write
@doors.members_only
def quota(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Another number, other words; what is taken already is the least."""
    event = fetch(request, slug)
    row = doors.fetch(EventQuota.objects.filter(event=event).select_related("event"), pk=key)
    form = forms.Quota(request.POST or None, event=event, quota=row)
    facts = {"by": voice(request, event), "event": event, "quota": row}
    if request.method == "POST" and form.does(actions.set_quota, **facts):
        messages.success(request, _("Saved. Free places are offered to those who wait."))
        return redirect("events:quotas", event.slug)
    context = {"form": form, "quota": row, "words": queries.in_words(row), **desk.context(request, event, "quotas")}
    return render(request, "events/places_one.html", context)


@require_POST
@doors.members_only
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The rule holds no more."""
    event = fetch(request, slug)
    row = doors.fetch(EventQuota.objects.filter(event=event).select_related("event"), pk=key)
    try:
        actions.remove(by=voice(request, event), event=event, quota=row)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Removed. Nobody is counted by it any more."))
    return redirect("events:quotas", event.slug)
