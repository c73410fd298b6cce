"""Events: created from five facts, edited, published, closed and reopened, called off, over by the clock."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.actions import indexing, messages, pictures, places, quotas, scans
from koinon.events.engine import clocks
from koinon.events.engine.kinds import KINDS, facts_of
from koinon.events.models import EVENT_STEPS, Event, EventSession
from koinon.events.notices import events as notices
from koinon.events.queries.publishing import missing
from koinon.events.rules import events as rules
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.actions.naming import save_with_slug, tidy_names
from koinon.network.models import Membership, Network, Organisation, Place

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
NOT_SPEAKER = gettext_lazy("You do not speak for this organisation.")
TITLE, WHY, ABOUT, VENUE, ADDRESS, LINK = 200, 500, 20_000, 200, 300, 400
REPORT_WITHIN = timedelta(days=30)
LONGEST = timedelta(days=62)
TIMES = ("starts_at", "ends_at", "zone")
RULES = (
    "audience", "opens_at", "closes_at", "admits_guests", "asks_approval", "by_nomination", "admits_minors",
    "most_units", "offer_hours", "required_percent", "certifies", "care_days", "keep_months",
)  # fmt: skip
SHOWN = ("kind", "names", "languages", "about", "mode", "venue", "address", "place", "country", "link")
EDITABLE = {*TIMES, *RULES, *SHOWN, "funder", "funder_code"}
TOLD = ("starts_at", "ends_at", "zone", "mode", "venue", "address", "place_id", "link")
"""Changes of these are told to everybody who comes, and to their calendars."""
LANGUAGE, COUNTRY = re.compile("[a-z]{2,3}"), re.compile("[A-Z]{2}|")
RESERVED = ("offers", "series", "speakers")
"""Words that stand in an event's place in other addresses."""

conflict("event_ends_later", "ends", gettext_lazy("It would end before it begins."))
conflict("event_registration_ends_later", "closes", gettext_lazy("Registration would end before it begins."))
conflict("event_percent_is_one", "required_percent", gettext_lazy("Between 1 and 100 percent."))
conflict("event_units_are_few", "most_units", gettext_lazy("Between 1 and 10 places."))
conflict("event_offer_ends", "offer_hours", gettext_lazy("Between 1 and 720 hours."))


@verb("events.event_created", rule=rules.may_hold, refusal=NOT_SPEAKER)
def create(
    *, by: Actor, organisation: Organisation, kind: str, title: str, starts_at: datetime, ends_at: datetime, zone: str,
    network: Network | None = None, language: str = "en", mode: str = "", place: Place | None = None, venue: str = "",
    is_demo: bool = False,
) -> Event:  # fmt: skip
    """A draft with the usual rules and places of its kind, and one session for each of its days."""
    if kind not in KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    if network is not None and not Membership.objects.active().filter(organisation=organisation, network=network):
        raise ValidationError({"network": [_("Your organisation does not belong to this network.")]})
    facts = facts_of(kind, in_network=network is not None) | ({"mode": mode} if mode else {})
    checked = _checked(
        names={language: title}, language=language, starts_at=starts_at, ends_at=ends_at, zone=zone, place=place,
        venue=venue, **facts,
    )  # fmt: skip
    made = Event(
        organisation=organisation, network=network, kind=kind, language=language, languages=[language],
        made_by_id=by.person, is_demo=is_demo, **checked,
    )  # fmt: skip
    save_event(made)
    EventSession.objects.bulk_create(days_of(made))
    quotas.put(made, rule="all", places=KINDS[kind].places)
    return made


