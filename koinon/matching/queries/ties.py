"""Ties as pages show them: of one organisation, of mine, one of them, each in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from koinon.kit.prepared import Listed
from koinon.kit.verbs import Actor
from koinon.matching import rules, seams
from koinon.matching.models import ClusterMember, Tie, voices
from koinon.network.models import Organisation

SHOWN = 60
NAMED = [f"{side}__{field}" for side in ("a", "b") for field in ("slug", "names", "language")]
LONG = [f"{side}__{field}" for side in ("a", "b") for field in ("about", "about_html", "keys", "aliases")]


@dataclass(frozen=True)
class Seen:
    """A tie from where one of the two stands; `by` says in words what it was derived from."""

    tie: Tie
    mine: Organisation
    other: Organisation
    by: list[str]
    is_mine: bool = False


of_organisation: Listed[Tie] = Listed(
    lambda me, organisation: (
        (
            Tie.objects.visible_to(me).filter(a=organisation, state__in=["confirmed", "derived"])
            | Tie.objects.visible_to(me).filter(b=organisation, state__in=["confirmed", "derived"])
        )
        .select_related("a", "b")
        .only("kind", "state", "note", "language", "since", "until", *NAMED)
        .order_by("-state", "-pk")[:SHOWN]
    )
)


def with_whom(rows: Iterable[Tie], organisation: UUID) -> list[tuple[Tie, Organisation]]:
    """Ties of one organisation, each with whom."""
    return [(row, row.b if row.a_id == organisation else row.a) for row in rows]


def mine(me: Actor) -> dict[str, list[Seen]]:
    """Ties of my organisations: those I am to confirm, those I wait for, known to two, confirmed, past. One query."""
    groups: dict[str, list[Seen]] = {"turn": [], "waiting": [], "known": [], "confirmed": [], "past": []}
    ours = set(voices(me))
    rows = Tie.objects.manageable_by(me).select_related("a", "b", "network").defer(*LONG).order_by("-pk")
    for row in rows[:400]:
        side = row.declared_by_id if row.declared_by_id in ours else (row.a_id if row.a_id in ours else row.b_id)
        asked = [key for key in row.sides if key in ours and row.waits_for(key)]
        if asked:
            groups["turn"].append(seen(row, asked[0], me))
        elif row.state == "declared" and row.declared_by_id in ours:
            groups["waiting"].append(seen(row, side, me))
        elif row.state == "declared":
            groups["past"].append(seen(row, side, me))
        else:
            names = {"derived": "known", "confirmed": "confirmed"}
            groups[names.get(row.state, "past")].append(seen(row, side, me))
    return groups


def seen(tie: Tie, organisation: UUID, me: Actor) -> Seen:
    """A tie from where this organisation stands."""
    own, other = (tie.a, tie.b) if organisation == tie.a_id else (tie.b, tie.a)
    is_mine = rules.speaks(me, own.pk)
    is_party = is_mine or rules.speaks(me, other.pk)
    return Seen(tie, own, other, said(tie.sources) if is_party or tie.declared_by_id is None else [], is_mine)


def said(sources: Iterable[dict[str, Any]]) -> list[str]:
    """From what a tie was derived, in words, each sort once."""
    words = {"reply": _("a reply that was accepted"), "introduction": _("an introduction that connected you")}
    for lent in seams.tie_sources.gather():
        words |= {kind: str(label) for kind, label in lent.items()}
    return list(dict.fromkeys(words[row["kind"]] for row in sources if row["kind"] in words))


def page_of_tie(me: Actor, tie: Tie) -> dict[str, Any]:
    """One tie with what I may do. Whether the other side quietly said no is in no context."""
    ours = [key for key in tie.sides if rules.speaks(me, key)]
    waits = next((key for key in ours if tie.state == "declared" and key != tie.declared_by_id), None)
    own = waits or next((key for key in ours if key == tie.declared_by_id), ours[0] if ours else tie.a_id)
    row = seen(tie, own, me)
    return {
        "tie": tie,
        "row": row,
        "may_confirm": waits is not None,
        "has_declined": waits is not None and tie.says_no,
        "may_withdraw": tie.state == "declared" and tie.declared_by_id in ours,
        "may_show": tie.state == "derived" and bool(ours),
        "may_end": tie.state in ("derived", "confirmed") and bool(ours),
        "is_party": bool(ours),
    }


def holdings_of(network: UUID, organisations: list[UUID], since: date, until: date) -> dict[str, int]:
    """How many confirmed ties a member had in a network from a day to a day, and how many founded clusters."""
    sides = Q(a__in=organisations) | Q(b__in=organisations)
    was_confirmed = Q(state="confirmed") | Q(state="ended", declared_by__isnull=False)
    held = Tie.objects.filter(sides & was_confirmed, network=network).in_time(since, until)
    seats = ClusterMember.objects.filter(organisation__in=organisations, cluster__network=network)
    stays = Q(state="member", moved_at__date__lte=until)
    left = Q(state="left", made_at__date__lte=until, moved_at__date__gte=since)
    alive = Q(cluster__state__in=["active", "voting"]) | Q(cluster__state="ended", cluster__moved_at__date__gte=since)
    return {
        "matching.ties_held": held.count(),
        "matching.clusters_held": seats.filter(stays | left, alive).values("cluster").distinct().count(),
    }
