"""The report of an event: drafted from what happened, written on, published with frozen figures, taken back to change.

A study visit has a joint report: each host and each visiting organisation writes its part and says when it is done.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.models import EVENT_REPORT_STEPS, EVENT_STEPS, Event, EventReport, ReportPart
from koinon.events.notices import reports as notices
from koinon.events.queries import reports as queries
from koinon.events.rules import afterwards as rules
from koinon.events.rules.events import organises
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
NOT_PART = gettext_lazy("Only those who speak for this organisation may write its part.")
TEXT = 40_000
COUNTED = ("registered", "attended", "minutes", "certified")
"""Figures that the chronicle keeps of a report."""

conflict("event_report_stays", None, gettext_lazy("The figures of a published report stay as they are."))


@verb("events.report_drafted", rule=organises, refusal=NOT_YOURS, then=notices.drafted)
def draft(*, by: Actor, event: Event) -> EventReport:
    """Begin the report once the event is over; who has a part in a joint one is asked for it."""
    held = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if held.state not in ("over", "reported"):
        raise ValidationError(_("The report is written when the event is over."))
    report = EventReport.objects.filter(event=held).first()
    if report is None:
        text = queries.first_words(held)
        report = EventReport.objects.create(
            event=held, language=held.language, text=text, text_html=prose.html_of(text), by_id=by.person
        )
    known = set(report.parts.values_list("organisation", flat=True))
    wanted = queries.parties(held) if held.kind == "study_visit" else []
    fresh = [
        ReportPart(report=report, organisation=each, language=each.language) for each in wanted if each.pk not in known
    ]
    report.asked = ReportPart.objects.bulk_create(fresh)  # type: ignore[attr-defined]
    return report


@verb("events.report_written", rule=rules.writes_report, refusal=NOT_YOURS)
def write(*, by: Actor, report: EventReport, text: str) -> EventReport:
    """The words of the report, while it is a draft."""
    kept = prose.said(text, "text", TEXT, is_needed=True)
    changed = EventReport.objects.filter(pk=report.pk, state="draft").update(
        text=kept, text_html=prose.html_of(kept), by_id=by.person, changed_at=timezone.now()
    )
    return _again(report, changed)


@verb(
    "events.report_published", rule=rules.writes_report, refusal=NOT_YOURS,
    counts=lambda report: {key: report.figures.get(key, 0) for key in COUNTED},
)  # fmt: skip
def publish(*, by: Actor, report: EventReport) -> EventReport:
    """Everybody who sees the event reads it from now on; its figures stay as they are at this moment."""
    event = Event.objects.select_for_update(of=("self",)).get(pk=report.event_id)
    if not report.text.strip():
        raise ValidationError({"text": [_("Please write a few words.")]})
    if event.state == "over":
        EVENT_STEPS.move(event, "reported", moved_at=timezone.now())
    report.event = event
    EVENT_REPORT_STEPS.move(
        report, "published", figures=queries.figures(event), published_at=timezone.now(), by_id=by.person
    )
    return report


@verb("events.report_reopened", rule=rules.writes_report, refusal=NOT_YOURS)
def reopen(*, by: Actor, report: EventReport) -> EventReport:
    """Something is to be changed: nobody else reads it until it is published again, with figures counted anew."""
    event = Event.objects.select_for_update(of=("self",)).get(pk=report.event_id)
    EVENT_REPORT_STEPS.move(report, "draft", published_at=None)
    if event.state == "reported":
        due = max(event.report_due_on or timezone.now().date(), timezone.now().date() + timedelta(days=7))
        EVENT_STEPS.move(event, "over", moved_at=timezone.now(), report_due_on=due)
    report.event = event
    return report


@verb("events.report_part_written", rule=rules.writes_part, refusal=NOT_PART, then=notices.part_written)
def write_part(*, by: Actor, part: ReportPart, text: str, is_done: bool) -> ReportPart:
    """The part of one host or visitor, while the whole is a draft; `is_done`: others need not wait for it any more."""
    kept = prose.said(text, "text", TEXT, is_needed=is_done)
    was_done = ReportPart.objects.filter(pk=part.pk, is_done=True).exists()
    rows = ReportPart.objects.filter(Q(report__state="draft"), pk=part.pk)
    changed = rows.update(
        text=kept, text_html=prose.html_of(kept), is_done=is_done, by_id=by.person, changed_at=timezone.now()
    )
    if not changed:
        raise ValidationError(_("The report is published: ask the organisers to open it again."))
    part.refresh_from_db()
    part.is_new = is_done and not was_done  # type: ignore[attr-defined]
    return part


def _again(report: EventReport, changed: int) -> EventReport:
    if not changed:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    report.refresh_from_db()
    return report
