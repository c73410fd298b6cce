"""Events and sessions as entries of calendars, by the clocks of where they take place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from koinon.accounts.notices import absolute
from koinon.events.models import COMING, Event, EventSession, Registration
from koinon.kit import calendars, mail
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import Network, name_in

MOST = 300
KEPT = timedelta(days=90)
LEFT = ("withdrawn", "rejected")
GAVE_UP = Q(state__in=LEFT, left_from__in=COMING)
"""Those who had a place and left: calendars know of them."""


def entry_of(event: Event, language: str = "", *, has_link: bool = False) -> calendars.Entry:
    """One event. The address of the call stands in it only with `has_link`: for those who take part."""
    where = ", ".join(part for part in (event.venue, event.address) if part)
    link = event.link if has_link else ""
    page = absolute(to("events:event", event.slug))
    return calendars.Entry(
        uid=event.uid, title=name_in(event.names, language or event.language), starts=event.starts_at,
        ends=event.ends_at, text="\n".join(part for part in (page, link) if part), url=page, place=where or link,
        is_cancelled=event.state == "cancelled", zone=event.zone, sequence=event.sequence,
    )  # fmt: skip


def entry_of_session(session: EventSession, language: str = "", *, has_link: bool = False) -> calendars.Entry:
    """One session, in its own zone; `session.event` is read."""
    event = session.event
    language = language or event.language
    link = (session.link or event.link) if has_link else ""
    page = absolute(to("events:event", event.slug))
    return calendars.Entry(
        uid=session.uid, title=f"{name_in(session.names, language)} · {name_in(event.names, language)}",
        starts=session.starts_at, ends=session.ends_at, text="\n".join(part for part in (page, link) if part), url=page,
        place=", ".join(part for part in (session.room, event.venue) if part) or link,
        is_cancelled=session.is_cancelled or event.state == "cancelled", zone=session.zone,
        sequence=session.sequence + event.sequence,
    )  # fmt: skip


def invited(row: Registration) -> calendars.Invitation | None:
    """What the calendar of somebody who is registered must learn now; None when it need learn nothing.

    The number of the version is derived, so that it never falls: what the event has changed, what this registration
    has, and two for each earlier registration of the same person (asked for, called off) under the same name.
    """
    person = row.person
    if not _is_known(row) or row.is_demo or (person is not None and person.is_assisted):
        return None
    email = person.email if person is not None else row.email
    if not email:
        return None
    if person is not None:
        earlier = _earlier(event=row.event_id, row=row.pk, person=person.pk)
    else:
        earlier = _earlier(event=row.event_id, row=row.pk, person=None, email=row.email, name=row.name)
    before = sum(2 + number for number in earlier)
    name = (person.name if person is not None else row.name) or email
    entry = _entry(row, row.language if person is None else person.language, before)
    return calendars.Invitation(entry, mail.sender(), (name, email), entry.sequence)


_earlier: Prepared[int] = Prepared(
    lambda event, row, **who: (
        Registration.objects.filter(GAVE_UP, event=event, pk__lt=row, **who)
        .order_by()
        .values_list("sequence", flat=True)
    )
)


def coming(me: Actor) -> list[calendars.Entry]:
    """Events I take part in, or did until lately, and those where I gave up a place, struck out. One query."""
    if not me.is_known:
        return []
    since = timezone.now() - KEPT
    rows = Registration.objects.filter(Q(state__in=COMING) | GAVE_UP, person=me.person, event__ends_at__gt=since)
    found: dict[str, calendars.Entry] = {}
    before: Counter[str] = Counter()
    for row in rows.select_related("event").order_by("pk")[:MOST]:
        found[row.event.uid] = _entry(row, me.language, before[row.event.uid])
        before[row.event.uid] += 2 + row.sequence
    return list(found.values())


def public_of(network: Network) -> list[calendars.Entry]:
    """What everybody may know of a network's events: the last three months and all that come."""
    rows = Event.objects.public().filter(network=network, ends_at__gt=timezone.now() - KEPT)
    return [entry_of(row) for row in rows.order_by("starts_at", "pk")[:MOST]]


def programme(event: Event, language: str = "") -> list[calendars.Entry]:
    """All sessions, those called off too, so that calendars strike them out."""
    rows: Iterable[EventSession] = event.sessions.select_related("event").order_by("starts_at", "pk")[:MOST]
    return [entry_of_session(row, language) for row in rows]


def _is_known(row: Registration) -> bool:
    """Does a calendar know of it? Whoever left before they had a place has nothing in theirs to strike out."""
    return row.state in COMING or (row.state in LEFT and row.left_from in COMING)


def _entry(row: Registration, language: str, before: int) -> calendars.Entry:
    """The event as it stands in the calendar of this person: struck out when they left."""
    is_left = row.state in LEFT
    entry = entry_of(row.event, language, has_link=not is_left)
    version = entry.sequence + row.sequence + before + is_left
    return replace(entry, is_cancelled=entry.is_cancelled or is_left, sequence=version)
