"""How calls end: time to choose, closed with a word on what came of it, expired by the clock."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching import notices, rules
from koinon.matching.actions.listings import NOT_YOURS, move
from koinon.matching.models import REPLY_STEPS, Listing, Reply
from koinon.matching.notices import calls as told
from koinon.network.models import Organisation

CHOOSE_FOR = timedelta(days=21)
LET_GO_AFTER = timedelta(days=14)
FOUND = ("partner", "elsewhere")


@verb("matching.choosing", rule=rules.may_edit, refusal=NOT_YOURS)
def choose(*, by: Actor, listing: Listing) -> Listing:
    """No more replies: three weeks to answer those that came."""
    if not listing.replies.waiting().exists():
        raise ValidationError(_("No reply waits. Pause it, or close it with a word on what came of it."))
    return move(listing, "shortlisting", due_on=date.today() + CHOOSE_FOR)


@verb("matching.closed", rule=rules.may_stop, refusal=NOT_YOURS, then=notices.stopped)
def close(
    *, by: Actor, listing: Listing, came: str = "", outcome: str = "", partners: Sequence[Organisation] = ()
) -> Listing:
    """It is over, and what came of it. Owners answer every reply first; where a coordinator closes it, those who still
    wait are told that it ended. `partners`: organisations whose replies were accepted."""
    is_ours = rules.speaks(by, listing.organisation_id) and not by.is_machine
    facts = _came(listing, came, outcome, partners, is_needed=is_ours)
    if listing.replies.waiting().exists():
        if is_ours:
            raise ValidationError(_("Some replies still wait for an answer. Thank them first."), code="waiting")
        _let_go(listing)
    move(listing, "partnered" if came in FOUND else "closed", **facts)
    listing.partners.set(partners)
    return listing


@verb("matching.call_outcome_told", rule=rules.may_edit, refusal=NOT_YOURS)
def tell_outcome(
    *, by: Actor, listing: Listing, came: str, outcome: str = "", partners: Sequence[Organisation] = ()
) -> Listing:
    """What came of a call that is over already; then the organisation may publish its next one."""
    facts = _came(listing, came, outcome, partners, is_needed=True)
    if not listing.is_over:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    state = "partnered" if came in FOUND else "closed"
    if listing.state != state:
        move(listing, state, **facts)
    else:
        Listing.objects.filter(pk=listing.pk).update(**facts)
    listing.partners.set(partners)
    return listing


@verb("matching.expired", rule=only_machine, then=notices.expired)
def expire(*, by: Actor, listing: Listing) -> Listing:
    """Its last day has passed: one tap renews it. Where replies wait, there are three weeks to answer them."""
    if listing.state != "shortlisting" and listing.replies.waiting().exists():
        return move(listing, "shortlisting", due_on=date.today() + CHOOSE_FOR)
    _let_go(listing)
    return move(listing, "expired")


@verb("matching.choosing_nudged", rule=only_machine, then=told.choose_now)
def nudge(*, by: Actor, listing: Listing) -> Listing:
    """A week before the day until which replies should be answered, and on that day."""
    Listing.objects.filter(pk=listing.pk).update(nudges=listing.nudges + 1)
    return listing


def _let_go(listing: Listing) -> None:
    """Nobody waits for a call that is over: those who still do are told that it ended without an answer."""
    for reply in listing.replies.waiting().select_related("listing", "organisation").order_by("pk"):
        at = timezone.now()
        REPLY_STEPS.move(reply, "declined", reason_kind=Reply.Why.ENDED, answered_at=at, moved_at=at, due_on=None)
        notices.reply_moved(by=Actor(is_machine=True), result=reply)


def _came(
    listing: Listing, came: str, outcome: str, partners: Sequence[Organisation], *, is_needed: bool
) -> dict[str, str]:
    said = prose.line(outcome)[:300]
    if came not in Listing.Came.values and (is_needed or came):
        raise ValidationError({"came": [_("Please choose one of the list.")]})
    accepted = set(listing.replies.filter(state="accepted").values_list("organisation", flat=True))
    if any(partner.pk not in accepted for partner in partners):
        raise ValidationError({"partners": [_("Please choose among those whose reply you accepted.")]})
    if is_needed and came == "partner" and not partners and not said:
        raise ValidationError({"outcome": [_("Please say with whom.")]})
    return {"came": came, "outcome": said}
