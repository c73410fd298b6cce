"""Two entries of one organisation: find, look, merge, agree, undo."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.network import queries
from koinon.network.actions import merges as actions
from koinon.network.forms import merges as forms
from koinon.network.models import Merge, Network, Organisation
from koinon.network.queries import merges as questions

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def merges(request: HttpRequest, slug: str) -> HttpResponse:
    """All merges of the network, and those of others it is asked about."""
    row = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    context = {"merges": questions.of_network(request.me, row), **queries.page_of(request, row, "staff")}
    return render(request, "network/merges.html", context)


@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the two, look at what would happen, do it."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    kept = doors.found(questions.member(network, request.GET.get("kept", "")))
    gone = questions.member(network, request.GET.get("gone", ""))
    context = {"kept": kept, "gone": gone, **queries.page_of(request, network, "staff")}
    if gone is None or gone == kept:
        words = request.GET.get("q", "")
        context |= {"q": words, "found": questions.candidates(network, kept, words)}
        return render(request, "network/merge_choose.html", context)
    form = forms.Merge(request.POST or None)
    if request.method == "POST" and form.does(actions.ask, by=request.me, network=network, kept=kept, gone=gone):
        return redirect("network:merge", network.slug, form.result.pk)
    return render(request, "network/merge_new.html", {**context, "form": form, **_preview(network, kept, gone)})


@require_GET
@doors.members_only
def merge(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """How a merge stands; undo it, answer it."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    row = doors.fetch(_concerning(request, network), pk=key)
    context = {**questions.page(request.me, row, network), **queries.page_of(request, network, "staff")}
    return render(request, "network/merge.html", context)


@require_POST
@doors.members_only
def move(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """Agree, refuse, take back, undo."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    row = doors.fetch(_concerning(request, network), pk=key)
    form, consent = Button(request.POST), row.consents.filter(network=network).first()
    if step in ("agree", "refuse") and consent is not None:
        done = form.does(getattr(actions, step), by=request.me, consent=consent)
    else:
        act = doors.found({"undo": actions.undo, "withdraw": actions.withdraw}.get(step))  # type: ignore[type-var]
        done = form.does(act, by=request.me, merge=row)
    if done:
        messages.success(request, _("Done. Everybody concerned is told."))
    form.tell(request)
    return redirect("network:merge", slug, key)


def _concerning(request: HttpRequest, network: Network) -> Any:
    rows = Merge.objects.visible_to(request.me).select_related("kept", "gone", "network", "person")
    return (rows.filter(network=network) | rows.filter(consents__network=network)).distinct()


def _preview(network: Network, kept: Organisation, gone: Organisation) -> dict[str, Any]:
    """What would happen, and who would be asked; or why it cannot be."""
    try:
        groups = actions.rehearse(kept=kept, gone=gone).groups
    except ValidationError as problem:
        return {"problem": problem.messages[0], "groups": [], "others": []}
    return {"groups": groups, "others": actions.others_of(network, kept, gone)}
