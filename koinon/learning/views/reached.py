"""What I have reached: competences, outcomes, the same as a sheet."""

import tempfile
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koinon.kit import doors, sheets
from koinon.learning.queries import reached


@require_safe
@doors.members_only
def competences(request: HttpRequest) -> HttpResponse:
    """Competences that I have shown, and where."""
    found = reached.competences(request.me, (get_language() or "en")[:2])
    return render(request, "learning/learn_competences.html", {"frameworks": found})


@require_safe
@doors.members_only
def outcomes(request: HttpRequest) -> HttpResponse:
    """Where I stand in each part of each course, with the sentence why."""
    return render(request, "learning/learn_outcomes.html", {"walks": reached.outcomes(request.me)})


@require_safe
@doors.members_only
def outcomes_sheet(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    header, rows = reached.table(request.me)
    with tempfile.TemporaryFile() as file:
        sheets.write_xlsx(file, [sheets.Table(_("My outcomes"), header, rows)])
        file.seek(0)
        made = BytesIO(file.read())
    answer = HttpResponse(made.getvalue(), content_type=TYPE)
    answer["Content-Disposition"] = 'attachment; filename="outcomes.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
