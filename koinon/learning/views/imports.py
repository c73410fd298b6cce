"""Take files over: send them, read the report item by item, make a course or fill the bank, forget."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files
from koinon.learning.actions import imports as actions
from koinon.learning.forms.imports import Send
from koinon.learning.models import CourseImport, speaking
from koinon.learning.queries import imports as queries
from koinon.learning.queries.homes import homes
from koinon.network.queries import speaking_for

LISTED = 100
STEPS: dict[str, tuple[Any, dict[str, str]]] = {
    "take": (actions.ask, {"what": "course"}), "bank": (actions.ask, {"what": "bank"}),
    "drop": (actions.drop, {}), "stop": (actions.stop, {}), "again": (actions.again, {}),
}  # fmt: skip
speaks = doors.needs(lambda me: bool(speaking(me)))


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def course_imports(request: HttpRequest) -> HttpResponse:
    """Send files; what was sent before stands below."""
    ours = homes(request.me)
    form = Send(request.POST or None, request.FILES or None, homes=ours)
    if request.method == "POST" and form.is_valid():
        by = speaking_for(request.me, form.said()["organisation"])
        if form.does(actions.send, by=by):
            made = form.result
            return redirect("learning:course_import", made[0].pk) if len(made) == 1 else redirect("learning:imports")
    rows = [(row, queries.STATES.get(row.state, "plain")) for row in queries.mine(request.me)[:LISTED]]
    is_moving = any(row.work and not row.work.is_over for row, _tone in rows)
    return render(request, "learning/imports.html", {"form": form, "rows": rows, "is_moving": is_moving})


@require_GET
@doors.members_only
def course_import(request: HttpRequest, key: str) -> HttpResponse:
    """Where a file stands: being read, its report, what was made of it."""
    row = _fetch(request, key)
    is_moving = row.work is not None and not row.work.is_over
    if request.headers.get("HX-Request") and not is_moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    page = queries.page(row, shown=request.GET.get("show", ""), number=request.GET.get("page", ""))
    said = {"row": row, "work": row.work, "is_moving": is_moving, "tone": queries.STATES.get(row.state, "plain")}
    if row.state == "unpacked":
        said["inside"] = queries.mine(request.me).filter(batch=row.pk)
    return render(request, "learning/import.html", {**said, **page})


@require_POST
@doors.members_only
def course_import_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take it as a course, take its questions, forget it, stop, read again."""
    row = _fetch(request, key)
    if step not in STEPS:
        raise Http404
    action, facts = STEPS[step]
    try:
        action(by=speaking_for(request.me, row.organisation), course_import=row, **facts)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    if step == "drop":
        messages.success(request, _("Forgotten, with its file."))
        return redirect("learning:imports")
    return redirect("learning:course_import", row.pk)


@require_GET
@doors.members_only
def course_import_report(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The report for other programs: JSON as the command gives it, or a sheet."""
    row = _fetch(request, key)
    if kind == "json":
        answer: HttpResponse = JsonResponse(queries.report_of(row).as_json(), json_dumps_params={"ensure_ascii": False})
    else:
        answer = HttpResponse(queries.as_csv(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{row.pk}.{kind}"'
    return answer


@require_GET
@doors.members_only
def course_import_original(request: HttpRequest, key: str) -> HttpResponse:
    """The file as it came."""
    row = _fetch(request, key)
    return files.serve(doors.found(row.upload), download=True)


def _fetch(request: HttpRequest, key: str) -> CourseImport:
    rows = CourseImport.objects.visible_to(request.me).select_related("organisation", "upload", "work", "course")
    return doors.fetch(rows.exclude(state="dropped"), pk=key)
