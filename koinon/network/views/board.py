"""The desk of a network: applications as a list and as a board, one step for many, figures."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from koinon.kit import doors
from koinon.kit.models import Work
from koinon.network import queries
from koinon.network.actions import bulk
from koinon.network.forms import bulk as forms
from koinon.network.models import Network
from koinon.network.queries import board as questions
from koinon.network.queries import figures as counting


@require_GET
@doors.members_only
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Applications of a network: a list, those that wait first, or a board with a column for each state."""
    network = doors.fetch(Network.objects.staffed_by(request.me), slug=slug)
    is_board = request.GET.get("view") == "board"
    page = (questions.board if is_board else questions.listed)(request.me, network, request.GET)
    may_run = request.me.holds("coordinator", network.pk)
    context = {**page, "is_board": is_board, "may_run": may_run, "steps": forms.LABELS.items() if may_run else []}
    template = "network/applications_board.html" if is_board else "network/applications.html"
    return render(request, template, {**context, **queries.page_of(request, network, "applications")})


@require_POST
@doors.members_only
def many(request: HttpRequest, slug: str) -> HttpResponse:
    """One step for those that are ticked: first what it would do, then it is done."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    step = request.POST.get("step", "")
    if step not in forms.FORMS:
        raise Http404
    rows = questions.chosen(request.me, network, *forms.ticked(request.POST))
    if not rows:
        messages.error(request, _("Tick at least one application first."))
        return redirect("network:applications", slug)
    form = forms.FORMS[step](request.POST if "sure" in request.POST else None)
    if "sure" in request.POST and _done(request, network, step, rows, form):
        return _after(request, network, form.result[1])
    context = {"form": form, "step": step, **forms.preview(request.me, rows, step, form)}
    return render(request, "network/applications_many.html", {**context, **_page(request, network)})


@require_GET
@doors.members_only
def work(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """How far a step for many has got."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    row = doors.fetch(Work.objects.filter(scope=network.pk, person=request.me.person, task="network.bulk"), pk=key)
    return render(request, "network/applications_work.html", {"work": row, **_page(request, network)})


@require_GET
@doors.members_only
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """How many in which state, how long each state lasts, how fresh the profiles are."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    return render(request, "network/figures.html", {**counting.page(network), **_page(request, network)})


@require_GET
@doors.members_only
def figures_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The same figures as a spreadsheet."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    if kind not in counting.TYPES:
        raise Http404
    response = HttpResponse(counting.as_file(network, kind), content_type=counting.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{network.slug}-figures.{kind}"'
    return response


def _page(request: HttpRequest, network: Network) -> dict[str, Any]:
    return queries.page_of(request, network, "applications")


def _done(request: HttpRequest, network: Network, step: str, rows: list[Any], form: Any) -> bool:
    keys = [str(row.pk) for row in rows]
    return form.does(bulk.carry_out, by=request.me, network=network, step=step, keys=keys)


def _after(request: HttpRequest, network: Network, result: dict[str, Any]) -> HttpResponse:
    if result["work"] is not None:
        return redirect("network:applications_work", network.slug, result["work"].pk)
    messages.success(request, _("Done for %(count)s applications.") % {"count": result["done"]})
    for problem in result["refused"]:
        messages.error(request, problem)
    return redirect("network:applications", network.slug)
