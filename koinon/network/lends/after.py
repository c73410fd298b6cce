"""What is lent about claims and merges: what follows when two become one, and what waits on the desk."""

from django.urls import reverse
from django.utils.translation import gettext as _

from koinon.accounts import seams
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.actions.following import parts
from koinon.network.models import Claim, MergeConsent
from koinon.network.seams import merging

LISTED = 20

merging.lend(order=10)(parts)


@seams.desk_items.lend(order=15)
def claims(me: Actor) -> list[seams.DeskItem]:
    """Claims that wait for a coordinator: theirs to decide, mine to wait for. One query."""
    return [_claim_item(me, row) for row in _waiting(me=me)] if me.is_known else []


_waiting: Prepared[Claim] = Prepared(
    lambda me: (
        Claim.objects.visible_to(me)
        .waiting()
        .select_related("network", "organisation")
        .order_by("due_on", "id")[:LISTED]
    )
)


def _claim_item(me: Actor, row: Claim) -> seams.DeskItem:
    is_mine = me.holds("coordinator", row.network_id)
    page = ("network:claims", row.network.slug) if is_mine else ("network:claim", row.organisation.slug)
    return seams.DeskItem(
        title=_("%(person)s says: %(organisation)s is ours") % {"person": row.name, "organisation": row.organisation},
        url=reverse(page[0], args=[page[1]]),
        kind=_("Claim"),
        whose=str(row.network),
        since=row.moved_at,
        until=row.due_on,
        is_mine=is_mine,
        organisation=str(row.organisation),
    )


@seams.desk_items.lend(order=16)
def consents(me: Actor) -> list[seams.DeskItem]:
    """Merges of other networks that wait for my network's yes. One query."""
    return [_consent_item(row) for row in _asked(keys=me.scopes("coordinator"))]


_asked: Prepared[MergeConsent] = Prepared(
    lambda keys: (
        MergeConsent.objects.filter(network__in=keys, answer="", merge__state="asked")
        .select_related("network", "merge__kept", "merge__gone")
        .defer("merge__moved", "merge__stays")
        .order_by("merge__due_on", "id")[:LISTED]
    )
)


def _consent_item(row: MergeConsent) -> seams.DeskItem:
    names = {"gone": row.merge.gone, "kept": row.merge.kept}
    return seams.DeskItem(
        title=_("Are %(gone)s and %(kept)s the same organisation?") % names,
        url=reverse("network:merge", args=[row.network.slug, row.merge_id]),
        kind=_("Merge"),
        whose=str(row.network),
        since=row.merge.made_at,
        until=row.merge.due_on,
        is_mine=True,
    )
