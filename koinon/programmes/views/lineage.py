"""Generations of a programme: tree, map, tables, files; drift answered."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from koinon.kit import doors
from koinon.kit.templatetags.kit import language as language_name
from koinon.programmes.actions import lineage as actions
from koinon.programmes.engine import rings
from koinon.programmes.forms import lineage as forms
from koinon.programmes.models import DriftWarning, Programme
from koinon.programmes.queries import lineage as questions
from koinon.programmes.queries import lineage_files as files
from koinon.programmes.queries import lineage_map
from koinon.programmes.queries import lineage_pages as pages
from koinon.programmes.views.programmes import fetch, frame, voice


@require_GET
@doors.members_only
def lineage(request: HttpRequest, slug: str) -> HttpResponse:
    """Rings of generations, each generation in words and figures, facilitators below what is open, drift."""
    row, form, question, found = _open(request, slug)
    return render(request, "programmes/lineage_tree.html", _tree(request, row, question, found, form))


@require_GET
@doors.members_only
def map_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the generations delivered: a map, and the list that says the same."""
    row, form, question, found = _open(request, slug)
    spots = questions.spots(found, question)
    context = {
        "places": pages.place_lines(spots), "asked": question, "filters": form, "seen": found,
        "points_url": reverse("programmes:lineage_points", args=[slug]) + question.address(),
        "land_url": reverse("programmes:lineage_land", args=[slug]) + question.address(),
        "tabs": pages.tabs(row, question, "lineage_map"), **frame(request, row),
    }  # fmt: skip
    return render(request, "programmes/lineage_map.html", context)


@require_GET
@doors.members_only
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """Places for the script of the map, as compact arrays."""
    _row, _form, question, found = _open(request, slug)
    spots = questions.spots(found, question)
    return JsonResponse({"spots": lineage_map.as_rows(pages.place_lines(spots))})


@require_GET
@doors.members_only
def land(request: HttpRequest, slug: str) -> HttpResponse:
    """The map as an image, for those without script."""
    _row, _form, question, found = _open(request, slug)
    spots = questions.spots(found, question)
    return HttpResponse(lineage_map.drawing(pages.place_lines(spots)), content_type="image/svg+xml")


@require_GET
@doors.members_only
def tree_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The rings as a picture to take along, with colours of their own."""
    row, _form, question, found = _open(request, slug)
    drawing = pages.picture(found, question, rings.FILE)
    if not drawing:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{row.slug}-generations.svg"'}
    return HttpResponse(drawing, content_type="image/svg+xml", headers=headers)


@require_GET
@doors.members_only
def table_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Counts as a sheet."""
    row, _form, question, found = _open(request, slug)
    if kind not in files.TYPES:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{row.slug}-generations.{kind}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(files.as_file(found, question, kind), content_type=files.TYPES[kind], headers=headers)


@require_POST
@doors.members_only
def answer(request: HttpRequest, key: Any) -> HttpResponse:
    """What is done about a drift; what was typed stays where it was when it does not fit."""
    rows = DriftWarning.objects.manageable_by(request.me).select_related("programme__organisation")
    warning = doors.fetch(rows, pk=key)
    form = forms.Answer(request.POST, auto_id=_ident(warning))
    if form.does(actions.answer, by=voice(request, warning.programme), warning=warning):
        messages.success(request, _("Thank you: it has left your desk."))
        return redirect("programmes:lineage", warning.programme.slug)
    row, filters, question, found = _open(request, warning.programme.slug)
    context = _tree(request, row, question, found, filters, {warning.pk: form})
    return render(request, "programmes/lineage_tree.html", context)


def _open(request: HttpRequest, slug: str) -> tuple[Programme, forms.Filters, questions.Asked, questions.Seen]:
    """The programme, what is asked of it, and the part that this reader may see; else 404."""
    row = fetch(request, slug)
    offered = questions.choices(row, language_name, get_language() or "en")
    form = forms.Filters(request.GET if request.method == "GET" else {}, choices=offered)
    form.is_valid()
    question = questions.asked(request.GET, form.cleaned_data)
    return row, form, question, doors.found(questions.seen(request.me, row, question))


def _tree(
    request: HttpRequest, row: Programme, question: questions.Asked, found: questions.Seen, form: forms.Filters,
    typed: dict[Any, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "asked": question, "filters": form, "seen": found, "lines": pages.lines(found.generations),
        "total": pages.line(found.overall), "table": pages.table(found, question),
        "drawing": mark_safe(pages.picture(found, question)),  # noqa: S308  (made by us, every word escaped)
        "branches": pages.branches(found, question),
        "way": pages.crumbs(found, question), "sorts": pages.sorts(question),
        "drift": _drift(row, typed or {}) if found.is_runner else [],
        "people_url": reverse("programmes:people", args=[row.slug]) if found.is_runner else "",
        "tabs": pages.tabs(row, question, "lineage"), **frame(request, row),
    }  # fmt: skip


def _drift(row: Programme, typed: dict[Any, Any]) -> list[tuple[DriftWarning, str, Any]]:
    return [
        (warning, said, typed.get(warning.pk) or forms.Answer(auto_id=_ident(warning)))
        for warning, said in pages.drift(row)
    ]


def _ident(warning: DriftWarning) -> str:
    """Ids of fields, when several warnings wait on one page."""
    return f"id_{warning.pk}_%s"
