"""People of an event: the organiser's list with decisions, one of them, a spreadsheet; the participants' own list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import people as actions
from koinon.events.forms import people as forms
from koinon.events.forms.registering import Why
from koinon.events.models import Event, Registration
from koinon.events.queries import desk, registering
from koinon.events.queries import people as queries
from koinon.events.queries.events import frame
from koinon.events.queries.registering import reader
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors
from koinon.kit.forms import Form

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Callable[..., Any], type[Form], Any]] = {
    "approve": (actions.approve, forms.Approve, gettext_lazy("Admitted. They are told.")),
    "reject": (actions.reject, Why, gettext_lazy("Not admitted. They are told why.")),
}
"""step: (verb, form, what is said)"""


@require_GET
@doors.members_only
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody, by state and house, searched; those who wait for a decision can be answered at once."""
    return _people(request, fetch(request, slug), forms.Many())


@require_POST
@doors.members_only
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer for all that are ticked; who was answered meanwhile is left out, and it is said."""
    event, form = fetch(request, slug), forms.Many(request.POST)
    if not form.is_valid():
        return _people(request, event, form)
    chosen = [key for key in request.POST.getlist("row")[: actions.MOST] if len(key) == 36]
    rows = Registration.objects.filter(event=event, state="approval", pk__in=queries.known(chosen))
    done = sum(_one(request, row, form) for row in rows.select_related("event", "person").order_by("pk"))
    said = ngettext("%(number)s person is answered.", "%(number)s people are answered.", done) % {"number": done}
    messages.success(request, said)
    if missed := len(chosen) - done:
        messages.warning(request, _("Moved on meanwhile, and left as they are: %(number)s.") % {"number": missed})
    return redirect("events:people", slug)


@require_POST
@doors.members_only
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Everybody as a spreadsheet, for the organisers themselves; that it was taken is remembered."""
    event = fetch(request, slug)
    if kind not in queries.FILES:
        raise Http404
    actions.take_list(by=voice(request, event), event=event)
    file = queries.as_file(event, kind, reader())
    return FileResponse(file, as_attachment=True, filename=f"{event.slug}.{kind}")


@read_or_write
@doors.members_only
def put_down(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    form = forms.PutDown(request.POST or None, event=event, asks=registering.asks(event))
    if request.method == "POST" and form.does(actions.put_down, by=voice(request, event), event=event):
        messages.success(request, _("Put down."))
        return redirect("events:person", slug, form.result.pk)
    return render(request, "events/people_new.html", {"form": form, **desk.context(request, event, "people")})


@require_GET
@doors.members_only
def person(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Everything that one of them said, and the decision."""
    event = fetch(request, slug)
    return _person(request, event, _fetch(event, key))


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    event = fetch(request, slug)
    row = _fetch(event, key)
    if step not in STEPS:
        raise Http404
    verb, kind, said = STEPS[step]
    form = kind(request.POST)
    if form.does(verb, by=voice(request, event), registration=row):
        messages.success(request, said)
        return redirect("events:person", slug, key)
    return _person(request, event, _fetch(event, key), {step: form})


@require_GET
@doors.members_only
def needs(request: HttpRequest, slug: str) -> HttpResponse:
    """What people need, for those who cook and prepare; gone some days after the event."""
    event = fetch(request, slug)
    context = {"rows": queries.needs(event), **desk.context(request, event, "needs")}
    return render(request, "events/people_needs.html", context)


@require_GET
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Who takes part, of those who agreed that this reader may know."""
    me = request.me  # type: ignore[attr-defined]
    event = doors.fetch(Event.objects.exclude(state="draft").select_related("organisation", "network"), slug=slug)
    doors.permitted(event, queries.may_see_list(event, me))
    rows = queries.listed(event, me)
    return render(request, "events/people_listed.html", {"event": event, "rows": rows, **frame(request, event)})


def _people(request: HttpRequest, event: Event, form: Any) -> HttpResponse:
    context = {**queries.page(event, queries.asked(request.GET)), "form": form}
    return render(request, "events/people_list.html", {**context, **desk.context(request, event, "people")})


def _person(request: HttpRequest, event: Event, row: Registration, said: dict[str, Any] | None = None) -> HttpResponse:
    shown = {"approve": forms.Approve(), "reject": Why(), **(said or {})}
    context = {**queries.one(row), "forms": shown, "problems": list((said or {}).values())}
    return render(request, "events/people_one.html", {**context, **desk.context(request, event, "people")})


def _fetch(event: Event, key: str) -> Registration:
    names = ("event", "person", "form", "organisation", "nominated_by", "decided_by", "sent_by", "consent")
    return doors.fetch(Registration.objects.filter(event=event).select_related(*names), pk=key)


def _one(request: HttpRequest, row: Registration, many: Any) -> bool:
    """One of many: the same verb as by hand."""
    verb, kind, _said = STEPS[many.cleaned_data["do"]]
    form = kind({"why": many.cleaned_data["why"]})
    return form.does(verb, by=voice(request, row.event), registration=row)
