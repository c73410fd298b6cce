"""The second origin: the page that a package plays in, its files, and what it says. No session, no cookie."""

import json
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koinon.kit import links, ranges
from koinon.kit.verbs import Refused
from koinon.learning.actions import playing
from koinon.learning.engine.reports import Refused as Unreadable
from koinon.learning.queries import packages

LONGEST = 512 * 1024
PLAYER = "learning/player/"
SCRIPTS = {
    "scorm12": ("scorm12-3.4.3.js", "saving.js", "scorm.js"),
    "scorm2004": ("scorm2004-3.4.3.js", "saving.js", "scorm.js"),
    "h5p": ("h5p-3.8.2/main.bundle.js", "saving.js", "h5p.js"),
}
SANDBOX = "sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'"
)
LOOSE = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; worker-src blob:; form-action 'self'; base-uri 'self'"
)
"""What strangers' code may do: everything with what its package holds, nothing with any other place."""


@require_safe
def shell(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a package: our runtime, filled before the content starts."""
    try:
        ticket = playing.read(token)
        packages.unpack(ticket.asset)
    except (links.Broken, Unreadable) as problem:
        return _closed(HttpResponse(str(problem), status=410, content_type="text/plain; charset=utf-8"), STRICT)
    policy = LOOSE if ticket.package.kind == "h5p" else STRICT
    return _closed(HttpResponse(render_to_string("learning/play_shell.html", _page(token, ticket))), policy)


@require_POST
def commit(request: HttpRequest, token: str) -> HttpResponse:
    """What the package says now; answers with a fresh ticket."""
    if request.headers.get("Origin", settings.KOINON_PLAY_URL) != settings.KOINON_PLAY_URL:
        return _problem(_("This cannot be saved from here."))
    try:
        ticket = playing.read(token)
        number, data = _said(request)
        told = playing.commit(ticket, number, data)
    except (links.Broken, Refused) as problem:
        return _problem(str(problem))
    except ValidationError as problem:
        return _problem(" ".join(problem.messages), 422)
    is_done = told.get("completion") == "completed" or told.get("success") == "passed"
    return JsonResponse({"ticket": ticket.renewed(), "done": is_done})


@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """A fresh ticket while the page stays open."""
    try:
        return JsonResponse({"ticket": playing.read(token).renewed()})
    except links.Broken as problem:
        return _problem(str(problem))


@require_safe
def file(request: HttpRequest, mark: str, name: str) -> HttpResponseBase:
    """A file of a package, or the part of it that is asked for. Workers that would outlive the page are refused."""
    folder = packages.folder_of(mark)
    path = packages.file_in(folder, name) if folder is not None else None
    if path is None or request.headers.get("Service-Worker"):
        raise Http404
    answer = ranges.send(request, path, packages.type_of(path))
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return _closed(answer, LOOSE)


def _page(token: str, ticket: playing.Ticket) -> dict[str, Any]:
    """What the page of a package holds: `facts` for the scripts, all else for the template."""
    kind, mark = ticket.package.kind, packages.mark_of(ticket.asset)
    facts = {
        "standard": kind, "ticket": token, "seed": playing.seed(ticket), "home": settings.KOINON_URL,
        "launch": f"/files/{mark}" if kind == "h5p" else packages.address(mark, _launch(ticket)),
        "saves": ticket.enrolment is not None, "renews": int(playing.LIFE.total_seconds() // 3),
        "frame": _static("h5p-3.8.2/frame.bundle.js"), "style": _static("h5p-3.8.2/styles/h5p.css"),
        "words": {"waits": _("Not saved yet: the line is slow. It is tried again."),
                  "broken": _("This package cannot be played.")},
    }  # fmt: skip
    title = str(ticket.settings.get("title") or _("Package"))
    scripts = [_static(name) for name in SCRIPTS[kind]]
    return {"facts": facts, "title": title, "language": get_language(), "scripts": scripts}


def _launch(ticket: playing.Ticket) -> str:
    return str(ticket.settings.get("launch") or ticket.package.launch)


def _said(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """(number, data) of a word; ValidationError when it is none."""
    try:
        if int(request.headers.get("Content-Length") or 0) > LONGEST:
            raise ValueError("too long")
        said = json.loads(request.body.decode())
        number, data = said["number"], said["data"]
        if (
            isinstance(number, bool)
            or not isinstance(number, int)
            or not 0 < number < 2**31
            or not isinstance(data, dict)
        ):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise ValidationError(_("The package says something that cannot be kept.")) from problem
    return number, data


def _problem(says: str, status: int = 403) -> JsonResponse:
    return JsonResponse({"problem": says}, status=status)


def _static(name: str) -> str:
    return str(staticfiles_storage.url(PLAYER + name))


def _closed(answer: HttpResponseBase, policy: str) -> Any:
    answer["Content-Security-Policy"] = f"{policy}; frame-ancestors 'self' {settings.KOINON_URL}; {SANDBOX}"
    return answer
