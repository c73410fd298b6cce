"""Carrying it out: check-ins with photos, the reflection, the page that shows the result."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files, limits, words
from koinon.kit.forms import Button
from koinon.projects.actions import doing as actions
from koinon.projects.forms import doing as forms
from koinon.projects.models import CheckIn, Project, ProjectPhoto, Reflection
from koinon.projects.queries import pages
from koinon.projects.views.plans import mine_or_404

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 20


@read_or_write
@doors.members_only
@limits.limited("projects.check_in", times=30, per=timedelta(hours=1))
def check_ins(request: HttpRequest, slug: str) -> HttpResponse:
    """How it goes, newest first; the team writes, the supervisor answers."""
    row = _inside(request, slug)
    form = forms.HowItGoes(request.POST or None, request.FILES or None)
    facts = {"project": row, "language": (get_language() or "en")[:2]}
    if request.method == "POST" and form.does(actions.check_in, by=request.me, **facts):
        messages.success(request, _("Thank you. Your supervisor was told."))
        return redirect("projects:check_ins", row.slug)
    return _check_ins(request, row, form=form)


@require_POST
@doors.members_only
def check_in_answer(request: HttpRequest, key: str) -> HttpResponse:
    """The supervisor answers."""
    rows = CheckIn.objects.visible_to(request.me).select_related("project__network", "project__call")
    row = doors.fetch(rows, pk=key)
    form = forms.Words(request.POST)
    if form.does(actions.answer, by=request.me, check_in=row):
        messages.success(request, _("Answered. The team was told."))
        return redirect("projects:check_ins", row.project.slug)
    return _check_ins(request, _inside(request, row.project.slug), answer=row.pk, answer_form=form)


@require_GET
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """One photo, for those inside, or for everybody when it may be shown."""
    row = doors.fetch(ProjectPhoto.objects.visible_to(request.me).select_related("upload"), pk=key)
    return files.serve(row.upload)


@require_POST
@doors.members_only
def photo_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Show a photo to all, keep it inside, or take it away."""
    rows = ProjectPhoto.objects.manageable_by(request.me).select_related("check_in__project", "upload")
    row = doors.fetch(rows, pk=key)
    verbs = {"show": _showing(True), "hide": _showing(False), "drop": actions.drop_photo}
    if step not in verbs:
        raise Http404
    form = Button(request.POST)
    if form.does(verbs[step], by=request.me, photo=row):
        messages.success(request, words.SAVED)
    return redirect("projects:check_ins", row.check_in.project.slug)


@read_or_write
@doors.members_only
def reflection(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of it: the team writes, the supervisor reads."""
    row = _inside(request, slug)
    held = Reflection.objects.filter(project=row).first()
    names = ("came", "measured", "hard", "next", "reached")
    first = {name: getattr(held, name) for name in names} if held else {}
    form = forms.LookBack(request.POST or None, initial=first)
    facts = {"project": row, "language": (get_language() or "en")[:2]}
    if request.method == "POST" and form.does(actions.reflect, by=request.me, **facts):
        messages.success(request, _("Handed in. Your supervisor reads it."))
        return redirect("projects:project", row.slug)
    return _reflection(request, row, held, form=form)


@require_POST
@doors.members_only
def reflection_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """The supervisor accepts the reflection, or asks."""
    row = _inside(request, slug)
    made: dict[str, Any] = {
        "accept": (actions.accept_reflection, Button),
        "return": (actions.return_reflection, forms.Ask),
    }
    if step not in made:
        raise Http404
    action, maker = made[step]
    form = maker(request.POST)
    if form.does(action, by=request.me, project=row):
        messages.success(request, SAID[step])
        return redirect("projects:project", row.slug)
    return _reflection(request, row, Reflection.objects.filter(project=row).first(), ask=form)


@read_or_write
@doors.members_only
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody may read, if the team wants it."""
    row = mine_or_404(request, slug)
    first = {name: getattr(row, name) for name in ("result", "is_public", "picture_alt")}
    form = forms.Result(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.does(actions.show, by=request.me, project=row):
        messages.success(request, _("Everybody may read it now.") if form.result.is_public else words.SAVED)
        return redirect("projects:project", row.slug)
    context = {"form": form, **pages.result_of(row, request.me), **pages.context(request, row, "result")}
    return render(request, "projects/result.html", context)


SAID = {
    "accept": gettext_lazy("Accepted. The project is finished, and the team was told."),
    "return": gettext_lazy("Returned. The team was told what you ask."),
}


def _showing(is_public: bool) -> Any:
    return lambda *, by, photo: actions.show_photo(by=by, photo=photo, is_public=is_public)


def _inside(request: HttpRequest, slug: str) -> Project:
    """A project that is or was carried out, for those inside it."""
    rows = Project.objects.inside(request.me).filter(state__in=pages.SHOWN)  # type: ignore[attr-defined]
    return doors.fetch(rows.select_related(*pages.NAMES), slug=slug)


def _check_ins(
    request: HttpRequest, row: Project, *, form: Any = None, answer: Any = None, answer_form: Any = None
) -> HttpResponse:
    told = row.check_ins.select_related("person", "answered_by").prefetch_related("photos__upload")
    context = {
        "rows": list(told.order_by("-pk")[:SHOWN]), "form": form or forms.HowItGoes(), "answer": answer,
        "answer_form": answer_form or forms.Words(), "may_write": row.state in ("running", "suspended", "closing"),
        **pages.context(request, row, "check_ins"),
    }  # fmt: skip
    return render(request, "projects/check_ins.html", context)


def _reflection(
    request: HttpRequest, row: Project, held: Reflection | None, *, form: Any = None, ask: Any = None
) -> HttpResponse:
    names = ("came", "measured", "hard", "next", "reached")
    first = {name: getattr(held, name) for name in names} if held else {}
    context = pages.context(request, row, "project")
    may_write = context["roles"]["is_team"] and row.state == "closing" and (held is None or held.state == "returned")
    may_read = context["roles"]["supervises"] and held is not None and held.state == "handed_in"
    context |= {"form": form or forms.LookBack(initial=first), "ask": ask or forms.Ask(), "reflection": held}
    context |= {"may_write": may_write, "may_read": may_read}
    return render(request, "projects/reflection.html", context)
