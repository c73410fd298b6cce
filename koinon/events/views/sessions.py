"""The programme for those who organise it, and the one-tap answer of those who are asked to be named."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from koinon.events.actions import sessions as actions
from koinon.events.forms import sessions as forms
from koinon.events.models import Event, EventSession, Speaker
from koinon.events.notices.sessions import SPEAKER
from koinon.events.queries import desk as desks
from koinon.events.queries.events import programme
from koinon.events.views.organising import fetch, voice
from koinon.kit import doors, links, words
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.kit.verbs import machine

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS: dict[str, tuple[Any, Any]] = {
    "call-off": (actions.call_off, gettext_lazy("Called off. It stays in the programme, crossed out.")),
    "remove": (actions.remove, gettext_lazy("Removed from the programme.")),
}


@read_or_write
@doors.members_only
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme as it is, and one more session."""
    row = fetch(request, slug)
    form = forms.Plan(request.POST or None, quotas=_parts(row), initial=forms.first(row))
    if request.method == "POST" and form.does(actions.plan, by=voice(request, row), event=row):
        messages.success(request, words.SAVED)
        return redirect("events:sessions", row.slug)
    context = {"form": form, "days": programme(row, has_place=True), **desks.context(request, row, "sessions")}
    return render(request, "events/sessions.html", context)


@read_or_write
@doors.members_only
def session(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Change one session."""
    row, found = _fetch(request, slug, key)
    form = forms.Plan(request.POST or None, quotas=_parts(row), initial=forms.as_planned(found))
    if request.method == "POST" and form.does(actions.change, by=voice(request, row), session=found):
        messages.success(request, words.SAVED)
        return redirect("events:sessions", row.slug)
    return _shown(request, row, found, form=form)


@require_POST
@doors.members_only
@limited("events.speaker", times=60, per=timedelta(hours=1))
def step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Call off, remove; name a speaker, or take one off."""
    row, found = _fetch(request, slug, key)
    by = voice(request, row)
    if step == "name":
        form: Any = forms.Speak(request.POST, me=request.me)
        if form.does(actions.name_speaker, by=by, session=found):
            return _back(request, row, found, words.SAVED)
        return _shown(request, row, found, speak=form)
    if step == "unname":
        which = forms.Which(request.POST)
        speaker = doors.fetch(found.speakers.all(), pk=which.cleaned_data["speaker"] if which.is_valid() else None)
        actions.remove_speaker(by=by, speaker=speaker)
        return _back(request, row, found, words.SAVED)
    return _step(request, row, found, step)


@read_or_write
def speaker_asked(request: HttpRequest, token: str) -> HttpResponse:
    """May your name stand in the programme? The link of the letter stands for the person."""
    try:
        link = links.read(SPEAKER, token)
    except links.Broken as problem:
        return render(request, "events/sessions_asked.html", {"problem": str(problem)}, status=410)
    rows = Speaker.objects.select_related("session__event__network", "person")
    row = doors.fetch(rows, pk=link.facts["speaker"])
    form = forms.Named(request.POST or None)
    if request.method == "POST" and _answered(form, row, link):
        messages.success(request, _("Thank you. The programme says so now."))
        return redirect("events:event", row.session.event.slug)
    return render(request, "events/sessions_asked.html", {"form": form, "row": row, "event": row.session.event})


@read_or_write
@doors.members_only
def speaker_me(request: HttpRequest, key: str) -> HttpResponse:
    """The same from one's own desk, and later the other way round."""
    rows = Speaker.objects.filter(person=request.me.person).select_related("session__event__network", "person")
    row = doors.fetch(rows, pk=key)
    form = forms.Named(request.POST or None)
    if request.method == "POST" and form.does(actions.answer_as_speaker, by=request.me, speaker=row):
        messages.success(request, _("Thank you. The programme says so now."))
        return redirect("accounts:desk")
    return render(request, "events/sessions_asked.html", {"form": form, "row": row, "event": row.session.event})


def _answered(form: Any, row: Speaker, link: links.Link) -> bool:
    try:
        return bool(form.does(actions.answer_as_speaker, by=machine("speaker"), speaker=row, link=link))
    except links.Broken as problem:
        form.add_error(None, str(problem))
        return False


def _fetch(request: HttpRequest, slug: str, key: str) -> tuple[Event, EventSession]:
    row = fetch(request, slug)
    found = doors.fetch(EventSession.objects.filter(event=row).select_related("event"), pk=key)
    found.event = row
    return row, found


def _step(request: HttpRequest, row: Event, found: EventSession, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    action, done = STEPS[step]
    form = Button(request.POST)
    if form.does(action, by=voice(request, row), session=found):
        messages.success(request, done)
        return redirect("events:sessions", row.slug)
    return _shown(request, row, found, problem=form)


def _back(request: HttpRequest, row: Event, found: EventSession, said: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect("events:session", row.slug, found.pk)


def _parts(row: Event) -> list[Any]:
    """Quotas of parts that people choose: a session may be for those who chose it."""
    return list(row.quotas.filter(rule="chosen").order_by("order", "pk"))


def _shown(
    request: HttpRequest, row: Event, found: EventSession, *, form: Any = None, speak: Any = None, problem: Any = None
) -> HttpResponse:
    context = {
        "form": form or forms.Plan(quotas=_parts(row), initial=forms.as_planned(found)), "session": found,
        "speak": speak or forms.Speak(me=request.me), "problems": [problem] if problem else [],
        "speakers": found.speakers.select_related("person", "organisation"),
        **desks.context(request, row, "sessions"),
    }  # fmt: skip
    return render(request, "events/sessions_one.html", context)
