"""The members of a network: list, map, spreadsheet."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.network import queries
from koinon.network.actions import exports as export_actions
from koinon.network.forms.directory import Asked, asked
from koinon.network.models import Network
from koinon.network.queries import directory as members
from koinon.network.queries import exports

KINDS = ("xlsx", "ods", "csv")
AT_ONCE = 2_000
"""Workbooks of more organisations than this are written by a job; CSV flows at any size."""


@require_GET
def directory(request: HttpRequest, slug: str) -> HttpResponse:
    """Members found by meaning, words and filters, 25 at a time."""
    network = queries.network(request.me, slug)
    question = asked(request.GET)
    context = answer(request, network, question, "directory")
    request.is_cacheable = network.is_public
    return render(request, "network/directory.html", context)


@require_http_methods(["GET", "POST"])
@doors.members_only
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The members as a spreadsheet with the columns an import reads, for members; a button begins a large one."""
    network = doors.fetch(Network.objects.filter(pk__in=list(request.me.roles)), slug=slug)
    if kind not in KINDS:
        raise Http404
    facts = {"network": network, "me": request.me, "language": (get_language() or "en")[:2]}
    name = f"{network.slug}.{kind}"
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(exports.as_lines(**facts), content_type="text/csv", headers=headers)
    if exports.count(network) > AT_ONCE:
        if request.method == "GET":
            return redirect("network:directory", slug)
        work = export_actions.ask(by=request.me, network=network, kind=kind, language=facts["language"])
        return redirect("kit:work", work.pk)
    return FileResponse(exports.as_file(kind=kind, **facts), as_attachment=True, filename=name)


def answer(request: HttpRequest, network: Network, question: Asked, current: str) -> dict[str, Any]:
    """What a page that lists members shows; the same for list and map."""
    page, rows = members.found(
        network=network, text=question.text, filters=question.facets, order=question.order, cursor=question.cursor
    )
    facets = members.facets_of(page, question, counts_are_known=not page.total.is_more)
    return {
        **queries.page_of(request, network, current),
        "asked": question,
        "page": page,
        "rows": rows,
        "facets": facets,
        "chips": members.chips_of(facets, question),
        "tabs": _tabs(network, question, current),
        "is_mine": network.pk in request.me.roles,
        "is_run_by_me": request.me.holds("coordinator", network.pk),
    }


def _tabs(network: Network, question: Asked, current: str) -> list[dict[str, Any]]:
    names = {"directory": _("List"), "map": _("Map")}
    return [
        {
            "url": reverse(f"network:{name}", args=[network.slug]) + question.address(),
            "label": label,
            "current": name == current,
        }
        for name, label in names.items()
    ]
