"""Photos of an event: kept, named, shown, hidden; and taken back by somebody whom they show."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import photos as actions
from koinon.events.forms import photos as forms
from koinon.events.models import Event, Photo, Registration
from koinon.events.queries import desk as desks
from koinon.events.queries import photos as queries
from koinon.events.rules.registering import GUEST
from koinon.events.views.organising import fetch, voice
from koinon.events.views.registering import LIFE
from koinon.kit import doors, files, links, words
from koinon.kit.forms import Button

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any]] = {
    "show": (actions.show, forms.Show),
    "hide": (actions.hide, Button),
    "remove": (actions.remove, Button),
}


@read_or_write
@doors.members_only
def photos(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, and one more."""
    row = fetch(request, slug)
    form = forms.Add(request.POST or None, request.FILES or None, event=row)
    if request.method == "POST" and form.does(actions.add, by=voice(request, row), event=row):
        messages.success(request, _("Kept. Only the organisers see it until you show it."))
        return redirect("events:photos", row.slug)
    return _shown(request, row, form)


@read_or_write
@doors.members_only
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """The words of one, and who is named."""
    row = _fetch(request, key)
    first = {"alt": row.alt, "credit": row.credit, "nobody_is_seen": row.nobody_is_seen, "people": row.people.all()}
    form = forms.Words(request.POST or None, event=row.event, initial=first)
    if request.method == "POST" and form.does(actions.change, by=voice(request, row.event), photo=row):
        messages.success(request, words.SAVED)
        return redirect("events:photos", row.event.slug)
    context = {"form": form, "photo": row, **desks.context(request, row.event, "photos")}
    return render(request, "events/photos_one.html", context)


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Show it, hide it, remove it."""
    if step not in STEPS:
        raise Http404
    row = _fetch(request, key)
    verb, kind = STEPS[step]
    form = kind(request.POST)
    if not form.does(verb, by=voice(request, row.event), photo=row):
        return _shown(request, row.event, forms.Add(event=row.event), form)
    messages.success(request, words.SAVED)
    return redirect("events:photos", row.event.slug)


@require_GET
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """The file: for whoever may look at it now; no copy of it is kept on the way."""
    row = doors.fetch(Photo.objects.select_related("event", "upload"), pk=key)
    doors.fetch(Event.objects.visible_to(request.me), pk=row.event_id)
    doors.permitted(row, queries.may_look(request.me, row.event, row) and files.path_of(row.upload).exists())
    answer = files.serve(row.upload)
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
@doors.members_only
def refuse(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody whom it shows does not want it to be seen."""
    rows = Photo.objects.filter(people__person=request.me.person).select_related("event")
    row = doors.fetch(rows, pk=key)
    registration = doors.found(Registration.objects.filter(photos=row, person=request.me.person).first())
    if Button(request.POST).does(actions.refuse, by=request.me, photo=row, registration=registration):
        messages.success(request, _("It is hidden, and stays so."))
    return redirect("events:registration", registration.pk)


@require_POST
def refuse_by_link(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The same by the link of a guest's letter; of a minor their guardian has it."""
    try:
        link = links.read(GUEST, token, life=LIFE)
    except links.Broken as problem:
        raise Http404 from problem
    row = doors.fetch(Photo.objects.filter(people=link.facts["registration"]).select_related("event"), pk=key)
    registration = doors.found(Registration.objects.filter(pk=link.facts["registration"], photos=row).first())
    facts = {"photo": row, "registration": registration, "link": link}
    if Button(request.POST).does(actions.refuse, by=request.me, **facts):
        messages.success(request, _("It is hidden, and stays so."))
    return redirect("events:guest", token)


def _fetch(request: HttpRequest, key: str) -> Photo:
    rows = Photo.objects.filter(event__in=Event.objects.held_by(request.me))
    return doors.fetch(rows.select_related("event__organisation", "event__network", "upload"), pk=key)


def _shown(request: HttpRequest, row: Event, form: Any, step: Any = None) -> HttpResponse:
    hidden = queries.without_pictures(row)
    rows = [(each, any(one.pk in hidden for one in each.people.all())) for each in queries.of_event(row)]
    context = {"form": form, "step": step, "rows": rows, "agree": forms.Show()}
    return render(request, "events/photos.html", {**context, **desks.context(request, row, "photos")})
