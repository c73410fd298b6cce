"""Ties of my organisations: declare, confirm (also by one tap from a letter), decline quietly, end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import doors, links
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.kit.verbs import Actor
from koinon.matching import queries, rules
from koinon.matching.actions import ties as actions
from koinon.matching.forms import ties as forms
from koinon.matching.models import Tie
from koinon.matching.queries import ties as found
from koinon.matching.queries.clusters import organisation_at
from koinon.matching.queries.pages import HOUR
from koinon.network.models import Network, Organisation
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOVES: dict[str, tuple[Any, Any]] = {
    "confirm": (actions.confirm, gettext_lazy("Confirmed. The tie now stands on both pages.")),
    "decline": (actions.decline, gettext_lazy("Kept to yourself: they are not told, and it lapses by itself.")),
    "withdraw": (actions.withdraw, gettext_lazy("Taken back.")),
    "end": (actions.end, gettext_lazy("Ended. It is no longer shown.")),
}


@require_GET
@doors.members_only
def mine(request: HttpRequest) -> HttpResponse:
    """All ties of my organisations, what waits for me first."""
    return render(request, "matching/ties.html", {"groups": found.mine(request.me)})


@limited("tie", times=30, per=HOUR)
@read_or_write
@doors.members_only
def declare(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """Say what ties one of mine to this member."""
    network = doors.fetch(Network.objects.filter(pk__in=list(request.me.roles)), slug=slug)
    theirs = doors.found(organisation_at(network, other))
    homes = [home for home in queries.homes_of(request.me, network) if home.organisation_id != theirs.pk]
    doors.permitted(theirs, bool(homes))
    form = forms.Declare(request.POST or None, homes=homes, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid() and _declare(request, form, network, theirs):
        messages.success(request, _("Sent. It is shown as soon as they confirm it."))
        return redirect("matching:tie", form.result.pk)
    context = {"form": form, "other": theirs, **page_of(request, network, "picture")}
    return render(request, "matching/tie_declare.html", context)


def _declare(request: HttpRequest, form: forms.Declare, network: Network, other: Organisation) -> bool:
    by = speaking_for(request.me, form.organisation)
    person = Person.objects.filter(pk=request.me.person).first()
    return form.does(actions.declare, by=by, network=network, other=other, person=person)


@require_GET
def tie(request: HttpRequest, key: str) -> HttpResponse:
    """One tie."""
    return _shown(request, _fetch(request, key))


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Confirm, decline, withdraw, end."""
    if step not in MOVES:
        raise Http404
    row = _fetch(request, key)
    action, done = MOVES[step]
    side = _side(request.me, row, step)
    form = Button(request.POST)
    facts = {} if step == "withdraw" else {"organisation": side}
    if form.does(action, by=speaking_for(request.me, side), tie=row, **facts):
        messages.success(request, done)
        return redirect("matching:ties") if step == "decline" else redirect("matching:tie", row.pk)
    return _shown(request, _fetch(request, key), problem=form)


@read_or_write
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter: the page says what the button does; no sign-in."""
    try:
        link = links.read("matching.tie", token)
        row = doors.fetch(Tie.objects.select_related("a", "b", "network"), pk=link.facts["tie"])
        by = actor_of(person=doors.fetch(Person.objects.filter(is_active=True), pk=link.facts["person"]))
    except links.Broken as problem:
        return render(request, "matching/tie_link.html", {"problem": str(problem)}, status=410)
    side = row.other_of(row.declared_by_id)
    doors.permitted(row, rules.speaks(by, side.pk))
    form = Button(request.POST if request.method == "POST" else None)
    context = {"row": found.seen(row, side.pk, by), "tie": row, "form": form}
    if request.method == "POST":
        facts = {"by": speaking_for(by, side), "tie": row, "organisation": side, "link": link}
        context["is_done"] = form.does(actions.confirm_by_link, **facts)
    return render(request, "matching/tie_link.html", context)


def _fetch(request: HttpRequest, key: str) -> Tie:
    rows = Tie.objects.visible_to(request.me).select_related("network", "a", "b", "declared_by")
    return doors.fetch(rows, pk=key)


def _side(me: Actor, row: Tie, step: str) -> Organisation:
    """The side in whose name it is done, or 404 for those who speak for none that may."""
    is_declarer = {"withdraw": [True], "end": [True, False]}.get(step, [False])
    sides = [side for side in (row.a, row.b) if (side.pk == row.declared_by_id) in is_declarer]
    ours = [side for side in sides if rules.speaks(me, side.pk)]
    return doors.permitted(ours[0] if ours else row.a, bool(ours))


def _shown(request: HttpRequest, row: Tie, **more: Any) -> HttpResponse:
    network_of(request.me, row.network.slug)
    context = {**found.page_of_tie(request.me, row), **more, **page_of(request, row.network, "picture")}
    return render(request, "matching/tie.html", context)
