"""Bridges: at most ten proposals a week, for the coordinators of the network only."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.matching.actions import bridges as actions
from koinon.matching.forms import clusters as forms
from koinon.matching.models import Bridge
from koinon.matching.queries import clusters as found
from koinon.matching.rules import ties as rules
from koinon.network.models import Network
from koinon.network.queries import page_of

MOVES: dict[str, tuple[Any, Any, Any]] = {
    "build": (forms.Build, actions.build, gettext_lazy("Introduced. Both answer in private.")),
    "aside": (forms.Aside, actions.set_aside, gettext_lazy("Set aside. Nobody is told.")),
}


@require_GET
@doors.members_only
def bridges(request: HttpRequest, slug: str) -> HttpResponse:
    """What is proposed, and what became of earlier proposals."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    return render(
        request, "matching/bridges.html", {**found.bridges_of(network), **page_of(request, network, "bridges")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def bridge(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Introduce, or set aside with a reason."""
    if step not in MOVES:
        raise Http404
    row = _fetch(request, key, "proposed")
    form_class, action, done = MOVES[step]
    form = form_class(request.POST or None, initial=_words(row) if step == "build" else None)
    if request.method == "POST" and form.does(action, by=request.me, bridge=row):
        messages.success(request, done)
        return redirect("matching:bridges", row.network.slug)
    context = {"form": form, "row": found.one_bridge(row), "step": step, **page_of(request, row.network, "bridges")}
    return render(request, "matching/bridge.html", context)


@require_POST
@doors.members_only
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """Look at it again."""
    row = _fetch(request, key, "aside")
    if Button(request.POST).does(actions.take_back, by=request.me, bridge=row):
        messages.success(request, _("It is proposed again."))
    return redirect("matching:bridges", row.network.slug)


def _fetch(request: HttpRequest, key: str, state: str) -> Bridge:
    rows = Bridge.objects.manageable_by(request.me).filter(state=state)
    row = doors.fetch(
        rows.select_related("network", "one", "other", "cluster_of_one", "cluster_of_other", "introduction"), pk=key
    )
    return doors.permitted(row, rules.may_build(by=request.me, bridge=row))


def _words(row: Bridge) -> dict[str, str]:
    """The reasons that may be told to both, to begin with."""
    return {"reason": " ".join(found.one_bridge(row).reasons[:2])}
