"""Periodic reports of members: asked for, written together, handed in, accepted or returned, extended, excused."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.kit import prose, questions
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import rules
from koinon.network.actions import standings
from koinon.network.engine.standing import months_after
from koinon.network.models import REPORT_STEPS, Cycle, Membership, Network, Report
from koinon.network.notices import reports as words
from koinon.network.queries import reports as questions_of

TIME_TO_READ = timedelta(days=21)
TIME_TO_CHANGE = timedelta(days=21)
READ_AGAIN = timedelta(days=14)


@verb("network.cycle_set", rule=rules.may_run)
def set_cycle(
    *,
    by: Actor,
    network: Network,
    first_on: date,
    months: int = 24,
    window_days: int = 60,
    young_days: int = 180,
    risk_days: int = 30,
    inactive_days: int = 90,
    lapse_days: int = 365,
    is_running: bool = True,
) -> Cycle:
    """How often members report and how long each step lasts; running reports keep their deadline."""
    if not 7 <= risk_days < inactive_days < lapse_days:
        raise ValidationError(
            {"risk_days": [_("At risk first, then inactive, then lapsed: each later than the one before.")]}
        )
    facts = {"first_on": first_on, "months": months, "window_days": window_days, "young_days": young_days}
    steps = {"risk_days": risk_days, "inactive_days": inactive_days, "lapse_days": lapse_days, "is_running": is_running}
    return Cycle.objects.update_or_create(network=network, defaults={**facts, **steps})[0]


@verb("network.report_opened", rule=only_machine, then=words.opened)
def open_report(*, by: Actor, cycle: Cycle, membership: Membership, asked_on: date) -> Report:
    """The member is asked for its report about the months before `asked_on`, with the questions published now."""
    today = date.today()
    since = max(months_after(asked_on, -cycle.months), membership.period.lower)
    report = Report.objects.create(
        network_id=cycle.network_id,
        membership=membership,
        covers_since=since,
        covers_until=asked_on,
        opened_on=today,
        due_on=max(asked_on, today) + timedelta(days=cycle.window_days),
        schema=questions_of.schema_of(cycle.network),
        language=membership.organisation.language,
    )
    if standings.owed_by(membership) == report:  # nothing older is owed: the member has its time from here
        standings.put(membership, "due", by=by, report=report)
    return report


@verb("network.report_answered", rule=rules.may_write_report)
def answer(*, by: Actor, report: Report, said: Mapping[str, tuple[Any, int]]) -> tuple[Report, dict[str, Any]]:
    """Answers: question -> (value, the revision that the writer saw). Gives those that others have answered meanwhile.

    Never touches other answers, so that several people of the organisation write at once.
    """
    rows, theirs = Report.objects.owed(), {}
    for key, (value, seen) in said.items():
        if questions.find(report.schema, key) is None:
            raise ValidationError(_("This question is not asked any more."))
        put = questions.drafts.put(rows, pk=report.pk, key=key, value=value, seen=seen, by=by.person)
        if not put.is_saved:
            theirs[key] = put.theirs
    Report.objects.filter(pk=report.pk, state="due").update(state="draft", moved_at=timezone.now())
    report.refresh_from_db()
    return report, theirs


@verb("network.report_submitted", rule=rules.may_write_report, then=words.submitted)
def submit(*, by: Actor, report: Report) -> Report:
    """Hand it in, complete; what the member did here is written down as it is counted today. The network's turn."""
    report.refresh_from_db()
    lacks = questions.check(report.schema, questions.values_of(report.answers), report.language)
    if lacks:
        said = ngettext(
            "%(count)s answer is missing or too long.", "%(count)s answers are missing or too long.", len(lacks)
        )
        raise ValidationError(said % {"count": len(lacks)})
    facts = questions_of.counted(report)
    _move(report, "submitted", facts=facts, answer_on=date.today() + TIME_TO_READ, reminded_on=None)
    standings.pause(report.membership)
    return report


@verb("network.report_accepted", rule=rules.may_judge_report, then=words.judged)
def accept(*, by: Actor, report: Report) -> Report:
    """Thank you; the membership is in good standing again."""
    _move(report, "accepted", answer_on=None, reason="")
    _settle(report, _("Report accepted"), by)
    return report


@verb("network.report_returned", rule=rules.may_judge_report, then=words.judged)
def hand_back(*, by: Actor, report: Report, reason: str) -> Report:
    """Something is to be changed: the member's turn again, with three weeks at least."""
    said = prose.clean(reason)[:2000]
    if not said:
        raise ValidationError({"reason": [_("Please say what is to be changed.")]})
    until = max(report.deadline, date.today() + TIME_TO_CHANGE)
    _move(
        report,
        "returned",
        reason=said,
        answer_on=None,
        reminded_on=None,
        **_extension(until, _("Returned for changes")),
    )
    standings.put(report.membership, _fresh(report), said, by=by, report=report)
    return report


@verb("network.report_extended", rule=rules.may_judge_report, then=words.extended)
def extend(*, by: Actor, report: Report, to: date, why: str) -> Report:
    """More time for one member, for a reason that both sides read; steps taken because it was late go back."""
    said = prose.line(why)[:300]
    if not said:
        raise ValidationError({"why": [_("Please say why: both sides read it.")]})
    if to <= max(report.deadline, date.today()) or to > date.today() + timedelta(days=730):
        raise ValidationError({"to": [_("Please choose a day after the deadline, within two years.")]})
    changed = Report.objects.filter(pk=report.pk).owed().update(reminded_on=None, **_extension(to, said))
    if not changed:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    report.refresh_from_db()
    standings.put(report.membership, _fresh(report), said, by=by, report=report)
    return report


@verb("network.report_excused", rule=rules.may_judge_report, then=words.judged)
def excuse(*, by: Actor, report: Report, reason: str) -> Report:
    """This time the member need not report."""
    said = prose.line(reason)[:300]
    if not said:
        raise ValidationError({"reason": [_("Please say why: both sides read it.")]})
    _move(report, "excused", reason=said, answer_on=None)
    _settle(report, said, by)
    return report


@verb("network.report_reminded", rule=rules.may_judge_report, then=words.reminded)
def remind(*, by: Actor, report: Report) -> Report:
    """Whose turn it is hears of it again: by the clock, or because a coordinator wants it."""
    report.reminded_on = date.today()
    if report.state == Report.State.SUBMITTED:
        report.answer_on = date.today() + READ_AGAIN
    report.save(update_fields=["reminded_on", "answer_on"])
    return report


def _move(report: Report, state: str, **changes: Any) -> None:
    REPORT_STEPS.move(report, state, moved_at=timezone.now(), **changes)


def _extension(to: date, why: str) -> dict[str, Any]:
    return {"extended_to": to, "extended_why": why}


def _settle(report: Report, why: str, by: Actor) -> None:
    """In good standing, unless an older report is still owed."""
    other = standings.owed_by(report.membership)
    standings.put(report.membership, "due" if other else "active", why, by=by, report=other)


def _fresh(report: Report) -> str:
    """With time left, a report is due and not late, whatever the membership had come to."""
    return "due" if report.deadline >= date.today() else standings.state_of(report.membership)
