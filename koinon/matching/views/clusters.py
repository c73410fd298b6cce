"""Clusters: those found, those founded with a charter; joining, planning, voting."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.matching import queries
from koinon.matching.actions import ballots
from koinon.matching.actions import clusters as actions
from koinon.matching.forms import clusters as forms
from koinon.matching.models import Cluster, ClusterMember, PlanStep
from koinon.matching.queries import clusters as found
from koinon.matching.queries.pages import HOUR
from koinon.matching.rules import ties as rules
from koinon.network.models import Network
from koinon.network.queries import network as network_of
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SEAT_MOVES: dict[str, tuple[Any, Any]] = {
    "admit": (actions.admit, gettext_lazy("In. They were told.")),
    "refuse": (actions.refuse, gettext_lazy("Answered with thanks.")),
    "leave": (actions.leave, gettext_lazy("Done. You are not in the cluster.")),
}
STEP_MOVES: dict[str, Any] = {"done": actions.finish, "remove": actions.remove}


@require_GET
def clusters(request: HttpRequest, slug: str) -> HttpResponse:
    """The clusters of a network: founded ones, then those found."""
    network = network_of(request.me, slug)
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 5 and int(number) else 1
    context = found.of_network(request.me, network, page=page)
    context["may_found"] = bool(queries.homes_of(request.me, network))
    request.is_cacheable = network.is_public
    return render(request, "matching/clusters.html", {**context, **page_of(request, network, "picture")})


@require_GET
def cluster(request: HttpRequest, key: str) -> HttpResponse:
    """One cluster."""
    row = _fetch(request, key)
    request.is_cacheable = row.network.is_public
    return _shown(request, row)


@limited("found", times=10, per=HOUR)
@read_or_write
@doors.members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Found a cluster; with `from` out of one that was found."""
    network = doors.fetch(Network.objects.filter(pk__in=list(request.me.roles)), slug=slug)
    homes = doors.permitted(queries.homes_of(request.me, network), bool(queries.homes_of(request.me, network)))
    origin = _origin(request, network)
    form = forms.Found(request.POST or None, homes=homes)
    if request.method == "POST" and form.is_valid() and _found(request, form, network, origin):
        messages.success(request, _("Founded. Now invite members; with three of them it can begin."))
        return redirect("matching:cluster", form.result.pk)
    context = {"form": form, "origin": found.shown(origin) if origin else None}
    return render(request, "matching/cluster_write.html", {**context, **page_of(request, network, "picture")})


def _origin(request: HttpRequest, network: Network) -> Cluster | None:
    key = request.GET.get("from", "")
    rows = Cluster.objects.visible_to(request.me).filter(network=network, origin="found")
    return doors.fetch(rows, pk=key) if key else None


def _found(request: HttpRequest, form: forms.Found, network: Network, origin: Cluster | None) -> bool:
    by = speaking_for(request.me, form.organisation)
    person = Person.objects.filter(pk=request.me.person).first()
    return form.does(actions.found, by=by, network=network, person=person, cluster=origin)


@read_or_write
@doors.members_only
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change its charter."""
    row = doors.permitted(_fetch(request, key), rules.may_lead(by=request.me, cluster=_fetch(request, key)))
    initial = {"title": row.title, "charter": row.charter, "ends_on": row.ends_on}
    form = forms.Charter(request.POST or None, initial=initial)
    if request.method == "POST" and form.does(actions.change, by=request.me, cluster=row):
        messages.success(request, _("Saved."))
        return redirect("matching:cluster", row.pk)
    context = {"form": form, "cluster": row, **page_of(request, row.network, "picture")}
    return render(request, "matching/cluster_write.html", context)


@require_POST
@doors.members_only
def move(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """What its coordinators do: start, invite, plan, appoint, close; and what members do: join, vote."""
    row = _fetch(request, key)
    if step not in MOVES:
        raise Http404
    rule, make, action, done = MOVES[step]
    doors.permitted(row, rule(request, row))
    form = make(request, row)
    if form.is_valid() and form.does(action, by=_voice(request, form), **_about(step, row)):
        messages.success(request, done)
        return redirect("matching:cluster", row.pk)
    return _shown(request, row, **{f"{step.replace('-', '_')}_form": form})


@require_POST
@doors.members_only
def seat(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Admit, refuse, leave."""
    if step not in SEAT_MOVES:
        raise Http404
    rows = ClusterMember.objects.visible_to(request.me).select_related("cluster__network", "organisation")
    row = doors.fetch(rows, pk=key)
    action, done = SEAT_MOVES[step]
    doors.permitted(row, action.rule(by=request.me, seat=row))
    form = Button(request.POST)
    if form.does(action, by=speaking_for(request.me, row.organisation), seat=row):
        messages.success(request, done)
        return redirect("matching:cluster", row.cluster_id)
    return _shown(request, row.cluster, problem=form)


