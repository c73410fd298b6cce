"""Holding an event: five fields, its desk, what people read, its rules, the steps of its life."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import events as actions
from koinon.events.forms import organising as forms
from koinon.events.models import Event
from koinon.events.queries import desk as desks
from koinon.events.queries.organising import holders, networks
from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "publish": (actions.publish, Button, gettext_lazy("Published. People find it now and may register.")),
    "close": (actions.close, Button, gettext_lazy("Registration is closed.")),
    "reopen": (actions.reopen, Button, gettext_lazy("People may register again.")),
    "new-link": (
        actions.new_link,
        Button,
        gettext_lazy("There is a new link. The old one opens nothing any more."),
    ),
    "cancel": (actions.cancel, forms.Why, gettext_lazy("Called off. Everybody who is registered is told why.")),
}
"""step: (verb, form, what is said when it is done)"""


def fetch(request: HttpRequest, slug: str) -> Event:
    """An event that the reader organises, with what its pages show."""
    rows = Event.objects.held_by(request.me).select_related("organisation", "network", "place", "series", "picture")
    return doors.fetch(rows, slug=slug)


def voice(request: HttpRequest, event: Event) -> Any:
    """The reader, in the name of the organisation that holds it if they speak for it."""
    return speaking_for(request.me, event.organisation)


@read_or_write
@doors.members_only
def new(request: HttpRequest) -> HttpResponse:
    """Five fields; the rest has its usual value."""
    ours = holders(request.me)
    first = {"zone": str(timezone.get_current_timezone()), "starts": _in_a_month(9), "ends": _in_a_month(17)}
    given = {"organisations": ours, "networks": networks(request.me, ours), "initial": first}
    form = forms.New(request.POST or None, **given) if ours else None
    if request.method == "POST" and form and form.is_valid():
        chosen = form.said()["organisation"]
        if form.does(actions.create, by=speaking_for(request.me, chosen)):
            messages.success(request, _("A draft that only you see. The desk shows what is still to say."))
            return redirect("events:desk", form.result.slug)
    return render(request, "events/organising_new.html", {"form": form})


@require_GET
@doors.members_only
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Whose turn it is, the figures, and all pages of the organisers."""
    row = fetch(request, slug)
    made = {"cancel": forms.Why()}
    return render(request, "events/organising_desk.html", {**desks.page(request, row), "forms": made})


@read_or_write
@doors.members_only
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What people read: titles, text, time, place."""
    row = fetch(request, slug)
    form = forms.Edit(request.POST or None, event=row, initial=forms.as_edited(row))
    if request.method == "POST" and form.does(actions.edit, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:desk", row.slug)
    return render(request, "events/organising_edit.html", {"form": form, **desks.context(request, row, "edit")})


@read_or_write
@doors.members_only
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may register and who decides; what counts; how long facts are kept."""
    row = fetch(request, slug)
    form = forms.Rules(request.POST or None, event=row, initial=forms.as_ruled(row))
    if request.method == "POST" and form.does(actions.edit, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:desk", row.slug)
    return render(request, "events/organising_rules.html", {"form": form, **desks.context(request, row, "rules")})


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Publish, close or reopen registration, call off."""
    row = fetch(request, slug)
    if step not in STEPS:
        raise Http404
    action, maker, done = STEPS[step]
    form = maker(request.POST)
    if form.does(action, by=voice(request, row), event=row):
        messages.success(request, done)
        return redirect("events:desk", row.slug)
    context = desks.page(request, fetch(request, slug))
    made = {"cancel": forms.Why(), step: form}
    return render(request, "events/organising_desk.html", {**context, "forms": made, "problems": [form]})


def _in_a_month(hour: int) -> Any:
    at = timezone.localtime() + timedelta(days=30)
    return at.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)
