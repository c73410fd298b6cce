"""Registering, and one's own registration: for those who are signed in, and for guests by the link of their letter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.events.actions import nominations, waiting
from koinon.events.actions import registering as actions
from koinon.events.forms import registering as forms
from koinon.events.models import Event, Registration
from koinon.events.queries import registering as questions
from koinon.events.queries.events import frame
from koinon.events.queries.questions import asked_then
from koinon.events.rules.registering import GUEST, may_register
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.limits import limited

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
LIFE = timedelta(days=800)
"""For which a guest's link opens their registration: longer than any event is planned ahead."""
SAID = {
    "confirmed": gettext_lazy("You have a place."),
    "waiting": gettext_lazy("All places are taken. You are on the waiting list; we write as soon as one is free."),
    "approval": gettext_lazy("The organisers have your registration. They decide; we write to you."),
    "consent": gettext_lazy("We asked the guardian by e-mail. As soon as they agree, the registration goes on."),
    "sender": gettext_lazy("Thank you. The coordinator who sends decides next."),
    "withdrawn": gettext_lazy("You are no longer registered. Your place goes to somebody who waits."),
}
STEPS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "confirm": (actions.confirm_email, ("email",)),
    "withdraw": (actions.withdraw, ()),
    "accept-offer": (waiting.accept_offer, ("offered",)),
    "decline-offer": (waiting.decline_offer, ("offered",)),
}
"""step: (verb, states in which the button is shown; none: in all)"""


@limited("events.register", times=60, per=timedelta(minutes=10))
@read_or_write
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, as short as what we know allows; for members of events that ask nothing the page's own button is it."""
    event, link = _event(request, slug)
    mine = questions.open_in(event, request.me)  # type: ignore[attr-defined]
    if mine is not None and not event.admits_minors:
        return redirect("events:registration", mine.pk)
    form = _form(request, event, link)
    if request.method == "POST" and form.does(
        actions.register, by=request.me, event=event, language=_language(), **_person(request, form)
    ):
        return _registered(request, form.result)
    facts = {"form": form, "event": event, "mine": mine, "why_not": "" if mine else questions.closed_why(event)}
    return render(request, "events/registering_form.html", {**facts, **frame(request, event)})


@read_or_write
@doors.members_only
def registration(request: HttpRequest, key: str) -> HttpResponse:
    """My registration: whose turn it is, my code, what I may do."""
    row = doors.fetch(questions.fetch(request.me, key), pk=key)  # type: ignore[attr-defined]
    return _own(request, row, None, "")


@read_or_write
@doors.members_only
def change(request: HttpRequest, key: str) -> HttpResponse:
    row = doors.fetch(questions.fetch(request.me, key), pk=key)  # type: ignore[attr-defined]
    return _change(request, row, None, "")


@limited("link", times=60, per=timedelta(hours=1))
@read_or_write
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The same for somebody without an account; the first button confirms the address."""
    try:
        link, row = _linked(token)
    except links.Broken as problem:
        return render(request, "events/registering_closed.html", {"problem": problem}, status=410)
    return _own(request, row, link, token)


@limited("link", times=60, per=timedelta(hours=1))
@read_or_write
def guest_change(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link, row = _linked(token)
    except links.Broken as problem:
        return render(request, "events/registering_closed.html", {"problem": problem}, status=410)
    return _change(request, row, link, token)


@require_GET
@doors.members_only
def my_events(request: HttpRequest) -> HttpResponse:
    """Everything I am registered for, and what I organise."""
    return render(request, "events/registering_mine.html", questions.my_events(request))


def _own(request: HttpRequest, row: Registration, link: Any, token: str) -> HttpResponse:
    """One's registration, and its buttons; a nominated person answers with what the organiser asks."""
    if row.state == "draft":
        return _nominated(request, row, link, token)
    form = Button(request.POST or None)
    step = request.POST.get("do", "") if request.method == "POST" else ""
    if step in STEPS and form.does(STEPS[step][0], by=request.me, registration=row, **_by_link(link)):  # type: ignore[attr-defined]
        messages.success(request, SAID.get(form.result.state, _("Saved.")))
        return _back(form.result, token)
    if step:  # refused, but perhaps because somebody else has moved it
        row.refresh_from_db()
    context = {**questions.page(row), "token": token, "form": form, **frame(request, row.event)}
    return render(request, "events/registering_page.html", context)


