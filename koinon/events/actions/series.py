"""Series, and copies: everything of an event but its people, so many days later by the clocks of its place."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.events.actions import quotas
from koinon.events.actions.events import NOT_YOURS, save_event
from koinon.events.engine import clocks
from koinon.events.models import Event, EventForm, EventQuota, EventSession, Helper, Series, Speaker
from koinon.events.rules import events as rules
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Membership, Network, Organisation

MOST_AT_ONCE = 24
STEPS = {"week": 7, "fortnight": 14, "month": 0}
KEPT = (
    "kind", "names", "language", "languages", "about", "about_html", "picture_id", "picture_alt", "picture_credit",
    "picture_licence", "zone", "mode", "venue", "address", "place_id", "country", "link", "audience", "admits_guests",
    "asks_approval", "by_nomination", "admits_minors", "most_units", "offer_hours", "required_percent", "certifies",
    "funder", "funder_code", "care_days", "keep_months",
)  # fmt: skip
PARTS = (
    "names", "about", "about_html", "track", "room", "link", "zone", "is_required", "is_mandatory",
)  # fmt: skip


@verb("events.event_copied", rule=rules.may_copy, refusal=NOT_YOURS)
def copy(*, by: Actor, event: Event, organisation: Organisation, starts_on: date) -> Event:
    """A draft that begins on this day of its zone; programme, places, form and team come along, no registrations."""
    if starts_on < timezone.now().date():
        raise ValidationError({"starts_on": [_("Please give a day that is still to come.")]})
    return copied(event, organisation, starts_on, by.person)


@verb("events.event_repeated", rule=rules.may_copy, refusal=NOT_YOURS, counts=lambda made: {"events": len(made[1])})
def repeat(*, by: Actor, event: Event, organisation: Organisation, every: str, times: int) -> tuple[Event, list[Event]]:
    """So many more drafts: each week, each second week, or the same day of each month, at the same hour there."""
    if every not in STEPS or not 1 <= times <= MOST_AT_ONCE:
        raise ValidationError({"times": [_("Between 1 and %(number)s more.") % {"number": MOST_AT_ONCE}]})
    first = clocks.local(event.starts_at, event.zone).date()
    days = [_next(first, every, number) for number in range(1, times + 1)]
    if days[0] < timezone.now().date():
        raise ValidationError({"every": [_("The first of them would be in the past. Please copy the event first.")]})
    _in_series(event)
    return event, [copied(event, organisation, day, by.person) for day in days]


@verb("events.series_joined", rule=rules.organises, refusal=NOT_YOURS)
def join_series(*, by: Actor, event: Event, series: Series | None) -> Event:
    """The event belongs to this series of its organisation, or to none."""
    if series is not None and series.organisation_id != event.organisation_id:
        raise ValidationError({"series": [_("Please choose one of the list.")]})
    Event.objects.filter(pk=event.pk).update(series=series)
    event.series = series
    return event


def copied(event: Event, organisation: Organisation, starts_on: date, person: UUID | None) -> Event:
    """The copy, saved."""
    by = starts_on - clocks.local(event.starts_at, event.zone).date()
    later = _later(by)
    is_ours = organisation.pk == event.organisation_id
    made = Event(
        **{name: getattr(event, name) for name in KEPT}, organisation=organisation, copied_from=event,
        made_by_id=person, network=_network(event, organisation), project_id=event.project_id if is_ours else None,
        starts_at=later(event.starts_at, event.zone), ends_at=later(event.ends_at, event.zone),
        opens_at=_later_or_none(later, event.opens_at, event.zone),
        closes_at=_later_or_none(later, event.closes_at, event.zone),
        series=event.series if event.series and event.series.organisation_id == organisation.pk else None,
        is_demo=event.is_demo,
    )  # fmt: skip
    if made.audience == "network" and made.network is None:
        made.audience = "link"
    save_event(made)
    _copy_programme(event, made, later, _copy_quotas(event, made))
    for form in EventForm.objects.filter(event=event).order_by("purpose", "-number").distinct("purpose"):
        EventForm.objects.create(event=made, purpose=form.purpose, number=1, schema=form.schema)
    Helper.objects.bulk_create(
        Helper(event=made, person_id=row.person_id, role=row.role) for row in event.helpers.all()
    )
    return made


def _network(event: Event, organisation: Organisation) -> Network | None:
    """The network of the event, when the organisation belongs to it today."""
    there = Membership.objects.active().filter(organisation=organisation, network=event.network_id)
    return event.network if event.network_id and there.exists() else None


def _copy_quotas(event: Event, made: Event) -> dict[UUID, EventQuota]:
    """The rules of places; gives old -> new, for sessions that are for those who chose a part."""
    quotas.copy(event, made)
    new = {(row.rule, row.order): row for row in made.quotas.all()}
    return {row.pk: new[row.rule, row.order] for row in event.quotas.filter(slot=None)}


def _copy_programme(event: Event, made: Event, later: Any, parts: dict[UUID, EventQuota]) -> None:
    """Sessions with the roles that speak in them; persons are asked anew by the organisers of the copy."""
    for session in event.sessions.filter(is_cancelled=False).prefetch_related("speakers").order_by("pk"):
        new = EventSession.objects.create(
            event=made, starts_at=later(session.starts_at, session.zone), ends_at=later(session.ends_at, session.zone),
            quota=parts.get(session.quota_id) if session.quota_id else None,
            **{name: getattr(session, name) for name in PARTS},
        )  # fmt: skip
        Speaker.objects.bulk_create(
            Speaker(session=new, role=row.role, organisation_id=row.organisation_id, state="agreed", order=row.order)
            for row in session.speakers.all()
            if row.person_id is None
        )


def _in_series(event: Event) -> None:
    """What is repeated belongs together: a series with the name of the event, if it has none yet."""
    if event.series_id is None:
        event.series = Series.objects.create(
            organisation=event.organisation, network=event.network, names=event.names, language=event.language
        )
        Event.objects.filter(pk=event.pk).update(series=event.series)


def _later(by: timedelta) -> Any:
    return lambda at, zone: clocks.later(at, by, zone)


def _later_or_none(later: Any, at: Any, zone: str) -> Any:
    return later(at, zone) if at is not None else None


def _next(first: date, every: str, number: int) -> date:
    """The day of the copy with this number; the 31st of a month without one is its last day."""
    if STEPS[every]:
        return first + timedelta(days=STEPS[every] * number)
    month = first.month - 1 + number
    year, month = first.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(first.day, last))
