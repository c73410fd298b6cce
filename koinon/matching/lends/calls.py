"""What calls lend to the pages below: the desk, the calendar, the menu, the settings of a network."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.notices import absolute
from koinon.kit.addresses import to
from koinon.kit.calendars import Entry
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import Listing, Reply, voices
from koinon.matching.models.listings import OVER
from koinon.matching.notices import calls as notices
from koinon.network import seams
from koinon.network.models import Network

NAMES = ("organisation", "organisation__names", "organisation__language")


@people.notice_kinds.lend(order=31)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.account_links.lend(order=20)
def ours(me: Actor) -> list[tuple[str, str]]:
    return [(_("Our offers and needs"), to("matching:mine"))] if voices(me) else []


@seams.network_settings.lend(order=20)
def settings(network: Network, me: Actor) -> list[seams.NavEntry]:
    if not me.holds("coordinator", network.pk):
        return []
    here = [network.slug]
    return [
        seams.NavEntry(reverse("matching:review", args=here), _("Offers and needs to look at"), "review", 20),
        seams.NavEntry(reverse("matching:call_rules", args=here), _("Rules for offers and needs"), "call_rules", 21),
        seams.NavEntry(reverse("matching:matcher", args=here), _("What the matcher looks at"), "matcher", 22),
    ]


@people.desk_items.lend(order=19)
@people.only_if(lambda me: [(_calls, {"me": me})])
def calls(me: Actor) -> list[people.DeskItem]:
    """Calls that wait: for the coordinator, for their writers, or for a word on what came of them."""
    return [_item(row, me) for row in _calls(me=me)]


_calls: Prepared[Listing] = Prepared(
    lambda me: (
        Listing.objects.filter(
            Q(network__in=me.scopes("coordinator"), state="review")
            | Q(organisation__in=voices(me), state__in=["review", "shortlisting"])
            | (Q(organisation__in=voices(me), state="draft") & ~Q(returned_why=""))
            | Q(organisation__in=voices(me), state__in=OVER, came="", is_service=False, opened_at__isnull=False)
        )
        .select_related("organisation")
        .only("title", "state", "due_on", "moved_at", "network_id", "returned_why", *NAMES)
        .order_by("due_on", "pk")[:20]
    )
)


def _item(row: Listing, me: Actor) -> people.DeskItem:
    is_mine = row.state != "review" or row.organisation_id not in voices(me)
    words = {
        "review": _("%(organisation)s has handed in “%(title)s”") if is_mine else _("“%(title)s” is being looked at"),
        "draft": _("“%(title)s” came back to you"),
        "shortlisting": _("Answer the replies to “%(title)s”"),
    }
    title = words.get(row.state, _("What came of “%(title)s”? Two taps"))
    address = to("matching:replies", row.pk) if row.state == "shortlisting" else to("matching:listing", row.pk)
    return people.DeskItem(
        title=title % {"title": row.title, "organisation": row.organisation},
        url=address + ("#end" if row.state in OVER else ""),
        kind=_("Offer or need"),
        whose="" if is_mine else _("Coordinator"),
        since=row.moved_at,
        until=row.due_on,
        is_mine=is_mine,
        organisation=str(row.organisation),
    )


@people.calendar_entries.lend(order=20)
def deadlines(me: Actor) -> list[Entry]:
    """The last days of our calls, days until which replies to them should be answered, promises of coordinators."""
    return [*_last_days(me), *_answers_due(me)]


def _last_days(me: Actor) -> list[Entry]:
    mine = Q(organisation__in=voices(me))
    waiting = (Q(state="shortlisting") & mine) | Q(state="review", network__in=me.scopes("coordinator"))
    rows = Listing.objects.filter((Q(state__in=["open", "paused"]) & mine) | waiting)
    words = {"review": _("Promised: look at “%(title)s”"), "shortlisting": _("Answer the replies to “%(title)s”")}
    found = []
    for row in rows.order_by("until", "pk")[:200]:
        title = words.get(row.state, _("Last day: “%(title)s”")) % {"title": row.title}
        day = row.due_on if row.state in words and row.due_on else row.until
        uid = f"call-{row.pk}-{row.state if row.state in words else 'until'}"
        found.append(Entry(uid, title, day, url=absolute(to("matching:listing", row.pk))))
    return found


def _answers_due(me: Actor) -> list[Entry]:
    rows = Reply.objects.received_by(me).waiting().filter(due_on__isnull=False).exclude(listing__state="shortlisting")
    found = []
    for row in rows.select_related("listing", "organisation").order_by("due_on", "pk")[:200]:
        facts = {"organisation": row.organisation, "title": row.listing.title}
        title = _("Answer %(organisation)s: “%(title)s”") % facts
        day = row.due_on or row.made_at
        found.append(Entry(f"reply-{row.pk}", title, day, url=absolute(to("matching:reply", row.pk))))
    return found
