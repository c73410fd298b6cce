"""Replies: as many as the listing takes, structured, each with an answer."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit import jobs, prose, questions
from koinon.kit.forms import conflict
from koinon.kit.models import Work
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching import notices, rules
from koinon.matching.models import REPLY_STEPS, Listing, Reply, running_today
from koinon.matching.notices import calls as told
from koinon.matching.queries import calls as asked
from koinon.network.models import Membership, Organisation

LONGEST = 2000
REASON = 300
ANSWER_IN = timedelta(days=14)
AGAIN_IN = timedelta(days=7)
SAYABLE = [kind for kind in Reply.Why.values if kind != Reply.Why.ENDED]
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
    answers: Mapping[str, Any] | None = None,
    person: Person | None = None,
) -> Reply:
    """Answer a listing. The place is taken by one UPDATE that the database checks, so the cap holds under any rush.

    Raises ValidationError when it is paused, closed or past its day, when the organisation is not who the call takes
    or has sent its cold replies of the week; IntegrityError `listing_cap_holds` when full and
    `reply_once_per_organisation` for a second reply (forms say both in words).
    """
    said = {
        "brings": prose.said(brings, "brings", LONGEST, is_needed=True),
        "why": prose.said(why, "why", LONGEST),
        "when": prose.said(when, "when", 200),
        "answers": _answered(listing, answers or {}),
    }
    if listing.only_these and (faults := asked.misfits(listing, organisation)):
        raise ValidationError(faults)
    is_cold = not by.is_machine and _takes_cold_place(listing, organisation)
    open_now = Listing.objects.filter(running_today(), pk=listing.pk)
    if not open_now.update(replies_taken=F("replies_taken") + 1):
        raise ValidationError(_("This call takes no replies at the moment."))
    facts = {"person": person, "language": language, "is_cold": is_cold, "due_on": date.today() + ANSWER_IN}
    return Reply.objects.create(listing=listing, organisation=organisation, **facts, **said)


@verb("matching.reply_read", rule=rules.may_sort_replies, refusal=NOT_ASKER)
def read(*, by: Actor, reply: Reply) -> Reply:
    """Whoever answered sees that it was read."""
    return _move(reply, "read")


@verb("matching.reply_shortlisted", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def shortlist(*, by: Actor, reply: Reply) -> Reply:
    """One of those looked at more closely."""
    return _move(reply, "shortlisted", due_on=date.today() + ANSWER_IN, nudges=0)


@verb("matching.reply_accepted", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def accept(*, by: Actor, reply: Reply) -> Reply:
    """Yes: both see how to reach each other."""
    return _move(reply, "accepted", due_on=None, answered_at=timezone.now())


@verb("matching.reply_declined", rule=rules.may_sort_replies, refusal=NOT_ASKER, then=notices.reply_moved)
def decline(*, by: Actor, reply: Reply, reason: str = "", kind: str = "") -> Reply:
    """No, with a reason that is told: one of the list, in the reader's language, a sentence of one's own, or both."""
    kind = kind or Reply.Why.OTHER
    if kind not in SAYABLE:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    said = prose.said(reason, "reason", REASON, is_needed=kind == Reply.Why.OTHER, is_line=True)
    return _move(reply, "declined", reason_kind=kind, reason=said, due_on=None, answered_at=timezone.now())


@verb("matching.replies_sorted", rule=rules.may_edit, refusal=NOT_ASKER,
      counts=lambda result: {"replies": len(result[1])})  # fmt: skip
def sort(*, by: Actor, listing: Listing, chosen: Sequence[UUID], step: str) -> tuple[Listing, list[Reply]]:
    """Read, shortlist or accept several at once; those that somebody moved meanwhile are left as they are."""
    if step not in ("read", "shortlist", "accept"):
        raise ValidationError(_("Please choose one of the list."))
    act = {"read": read, "shortlist": shortlist, "accept": accept}[step]
    rows = listing.replies.select_for_update(of=("self",)).filter(pk__in=list(chosen)).order_by("pk")
    moved = []
    for row in rows.select_related("listing", "organisation"):
        if REPLY_STEPS.allows(row.state, {"shortlist": "shortlisted", "accept": "accepted"}.get(step, step)):
            moved.append(act(by=by, reply=row))
    if not moved:
        raise ValidationError(_("Please tick at least one reply that still waits."))
    return listing, moved


@verb("matching.thanks_begun", rule=rules.may_edit, refusal=NOT_ASKER,
      counts=lambda result: {"replies": len(result[2])})  # fmt: skip
def thank(
    *, by: Actor, listing: Listing, kinds: Mapping[str, str], sentences: Mapping[str, str]
) -> tuple[Listing, Work, list[str]]:
    """Decline replies with thanks, as work of its own: {reply: kind of reason}, {kind: a sentence of one's own}.

    Each reply is declined and its letter queued in one transaction, so that nobody gets two letters or none, however
    often the work is cut off and begun again. While such work is under way for the listing, the same is given back.
    """
    from koinon.matching.clock.thanks import thank_all

    said = {
        kind: prose.said(sentences.get(kind, ""), kind, REASON, is_needed=kind == Reply.Why.OTHER, is_line=True)
        for kind in sorted(set(kinds.values()))
    }
    if not kinds or any(kind not in SAYABLE for kind in said):
        raise ValidationError(_("Please choose a reason for at least one reply."))
    Listing.objects.select_for_update(no_key=True).get(pk=listing.pk)
    under_way = Work.objects.filter(task=thank_all.name, scope=listing.pk, state__in=["waiting", "running"])
    work = under_way.first() or jobs.begin(
        thank_all, person=by.person, scope=listing.pk, listing=str(listing.pk), kinds=dict(kinds), sentences=said
    )
    return listing, work, list(kinds)


@verb("matching.reply_withdrawn", rule=rules.may_withdraw_reply)
def withdraw(*, by: Actor, reply: Reply) -> Reply:
    """Taken back by those who answered; the place is free again."""
    _move(reply, "withdrawn", due_on=None)
    Listing.objects.filter(pk=reply.listing_id).update(replies_taken=Greatest(F("replies_taken") - 1, 0))
    return reply


@verb("matching.replies_chased", rule=only_machine, then=told.replies_wait,
      counts=lambda result: {"replies": len(result[1])})  # fmt: skip
def chase(*, by: Actor, listing: Listing) -> tuple[Listing, list[Reply]]:
    """Replies of a listing whose day has come: those who asked are reminded, and again every week."""
    today = date.today()
    late = list(
        listing.replies.waiting().select_for_update(skip_locked=True, of=("self",)).filter(due_on__lte=today)
        .select_related("organisation").order_by("pk")
    )  # fmt: skip
    keys = [row.pk for row in late]
    Reply.objects.filter(pk__in=keys).update(nudges=F("nudges") + 1, due_on=today + AGAIN_IN)
    for row in late:
        row.nudges += 1
    return listing, late


def _takes_cold_place(listing: Listing, organisation: Organisation) -> bool:
    """Is it a cold reply, and is there room for one more this week? One reply of an organisation at a time is counted.

    Raises ValidationError when the week is full.
    """
    if not asked.is_cold(listing, organisation.pk):
        return False
    homes = Membership.objects.active().filter(network=listing.network_id, organisation=organisation)
    list(homes.select_for_update(no_key=True).order_by("pk"))
    most = asked.rules_of(listing.network_id).cold_a_week
    if asked.cold_this_week(organisation.pk, listing.network_id) >= most:
        raise ValidationError(
            ngettext(
                "Your organisation has sent %(number)s reply this week to a call that was not suggested to it. "
                "That is as many as this network takes: go on next week.",
                "Your organisation has sent %(number)s replies this week to calls that were not suggested to it. "
                "That is as many as this network takes: choose the best, and go on next week.",
                most,
            )
            % {"number": most},
            code="cold",
        )  # fmt: skip
    return True


def _answered(listing: Listing, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to the call's own questions; what is missing or too long is said as a whole."""
    if not listing.questions:
        return {}
    known = {question["key"] for _part, question in questions.each(listing.questions)}
    kept = {key: value for key, value in answers.items() if key in known}
    lacks = questions.check(listing.questions, kept, (get_language() or "en")[:2])
    if lacks:
        raise ValidationError([f"{lack.label}: {lack.why}" for lack in lacks])
    return kept


def _move(reply: Reply, state: str, **facts: Any) -> Reply:
    REPLY_STEPS.move(reply, state, moved_at=timezone.now(), **facts)
    return reply