@verb("events.event_changed", rule=rules.organises, refusal=NOT_YOURS)
def edit(*, by: Actor, event: Event, moves_sessions: bool = True, **facts: Any) -> Event:
    """Change what is given (see EDITABLE). People and calendars hear of another time or place.

    When the beginning moves, sessions move by as much on their own clocks, unless `moves_sessions` is False.
    """
    if unknown := set(facts) - EDITABLE:
        raise TypeError(f"cannot be edited: {sorted(unknown)}")
    held = places.hold(event)
    if held.state in ("over", "reported", "cancelled"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    before = {name: getattr(held, name) for name in TOLD}
    for name, value in _checked(language=held.language, held=held, **facts).items():
        setattr(held, name, value)
    _check_whole(held)
    has_moved = {name for name in TOLD if before[name] != getattr(held, name)}
    held.sequence += bool(has_moved)
    held.save()
    if moves_sessions and (held.starts_at, held.zone) != (before["starts_at"], before["zone"]):
        by_clock = clocks.local(held.starts_at, held.zone) - clocks.local(before["starts_at"], before["zone"])
        shift(held, by_clock, before["zone"])
    if held.state != "draft" and has_moved:
        messages.tell_everybody(by, held, "changed")
    indexing.changed(held)
    pictures.changed(held)
    return held


@verb("events.event_published", rule=rules.organises, refusal=NOT_YOURS)
def publish(*, by: Actor, event: Event) -> Event:
    """From now on people find it and register; refused while something is missing that they need."""
    lacks = [each.words for each in missing(event) if each.is_needed]
    if lacks:
        raise ValidationError([str(words) for words in lacks])
    EVENT_STEPS.move(event, "open", moved_at=timezone.now())
    indexing.changed(event)
    pictures.changed(event)
    return event


@verb("events.registration_closed", rule=rules.organises, refusal=NOT_YOURS)
def close(*, by: Actor, event: Event) -> Event:
    """Nobody registers any more; who is registered stays so, and free places are still offered to who waits."""
    EVENT_STEPS.move(event, "closed", moved_at=timezone.now())
    return event


@verb("events.registration_reopened", rule=rules.organises, refusal=NOT_YOURS)
def reopen(*, by: Actor, event: Event) -> Event:
    """People may register again, while the event is not over; a last day of registration that has passed goes."""
    if event.state != "closed" or event.ends_at < timezone.now():
        raise ValidationError(_("This is no longer possible: it has moved on."))
    is_past = event.closes_at is not None and event.closes_at <= timezone.now()
    EVENT_STEPS.move(event, "open", moved_at=timezone.now(), **({"closes_at": None} if is_past else {}))
    places.move_up(event)
    return event


@verb("events.link_changed", rule=rules.organises, refusal=NOT_YOURS)
def new_link(*, by: Actor, event: Event) -> Event:
    """A new link to find it and register; the old one opens nothing from now on."""
    event.link_key = secrets.token_urlsafe(18)
    Event.objects.filter(pk=event.pk).update(link_key=event.link_key)
    return event


@verb("events.event_cancelled", rule=rules.organises, refusal=NOT_YOURS, then=notices.called_off)
def cancel(*, by: Actor, event: Event, why: str) -> Event:
    """Called off with a sentence that everybody who is registered or waits is told; calendars strike it out."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    was_seen = event.state != "draft"
    EVENT_STEPS.move(event, "cancelled", moved_at=timezone.now(), why=said, sequence=event.sequence + 1)
    if was_seen:
        messages.tell_everybody(by, event, "cancelled")
    indexing.changed(event)
    return event


@verb("events.event_ended", rule=only_machine, then=notices.ended)
def end(*, by: Actor, event: Event) -> Event:
    """Over: by the clock, when its last moment has passed. From then on the report is due."""
    if event.ends_at > timezone.now():
        raise ValidationError(_("It has not taken place yet."))
    due = clocks.local(event.ends_at, event.zone).date() + REPORT_WITHIN
    EVENT_STEPS.move(event, "over", moved_at=timezone.now(), report_due_on=due)
    scans.recount_later(event)
    return event


def save_event(made: Event) -> None:
    """Save a new event under an address made of its title, with a link of its own."""
    made.link_key = secrets.token_urlsafe(18)
    title = made.names[made.language]
    save_with_slug(made, f"{title} event" if title.strip().lower() in RESERVED else title, "event")


def days_of(event: Event) -> list[EventSession]:
    """One session for each day of the event, not saved yet; an event of one day is one session."""
    parts = clocks.days(event.starts_at, event.ends_at, event.zone)
    with translation.override(event.language):
        return [
            EventSession(
                event=event, starts_at=starts, ends_at=ends, zone=event.zone,
                names=event.names if len(parts) == 1 else {event.language: _("Day %(number)s") % {"number": number}},
            )
            for number, (starts, ends) in enumerate(parts, 1)
        ]  # fmt: skip


def shift(event: Event, by: timedelta, was_zone: str) -> None:
    """All sessions so much later by their own clocks; those that were at home in the event's zone follow it."""
    for session in event.sessions.select_for_update():
        zone = event.zone if session.zone == was_zone else session.zone
        starts, ends = (clocks.local(at, session.zone) + by for at in (session.starts_at, session.ends_at))
        session.starts_at, session.ends_at = clocks.moment(starts, zone), clocks.moment(ends, zone)
        if session.ends_at <= session.starts_at:  # an hour that is shown twice lies in between
            session.ends_at = session.starts_at + (ends - starts)
        session.zone, session.sequence = zone, session.sequence + 1
        session.save(update_fields=["starts_at", "ends_at", "zone", "sequence"])


def address_of(said: str, field: str = "link") -> str:
    """A web address of a video call, or ""."""
    address = prose.line(said)[:LINK]
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
        raise ValidationError({field: [_("Please give an address that begins with https://")]})
    return address


def zone_of(said: str) -> str:
    """A zone that this server knows."""
    if said not in available_timezones():
        raise ValidationError({"zone": [_("Please choose one of the list.")]})
    return said


def _checked(*, language: str, held: Event | None = None, **facts: Any) -> dict[str, Any]:
    """What was said, clean; raises ValidationError beside the field."""
    found = dict(facts)
    for name, limit in (("venue", VENUE), ("address", ADDRESS), ("funder", 200), ("funder_code", 80)):
        if name in facts:
            found[name] = prose.said(facts[name], name, limit, is_line=True)
    if "names" in facts:
        found["names"] = tidy_names(facts["names"], language)
    if "languages" in facts:
        found["languages"] = [code for code in dict.fromkeys(facts["languages"]) if LANGUAGE.fullmatch(code)][:12]
    if "country" in facts and not COUNTRY.fullmatch(facts["country"]):
        raise ValidationError({"country": [_("Please choose one of the list.")]})
    if "about" in facts:
        found["about"] = prose.said(facts["about"], "about", ABOUT)
        found["about_html"] = prose.html_of(found["about"])
    if "link" in facts:
        found["link"] = address_of(facts["link"])
    if "zone" in facts:
        found["zone"] = zone_of(facts["zone"])
    if facts.get("place") is not None:
        found["country"] = facts["place"].country
    for name, choices in (("audience", Event.Audience), ("mode", Event.Mode), ("kind", Event.Kind)):
        if name in facts and facts[name] not in choices.values:
            raise ValidationError({name: [_("Please choose one of the list.")]})
    _check_times(found, held)
    return found


def _check_times(found: dict[str, Any], held: Event | None) -> None:
    starts: datetime = found["starts_at"] if held is None else found.get("starts_at", held.starts_at)
    ends: datetime = found["ends_at"] if held is None else found.get("ends_at", held.ends_at)
    if ends <= starts:
        raise ValidationError({"ends": [_("It would end before it begins.")]})
    if ends - starts > LONGEST:
        raise ValidationError({"ends": [_("An event lasts two months at most. Make a series of several events.")]})


def _check_whole(held: Event) -> None:
    if held.audience == "network" and held.network_id is None:
        raise ValidationError({"audience": [_("This event belongs to no network, so it cannot be for its members.")]})
    held.languages = list(dict.fromkeys([held.language, *held.languages]))
