"""Give courses and questions away: in formats that other systems read, under the terms of the course."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.learning import formats, rules
from koinon.learning.actions import exports as actions
from koinon.learning.engine import documents
from koinon.learning.models import Course, Node, Question
from koinon.learning.queries.homes import owners
from koinon.learning.queries.trees import question_of, questions_of
from koinon.learning.rules.packages import may_export

SAYS = {
    "cartridge": _lazy("For Moodle, Canvas, Blackboard and others. What they have no place for is left out."),
    "koinon_json": _lazy("For another Koinon: nothing is lost, files included."),
    "html_zip": _lazy("For reading without any system: pages that open in a browser, from a memory stick as well."),
}
QUIZ_FORMS = {"gift": "text/plain; charset=utf-8", "moodle_xml": "application/xml"}


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def course_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Which format; then it is written aside."""
    row = doors.fetch(Course.objects.visible_to(request.me).select_related("organisation", "network"), slug=slug)
    doors.permitted(row, may_export(by=request.me, course=row))
    if request.method == "POST" and row.is_published:
        form = request.POST.get("form", "")
        if form not in actions.FORMS:
            raise Http404
        return redirect("kit:work", actions.ask(by=request.me, course=row, form=form, language=_language()).pk)
    kinds = [(kind.name, kind.title, SAYS[kind.name]) for kind in formats.all_formats() if kind.name in SAYS]
    return render(request, "learning/export.html", {"course": row, "kinds": kinds})


@require_GET
@doors.members_only
def bank_export(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """All questions of an organisation, in their newest form."""
    mine = {row.pk: row for row in owners(request.me)}
    organisation = doors.found(mine.get(key))
    rows = Question.objects.filter(organisation=organisation, is_latest=True).order_by("pk")
    return _sent([question_of(row) for row in rows], form, organisation.slug, _language())


@require_GET
@doors.members_only
def quiz_export(request: HttpRequest, slug: str, node: str, form: str) -> HttpResponse:
    """The questions of one quiz of a course that one writes: of the draft, else of what was published last."""
    row = doors.fetch(Course.objects.manageable_by(request.me), slug=slug)
    doors.permitted(row, rules.may_write(by=request.me, course=row))
    rows = Node.objects.filter(version__course=row, key=node, kind__in=("quiz", "survey"))
    found = doors.found(rows.order_by("-version__number").first())
    return _sent(questions_of(found.pk), form, row.slug, row.language)


def _sent(questions: Sequence[documents.Question], form: str, name: str, language: str) -> HttpResponse:
    kind = next((each for each in formats.all_formats() if each.name == form and form in QUIZ_FORMS), None)
    if kind is None or kind.write is None:
        raise Http404
    document = documents.Document(
        key=name, language=language, texts={language: {"title": name}}, questions=tuple(questions)
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}{kind.suffix}"
        kind.write(document, target, language)
        answer = HttpResponse(target.read_bytes(), content_type=QUIZ_FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}{kind.suffix}"'
    return answer


def _language() -> str:
    return (get_language() or "en")[:2]
