"""Small grants: asked for, approved by two, paid outside, accounted for by receipts, closed when all is even."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files, money, prose
from koinon.kit.forms import conflict
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.projects.actions.money import NEEDED, amount_of
from koinon.projects.actions.plans import NOT_TEAM
from koinon.projects.models import RECEIPT_STEPS, SMALL_GRANT_STEPS, Call, Project, Receipt, SmallGrant
from koinon.projects.notices import grants as notices
from koinon.projects.rules import calls, plans

NOT_GIVER = gettext_lazy("Grants are decided by those who run the call, never by the team or its supervisor.")
TO_DECIDE, TO_PAY, TO_ACCOUNT, TO_CHECK = (timedelta(days=days) for days in (14, 14, 60, 14))
MOST_RECEIPTS = 100

conflict("small_grant_one_at_a_time", None, gettext_lazy("You have asked for a small grant already."))
conflict("small_grant_is_something", "amount", NEEDED)
conflict("small_grant_two_people", None, gettext_lazy("You have approved it already: another person must, too."))
conflict(
    "small_grant_accounts_fit", "amount", gettext_lazy("This and what is counted already would be more than the grant.")
)
conflict("small_grant_returned_fits", "amount", gettext_lazy("That is more than the grant."))
conflict("receipt_is_something", "amount", NEEDED)
conflict("small_grant_money_is_exact", "amount", NEEDED)
conflict("receipt_money_is_exact", "amount", NEEDED)


@verb("projects.grant_asked", rule=plans.on_team, refusal=NOT_TEAM, then=notices.asked)
def ask(*, by: Actor, project: Project, amount: Decimal, purpose: str) -> SmallGrant:
    """At most what the call gives to one team and has left."""
    held = Project.objects.select_for_update(of=("self",)).select_related("call").get(pk=project.pk)
    if held.call is None or held.state not in ("approved", "running", "suspended"):
        raise ValidationError(_("Small grants are for plans that a jury has selected."))
    call = Call.objects.select_for_update().get(pk=held.call.pk)
    if call.state != "decided":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    wanted, before = amount_of(amount, "amount", call.currency, is_needed=True), _given(held)
    if wanted > call.most_grant - before:
        facts = _said(call.most_grant - before, call.currency)
        raise ValidationError({"amount": [_("This call gives your team at most %(most)s %(currency)s.") % facts]})
    if wanted > call.budget - call.granted:
        facts = _said(call.budget - call.granted, call.currency)
        raise ValidationError({"amount": [_("The call has %(most)s %(currency)s left.") % facts]})
    return SmallGrant.objects.create(
        project=held, amount=wanted, currency=call.currency, asked_by_id=by.person, due_on=date.today() + TO_DECIDE,
        purpose=prose.said(purpose, "purpose", 2000, is_needed=True),
    )  # fmt: skip


@verb("projects.grant_withdrawn", rule=plans.may_ask, refusal=NOT_TEAM)
def withdraw(*, by: Actor, grant: SmallGrant) -> SmallGrant:
    """Not needed after all; what was set aside for it is free again."""
    held = _held(grant)
    was_approved = held.state == "approved"
    SMALL_GRANT_STEPS.move(held, "withdrawn", moved_at=timezone.now(), due_on=None)
    if was_approved:
        _set_aside(held, -held.amount)
    return held


@verb(
    "projects.grant_approved", rule=calls.may_give, refusal=NOT_GIVER, then=notices.approved,
    counts=lambda row: _counts(row, row.amount if row.state == "approved" else 0),
)  # fmt: skip
def approve(*, by: Actor, grant: SmallGrant) -> SmallGrant:
    """By two different people; with the second the money is set aside, if the budget of the call still has it."""
    held = _held(grant)
    if held.state == "halfway" and held.first_by_id == by.person:
        raise ValidationError(_("You have approved it already: another person must, too."))
    now, until = timezone.now(), date.today() + TO_DECIDE
    if held.state == "asked":
        SMALL_GRANT_STEPS.move(held, "halfway", moved_at=now, first_by_id=by.person, first_at=now, due_on=until)
        return held
    facts = {"second_by_id": by.person, "second_at": now, "due_on": date.today() + TO_PAY, "nudged_on": None}
    SMALL_GRANT_STEPS.move(held, "approved", moved_at=now, **facts)
    _set_aside(held, held.amount)
    return held


@verb("projects.grant_refused", rule=calls.may_give, refusal=NOT_GIVER, then=notices.refused)
def refuse(*, by: Actor, grant: SmallGrant, why: str) -> SmallGrant:
    """One no is enough, and the team is told why."""
    held = _held(grant)
    said = prose.said(why, "why", 500, is_needed=True)
    SMALL_GRANT_STEPS.move(held, "refused", moved_at=timezone.now(), why=said, due_on=None)
    return held


@verb(
    "projects.grant_paid", rule=calls.may_give, refusal=NOT_GIVER, then=notices.paid,
    counts=lambda row: _counts(row, row.amount),
)  # fmt: skip
def pay(*, by: Actor, grant: SmallGrant, paid_on: date, reference: str) -> SmallGrant:
    """The payment was made outside, by bank or cash desk: here stand the day and its reference."""
    held = _held(grant)
    if paid_on > date.today():
        raise ValidationError({"paid_on": [_("Please give the day on which it was paid, not one that is to come.")]})
    if held.second_at is not None and paid_on < held.second_at.date() - timedelta(days=1):
        raise ValidationError({"paid_on": [_("That is before the grant was approved.")]})
    said = prose.said(reference, "reference", 120, is_needed=True, is_line=True)
    facts = {"paid_on": paid_on, "paid_reference": said, "paid_by_id": by.person, "nudged_on": None}
    SMALL_GRANT_STEPS.move(held, "paid", moved_at=timezone.now(), due_on=_account_by(held), **facts)
    return held


@verb("projects.receipt_added", rule=plans.may_ask, refusal=NOT_TEAM)
def add_receipt(
    *, by: Actor, grant: SmallGrant, title: str, amount: Decimal, spent_on: date, file: UploadedFile | None = None
) -> Receipt:
    """What a part of the grant was spent on, with a photo or PDF of the paper."""
    held = _held(grant)
    if held.state != "paid":
        raise ValidationError(_("Receipts are added when the grant was paid, until you hand in the account."))
    if held.receipts.count() >= MOST_RECEIPTS:
        raise ValidationError(_("At most %(most)s receipts.") % {"most": MOST_RECEIPTS})
    spent = amount_of(amount, "amount", held.currency, is_needed=True)
    if _counted(held) + spent + held.returned > held.amount:
        raise ValidationError({"amount": [_("Only count what was paid from the grant: this would be more than it.")]})
    return Receipt.objects.create(
        grant=held, title=prose.said(title, "title", 200, is_needed=True, is_line=True), amount=spent,
        currency=held.currency, spent_on=_past(spent_on, "spent_on"), upload=_paper(file), by_id=by.person,
    )  # fmt: skip


@verb("projects.receipt_mended", rule=plans.may_mend, refusal=NOT_TEAM)
def mend_receipt(
    *, by: Actor, receipt: Receipt, title: str, amount: Decimal, spent_on: date, file: UploadedFile | None = None
) -> Receipt:
    """A receipt that came back with a question is handed in anew."""
    held = _held(receipt.grant)
    row = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if held.state != "paid" or row.state == "accepted":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    spent = amount_of(amount, "amount", held.currency, is_needed=True)
    if _counted(held) - row.amount + spent + held.returned > held.amount:
        raise ValidationError({"amount": [_("Only count what was paid from the grant: this would be more than it.")]})
    row.title = prose.said(title, "title", 200, is_needed=True, is_line=True)
    row.amount, row.spent_on = spent, _past(spent_on, "spent_on")
    row.upload = _paper(file) if file is not None else row.upload
    row.state, row.why = "handed_in", ""
    row.save()
    return row


@verb("projects.receipt_dropped", rule=plans.may_mend, refusal=NOT_TEAM)
def drop_receipt(*, by: Actor, receipt: Receipt) -> SmallGrant:
    """Not a receipt of this grant after all."""
    held = _held(receipt.grant)
    row = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if held.state != "paid" or row.state == "accepted":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    row.delete()
    return held


@verb("projects.account_handed_in", rule=plans.may_ask, refusal=NOT_TEAM, then=notices.account_handed_in)
def settle(*, by: Actor, grant: SmallGrant) -> SmallGrant:
    """All receipts are here: now they are checked."""
    held = _held(grant)
    if held.receipts.filter(state="returned").exists():
        raise ValidationError(_("A receipt came back with a question: mend it, or take it out."))
    if not held.receipts.exists() and not held.returned:
        raise ValidationError(_("Add your receipts first."))
    until = date.today() + TO_CHECK
    SMALL_GRANT_STEPS.move(held, "settling", moved_at=timezone.now(), due_on=until, nudged_on=None)
    return held


@verb("projects.receipt_accepted", rule=plans.may_check, refusal=NOT_GIVER)
def accept_receipt(*, by: Actor, receipt: Receipt) -> Receipt:
    """Looked at, and in order: it counts."""
    held = _held(receipt.grant)
    if held.state not in ("paid", "settling"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    RECEIPT_STEPS.move(receipt, "accepted", checked_by_id=by.person, why="")
    _recount(held)
    return receipt


@verb("projects.receipt_returned", rule=plans.may_check, refusal=NOT_GIVER, then=notices.receipt_returned)
def return_receipt(*, by: Actor, receipt: Receipt, why: str) -> Receipt:
    """Back to the team with a question; the account is open again."""
    held = _held(receipt.grant)
    if held.state not in ("paid", "settling"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    said = prose.said(why, "why", 300, is_needed=True, is_line=True)
    RECEIPT_STEPS.move(receipt, "returned", checked_by_id=by.person, why=said)
    _recount(held)
    if held.state == "settling":
        SMALL_GRANT_STEPS.move(held, "paid", moved_at=timezone.now(), due_on=date.today() + TO_CHECK, nudged_on=None)
    return receipt


@verb(
    "projects.money_returned", rule=calls.may_give, refusal=NOT_GIVER, then=notices.money_returned,
    counts=lambda row: _counts(row, row.returned),
)  # fmt: skip
def note_returned(*, by: Actor, grant: SmallGrant, amount: Decimal, returned_on: date, reference: str) -> SmallGrant:
    """What the team has paid back in all, as those see it who received it; 0 takes a mistake back."""
    held = _held(grant)
    if held.state not in ("paid", "settling"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    back = amount_of(amount, "amount", held.currency)
    if _counted(held) + back > held.amount:
        raise ValidationError({"amount": [_("This and what is counted already would be more than the grant.")]})
    said = prose.said(reference, "reference", 120, is_needed=True, is_line=True)
    held.returned, held.returned_on, held.returned_reference = back, _past(returned_on, "returned_on"), said
    held.save(update_fields=["returned", "returned_on", "returned_reference"])
    return held


@verb(
    "projects.grant_closed", rule=calls.may_give, refusal=NOT_GIVER, then=notices.closed,
    counts=lambda row: _counts(row, row.accounted),
)  # fmt: skip
def close(*, by: Actor, grant: SmallGrant) -> SmallGrant:
    """Only when accepted receipts and money paid back are the whole grant; what came back can be granted again."""
    held = _held(grant)
    if held.receipts.exclude(state="accepted").exists():
        raise ValidationError(_("Not every receipt was looked at yet."))
    if held.accounted + held.returned != held.amount:
        facts = _said(held.amount - held.accounted - held.returned, held.currency)
        raise ValidationError(_("%(left)s %(currency)s are not accounted for: receipts, or money back.") % facts)
    SMALL_GRANT_STEPS.move(held, "closed", moved_at=timezone.now(), due_on=None)
    if held.returned:
        _set_aside(held, -held.returned)
    return held


@verb("projects.grant_nudged", rule=only_machine, then=notices.nudged)
def nudge(*, by: Actor, grant: SmallGrant) -> SmallGrant:
    """Whoever is waited for hears of it."""
    SmallGrant.objects.filter(pk=grant.pk).update(nudged_on=date.today())
    return grant


def _held(grant: SmallGrant) -> SmallGrant:
    """The grant, locked: whatever concerns its money happens one after the other."""
    rows = SmallGrant.objects.select_for_update(of=("self",)).select_related("project__call")
    return rows.get(pk=grant.pk)


def _said(amount: Decimal, currency: str) -> dict[str, str]:
    return {"most": money.figure(amount, currency), "left": money.figure(amount, currency), "currency": currency}


def _counts(grant: SmallGrant, amount: Decimal | int) -> dict[str, float]:
    """For the chronicle: one figure for each currency, so that nobody adds dinars to euro."""
    return {f"amount_{grant.currency.lower()}": float(amount)}


def _given(project: Project) -> Decimal:
    """What this team got already, less what it paid back."""
    rows = project.small_grants.exclude(state__in=["refused", "withdrawn"])
    return rows.aggregate(sum=Sum(F("amount") - F("returned")))["sum"] or Decimal("0.00")


def _set_aside(grant: SmallGrant, amount: Decimal) -> None:
    """The constraint of the call refuses what its budget does not have."""
    Call.objects.filter(projects=grant.project_id).update(granted=F("granted") + amount)


def _counted(grant: SmallGrant) -> Decimal:
    return grant.receipts.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")


def _recount(grant: SmallGrant) -> None:
    accepted = grant.receipts.filter(state="accepted")
    grant.accounted = accepted.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")
    grant.save(update_fields=["accounted"])


def _account_by(grant: SmallGrant) -> date:
    """Two months, or a month after the last day of the plan if that is later."""
    ends_on = grant.project.ends_on or date.today()
    return max(date.today() + TO_ACCOUNT, ends_on + timedelta(days=30))


def _past(day: date, field: str) -> date:
    if day > date.today():
        raise ValidationError({field: [_("This day is still to come.")]})
    return day


def _paper(file: UploadedFile | None) -> Upload:
    """Kept for nobody in particular: only the page of the grant gives it away."""
    if file is None:
        raise ValidationError({"file": [_("Please add a photo or a PDF of the receipt.")]})
    try:
        return files.keep_document(file=file, person=None)
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem
