"""What matching puts on somebody's desk: one prepared query for each part, plain values, no texts of organisations."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.accounts.seams import DeskItem, NearItem, only_if
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.engine import reasons
from koinon.matching.models import Listing, Match, Reply, voices
from koinon.network.models import name_in

NEAR = 3
SOON_DAYS = 7
LISTED = 20


def _named(organisation: str) -> tuple[str, str]:
    """The columns that the name of an organisation needs."""
    return f"{organisation}__names", f"{organisation}__language"


@only_if(lambda me: [(_unanswered, {"me": me})])
def replies(me: Actor) -> list[DeskItem]:
    """Replies to my organisations' listings that wait for an answer. One query."""
    kind, words = _("Reply"), _("%(organisation)s replied to “%(title)s”")
    return [
        DeskItem(
            title=words % {"organisation": name_in(names, own), "title": title},
            url=to("matching:reply", key),
            kind=kind,
            since=made_at,
            until=due_on,
            is_mine=True,
            organisation=name_in(our_names, our_own),
        )
        for key, made_at, due_on, title, names, own, our_names, our_own in _unanswered(me=me)
    ]


_unanswered: Prepared[tuple[Any, ...]] = Prepared(
    lambda me: (
        Reply.objects.received_by(me)
        .filter(state__in=["new", "read"])
        .exclude(listing__state="shortlisting")
        .order_by("pk")
        .values_list(
            "pk", "made_at", "due_on", "listing__title", *_named("organisation"), *_named("listing__organisation")
        )
    )[:LISTED]
)


@only_if(lambda me: [(_ending_soon, {"me": me})])
def ending(me: Actor) -> list[DeskItem]:
    """My organisations' listings whose day is near. One query."""
    words = _("“%(title)s” ends soon: renew it or let it go")
    return [
        DeskItem(
            title=words % {"title": title},
            url=to("matching:listing", key) + "#end",
            kind=str(Listing.Side(side).label),
            until=until,
            is_mine=True,
            organisation=name_in(names, own),
        )
        for key, title, side, until, names, own in _ending_soon(me=me)
    ]


_ending_soon: Prepared[tuple[Any, ...]] = Prepared(
    lambda me: (
        Listing.objects.manageable_by(me)
        .running()
        .filter(until__lte=date.today() + timedelta(days=SOON_DAYS))
        .order_by("until", "pk")
        .values_list("pk", "title", "side", "until", *_named("organisation"))
    )[:LISTED]
)


def nearest(me: Actor) -> list[NearItem]:
    """The best matches of my organisations' listings, from where we stand. One query."""
    ours, language = set(voices(me)), (get_language() or "en")[:2]
    if not ours:
        return []
    found = []
    for why, *sides in _best(me=me):
        need, offer = sides[:5], sides[5:]
        (key, title, _theirs, names, own), side, my_side = (
            (offer, Listing.Side.OFFER, "need") if need[2] in ours else (need, Listing.Side.NEED, "offer")
        )
        text = f"{name_in(names, own)} · {reasons.sentence(why, language, side=my_side)}"
        found.append(NearItem(title=title, url=to("matching:listing", key), text=text, kind=str(side.label)))
    return found


def _nearest(me: Actor) -> QuerySet[Match, Any]:
    """One side is ours, the other is not; ranked as in our own list."""
    of_need, of_offer = Q(need__organisation__in=voices(me)), Q(offer__organisation__in=voices(me))
    place = Case(When(of_need, then=F("rank_for_need")), default=F("rank_for_offer"))
    sides = [
        (f"{side}_id", f"{side}__title", f"{side}__organisation_id", *_named(f"{side}__organisation"))
        for side in ("need", "offer")
    ]
    rows = Match.objects.visible_to(me).filter(~(of_need & of_offer)).annotate(place=place)
    ordered = rows.filter(place__isnull=False).order_by("place", "-score", "pk")
    return ordered.values_list("reasons", *sides[0], *sides[1])[:NEAR]


_best: Prepared[tuple[Any, ...]] = Prepared(_nearest)
