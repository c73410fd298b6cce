"""The picture of a network: organisations, ties, clusters; its data, its drawing, its files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.matching.actions import exports as actions
from koinon.matching.clock.exports import MANY
from koinon.matching.models import Tie
from koinon.matching.queries import exports, picture
from koinon.matching.queries.pages import reader
from koinon.network.models import Network
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Picture, filters, and the table that says the same."""
    network = network_of(request.me, slug)
    question = picture.allowed(picture.asked(request.GET), network, request.me)
    request.is_cacheable = network.is_public
    context = {"asked": question, "table": picture.table(network, request.me, question), "kinds": Tie.Kind.choices}
    context |= _drawing(request, network, question)
    return render(request, "matching/picture.html", {**context, **page_of(request, network, "picture")})


@require_GET
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """What this reader may see, as compact arrays for the canvas."""
    network = network_of(request.me, slug)
    request.is_cacheable = network.is_public
    question = picture.allowed(picture.asked(request.GET), network, request.me)
    found = picture.drawn(network, request.me, question, language=reader())
    return HttpResponse(found.as_json(), content_type="application/json")


@require_http_methods(["GET", "POST"])
@doors.members_only
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The picture as GraphML, CSV or SVG, for members; a large one is made by a job, which a button begins."""
    network = doors.fetch(Network.objects.filter(pk__in=list(request.me.roles)), slug=slug)
    if kind not in exports.KINDS:
        raise Http404
    question = picture.allowed(picture.asked(request.GET), network, request.me)
    if picture.placed(network, question).count() > MANY:
        if request.method == "GET":
            return redirect(reverse("matching:picture", args=[network.slug]) + question.address())
        query = question.address().removeprefix("?")
        work = actions.ask(by=request.me, network=network, kind=kind, query=query, language=reader())
        return redirect("kit:work", work.pk)
    lines = exports.lines(kind, network, request.me, question, language=reader())
    headers = {"Content-Disposition": f'attachment; filename="{network.slug}-ties.{kind}"'}
    return StreamingHttpResponse(lines, content_type=exports.KINDS[kind], headers=headers)


def _drawing(request: HttpRequest, network: Network, question: picture.Asked) -> dict[str, Any]:
    """The drawing of the server: everybody in a small network or one cluster, else clusters as links."""
    found = picture.drawn(network, request.me, question, language=reader(), whole=picture.SKETCHED)
    here = reverse("matching:picture", args=[network.slug])
    opened = next((row for row in found.clusters if str(question.cluster) == row[4]), None)
    links = {"cluster_address": "" if opened else here + question.address(cluster="KEY")}
    links["node_address"] = reverse("network:organisation", args=["KEY"])
    drawing = exports.drawing(found, label=_("Picture of the network. The table below says the same."), **links)
    return {
        "drawing": mark_safe(drawing),  # noqa: S308  (made by us, every word escaped)
        "drawn": found,
        "is_large": found.members > MANY,
        "opened": opened,
        "data_url": reverse("matching:picture_data", args=[network.slug]) + question.address(),
        "organisation_url": links["node_address"],
    }
