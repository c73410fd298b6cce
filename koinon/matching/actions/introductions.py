"""Introductions: asked for or thought of, proposed to both, answered in private; contact opens on yes and yes only.

A no leaves no trace that anybody else could see: nothing moves, nobody is told, reminders go to a side by what that
side has said itself, and the introduction closes on the day on which it would have closed without an answer.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.matching.models import INTRODUCTION_STEPS, Answer, Introduction, Listing, Thread
from koinon.matching.notices import introductions as notices
from koinon.matching.rules import introductions as rules
from koinon.network.models import Network, Organisation

OPEN_FOR = timedelta(days=30)
MESSAGE, REASON, WORDS = 1000, 500, 600
MONTHS_AHEAD = 12
NOT_MEMBERS = gettext_lazy("Introductions are made between members of the same network.")
NOT_COORDINATOR = gettext_lazy("Only a coordinator of the network who belongs to neither side passes this on.")

conflict("introduction_one_open", None, gettext_lazy("There is an open introduction between these two already."))


@verb("matching.introduction_asked", rule=rules.may_ask, refusal=NOT_MEMBERS, then=notices.asked)
def ask(
    *,
    by: Actor,
    network: Network,
    organisation: Organisation,
    other: Organisation,
    message: str = "",
    need: Listing | None = None,
    offer: Listing | None = None,
) -> Introduction:
    """Ask the coordinator to introduce `organisation` to `other`. Raises IntegrityError `introduction_one_open`."""
    return Introduction.objects.create(
        network=network,
        one=organisation,
        other=other,
        need=need,
        offer=offer,
        message=prose.said(message, "message", MESSAGE),
    )


@verb("matching.introduction_withdrawn", rule=rules.may_withdraw_asking)
def withdraw(*, by: Actor, introduction: Introduction) -> Introduction:
    """Taken back before the coordinator has passed it on; the other side never heard of it."""
    INTRODUCTION_STEPS.move(introduction, "withdrawn", moved_at=timezone.now())
    return introduction


@verb("matching.introduction_drafted", rule=rules.may_broker, refusal=NOT_COORDINATOR)
def draft(
    *, by: Actor, network: Network, one: Organisation, other: Organisation, reason: str = "",
    need: Listing | None = None, offer: Listing | None = None, origin: str = "matcher",
) -> Introduction:  # fmt: skip
    """Lay a proposal on the coordinator's desk; nobody else sees it. Raises IntegrityError `introduction_one_open`."""
    return _drafted(network, one, other, origin, need=need, offer=offer, reason=prose.said(reason, "reason", REASON))


@verb("matching.introduction_brokered", rule=rules.may_broker, refusal=NOT_COORDINATOR, then=notices.proposed)
def broker(
    *, by: Actor, network: Network, one: Organisation, other: Organisation, reason: str = "",
    words_for_one: str = "", words_for_other: str = "",
    need: Listing | None = None, offer: Listing | None = None, origin: str = "coordinator",
) -> Introduction:  # fmt: skip
    """Propose two members to each other, with a sentence for each side (default: `reason` for both), at once."""
    why = prose.said(reason, "reason", REASON)
    words = {
        "words_for_one": prose.said(words_for_one, "words_for_one", WORDS) or why,
        "words_for_other": prose.said(words_for_other, "words_for_other", WORDS) or why,
    }
    made = _drafted(network, one, other, origin, need=need, offer=offer, reason=why, **words)
    return _propose(made)


@verb("matching.introduction_passed_on", rule=rules.may_pass_on, refusal=NOT_COORDINATOR, then=notices.proposed)
def pass_on(
    *, by: Actor, introduction: Introduction, words_for_one: str = "", words_for_other: str = ""
) -> Introduction:
    """Propose to both what was asked for or drafted, with a sentence for each; each answers in private."""
    words = {
        "words_for_one": prose.said(words_for_one, "words_for_one", WORDS) or introduction.words_for_one,
        "words_for_other": prose.said(words_for_other, "words_for_other", WORDS) or introduction.words_for_other,
    }
    return _propose(introduction, **words)


@verb("matching.introduction_refused", rule=rules.may_pass_on, refusal=NOT_COORDINATOR, then=notices.refused)
def refuse(*, by: Actor, introduction: Introduction, reason: str) -> Introduction:
    """Not passed on, with a reason for those who asked."""
    text = prose.said(reason, "reason", REASON, is_needed=True)
    INTRODUCTION_STEPS.move(introduction, "refused", moved_at=timezone.now(), reason=text)
    return introduction


@verb("matching.introduction_discarded", rule=rules.may_pass_on, refusal=NOT_COORDINATOR)
def discard(*, by: Actor, introduction: Introduction) -> Introduction:
    """A draft that is not sent; nobody ever heard of it."""
    INTRODUCTION_STEPS.move(introduction, "discarded", moved_at=timezone.now())
    return introduction


