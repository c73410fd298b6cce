"""The programme: sessions planned, changed, called off; who speaks in them, by role or by a person who agreed."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.actions import indexing, messages, places
from koinon.events.actions.events import address_of, zone_of
from koinon.events.models import SPEAKER_STEPS, Event, EventQuota, EventSession, Speaker
from koinon.events.notices import sessions as notices
from koinon.events.rules import events as rules
from koinon.kit import links, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.network.actions.naming import tidy_names
from koinon.network.models import Organisation

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
TRACK, ROOM, ABOUT, ROLE = 80, 120, 5000, 160
MOST_SPEAKERS = 40

conflict("event_session_ends_later", "ends", gettext_lazy("It would end before it begins."))


@verb("events.session_planned", rule=rules.organises, refusal=NOT_YOURS)
def plan(
    *, by: Actor, event: Event, title: str, starts_at: datetime, ends_at: datetime, zone: str, about: str = "",
    track: str = "", room: str = "", link: str = "", is_required: bool = True, is_mandatory: bool = False,
    quota: EventQuota | None = None,
) -> EventSession:  # fmt: skip
    """A part of the event, in the zone of its own; `is_required`: its minutes count for the certificate."""
    held = _held(event)
    facts = _facts(held, title, starts_at, ends_at, zone, about, track, room, link, quota)
    made = EventSession.objects.create(
        event=held, names=tidy_names({held.language: title}, held.language), is_required=is_required or is_mandatory,
        is_mandatory=is_mandatory, **facts,
    )  # fmt: skip
    _tell(by, made)
    return made


@verb("events.session_changed", rule=rules.schedules, refusal=NOT_YOURS)
def change(
    *, by: Actor, session: EventSession, title: str, starts_at: datetime, ends_at: datetime, zone: str,
    about: str = "", track: str = "", room: str = "", link: str = "", is_required: bool = True,
    is_mandatory: bool = False, quota: EventQuota | None = None,
) -> EventSession:  # fmt: skip
    """Another time, room or title; people and calendars hear of time and room."""
    held = _locked(session)
    before = (held.starts_at, held.ends_at, held.room, held.link)
    event = _held(held.event)
    names = {**held.names, event.language: title}
    facts = _facts(event, title, starts_at, ends_at, zone, about, track, room, link, quota)
    facts |= {"names": tidy_names(names, event.language), "is_required": is_required or is_mandatory}
    for name, value in {**facts, "is_mandatory": is_mandatory}.items():
        setattr(held, name, value)
    has_moved = before != (held.starts_at, held.ends_at, held.room, held.link)
    held.sequence += has_moved
    held.save()
    if has_moved:
        _tell(by, held)
    return held


@verb("events.session_called_off", rule=rules.schedules, refusal=NOT_YOURS)
def call_off(*, by: Actor, session: EventSession) -> EventSession:
    """It does not take place; it stays in the programme, crossed out, and counts for nobody."""
    held = _locked(session)
    _held(held.event)
    held.is_cancelled, held.sequence = True, held.sequence + 1
    held.save(update_fields=["is_cancelled", "sequence"])
    _tell(by, held)
    return held


@verb("events.session_removed", rule=rules.schedules, refusal=NOT_YOURS)
def remove(*, by: Actor, session: EventSession) -> Event:
    """Out of the programme, while nobody has come to it; in a published event it is called off instead."""
    held = _locked(session)
    if held.scans.exists() or held.presences.exists() or held.event.state not in ("draft", "open", "closed"):
        raise ValidationError(_("Somebody has come to it already: it can only be called off."))
    event = held.event
    held.delete()
    return event


@verb("events.speaker_named", rule=rules.schedules, refusal=NOT_YOURS, then=notices.speaker_asked)
def name_speaker(
    *, by: Actor, session: EventSession, role: str, organisation: Organisation | None = None,
    person: Person | None = None,
) -> Speaker:  # fmt: skip
    """A role ("Head of the hub") stands at once; a person is asked first, and is named only when they agree."""
    said = prose.said(role, "role", ROLE, is_needed=True, is_line=True)
    held = _locked(session)
    if held.speakers.count() >= MOST_SPEAKERS:
        raise ValidationError(_("At most %(number)s speakers in one session.") % {"number": MOST_SPEAKERS})
    if person is not None and held.speakers.filter(person=person).exists():
        raise ValidationError({"email": [_("This person was asked already.")]})
    last = held.speakers.aggregate(last=Max("order"))["last"] or 0
    if organisation is not None and not rules.sees(by=by, organisation=organisation):
        raise ValidationError({"organisation": [_("Please choose one of the list.")]})
    is_me = person is not None and person.pk == by.person
    state = "agreed" if person is None or is_me else "asked"
    return Speaker.objects.create(
        session=held, role=said, organisation=organisation, person=person, state=state, order=last + 1
    )


@verb("events.speaker_removed", rule=rules.names_speaker, refusal=NOT_YOURS)
def remove_speaker(*, by: Actor, speaker: Speaker) -> EventSession:
    """Out of the programme."""
    session = speaker.session
    Speaker.objects.filter(pk=speaker.pk).delete()
    return session


@verb("events.speaker_answered", rule=rules.speaks, refusal=gettext_lazy("This question was for somebody else."))
def answer_as_speaker(*, by: Actor, speaker: Speaker, agrees: bool, link: links.Link | None = None) -> Speaker:
    """May your name stand in the programme? Yes or no, and later the other way round."""
    if link is not None:
        links.use(link)
    wanted = "agreed" if agrees else "declined"
    if speaker.state != wanted:
        SPEAKER_STEPS.move(speaker, wanted)
    return speaker


def _facts(
    event: Event, title: str, starts_at: datetime, ends_at: datetime, zone: str, about: str, track: str, room: str,
    link: str, quota: EventQuota | None,
) -> dict[str, Any]:  # fmt: skip
    prose.said(title, "title", 200, is_needed=True, is_line=True)
    if ends_at <= starts_at:
        raise ValidationError({"ends": [_("It would end before it begins.")]})
    if quota is not None and quota.event_id != event.pk:
        raise ValidationError({"quota": [_("Please choose one of the list.")]})
    text = prose.said(about, "about", ABOUT)
    return {
        "starts_at": starts_at, "ends_at": ends_at, "zone": zone_of(zone), "about": text,
        "about_html": prose.html_of(text), "track": prose.said(track, "track", TRACK, is_line=True),
        "room": prose.said(room, "room", ROOM, is_line=True), "link": address_of(link), "quota": quota,
    }  # fmt: skip


def _held(event: Event) -> Event:
    held = places.hold(event)
    if held.state in ("over", "reported", "cancelled"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return held


def _locked(session: EventSession) -> EventSession:
    held = EventSession.objects.select_for_update(of=("self",)).select_related("event").get(pk=session.pk)
    if held.is_cancelled:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return held


def _tell(by: Actor, session: EventSession) -> None:
    """Everybody hears of a change of a published programme, once for all changes of a quarter of an hour."""
    if session.event.state in ("open", "closed"):
        messages.tell_soon(by, session.event)
        indexing.changed(session.event)
