"""Organisations as people wrote them: which are perhaps one, joined and taken apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from koinon.events.actions import spellings as actions
from koinon.events.forms import houses as forms
from koinon.events.queries import desk
from koinon.events.queries import houses as queries
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors

STEPS: dict[str, tuple[Any, type[forms.Join], Any]] = {
    "join": (actions.join, forms.Join, gettext_lazy("Counted as one organisation now.")),
    "part": (actions.part, forms.Part, gettext_lazy("Each is counted by itself again.")),
}
"""step: (verb, form, what is said)"""


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def houses(request: HttpRequest, slug: str) -> HttpResponse:
    """Those that are perhaps one, those that were joined, and all of them."""
    event = fetch(request, slug)
    found = queries.houses(event)
    verb, kind, said = STEPS.get(request.POST.get("do", ""), STEPS["join"])
    form = kind(request.POST or None, found=found)
    if request.method == "POST" and form.does(verb, by=voice(request, event), event=event):
        messages.success(request, said)
        return redirect("events:houses", event.slug)
    groups = {"near": queries.near(found), "joined": [house for house in found if house.is_joined]}
    context = {"form": form, "all": found, **groups, **desk.context(request, event, "houses")}
    return render(request, "events/houses.html", context)
