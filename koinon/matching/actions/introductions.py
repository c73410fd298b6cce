"""Introductions: asked of the coordinator, passed on to both, answered in private; contact opens on yes and yes only.

A no leaves no trace that the other side could see: nothing moves, nobody is told, and the introduction closes on the
day on which it would have closed without an answer.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.matching import notices, rules
from koinon.matching.models import INTRODUCTION_STEPS, Introduction, Listing
from koinon.network.models import Network, Organisation

OPEN_FOR = timedelta(days=30)
MESSAGE, REASON = 1000, 500
ANSWERS = ("yes", "no", "later")
NOT_MEMBERS = gettext_lazy("Introductions are made between members of the same network.")
NOT_COORDINATOR = gettext_lazy("Only a coordinator of the network who belongs to neither side passes this on.")

conflict("introduction_one_open", None, gettext_lazy("You have asked for this introduction already."))


@verb("matching.introduction_asked", rule=rules.may_ask, refusal=NOT_MEMBERS, then=notices.introduction_asked)
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
        asked_by=organisation,
        other=other,
        need=need,
        offer=offer,
        message=_said(message, "message", MESSAGE),
    )


@verb("matching.introduction_withdrawn", rule=rules.may_withdraw_asking)
def withdraw(*, by: Actor, introduction: Introduction) -> Introduction:
    """Taken back before the coordinator has passed it on; the other side never heard of it."""
    INTRODUCTION_STEPS.move(introduction, "withdrawn", moved_at=timezone.now())
    return introduction


@verb(
    "matching.introduction_passed_on",
    rule=rules.may_pass_on,
    refusal=NOT_COORDINATOR,
    then=notices.introduction_proposed,
)
def pass_on(*, by: Actor, introduction: Introduction) -> Introduction:
    """Propose it to both; each answers in private."""
    INTRODUCTION_STEPS.move(
        introduction, "proposed", moved_at=timezone.now(), closes_on=date.today() + OPEN_FOR, answers={}
    )
    return introduction


@verb(
    "matching.introduction_refused", rule=rules.may_pass_on, refusal=NOT_COORDINATOR, then=notices.introduction_refused
)
def refuse(*, by: Actor, introduction: Introduction, reason: str) -> Introduction:
    """Not passed on, with a reason for those who asked."""
    text = _said(reason, "reason", REASON, is_needed=True)
    INTRODUCTION_STEPS.move(introduction, "refused", moved_at=timezone.now(), reason=text)
    return introduction


@verb("matching.introduction_answered", rule=rules.may_answer, refusal=gettext_lazy("Each side answers for itself."))
def answer(*, by: Actor, introduction: Introduction, organisation: Organisation, says: str) -> None:
    """Yes, no or later, in private, and it may be changed while it is open; two times yes connects.

    Gives nothing, so that the chronicle does not even say which introduction was answered.
    """
    if says not in ANSWERS:
        raise ValidationError({"says": [_("Please choose one of the list.")]})
    row = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if row.state != "proposed":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    row.answers = {**row.answers, str(organisation.pk): says}
    row.save(update_fields=["answers"])
    if [row.answer_of(side) for side in (row.asked_by_id, row.other_id)] == ["yes", "yes"]:
        connect(by=machine("introductions"), introduction=row)


@verb("matching.introduced", rule=only_machine, then=notices.introduced)
def connect(*, by: Actor, introduction: Introduction) -> Introduction:
    """Both said yes: both see how to reach each other."""
    INTRODUCTION_STEPS.move(introduction, "connected", moved_at=timezone.now())
    return introduction


@verb("matching.introduction_closed", rule=only_machine)
def close(*, by: Actor, introduction: Introduction) -> Introduction:
    """Its day has come without two times yes; whatever was said, both read the same words."""
    INTRODUCTION_STEPS.move(introduction, "closed", moved_at=timezone.now(), answers={})
    return introduction


def _said(text: str, field: str, limit: int, is_needed: bool = False) -> str:
    said = prose.clean(text)
    if is_needed and not said:
        raise ValidationError({field: [_("Please write a few words.")]})
    if len(said) > limit:
        raise ValidationError({field: [_("At most %(limit)s signs, please.") % {"limit": limit}]})
    return said
