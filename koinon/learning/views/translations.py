"""A course in its languages: how far each is, and source and translation side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.kit.forms import Button
from koinon.learning import rules
from koinon.learning.actions import bank, courses, texts
from koinon.learning.forms.translating import Translate
from koinon.learning.models import Course, Node, Version
from koinon.learning.queries import translating as asked
from koinon.learning.queries.writing import frame
from koinon.learning.views.writing import acting, fetch

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def write_languages(request: HttpRequest, slug: str) -> HttpResponse:
    """How far each language is."""
    course = fetch(request, slug)
    context = frame(request, course, "write_languages")
    rows = asked.languages_page(request.me, course, context["shown"]) if context["shown"] else []
    return render(request, "learning/write_languages.html", {**context, "rows": rows})


@require_GET
@doors.members_only
def write_language(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Every part with what is missing or older in one language."""
    course, version = _draft(request, slug, language)
    context = {**frame(request, course, "write_languages"), "language": language}
    return render(request, "learning/write_language.html", {**context, "rows": asked.parts_page(version, language)})


@read_or_write
@doors.members_only
def write_translate(request: HttpRequest, slug: str, language: str, key: str) -> HttpResponse:
    """Source and translation of one part, piece by piece."""
    course, version = _draft(request, slug, language)
    sides: dict[str, Any] = doors.found(asked.sides(version, language, key))
    form = Translate(request.POST or None, sides=sides, language=language)
    if request.method == "POST" and _saves(request, course, form):
        messages.success(request, words.SAVED)
        return redirect("learning:write_language", slug, language)
    context = {**frame(request, course, "write_languages"), **sides, "form": form, "language": language, "key": key}
    return render(request, "learning/write_translate.html", {**context, "source_language": version.language})


@require_POST
@doors.members_only
def write_translate_step(request: HttpRequest, slug: str, language: str, key: str) -> HttpResponse:
    """By the translation server, or: a person has read it."""
    course, version = _draft(request, slug, language)
    node = doors.fetch(Node.objects.filter(version=version).select_related("version__course__organisation"), key=key)
    action = texts.review if request.POST.get("step") == "review" else texts.translate_by_machine
    answer = Button(request.POST)
    if answer.does(action, by=acting(request, course), node=node, language=language):
        messages.success(request, _("Done. Please read it before it is published."))
    answer.tell(request)
    return redirect("learning:write_translate", slug, language, key)


def _draft(request: HttpRequest, slug: str, language: str) -> tuple[Course, Version]:
    """The draft of a course that I translate into this language."""
    course = fetch(request, slug)
    is_ours = language in course.languages and language != course.language
    doors.permitted(course, is_ours and rules.may_translate(by=request.me, course=course, language=language))  # type: ignore[attr-defined]
    return course, doors.found(course.versions.filter(state__in=["draft", "review"]).select_related("course").first())


def _saves(request: HttpRequest, course: Course, form: Translate) -> bool:
    by, sides = acting(request, course), form.sides
    if sides["node"]:
        return form.does(texts.translate, by=by, node=sides["node"], language=form.language)
    if sides["question"]:
        facts = {"course": course, "question": sides["question"], "language": form.language}
        return form.does(bank.translate, by=by, **facts)
    return form.does(courses.translate, by=by, course=course, language=form.language)
