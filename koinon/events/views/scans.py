"""The door of an event: a page for a phone, the list and the worker for the time without a connection, and scans."""

import json
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.events.actions import scans as actions
from koinon.events.engine import scans as engine
from koinon.events.forms import scans as forms
from koinon.events.models import Event
from koinon.events.queries import scans as questions
from koinon.events.queries.presence import at_door
from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.kit.limits import limited

WORKER = Path(__file__).parent.parent / "static" / "events" / "sw.js"
SHELL = ("kit/koinon.css", "kit/koinon.js", "kit/mark.svg", "events/door.css", "events/door.js",
         "events/vendor/jsqr-1.4.0.js")  # fmt: skip
TOO_MUCH = {"too_large": 413, "too_many": 413}
PER_HOUR = 1200


@require_GET
@doors.members_only
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Scan on a phone; without script a list of names with buttons."""
    event = _event(request, slug)
    sessions = questions.open_sessions(event)
    session, text = questions.chosen_session(sessions, request.GET.get("session", "")), request.GET.get("q", "")[:80]
    rows, total = questions.rows_of(event, session, text)
    context = {
        "event": event, "sessions": [(row, questions.label_of(row, event)) for row in sessions], "session": session,
        "rows": rows, "total": total, "text": text, "counts": questions.counts(session) if session else {},
        "facts": questions.facts_of(event, questions.owner_of(request.me)),
    }  # fmt: skip
    return render(request, "events/scans_door.html", context)


@require_GET
@doors.members_only
def kept(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page as a device keeps it: nothing about who reads, and no names."""
    event = _event(request, slug)
    context = {"event": event, "facts": questions.facts_of(event, "")}
    return HttpResponse(render_to_string("events/scans_kept.html", context))


@require_GET
@doors.members_only
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Names and codes for the device, for one day."""
    answer = JsonResponse(questions.listed(_event(request, slug)))
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@doors.members_only
def mark(request: HttpRequest, slug: str) -> HttpResponse:
    """In or out, by the button beside a name."""
    event = _event(request, slug)
    form = forms.Mark(request.POST, event=event)
    if form.does(actions.mark, by=request.me, event=event):
        words = _("%(name)s is in") if form.result.way == "in" else _("%(name)s is out")
        messages.success(request, words % {"name": form.result.registration.name})
    form.tell(request)
    return redirect(f"{request.path.removesuffix('mark/')}?{form.back()}")


@require_http_methods(["GET", "POST"])
@limited("events.scans", times=PER_HOUR, per=timedelta(hours=1))
def scans(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is signed in here (GET), and scans of a device (POST): each gets its own answer."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "sign_in"}, status=401)
    event = _event(request, slug)
    if request.method == "GET":
        return JsonResponse(questions.who(request))
    try:
        letter = engine.read(_body(request), timezone.now())
    except engine.Unreadable as problem:
        return JsonResponse({"error": problem.code}, status=TOO_MUCH.get(problem.code, 400))
    _row, answers = actions.receive(by=request.me, event=event, letter=letter)
    return JsonResponse({"items": [_answer(each) for each in answers]})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of /events/: another version as soon as any file of its shell is another one."""
    return HttpResponse(_worker(settings.DEBUG), content_type="text/javascript; charset=utf-8")


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signing out leads through here, where the worker of the door sees it and takes the names from the device."""
    return redirect("/")


@lru_cache(maxsize=2)
def _worker(_is_debugging: bool) -> str:
    shell, text = [static(name) for name in SHELL], WORKER.read_text()
    version = sha256(json.dumps([shell, text]).encode()).hexdigest()[:12]
    out = to("events:signed_out")
    facts = {"version": version, "shell": shell, "static": settings.STATIC_URL, "out": out}
    return f"const FACTS = {json.dumps(facts)};\n{text}"


def _event(request: HttpRequest, slug: str) -> Event:
    return doors.found(at_door(request.me, slug))  # type: ignore[attr-defined]


def _answer(each: actions.Answer) -> dict[str, str]:
    return {"id": each.key, "state": each.state, "said": each.said, "name": each.name}


def _body(request: HttpRequest) -> bytes:
    """Never more in memory than a letter may weigh."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > engine.LARGEST:
        raise engine.Unreadable("too_large")
    return request.body