@verb("matching.introduction_answered", rule=rules.may_answer, refusal=gettext_lazy("Each side answers for itself."))
def answer(
    *, by: Actor, introduction: Introduction, organisation: Organisation, says: str, again_on: date | None = None,
    link: links.Link | None = None,
) -> None:  # fmt: skip
    """Yes, no or later, in private, and it may be changed while it is open; two times yes connects.

    Gives nothing, so that the chronicle does not even say which introduction was answered. The same questions are put
    to the database whatever the other side has said. `again_on`: the first day of the month in which a later is asked
    again. `link`: the one of a letter, which is used up.
    """
    _check(says, again_on, introduction)
    row = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if row.state != "proposed":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if link is not None:
        links.use(link)
    month = again_on if says == "later" else None
    Answer.objects.update_or_create(
        introduction=row, organisation=organisation, defaults={"says": says, "again_on": month}
    )
    if Answer.objects.filter(introduction=row, says="yes").count() == len(row.sides):
        connect(by=machine("introductions"), introduction=row)


@verb("matching.introduced", rule=only_machine, then=notices.introduced)
def connect(*, by: Actor, introduction: Introduction) -> Introduction:
    """Both said yes: both see how to reach each other, and a thread is there for them."""
    INTRODUCTION_STEPS.move(introduction, "connected", moved_at=timezone.now(), connected_on=date.today())
    Thread.objects.create(
        network_id=introduction.network_id,
        one_id=introduction.one_id,
        other_id=introduction.other_id,
        introduction=introduction,
    )
    return introduction


@verb("matching.introduction_reminded", rule=only_machine, then=notices.reminded)
def remind(*, by: Actor, introduction: Introduction) -> Introduction:
    """On fixed days: each side that has not answered hears of it again; what the other has said makes no difference.

    One that waits for the coordinator reminds the coordinator.
    """
    today = date.today()
    rows = Introduction.objects.filter(pk=introduction.pk, state__in=["asked", "proposed"])
    if not rows.filter(Q(reminded_on=None) | Q(reminded_on__lt=today)).update(reminded_on=today):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    introduction.reminded_on = today
    return introduction


@verb("matching.introduction_closed", rule=only_machine, then=notices.closed)
def close(*, by: Actor, introduction: Introduction) -> Introduction:
    """Its day has come without two times yes; whatever was said, both read the same words."""
    INTRODUCTION_STEPS.move(introduction, "closed", moved_at=timezone.now())
    Answer.objects.filter(introduction=introduction).exclude(says="later").delete()
    return introduction


@verb("matching.introduction_recalled", rule=only_machine, then=notices.recalled)
def recall(*, by: Actor, answer: Answer) -> Answer:
    """The month of a later has come: only the side that said it is asked, in private."""
    if not Answer.objects.filter(pk=answer.pk, asked_again_on=None).update(asked_again_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    answer.asked_again_on = date.today()
    return answer


@verb("matching.introduction_taken_up", rule=rules.may_take_up, refusal=NOT_MEMBERS, then=notices.proposed)
def take_up(*, by: Actor, answer: Answer) -> Introduction:
    """Now: proposed to both again, with the yes of the side that had said later."""
    old, organisation = answer.introduction, answer.organisation
    if not Answer.objects.filter(pk=answer.pk, says="later").delete()[0]:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    far = old.far_side(organisation.pk)
    words = {"words_for_one": old.words_for(organisation.pk), "words_for_other": old.words_for(far.pk)}
    made = _drafted(old.network, organisation, far, "again", need=old.need, offer=old.offer, **words)
    _propose(made)
    Answer.objects.create(introduction=made, organisation=organisation, says="yes")
    return made


@verb("matching.introduction_let_go", rule=rules.may_let_go)
def let_go(*, by: Actor, answer: Answer) -> None:
    """A later that is none any more; gives nothing, so that nobody reads which one."""
    Answer.objects.filter(pk=answer.pk).delete()


def months_after(closes_on: date) -> list[date]:
    """First days of the months in which a later may be asked again: after the closing day, a year ahead."""
    first = closes_on.replace(day=1)
    found = []
    for _number in range(MONTHS_AHEAD):
        first = (first + timedelta(days=32)).replace(day=1)
        found.append(first)
    return found


def _check(says: str, again_on: date | None, introduction: Introduction) -> None:
    if says not in Answer.Says.values:
        raise ValidationError({"says": [_("Please choose one of the list.")]})
    closes_on = introduction.closes_on or date.today()
    if says == "later" and again_on not in months_after(closes_on):
        raise ValidationError({"again_on": [_("Please choose the month in which to ask you again.")]})


def _drafted(network: Network, one: Organisation, other: Organisation, origin: str, **facts: Any) -> Introduction:
    with transaction.atomic():
        return Introduction.objects.create(
            network=network, one=one, other=other, origin=origin, state="drafted", **facts
        )


def _propose(introduction: Introduction, **words: str) -> Introduction:
    INTRODUCTION_STEPS.move(
        introduction,
        "proposed",
        moved_at=timezone.now(),
        closes_on=date.today() + OPEN_FOR,
        reminded_on=None,
        **words,
    )
    return introduction
