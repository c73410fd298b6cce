"""Import of a spreadsheet: upload, look at every row, choose, import, undo."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.network import queries
from koinon.network.actions import intake as actions
from koinon.network.forms import intake as forms
from koinon.network.models import Intake, Network
from koinon.network.queries import exports
from koinon.network.queries import intakes as rows_of

LISTED = 20
STEPS = {
    "choose": actions.choose,
    "start": actions.start,
    "cancel": actions.cancel,
    "undo": actions.undo,
    "discard": actions.discard,
}


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def intakes(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a spreadsheet; earlier imports below."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.does(actions.upload, by=request.me, network=network):
        return redirect("network:intake", network.slug, form.result.pk)
    earlier = Intake.objects.visible_to(request.me).filter(network=network).select_related("upload")[:LISTED]
    context = {"form": form, "earlier": earlier, **queries.page_of(request, network, "staff")}
    return render(request, "network/intakes.html", context)


@require_GET
@doors.members_only
def intake(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Where an import stands: being read, rows to look at, being imported, done."""
    row = _fetch(request, slug, key)
    page = rows_of.stands(row)
    if request.headers.get("HX-Request") and not page.is_moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    facts = _rows(request, row) if page.template == "network/intake_rows.html" else page.facts
    context = {"intake": row, **queries.page_of(request, row.network, "staff"), **facts}
    return render(request, page.template, context)


@require_POST
@doors.members_only
def intake_columns(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Which column is which; then everything is read anew."""
    row = _fetch(request, slug, key)
    form = forms.Columns(request.POST, intake=row, language=_language())
    if form.does(actions.arrange, by=request.me, intake=row):
        return redirect("network:intake", slug, key)
    context = {"intake": row, **queries.page_of(request, row.network, "staff"), **_rows(request, row)}
    return render(request, "network/intake_rows.html", {**context, "form": form})


@require_POST
@doors.members_only
def intake_move(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Choose, start, undo, discard."""
    row = _fetch(request, slug, key)
    if step not in STEPS:
        raise Http404
    facts = {"choices": forms.choices_of(request.POST)} if step == "choose" else {}
    try:
        STEPS[step](by=request.me, intake=row, **facts)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    is_gone = step == "discard" and row.pk is None
    return redirect(reverse("network:intakes", args=[slug]) if is_gone else _back(request, slug, key))


@require_GET
@doors.members_only
def intake_example(request: HttpRequest, slug: str) -> HttpResponse:
    """A spreadsheet to fill in: headings in the reader's language and two rows that show how."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    return FileResponse(exports.example(_language()), as_attachment=True, filename=f"{network.slug}-example.xlsx")


def _fetch(request: HttpRequest, slug: str, key: str) -> Intake:
    rows = Intake.objects.visible_to(request.me).select_related("network", "upload")
    return doors.fetch(rows, pk=key, network__slug=slug)


def _rows(request: HttpRequest, row: Intake) -> dict[str, Any]:
    facts = rows_of.page(
        row, shown=request.GET.get("show", ""), after=request.GET.get("after", ""), language=_language()
    )
    return {"form": forms.Columns(intake=row, language=_language()), **facts}


def _back(request: HttpRequest, slug: str, key: str) -> str:
    asked = {name: request.POST[name] for name in ("show", "after") if request.POST.get(name)}
    return reverse("network:intake", args=[slug, key]) + (f"?{urlencode(asked)}" if asked else "")


def _language() -> str:
    return (get_language() or "en")[:2]
