"""What an event still lacks before people can see it, and what would help them: each with the page where it is said."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.events.models import Event
from koinon.kit.addresses import to


@dataclass(frozen=True)
class Step:
    """Something to do before publishing; without what `is_needed` it cannot be published."""

    words: Any
    url: str
    is_needed: bool
    is_done: bool = False


def steps(event: Event) -> list[Step]:
    """All of them in their order, done ones too; one query."""
    edit = to("events:edit", event.slug)
    is_here, is_online = event.mode in ("here", "both"), event.mode in ("online", "both")
    lasting = list(event.sessions.filter(is_cancelled=False).values_list("is_required", flat=True))
    rows = [
        Step(_("A day that is still to come."), edit, True, event.ends_at > timezone.now()),
        Step(_("A few sentences about what it is and for whom."), edit, True, bool(event.about)),
    ]
    if is_here:
        where = bool(event.venue or event.address or event.place_id)
        rows.append(Step(_("The place: a town, a house, an address."), edit, True, where))
    if is_online:
        rows.append(
            Step(_("The address of the video call; only who is registered sees it."), edit, False, bool(event.link))
        )
    rows.append(
        Step(_("A programme with at least one session."), to("events:sessions", event.slug), True, bool(lasting))
    )
    if event.certifies:
        words = _("A session that counts, because attendance is certified.")
        rows.append(Step(words, to("events:sessions", event.slug), True, any(lasting)))
    return rows


def missing(event: Event) -> list[Step]:
    """What is still to do."""
    return [row for row in steps(event) if not row.is_done]
