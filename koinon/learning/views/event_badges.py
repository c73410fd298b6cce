"""Badges that an event gives with its certificates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.models import Event
from koinon.events.queries import desk
from koinon.kit import doors, words
from koinon.learning.actions import event_badges as actions
from koinon.learning.forms import event_badges as forms
from koinon.learning.models import Achievement, EventBadge
from koinon.learning.queries import badges as questions

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def event_badges(request: HttpRequest, slug: str) -> HttpResponse:
    """Which badges come with the certificate, how many have them, and one more."""
    event = _event(request, slug)
    offered = Achievement.objects.manageable_by(request.me).offered().select_related("organisation")
    offered = list(offered.exclude(event_badges__event=event).order_by("-pk")[:200])
    form = forms.Add(request.POST if request.method == "POST" else None, achievements=offered)
    if request.method == "POST" and form.does(actions.add, by=request.me, event=event):
        messages.success(
            request, _("From now on it comes with the certificate; who is certified already gets it soon.")
        )
        return redirect("learning:event_badges", event.slug)
    context = {"rows": questions.of_event(event), "form": form, "offered": offered}
    return render(request, "learning/event_badges.html", {**context, **desk.context(request, event, "certificates")})


@require_POST
@doors.members_only
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """It comes with the certificate no more."""
    event = _event(request, slug)
    row = doors.fetch(EventBadge.objects.filter(event=event).select_related("achievement__organisation"), pk=key)
    actions.remove(by=request.me, event_badge=row)  # type: ignore[attr-defined]
    messages.success(request, words.SAVED)
    return redirect("learning:event_badges", event.slug)


def _event(request: HttpRequest, slug: str) -> Event:
    rows = Event.objects.held_by(request.me).select_related("organisation", "network")  # type: ignore[attr-defined]
    return doors.fetch(rows, slug=slug)