@require_POST
@doors.members_only
def step(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """A step of the plan: done (or open again), removed."""
    if move not in STEP_MOVES:
        raise Http404
    rows = PlanStep.objects.filter(cluster__in=Cluster.objects.visible_to(request.me))
    row = doors.fetch(rows.select_related("cluster__network", "organisation"), pk=key)
    action = STEP_MOVES[move]
    doors.permitted(row, action.rule(by=request.me, step=row))
    form = Button(request.POST)
    if form.does(action, by=request.me, step=row):
        return redirect("matching:cluster", row.cluster_id)
    return _shown(request, row.cluster, problem=form)


def _fetch(request: HttpRequest, key: str) -> Cluster:
    return doors.fetch(Cluster.objects.visible_to(request.me).select_related("network", "found_as"), pk=key)


def _free_homes(request: HttpRequest, row: Cluster) -> list[Any]:
    taken = set(row.seats.filter(state__in=["member", "asked", "invited"]).values_list("organisation", flat=True))
    return [home for home in queries.homes_of(request.me, row.network) if home.organisation_id not in taken]


def _voters(request: HttpRequest, row: Cluster) -> list[Any]:
    ballot = row.ballots.filter(state="open").first()
    homes = queries.homes_of(request.me, row.network)
    return [home for home in homes if ballot and home.organisation_id in ballot.voters]


def _is_lead(request: HttpRequest, row: Cluster) -> bool:
    return rules.may_lead(by=request.me, cluster=row)


def _members(row: Cluster) -> list[Any]:
    return [each.organisation for each in row.seats.filter(state="member").select_related("organisation")]


def _voice(request: HttpRequest, form: Any) -> Any:
    """In the name of the organisation that was chosen, if the form asks in whose name."""
    return speaking_for(request.me, form.organisation) if hasattr(form, "organisation") else request.me


def _about(step: str, row: Cluster) -> dict[str, Any]:
    return {"ballot": row.ballots.filter(state="open").first()} if step == "vote" else {"cluster": row}


MOVES: dict[str, tuple[Any, Any, Any, Any]] = {
    "start": (_is_lead, lambda r, c: Button(r.POST), actions.start, gettext_lazy("It has begun.")),
    "invite": (
        _is_lead, lambda r, c: forms.Invite(r.POST, network=c.network), actions.invite,
        gettext_lazy("Invited. They have three weeks to answer."),
    ),
    "invite-found": (
        _is_lead, lambda r, c: Button(r.POST), actions.invite_found, gettext_lazy("Invited, all that stood there."),
    ),
    "appoint": (
        lambda r, c: rules.may_appoint(by=r.me, cluster=c), lambda r, c: forms.Appoint(r.POST, cluster=c, me=r.me),
        actions.appoint, gettext_lazy("They coordinate it with you now."),
    ),
    "plan": (
        _is_lead, lambda r, c: forms.Plan(r.POST, members=_members(c)), actions.plan, gettext_lazy("In the plan."),
    ),
    "close": (
        lambda r, c: rules.may_close(by=r.me, cluster=c), lambda r, c: forms.Close(r.POST), actions.close,
        gettext_lazy("Ended. Its members were told."),
    ),
    "join": (
        lambda r, c: bool(_free_homes(r, c)), lambda r, c: forms.Join(r.POST, homes=_free_homes(r, c)), actions.ask,
        gettext_lazy("Asked. Its coordinators answer within three weeks."),
    ),
    "vote": (
        lambda r, c: bool(_voters(r, c)), lambda r, c: forms.Ballot(r.POST, homes=_voters(r, c)), ballots.vote,
        gettext_lazy("Your vote is kept. You may change it until the vote closes."),
    ),
}  # fmt: skip


def _shown(request: HttpRequest, row: Cluster, **bound: Any) -> HttpResponse:
    context = found.page_of_cluster(request.me, row, after=request.GET.get("after", "")[:80])
    if row.is_founded and request.me.is_known:
        context |= _forms(request, row, context)
    context |= bound | {"problems": [form for form in bound.values() if form.errors]}
    return render(request, "matching/cluster.html", {**context, **page_of(request, row.network, "picture")})


def _forms(request: HttpRequest, row: Cluster, context: dict[str, Any]) -> dict[str, Any]:
    """Empty forms for what this reader may do."""
    made: dict[str, Any] = {}
    if context["may_join"]:
        made["join_form"] = forms.Join(homes=context["may_join"])
    if context["is_lead"]:
        made["invite_form"] = forms.Invite(network=row.network)
        made["plan_form"] = forms.Plan(members=context["members"])
    if rules.may_appoint(by=request.me, cluster=row):
        made["appoint_form"] = forms.Appoint(cluster=row, me=request.me)
    if context["may_close"]:
        made["close_form"] = forms.Close()
    if context["ballot"] and (homes := _voters(request, row)):
        made["vote_form"] = forms.Ballot(homes=homes, initial={"says": context["my_votes"][0][1]})
    return made
