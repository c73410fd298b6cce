"""How memberships stand: due, late, at risk, inactive, lapsed; each step is told, written down, and has a way back."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.network import rules
from koinon.network.actions import letters, memberships
from koinon.network.engine.standing import NEXT, Pace, moves_on
from koinon.network.models import STANDING_STEPS, Cycle, Membership, Report, Standing, StandingMove
from koinon.network.notices import reports as words

ENDS = ("lapsed", "withdrawn")


@verb("network.standing_moved", rule=only_machine, then=words.standing_moved)
def move_on(*, by: Actor, standing: Standing) -> Standing:
    """The day has come and no report: one step on, never two at once. The last step ends the membership."""
    row = (
        Standing.objects.select_for_update(of=("self",))
        .select_related("membership__network", "membership__organisation")
        .get(pk=standing.pk)
    )
    report = owed_by(row.membership)
    new = NEXT.get(row.state, "")
    if report is None or not new or row.until is None or row.until > date.today():
        raise ValidationError(_("This is no longer possible: it has moved on."))
    put(row.membership, new, by=by, report=report)
    _write(by, row.membership, new, until=report.deadline)
    if new == Standing.State.LAPSED:
        with translation.override(row.membership.organisation.language):
            why = _("No report for a long time")
        memberships.end(by=machine("clock"), membership=row.membership, why=why)
        Report.objects.filter(membership=row.membership).owed().update(state="missed")
    row.refresh_from_db()
    return row


@verb("network.reinstated", rule=rules.may_change_standing, then=words.reinstated)
def reinstate(*, by: Actor, membership: Membership, why: str) -> Membership:
    """Back in good standing, by a coordinator who says why. One that has lapsed begins anew, from today."""
    said = prose.line(why)[:300]
    if not said:
        raise ValidationError({"why": [_("Please say why: both sides read it.")]})
    state = state_of(membership)
    if state == Standing.State.LAPSED:
        new = memberships.begin(
            by=by, network=membership.network, organisation=membership.organisation, kind=membership.kind
        )
        StandingMove.objects.create(membership=new, old="lapsed", new="active", why=said, person_id=by.person)
        _write(by, new, "reinstated", reason=said)
        return new
    if state not in ("due", "late", "risk", "inactive"):
        raise ValidationError(_("This membership is in good standing."))
    for report in Report.objects.filter(membership=membership, state__in=Report.OWED):
        report.state, report.reason = "excused", said
        report.save(update_fields=["state", "reason"])
    put(membership, "active", said, by=by)
    _write(by, membership, "reinstated", reason=said)
    return membership


@verb("network.standing_closed", rule=only_machine)
def close(*, by: Actor, standing: Standing) -> Standing:
    """The membership has ended in another way: nobody waits for its report any more."""
    Report.objects.filter(membership=standing.membership_id).open().update(state="missed", answer_on=None)
    put(standing.membership, "withdrawn", standing.membership.ended_why, by=by)
    standing.refresh_from_db()
    return standing


def put(membership: Membership, new: str, why: str = "", *, by: Actor, report: Report | None = None) -> None:
    """Write a step of the standing and its history. No step when it stands so already (only its day may change)."""
    today = date.today()
    row, _is_new = Standing.objects.get_or_create(membership=membership, defaults={"since": today})
    until = _until(membership, new, row.since if row.state == new else today, report)
    if row.state == new:
        Standing.objects.filter(pk=row.pk).update(until=until)
        return
    old = row.state
    STANDING_STEPS.move(row, new, since=today, until=until)
    StandingMove.objects.create(membership=membership, old=old, new=new, why=why[:300], person_id=by.person)


def pause(membership: Membership) -> None:
    """It is the network's turn: the days of the member do not run."""
    Standing.objects.filter(membership=membership).update(until=None)


def owed_by(membership: Membership) -> Report | None:
    """The report that is the member's turn, the one that has waited longest."""
    return Report.objects.owed().filter(membership=membership).order_by("due_on").first()


def state_of(membership: Membership) -> str:
    """How it stands; without a row: active."""
    return Standing.objects.filter(membership=membership).values_list("state", flat=True).first() or "active"


def _write(by: Actor, membership: Membership, kind: str, **facts: Any) -> None:
    """The numbered letter of a step, in the organisation's language where we speak it."""
    network, organisation = membership.network, membership.organisation
    language = organisation.language if organisation.language in dict(settings.LANGUAGES) else network.language
    said = {name: letters.day_in(language, fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
    letters.write_to(by=by, network=network, organisation=organisation, kind=kind, language=language, **said)


def _until(membership: Membership, state: str, since: date, report: Report | None) -> date | None:
    if report is None or not report.is_owed:
        return None
    cycle = Cycle.objects.filter(network=membership.network_id).first()
    if cycle is None or state in (*ENDS, "active"):
        return None
    pace = Pace(cycle.risk_days, cycle.inactive_days, cycle.lapse_days)
    return moves_on(state, report.deadline, since, pace)
