"""Whose part of a joint report is waited for, and that one has come."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.events.models import EventReport, ReportPart
from koinon.events.notices.telling import name_of, tell_organisers, unless_demo
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network.queries import speakers_of


@unless_demo
def drafted(*, by: Actor, result: EventReport) -> None:
    """Those who speak for hosts and visitors are asked for their part."""
    event = result.event
    facts: dict[str, Any] = {"event": lambda language: name_of(event, language)}
    for part in getattr(result, "asked", []):
        tell_all(
            people=list(speakers_of(part.organisation_id)), kind="events.organising",
            title=_("Your part of the joint report: %(event)s"),
            text=_("Hosts and visitors each write what they take home. A few sentences are enough."),
            facts=facts, address=to("events:report_part", part.pk), action=_("Write our part"),
        )  # fmt: skip


@unless_demo
def part_written(*, by: Actor, result: ReportPart) -> None:
    """The organisers hear of a part that is done, once."""
    if getattr(result, "is_new", False):
        event = result.report.event
        facts = {"organisation": str(result.organisation)}
        title = _("The part of %(organisation)s is there: %(event)s")
        tell_organisers(event, title=title, facts=facts, address=to("events:report", event.slug), by=by)
