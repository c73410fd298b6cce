"""Replies: as many as the listing takes, structured, each with an answer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.matching import notices, rules
from koinon.matching.models import REPLY_STEPS, Listing, Reply, running_today
from koinon.network.models import Organisation

LONGEST = 2000
REASON = 300
NOT_OTHER = gettext_lazy("Only those who speak for another member of this network may reply.")
NOT_ASKER = gettext_lazy("Only those who asked may do this.")

conflict(
    "listing_cap_holds", None, gettext_lazy("This call has enough replies. Its author may open more places later.")
)
conflict("reply_once_per_organisation", None, gettext_lazy("Your organisation has replied already."))


@verb("matching.replied", rule=rules.may_reply, refusal=NOT_OTHER, then=notices.replied)
def reply(
    *,
    by: Actor,
    listing: Listing,
    organisation: Organisation,
    brings: str,
    language: str,
    why: str = "",
    when: str = "",
    person: Person | None = None,
) -> Reply:
    """Answer a listing. The place is taken by one UPDATE that the database checks, so the cap holds under any rush.

    Raises ValidationError when it is paused, closed or past its day; IntegrityError `listing_cap_holds` when full and
    `reply_once_per_organisation` for a second reply (forms say both in words).
    """
    said = {
        "brings": _said(brings, "brings", LONGEST, is_needed=True),
        "why": _said(why, "why", LONGEST),
        "when": _said(when, "when", 200),
    }
    open_now = Listing.objects.filter(running_today(), pk=listing.pk)
    if not open_now.update(replies_taken=F("replies_taken") + 1):
        raise ValidationError(_("This call takes no replies at the moment."))
    return Reply.objects.create(listing=listing, organisation=organisation, person=person, language=language, **said)


@verb("matching.reply_read", rule=rules.may_sort_replies, refusal=NOT_ASKER)
def read(*, by: Actor, reply: Reply) -> Reply:
    """Whoever answered sees that it was read."""
    return _move(reply, "read")


@verb("matching.reply_shortlisted", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def shortlist(*, by: Actor, reply: Reply) -> Reply:
    """One of those looked at more closely."""
    return _move(reply, "shortlisted")


@verb("matching.reply_accepted", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def accept(*, by: Actor, reply: Reply) -> Reply:
    """Yes: both see how to reach each other."""
    return _move(reply, "accepted")


@verb("matching.reply_declined", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def decline(*, by: Actor, reply: Reply, reason: str) -> Reply:
    """No, with a reason that is told."""
    return _move(reply, "declined", reason=_said(reason, "reason", REASON, is_needed=True, is_line=True))


@verb("matching.replies_declined", rule=rules.may_edit, refusal=NOT_ASKER, then=notices.all_declined,
      counts=lambda result: {"replies": len(result[1])})  # fmt: skip
def decline_all(*, by: Actor, listing: Listing, reason: str) -> tuple[Listing, list[Reply]]:
    """Thank everybody who still waits, in one go; those on the shortlist and the accepted ones stay."""
    text = _said(reason, "reason", REASON, is_needed=True, is_line=True)
    waiting = list(listing.replies.select_for_update().filter(state__in=["new", "read"]).order_by("pk"))
    for each in waiting:
        _move(each, "declined", reason=text)
    return listing, waiting


@verb("matching.reply_withdrawn", rule=rules.may_withdraw_reply)
def withdraw(*, by: Actor, reply: Reply) -> Reply:
    """Taken back by those who answered; the place is free again."""
    _move(reply, "withdrawn")
    Listing.objects.filter(pk=reply.listing_id).update(replies_taken=Greatest(F("replies_taken") - 1, 0))
    return reply


def _move(reply: Reply, state: str, **facts: Any) -> Reply:
    from django.utils import timezone

    REPLY_STEPS.move(reply, state, moved_at=timezone.now(), **facts)
    return reply


def _said(text: str, field: str, limit: int, *, is_needed: bool = False, is_line: bool = False) -> str:
    said = prose.line(text) if is_line else prose.clean(text)
    if is_needed and not said:
        raise ValidationError({field: [_("Please write a few words.")]})
    if len(said) > limit:
        raise ValidationError({field: [_("At most %(limit)s signs, please.") % {"limit": limit}]})
    return said
