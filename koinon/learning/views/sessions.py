"""Dates of a cohort: planned, changed, called off; who was there; on paper, and in calendars."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import calendars, doors, words
from koinon.learning.actions import sessions as actions
from koinon.learning.forms import sessions as forms
from koinon.learning.models import Enrolment, Run, Session
from koinon.learning.queries import runs as questions
from koinon.learning.queries.calendars import entry
from koinon.learning.queries.trees import tree_of
from koinon.learning.views.runs import fetch, voice

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def sessions(request: HttpRequest, key: str) -> HttpResponse:
    """All dates of a run, and one more."""
    run = fetch(request, key)
    parts = _parts(run)
    zone = Person.objects.get(pk=request.me.person).zone
    first = {"zone": zone, "title": parts[0][1] if len(parts) == 1 else "", "place": run.place}
    form = forms.Plan(request.POST or None, parts=parts, initial=first)
    if request.method == "POST" and parts and form.does(actions.plan, by=voice(request, run), run=run):
        messages.success(request, _("Planned. The learners are told, with an entry for their calendar."))
        return redirect("learning:sessions", run.pk)
    context = {"form": form, "parts": parts, "rows": run.sessions.order_by("starts_at", "pk")}
    return render(request, "learning/teach_sessions.html", {**context, **questions.context(request, run, "sessions")})


@read_or_write
@doors.members_only
def session(request: HttpRequest, key: str) -> HttpResponse:
    """One date: who was there, changed, called off."""
    row = _fetch(request, key)
    form = forms.Plan(request.POST or None, initial=forms.as_planned(row))
    if request.method == "POST" and form.does(actions.change, by=voice(request, row.run), session=row):
        messages.success(request, _("Changed. The learners are told."))
        return redirect("learning:session", row.pk)
    return _shown(request, row, form=form)


@require_POST
@doors.members_only
def roll(request: HttpRequest, key: str) -> HttpResponse:
    """Who was there: everybody at once, or each."""
    row = _fetch(request, key)
    form = forms.Roll(request.POST, rows=_learners(row.run))
    if form.does(actions.roll, by=voice(request, row.run), session=row):
        messages.success(request, words.SAVED)
        return redirect("learning:session", row.pk)
    return _shown(request, row, roll=form)


@require_POST
@doors.members_only
def call_off(request: HttpRequest, key: str) -> HttpResponse:
    """It does not take place."""
    row = _fetch(request, key)
    form = forms.CallOff(request.POST)
    if form.does(actions.call_off, by=voice(request, row.run), session=row):
        messages.success(request, _("Called off. Everybody was told."))
        return redirect("learning:sessions", row.run_id)
    return _shown(request, row, off=form)


@require_GET
@doors.members_only
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """The roll on paper: a name and a line in each row."""
    row = _fetch(request, key)
    return render(
        request, "learning/teach_roll_print.html", {"session": row, "run": row.run, "rows": _learners(row.run)}
    )


@require_GET
@doors.members_only
def ics(request: HttpRequest, key: str) -> HttpResponse:
    """All dates of a run as a calendar file, for those who learn or teach there."""
    run = doors.fetch(Run.objects.visible_to(request.me), pk=key)
    learns = Enrolment.objects.filter(run=run, person=request.me.person).learning().exists()
    doors.permitted(run, learns or Run.objects.taught_by(request.me).filter(pk=run.pk).exists())
    rows = run.sessions.select_related("run").order_by("starts_at", "pk")
    answer = HttpResponse(calendars.write(run.title, [entry(row) for row in rows]), content_type="text/calendar")
    answer["Content-Disposition"] = f'attachment; filename="{run.starts_on:%Y-%m-%d}.ics"'
    return answer


def _fetch(request: HttpRequest, key: str) -> Session:
    rows = Session.objects.filter(run__in=Run.objects.taught_by(request.me))  # type: ignore[attr-defined]
    names = ("run__version", "run__course", "run__organisation", "run__network")
    return doors.fetch(rows.select_related(*names), pk=key)


def _parts(run: Run) -> list[tuple[str, str]]:
    tree = tree_of(run.version)
    languages = (questions.reader(), *run.languages)
    return [(node.key, tree.title(node.key, languages)[0]) for node in tree.nodes if node.kind == "session"]


def _learners(run: Run) -> list[Enrolment]:
    return list(run.enrolments.learning().select_related("person").order_by("person__name", "pk"))


def _shown(request: HttpRequest, row: Session, *, form: Any = None, roll: Any = None, off: Any = None) -> HttpResponse:
    people = _learners(row.run)
    known = {each.enrolment_id: each for each in row.attendance.all()}
    first = {f"there_{key.hex}": "yes" if each.is_there else "no" for key, each in known.items()}
    context = {
        "session": row, "form": form or forms.Plan(initial=forms.as_planned(row)), "off": off or forms.CallOff(),
        "roll": roll or forms.Roll(rows=people, initial=first), "people": people,
        "there": sum(each.is_there for each in known.values()), "noted": len(known), "problems": [roll, off],
    }  # fmt: skip
    return render(
        request, "learning/teach_session.html", {**context, **questions.context(request, row.run, "sessions")}
    )
