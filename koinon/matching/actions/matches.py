"""Matches: written by the index, set aside with a reason by those whom they do not suit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching import rules
from koinon.matching.models import Dismissal, Match
from koinon.network.models import Network, Organisation

NOT_YOURS = gettext_lazy("Only those who speak for one of the two organisations may do this.")
BATCH = 2000

conflict("dismissal_once", None, gettext_lazy("You have set this aside already."))


@verb("matching.match_set_aside", rule=rules.may_set_aside, refusal=NOT_YOURS)
def dismiss(*, by: Actor, match: Match, organisation: Organisation, why: str, note: str = "") -> Dismissal:
    """Not for us because …: gone from our lists at once, from theirs with the next night; they are never told."""
    if why not in Dismissal.Why.values:
        raise ValidationError({"why": [_("Please choose one of the list.")]})
    facts = {"why": why, "note": prose.line(note)[:200]}
    return Dismissal.objects.create(need=match.need, offer=match.offer, organisation=organisation, **facts)


@verb("matching.match_taken_back", rule=rules.may_take_back, refusal=NOT_YOURS)
def undo(*, by: Actor, dismissal: Dismissal, organisation: Organisation) -> None:
    """Show it again."""
    Dismissal.objects.filter(pk=dismissal.pk, organisation=organisation).delete()


@verb("matching.matched", rule=only_machine, counts=lambda result: {"matches": result[1]})
def refresh(
    *, by: Actor, network: Network, found: Sequence[dict[str, Any]], about: Sequence[UUID] | None = None
) -> tuple[Network, int, list[Match]]:
    """Write what the engine found; matches that were not found again go. `about`: only those of these listings.

    `found`: need and offer (ids), score, rank_for_need, rank_for_offer, reasons. Gives how many there are and the new.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"matches:{network.pk}"])
    old = Match.objects.filter(network=network)
    if about is not None:
        old = old.filter(Q(need__in=about) | Q(offer__in=about))
    known = {(need, offer): key for key, need, offer in old.values_list("pk", "need_id", "offer_id")}
    rows = [Match(network=network, **_fields(each)) for each in found]
    kept = {(row.need_id, row.offer_id) for row in rows}
    gone = [key for pair, key in known.items() if pair not in kept]
    for start in range(0, len(gone), BATCH):
        Match.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    Match.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["score", "rank_for_need", "rank_for_offer", "reasons"],
    )
    return network, len(rows), [row for row in rows if (row.need_id, row.offer_id) not in known]


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    facts = {key: found[key] for key in ("score", "rank_for_need", "rank_for_offer", "reasons")}
    return {"need_id": found["need"], "offer_id": found["offer"], **facts}
