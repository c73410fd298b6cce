"""The learner's pages: home, a run, one part of it, its files."""

import re
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koinon.kit import doors, files, ranges
from koinon.kit.addresses import to
from koinon.kit.verbs import Refused
from koinon.learning.actions import enrolled, progress
from koinon.learning.forms.learning import Say, Show
from koinon.learning.models import Asset
from koinon.learning.queries import lesson_pages as pages
from koinon.learning.queries import my_learning

INLINE = re.compile(r"(?:image/(?:webp|png|jpeg|gif)|audio/[\w.+-]+|video/(?:mp4|webm|ogg))")


@require_safe
@doors.members_only
def home(request: HttpRequest) -> HttpResponse:
    """My learning: what is next in each course, how far, until when."""
    return render(request, "learning/learn_home.html", my_learning.home(request.me))


@require_safe
@doors.members_only
def my_run(request: HttpRequest, key: str) -> HttpResponse:
    """One course that I learn in: its outline, the next step, people, news."""
    where = pages.standing(request.me, key)
    return render(request, "learning/learn_run.html", pages.run_page(where, request.GET.get("in", "")))


@require_safe
@doors.members_only
def lesson(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """One part of the course."""
    return shown(request, pages.standing(request.me, key), node)


def shown(request: HttpRequest, where: pages.Standing, node: str, form: Any = None, **more: Any) -> HttpResponse:
    """The page of a part, with `form` when something is to be corrected; `more` goes into the context."""
    said = request.POST if request.method == "POST" else request.GET
    page = pages.lesson_page(where, node, chosen=said.get("in", ""), light="light" in request.GET)
    makers = {
        "quiz": lambda: pages.quiz_part(where, page, request.GET.get("try", "")),
        "survey": lambda: pages.survey_part(where, page, more.get("given")),
        "task": lambda: pages.task_part(where, page),
        "discussion": lambda: pages.talk_part(where, page), "session": lambda: pages.session_part(where, page),
        "section": lambda: {"below": pages.sections_below(page["walk"], page["row"])},
    }  # fmt: skip
    page |= makers.get(page["kind"], dict)()
    page |= {"form": form if form is not None else _form(request, page), "answering": said.get("answer", ""), **more}
    return render(request, "learning/lesson.html", page)


@require_POST
@doors.members_only
def lesson_viewed(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """I have read this; on to the next part."""
    where = learner(request, key)
    page = pages.lesson_page(where, node)
    if page["asks_for_opening"] and page["row"].state != "done":
        progress.note(by=request.me, enrolment=where.enrolment, node=node, kind="viewed")
    after = page["after"]
    return redirect(f"{after.url}{_kept(request)}" if after else my_run_address(key))


@require_POST
@doors.members_only
def help_asked(request: HttpRequest, key: str) -> HttpResponse:
    """I need somebody; or: no more."""
    where = learner(request, key)
    needs = request.POST.get("needs") != "no"
    try:
        enrolled.ask_for_help(by=request.me, enrolment=where.enrolment, needs_help=needs)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("learning:my_run", key)
    messages.success(request, _("Your facilitators see that you need help.") if needs else _("Good that it goes on."))
    return redirect("learning:my_run", key)


@require_POST
@doors.members_only
def my_language(request: HttpRequest, key: str) -> HttpResponse:
    """Learn in another language from now on."""
    where = learner(request, key)
    try:
        enrolled.change_language(by=request.me, enrolment=where.enrolment, language=request.POST.get("language", ""))
    except (Refused, ValidationError):
        messages.error(request, _("Please choose one of the list."))
    return redirect("learning:my_run", key)


@require_safe
@doors.members_only
def lesson_file(request: HttpRequest, key: str, asset: str) -> HttpResponseBase:
    """A file of the course, for those who learn in the run or teach it; also in parts, so that sound may go on."""
    where = pages.standing(request.me, key)
    rows = Asset.objects.filter(organisation=where.run.course.organisation_id).select_related("upload")
    row = doors.fetch(rows, key=asset)
    is_inline = INLINE.fullmatch(row.upload.media_type) is not None
    answer = ranges.send(request, files.path_of(row.upload), row.upload.media_type)
    answer["Content-Disposition"] = f"{'inline' if is_inline else 'attachment'}; filename*=UTF-8''{quote(row.name)}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def my_run_address(key: Any) -> str:
    return to("learning:my_run", key)


def learner(request: HttpRequest, key: str) -> pages.Standing:
    """Only who learns in the run; who teaches it looks on, and writes nothing here."""
    where = pages.standing(request.me, key)
    doors.permitted(where.run, where.enrolment is not None)
    return where


def _kept(request: HttpRequest) -> str:
    """The language and the light view go on to the next part."""
    chosen = request.POST.get("in", "")
    kept = [f"in={quote(chosen)}"] if re.fullmatch(r"[a-z]{2,3}", chosen) else []
    return f"?{'&'.join(kept + ['light=1'] * ('light' in request.POST))}" if kept or "light" in request.POST else ""


def _form(request: HttpRequest, page: dict[str, Any]) -> Any:
    if page["kind"] == "task" and page.get("may_hand_in"):
        return Show(asks=page["asks"], evidence=page["evidence"], shown=page["files"])
    if page["kind"] == "discussion" and page.get("may_speak"):
        wanted = request.GET.get("answer", "")
        rows = [each["row"] for each in page["posts"] if str(each["row"].pk) == wanted]
        return Say(answers=rows[0] if rows else None)
    return None
