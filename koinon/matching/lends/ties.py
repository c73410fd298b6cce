"""What ties, clusters and bridges lend: the panel of an organisation, navigation, figures, the desk, data of people."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared, Single
from koinon.kit.verbs import Actor
from koinon.matching.actions.forgetting import forget_ties
from koinon.matching.models import Ballot, Bridge, Cluster, ClusterMember, Lead, Tie, Vote, voices
from koinon.matching.notices import bridges, clusters, ties
from koinon.matching.queries import ties as queries
from koinon.network import seams
from koinon.network.models import Membership, Network, Organisation


@seams.organisation_panels.lend(order=30)
@seams.panel_with(
    lambda organisation, me: [
        (queries.of_organisation, {"me": me, "organisation": organisation.pk}),
        (_shared, {"me": me, "organisation": organisation.pk}),
    ]
)
def tied(organisation: Organisation, me: Actor, ties_seen: list[Tie], home: str | None) -> seams.Panel | None:
    """Who this organisation is tied to; a link to declare a tie for those who speak for another member."""
    rows = queries.with_whom(ties_seen, organisation.pk)
    is_ours = organisation.pk in voices(me)
    declare = "" if is_ours or home is None else to("matching:tie_new", home, organisation.slug)
    if not (rows or is_ours or declare):
        return None
    context = {"rows": rows, "declare": declare, "is_ours": is_ours}
    return seams.Panel(gettext_lazy("Ties"), "matching/panel_ties.html", context, 30, ident="ties")


def _homes(me: Actor, organisation: UUID) -> QuerySet[Membership, str]:
    """The network in which to declare a tie with this organisation: one of those it shares with one I speak for."""
    theirs = Membership.objects.active().filter(organisation=organisation).order_by().values("network")
    rows = Membership.objects.active().filter(organisation__in=voices(me), network__in=theirs)
    first = [Case(When(organisation=me.acting_for, then=0), default=1)] if me.acting_for else []
    ordered = rows.order_by(*first, "network__slug", "organisation__slug")
    return ordered.values_list("network__slug", flat=True)[:1]


_shared: Single[str] = Single(_homes)


@seams.network_nav.lend(order=21)
def entries(network: Network, me: Actor) -> list[seams.NavEntry]:
    found = [seams.NavEntry(to("matching:picture", network.slug), _("Picture"), "picture", 12)]
    if me.holds("coordinator", network.pk):
        found.append(seams.NavEntry(to("matching:bridges", network.slug), _("Bridges"), "bridges", 82))
    return found


@people.desk_items.lend(order=23)
@people.only_if(lambda me: [(_waiting, {"me": me})])
def waiting_ties(me: Actor) -> list[people.DeskItem]:
    """Ties that I am to confirm, and those for which the other side is waited for."""
    ours = set(voices(me))
    return [_tie_item(row, ours) for row in _waiting(me=me) if row.declared_by_id in ours or not row.says_no]


_waiting: Prepared[Tie] = Prepared(
    lambda me: (
        Tie.objects.manageable_by(me)
        .filter(state="declared")
        .select_related("a", "b")
        .defer(*queries.LONG)
        .order_by("closes_on", "pk")[:20]
    )
)


def _tie_item(row: Tie, ours: set[Any]) -> people.DeskItem:
    is_mine = any(key in ours and row.waits_for(key) for key in row.sides)
    mine = row.declared_by_id if not is_mine else next(key for key in row.sides if key in ours and row.waits_for(key))
    other = row.other_of(mine or row.a_id)
    title = (
        _("%(organisation)s says that it is tied to you. Is it so?") if is_mine else _("A tie with %(organisation)s")
    )
    return people.DeskItem(
        title=title % {"organisation": other},
        url=to("matching:tie", row.pk),
        kind=_("Tie"),
        whose="" if is_mine else str(other),
        since=row.moved_at,
        until=row.closes_on,
        is_mine=is_mine,
        organisation=str(row.a if mine == row.a_id else row.b),
    )


@people.desk_items.lend(order=24)
@people.only_if(lambda me: [(_seats, {"me": me, "person": me.person})])
def waiting_seats(me: Actor) -> list[people.DeskItem]:
    """Invitations into clusters, and for those who coordinate one, who asks to come in."""
    ours = set(voices(me))
    found = []
    for row in _seats(me=me, person=me.person) if me.is_known else []:
        is_mine = (row.state == "invited") == (row.organisation_id in ours)
        title = (
            _("You are invited into the cluster “%(cluster)s”")
            if row.organisation_id in ours and row.state == "invited"
            else _("%(organisation)s asks to join the cluster “%(cluster)s”")
        )
        found.append(
            people.DeskItem(
                title=title % {"organisation": row.organisation, "cluster": row.cluster.title},
                url=to("matching:cluster", row.cluster_id),
                kind=_("Cluster"),
                whose="" if is_mine else _("Coordinators of the cluster"),
                since=row.made_at,
                until=row.due_on,
                is_mine=is_mine,
                organisation=str(row.organisation),
            )
        )
    return found


_seats: Prepared[ClusterMember] = Prepared(
    lambda me, person: (
        ClusterMember.objects.filter(
            Q(organisation__in=voices(me))
            | Q(state="asked") & Q(Exists(Lead.objects.filter(cluster=OuterRef("cluster"), person=person)))
        )
        .filter(state__in=["invited", "asked"])
        .select_related("cluster", "organisation")
        .defer("organisation__about", "organisation__about_html", "cluster__charter", "cluster__charter_html")
        .order_by("due_on", "pk")[:20]
    )
)


@people.desk_items.lend(order=25)
@people.only_if(lambda me: [(_votes, {"me": me, "person": me.person})])
def open_votes(me: Actor) -> list[people.DeskItem]:
    """Votes of clusters in which an organisation of mine has not voted."""
    found = []
    for row in _votes(me=me, person=me.person) if voices(me) else []:
        found.append(
            people.DeskItem(
                title=_("Shall the cluster “%(cluster)s” go on? Vote.") % {"cluster": row.cluster.title},
                url=to("matching:cluster", row.cluster_id) + "#vote",
                kind=_("Ballot"),
                since=row.made_at,
                until=row.closes_on,
                is_mine=True,
            )
        )
    return found


_votes: Prepared[Ballot] = Prepared(
    lambda me, person: (
        Ballot.objects.filter(
            Exists(
                ClusterMember.objects.filter(
                    ~Exists(
                        Vote.objects.filter(ballot=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"))
                    ),
                    cluster=OuterRef("cluster"),
                    organisation__in=voices(me),
                    state="member",
                )
            ),
            state="open",
        )
        .select_related("cluster")
        .defer("cluster__charter", "cluster__charter_html")
        .order_by("closes_on", "pk")[:20]
    )
)


@people.desk_items.lend(order=26)
@people.only_if(lambda me: [(_gathering, {"person": me.person})])
def gathering(me: Actor) -> list[people.DeskItem]:
    """Clusters that I coordinate and that still gather members."""
    found = []
    for row in _gathering(person=me.person) if me.is_known else []:
        found.append(
            people.DeskItem(
                title=_("The cluster “%(cluster)s” gathers members: begin it or let it go") % {"cluster": row.title},
                url=to("matching:cluster", row.pk),
                kind=_("Cluster"),
                since=row.made_at,
                until=row.due_on,
                is_mine=True,
            )
        )
    return found


_gathering: Prepared[Cluster] = Prepared(
    lambda person: (
        Cluster.objects.filter(Exists(Lead.objects.filter(cluster=OuterRef("pk"), person=person)), state="gathering")
        .defer("charter", "charter_html")
        .order_by("due_on", "pk")[:20]
    )
)


@people.desk_items.lend(order=27)
def proposed_bridges(me: Actor) -> list[people.DeskItem]:
    """For coordinators: how many introductions are proposed."""
    if not me.scopes("coordinator"):
        return []
    since = date.today() - timedelta(days=date.today().weekday())
    rows = list(Bridge.objects.manageable_by(me).filter(state="proposed", week=since).values_list("network__slug"))
    return (
        [
            people.DeskItem(
                title=_("%(number)s introductions are proposed that would build bridges") % {"number": len(rows)},
                url=reverse("matching:bridges", args=[rows[0][0]]),
                kind=_("Bridges"),
                since=since,
                until=since + timedelta(weeks=4),
                is_mine=True,
            )
        ]
        if rows
        else []
    )


@people.notice_kinds.lend(order=31)
def kinds() -> list[tuple[str, Any, str]]:
    return [*ties.KINDS, *clusters.KINDS, *bridges.KINDS]


@people.data_of.lend(order=31)
def done(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Ties this person declared, clusters they coordinate."""
    own = ("id", "a", "b", "kind", "note", "state", "since", "until", "made_at")
    leads = Lead.objects.filter(person=person).values("cluster", "cluster__title", "organisation", "made_at")
    return {"ties": list(Tie.objects.filter(person=person).values(*own)), "clusters": list(leads)}


people.forget.lend(order=31)(forget_ties)
