"""Merging two entries of one organisation: seen first, done at once or once others agree, undone within 30 days."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import jobs, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import rules, seams
from koinon.network.actions.merging import Ledger, carry_all, put_back
from koinon.network.models import MERGE_STEPS, Membership, Merge, MergeConsent, Network, Organisation
from koinon.network.notices import merges as words

TIME_TO_AGREE = timedelta(days=21)
TIME_TO_UNDO = timedelta(days=30)
LATE_ROWS = 60
"""Seconds after which rows are looked for that somebody wrote at the very moment of the merge."""
NOT_BOTH = gettext_lazy("Both must be members of this network today.")

conflict("merge_goes_once", None, gettext_lazy("This organisation is being merged already."))


class _Enough(Exception):  # noqa: N818  (it only ends a rehearsal)
    """Rolls a rehearsal back."""


def rehearse(*, kept: Organisation, gone: Organisation) -> Ledger:
    """What a merge would do: it is done and rolled back, so that the preview forgets nothing."""
    ledger = Ledger()
    with suppress(_Enough), transaction.atomic():
        carry_all(*_locked(kept, gone), ledger)
        raise _Enough
    return ledger


def others_of(network: Network, kept: Organisation, gone: Organisation) -> list[Network]:
    """The other networks to which one of the two belongs today: they are asked."""
    rows = Membership.objects.active().filter(organisation__in=[kept, gone]).exclude(network=network)
    return list(Network.objects.filter(memberships__in=rows).distinct())


@verb("network.merge_asked", rule=rules.may_merge, refusal=NOT_BOTH, then=words.asked)
def ask(*, by: Actor, network: Network, kept: Organisation, gone: Organisation, why: str = "") -> Merge:
    """`gone` goes into `kept`: at once when nobody else is concerned, else when the other networks have agreed."""
    merge = Merge.objects.create(
        network=network,
        kept=kept,
        gone=gone,
        person_id=by.person,
        why=prose.line(why)[:300],
        due_on=date.today() + TIME_TO_AGREE,
    )
    others = others_of(network, kept, gone)
    mine = [other for other in others if by.holds("coordinator", other.pk)]
    for other in others:
        consent = MergeConsent(merge=merge, network=other)
        if other in mine:
            consent.answer, consent.person_id, consent.at = "yes", by.person, timezone.now()
        consent.save(force_insert=True)
    if len(mine) == len(others):
        _carry_out(merge)
    return merge


@verb("network.merge_agreed", rule=rules.may_agree, then=words.agreed)
def agree(*, by: Actor, consent: MergeConsent) -> Merge:
    """The other network agrees; the last one to agree merges."""
    merge = _answered(consent, "yes", by)
    if not merge.consents.exclude(answer="yes").exists():
        _carry_out(merge)
    return merge


@verb("network.merge_refused", rule=rules.may_agree, then=words.ended)
def refuse(*, by: Actor, consent: MergeConsent) -> Merge:
    """The other network says that they are two."""
    merge = _answered(consent, "no", by)
    MERGE_STEPS.move(merge, "refused", moved_at=timezone.now(), due_on=None)
    return merge


@verb("network.merge_withdrawn", rule=rules.may_run_merge, then=words.ended)
def withdraw(*, by: Actor, merge: Merge) -> Merge:
    """The other networks need not answer any more."""
    MERGE_STEPS.move(merge, "withdrawn", moved_at=timezone.now(), due_on=None)
    return merge


@verb("network.merge_undone", rule=rules.may_run_merge, then=words.ended)
def undo(*, by: Actor, merge: Merge) -> Merge:
    """Everything goes back to where it was, to the letter; what somebody has changed since stays as it is now."""
    if not merge.can_be_undone:
        raise ValidationError(_("A merge can be undone for 30 days."))
    kept, gone = _locked_rows(merge.kept_id, merge.gone_id)
    if kept.merged_into_id is not None:
        raise ValidationError(_("It was merged again since. Please undo the later merge first."))
    try:
        stays = put_back(merge.moved)
    except IntegrityError as problem:
        raise ValidationError(_("It cannot be undone any more: other facts stand in its place by now.")) from problem
    MERGE_STEPS.move(merge, "undone", stays=stays, moved_at=timezone.now(), until=None)
    _changed(kept, gone)
    return merge


@verb("network.merge_followed", rule=only_machine)
def follow(*, by: Actor, merge: Merge) -> Merge:
    """Rows that somebody wrote for the old one at the moment of the merge are fetched, and written into the ledger."""
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    if row.state == Merge.State.DONE:
        kept, gone = _locked_rows(row.kept_id, row.gone_id)
        ledger = Ledger(left=list(row.stays))
        carry_all(kept, gone, ledger, again=True)
        if ledger.entries:
            Merge.objects.filter(pk=row.pk).update(moved=[*row.moved, *ledger.entries], stays=ledger.left)
    return row


@verb("network.merge_settled", rule=only_machine)
def settle(*, by: Actor, merge: Merge) -> Merge:
    """The days in which it could be undone are over; what was there before is forgotten."""
    MERGE_STEPS.move(merge, "settled", moved=[], stays=[], moved_at=timezone.now(), until=None)
    return merge


@verb("network.merge_expired", rule=only_machine, then=words.ended)
def expire(*, by: Actor, merge: Merge) -> Merge:
    """Another network did not answer in time: nothing is merged."""
    MERGE_STEPS.move(merge, "expired", moved_at=timezone.now(), due_on=None)
    return merge


@verb("network.merge_reminded", rule=only_machine, then=words.asked)
def remind(*, by: Actor, merge: Merge) -> Merge:
    """A week before the end: the networks that have not answered are asked once more."""
    merge.reminded_at = timezone.now()
    merge.save(update_fields=["reminded_at"])
    return merge


def _carry_out(merge: Merge) -> None:
    kept, gone = _locked(merge.kept, merge.gone)
    ledger = Ledger()
    carry_all(kept, gone, ledger)
    until = date.today() + TIME_TO_UNDO
    changes: dict[str, Any] = {"moved": ledger.entries, "stays": ledger.left, "until": until, "due_on": None}
    MERGE_STEPS.move(merge, "done", moved_at=timezone.now(), **changes)
    _changed(kept, gone)
    from koinon.network.clock.merging import fetch_late_rows

    jobs.later(fetch_late_rows, delay=LATE_ROWS, merge=str(merge.pk))


def _answered(consent: MergeConsent, answer: str, by: Actor) -> Merge:
    """Write the answer down, once, and give the merge, locked."""
    merge = (
        Merge.objects.select_for_update(of=("self",)).select_related("network", "kept", "gone").get(pk=consent.merge_id)
    )
    if merge.state != Merge.State.ASKED:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    now = timezone.now()
    if not MergeConsent.objects.filter(pk=consent.pk, answer="").update(answer=answer, person_id=by.person, at=now):
        raise ValidationError(_("This was answered already."))
    return merge


def _locked(kept: Organisation, gone: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows as they are now, and nobody edits them meanwhile. ValidationError when one was merged already."""
    rows = _locked_rows(kept.pk, gone.pk)
    if any(row.merged_into_id is not None for row in rows):
        raise ValidationError(_("One of the two was merged into another one meanwhile."))
    return rows


def _locked_rows(kept: Any, gone: Any) -> tuple[Organisation, Organisation]:
    rows = {row.pk: row for row in Organisation.objects.select_for_update().filter(pk__in=[kept, gone]).order_by("pk")}
    return rows[kept], rows[gone]


def _changed(kept: Organisation, gone: Organisation) -> None:
    seams.organisation_changed.gather([kept.pk, gone.pk])