def _nominated(request: HttpRequest, row: Registration, link: Any, token: str) -> HttpResponse:
    """Yes, with what is asked; or no."""
    asks = questions.asks(row.event)
    form: Any = forms.Yes(request.POST or None, row=row, event=row.event, asks=asks, homes=[])
    facts = {"by": request.me, "registration": row, **_by_link(link)}  # type: ignore[attr-defined]
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        form = Button(request.POST)
        if form.does(actions.withdraw, **facts, why=_("No, thank you.")):
            return render(request, "events/registering_closed.html", {"declined": True, "event": row.event})
    elif request.method == "POST" and form.does(nominations.accept, **facts):
        messages.success(request, SAID.get(form.result.state, _("Saved.")))
        return _back(form.result, token)
    context = {"registration": row, "event": row.event, "form": form, "token": token, "when": questions.when(row.event)}
    return render(request, "events/registering_nominated.html", {**context, **frame(request, row.event)})


def _change(request: HttpRequest, row: Registration, link: Any, token: str) -> HttpResponse:
    homes = questions.organisations(request.me)  # type: ignore[attr-defined]
    asks = questions.asks(row.event)
    form = forms.Change(request.POST or None, row=row, event=row.event, asks=asks, homes=homes, form_row=row.form)
    facts = {"by": request.me, "registration": row, **_by_link(link)}  # type: ignore[attr-defined]
    if request.method == "POST" and form.does(actions.change, **facts):
        messages.success(request, _("Saved."))
        return _back(row, token)
    context = {"registration": row, "event": row.event, "form": form, "token": token, **frame(request, row.event)}
    return render(request, "events/registering_change.html", context)


def _event(request: HttpRequest, slug: str) -> tuple[Event, str]:
    """An event that the reader sees, or whose link they hold; and that link."""
    link = (request.POST.get("link") or request.GET.get("link") or "")[:60]
    event = doors.found(questions.published.first(slug=slug))
    return doors.permitted(event, may_register(by=request.me, event=event, link=link)), link  # type: ignore[attr-defined]


def _form(request: HttpRequest, event: Event, link: str) -> forms.Register:
    me = request.me  # type: ignore[attr-defined]
    name = request.user.name if request.user.is_authenticated else ""
    asks, homes = questions.asks(event), questions.organisations(me)
    return forms.Register(
        request.POST or None, me=me, name=name, link=link, event=event, asks=asks, homes=homes,
        form_row=asked_then(event, request.POST.get("version", "")),
    )  # fmt: skip


def _person(request: HttpRequest, form: forms.Register) -> dict[str, Any]:
    """The one who is signed in, unless they register somebody else who is a minor."""
    is_own = request.user.is_authenticated and not form.is_for_another
    return {"person": request.user if is_own else None}


def _registered(request: HttpRequest, row: Registration) -> HttpResponse:
    """To one's page; a guest reads the same words whatever we know of the address."""
    if row.person_id is None or row.person_id != request.me.person:  # type: ignore[attr-defined]
        return render(request, "events/registering_sent.html", {"event": row.event, "is_minor": row.is_minor})
    messages.success(request, SAID.get(row.state, _("Saved.")))
    return redirect("events:registration", row.pk)


def _linked(token: str) -> tuple[links.Link, Registration]:
    link = links.read(GUEST, token, life=LIFE)
    rows = Registration.objects.select_related("event__organisation", "event__network", "person", "form", "care")
    row = rows.filter(pk=link.facts["registration"]).first()
    if row is None or row.purged_at is not None:
        raise links.Broken(_("This registration is no longer kept."))
    return link, row


def _by_link(link: Any) -> dict[str, Any]:
    return {"link": link} if link is not None else {}


def _back(row: Registration, token: str) -> HttpResponse:
    return redirect("events:guest", token) if token else redirect("events:registration", row.pk)


def _language() -> str:
    return (get_language() or "en")[:2]
