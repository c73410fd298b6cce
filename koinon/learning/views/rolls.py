"""Who was there: the sheet of a session, on a screen, on a device without a connection, on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.learning.actions import sessions
from koinon.learning.forms.rolls import Roll
from koinon.learning.models import Run, Session
from koinon.learning.queries import offline


@require_http_methods(["GET", "POST"])
@doors.members_only
def roll_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The roll call of a session; without a connection the device keeps each mark and sends it later."""
    session = _session(request, key)
    rows = offline.roll_of(session)
    form = Roll(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST" and form.does(sessions.roll, by=request.me, session=session):
        messages.success(request, _("The roll call is kept."))
        return redirect("learning:roll_sheet", key)
    return render(request, "learning/offline_roll.html", {"session": session, "rows": form.rows(), "form": form})


@require_GET
@doors.members_only
def saved_roll(request: HttpRequest, key: str) -> HttpResponse:
    """The same sheet as the facilitator's device keeps it."""
    session = _session(request, key)
    rows = Roll(None, rows=offline.roll_of(session)).rows()
    return HttpResponse(render_to_string("learning/offline_roll_kept.html", {"session": session, "rows": rows}))


def _session(request: HttpRequest, key: str) -> Session:
    rows = Session.objects.filter(run__in=Run.objects.taught_by(request.me)).select_related("run__organisation")
    return doors.fetch(rows, pk=key)
