"""Nominating, and sending on: for those who speak for an organisation, and for the coordinator of their network."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import nominations as actions
from koinon.events.actions import people, registering
from koinon.events.forms import nominations as forms
from koinon.events.forms.registering import Why
from koinon.events.models import Event, Registration
from koinon.events.queries import nominations as queries
from koinon.events.queries.events import frame
from koinon.events.queries.questions import answered
from koinon.events.queries.registering import closed_why, reader
from koinon.events.rules.events import organises
from koinon.events.rules.registering import may_nominate
from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.matching.models import voices

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def nominate(request: HttpRequest, slug: str) -> HttpResponse:
    """One of ours after the other, and how far each is."""
    me = request.me  # type: ignore[attr-defined]
    homes, link = queries.homes(me), (request.POST.get("link") or request.GET.get("link") or "")[:60]
    event = doors.fetch(Event.objects.exclude(state="draft").select_related("organisation", "network"), slug=slug)
    may = any(may_nominate(by=me, event=event, organisation=home, link=link) for home in homes)
    doors.permitted(event, may or organises(by=me, event=event))
    form = forms.Nominate(request.POST or None, homes=homes, link=link) if may else None
    if request.method == "POST" and form and form.does(actions.nominate, by=me, event=event):
        messages.success(request, _("We asked them by e-mail. As soon as they say yes, it goes on."))
        return redirect(f"{request.path}?link={link}" if link else request.path)
    context = {"event": event, "form": form, "rows": queries.ours(event, me), "why_not": closed_why(event)}
    return render(request, "events/nominations_new.html", {**context, **frame(request, event)})


@require_POST
@doors.members_only
def withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take a nomination back, while nobody has decided."""
    me = request.me  # type: ignore[attr-defined]
    rows = Registration.objects.filter(event__slug=slug, nominated_by__in=voices(me)).select_related("event", "person")
    row = doors.fetch(rows, pk=key)
    form = Button(request.POST)
    if form.does(registering.withdraw, by=me, registration=row, why=_("The nomination was taken back.")):
        messages.success(request, _("Taken back."))
    form.tell(request)
    return redirect("events:nominate", slug)


@read_or_write
@doors.members_only
def sending(request: HttpRequest, key: str) -> HttpResponse:
    """The coordinator who sends reads who it is, and says yes, or no with a sentence."""
    me = request.me  # type: ignore[attr-defined]
    row = doors.fetch(queries.one_to_send(me, key), pk=key)  # type: ignore[arg-type]
    is_no = request.method == "POST" and request.POST.get("do") == "reject"
    form: Any = Why(request.POST if is_no else None)
    sent = form if is_no else Button(request.POST)
    verb = people.reject if is_no else people.send_on
    if request.method == "POST" and sent.does(verb, by=me, registration=row):
        messages.success(request, _("Not sent; they were told why.") if is_no else _("Sent. The organisers are next."))
        return redirect("accounts:desk")
    context = {"registration": row, "event": row.event, "why": form, "form": sent if request.method == "POST" else None}
    context["answered"] = answered(row, reader())
    return render(request, "events/nominations_send.html", {**context, **frame(request, row.event)})
