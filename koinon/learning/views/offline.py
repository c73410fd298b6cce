"""Pages for devices without a connection: the worker, what can be kept, kept pages, and what comes back."""

import json
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.kit.limits import limited
from koinon.learning.actions import offline as actions
from koinon.learning.engine import outbox
from koinon.learning.queries import lesson_pages, offline, printing
from koinon.learning.templatetags.offline import owner_of

WORKER = Path(__file__).parent.parent / "static" / "learning" / "sw.js"
SHELL = (
    "kit/koinon.css", "kit/koinon.js", "kit/mark.svg", "learning/learner.css", "learning/offline.js",
    "learning/device.js", "learning/drafts.js",
)  # fmt: skip
TOO_MUCH = {"too_large": 413, "too_many": 413}
PER_HOUR = 600


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of /learn/: another version as soon as any file of its shell is another one."""
    return HttpResponse(_worker(settings.DEBUG), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=2)
def _worker(_is_debugging: bool) -> str:
    shell = [static(name) for name in SHELL]
    text = WORKER.read_text()
    version = sha256(json.dumps([shell, text, offline.MADE]).encode()).hexdigest()[:12]
    facts = {
        "version": version, "shell": shell, "home": to("learning:home"), "page": to("learning:offline"),
        "out": to("learning:signed_out"), "static": settings.STATIC_URL,
    }  # fmt: skip
    return f"const FACTS = {json.dumps(facts)};\n{text}"


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put us among its apps."""
    icons = [
        {"src": static("kit/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": static("learning/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
        {"src": static("learning/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
    ]
    home = to("learning:home")
    said = {
        "name": f"{settings.KOINON_NAME}: {_('My learning')}", "short_name": settings.KOINON_NAME, "id": home,
        "start_url": home, "scope": home, "display": "standalone", "lang": get_language() or "en",
        "background_color": "#ffffff", "theme_color": "#ffffff", "icons": icons,
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")


@require_GET
def device(request: HttpRequest) -> HttpResponse:
    """What is saved here and what waits to be sent: filled in by the device, the same bytes for everybody."""
    return HttpResponse(render_to_string("learning/offline_device.html"))


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signing out leads through here, where the worker sees it and empties the device; then on to the doors."""
    return redirect("events:signed_out")


@require_GET
@doors.members_only
def save(request: HttpRequest, key: str) -> HttpResponse:
    """What of a course to keep on this device, each with its price."""
    where = lesson_pages.standing(request.me, key)
    context = {"run": where.run, "shelf": offline.shelf(where, request.GET.get("in", ""))}
    context["part"] = request.GET.get("part", "")
    return render(request, "learning/offline_save.html", context)


@require_GET
@doors.members_only
def listing(request: HttpRequest, key: str) -> HttpResponse:
    """The same for the device."""
    where = lesson_pages.standing(request.me, key)
    return JsonResponse(offline.listed(offline.shelf(where, request.GET.get("in", ""))))


@require_GET
@doors.members_only
def saved_run(request: HttpRequest, key: str) -> HttpResponse:
    """The outline of a course as devices keep it: nothing about who reads."""
    where = lesson_pages.standing(request.me, key)
    shelf = offline.shelf(where, request.GET.get("in", ""))
    return HttpResponse(render_to_string("learning/offline_run.html", {"run": where.run, "shelf": shelf}))


@require_GET
@doors.members_only
def saved_lesson(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """A lesson as devices keep it: its words, and what can be done without a connection; nothing about who reads."""
    where = lesson_pages.standing(request.me, key)
    page = printing.kept_lesson(where, node, request.GET.get("in", ""))
    return HttpResponse(render_to_string("learning/offline_lesson.html", page))


@require_GET
@doors.members_only
def print_course(request: HttpRequest, key: str) -> HttpResponse:
    """The whole course on one page, for paper."""
    where = lesson_pages.standing(request.me, key)
    context = printing.whole(where, request.GET.get("in", ""), light="light" in request.GET)
    return render(request, "learning/offline_print.html", context)


@require_http_methods(["GET", "POST"])
@limited("learning.outbox", times=PER_HOUR, per=timedelta(hours=1))
def outbox_box(request: HttpRequest) -> HttpResponse:
    """Who is signed in here (GET), and what was done without a connection (POST): each thing gets its own answer."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "sign_in", "said": _("Please sign in: then it is sent.")}, status=401)
    owner = owner_of(request.me)
    if request.method == "GET":
        return JsonResponse({"owner": owner, "token": get_token(request)})
    try:
        letter = outbox.read(_body(request), timezone.now())
    except outbox.Unreadable as problem:
        return JsonResponse({"error": problem.code}, status=TOO_MUCH.get(problem.code, 400))
    if letter.owner != owner:
        return JsonResponse({"error": "other_person"}, status=409)
    answers = actions.receive(by=request.me, letter=letter)
    return JsonResponse({"items": [{"id": each.key, "state": each.state, "said": each.said} for each in answers]})


def _body(request: HttpRequest) -> bytes:
    """Never more in memory than a letter may weigh."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > outbox.LARGEST:
        raise outbox.Unreadable("too_large")
    return request.body
