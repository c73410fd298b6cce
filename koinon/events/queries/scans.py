"""The door: which session is now, who comes, who is in; and the same list as a device keeps it for the day."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from koinon.events.models import COMING, Event, EventSession, Registration, Scan
from koinon.kit.addresses import to
from koinon.kit.meaning.folding import fold
from koinon.kit.templatetags.kit import moment
from koinon.kit.verbs import Actor
from koinon.network.models import name_in

PAGE = 50
KEPT = timedelta(hours=18)
"""So long a device keeps the names: over the day, not over night."""
EARLY = timedelta(hours=1)
SILENT = ("draft", "email")
"""States of registrations that nobody at a door needs to know of."""


@dataclass
class Row:
    """Somebody on the list of the door; `is_in`: the last scan of this session was a check-in."""

    registration: Registration
    is_in: bool = False
    was_in: bool = False


def open_sessions(event: Event) -> list[EventSession]:
    return list(event.sessions.filter(is_cancelled=False))


def session_now(sessions: list[EventSession]) -> EventSession | None:
    """The session that is going on, or begins within the hour, or comes next; the last one when all are over."""
    now = timezone.now()
    going = [row for row in sessions if row.starts_at - EARLY <= now <= row.ends_at]
    coming = [row for row in sessions if row.starts_at > now]
    return next(iter(going or coming), sessions[-1] if sessions else None)


def chosen_session(sessions: list[EventSession], said: str) -> EventSession | None:
    return next((row for row in sessions if str(row.pk) == said), None) or session_now(sessions)


def rows_of(event: Event, session: EventSession | None, text: str) -> tuple[list[Row], int]:
    """People by name, those that fit `text`, fifty at most; and how many there are. Three queries."""
    wanted = fold(text)
    found = event.registrations.filter(state__in=COMING).select_related("organisation")
    people = sorted(found, key=lambda row: (fold(row.name), row.pk))
    people = [row for row in people if wanted in fold(row.name) or text.strip() == row.code] if wanted else people
    shown = people[:PAGE]
    last: dict[UUID, str] = {}
    if session is not None:
        scans = Scan.objects.filter(session=session, registration__in=[row.pk for row in shown])
        last = dict(scans.order_by("at", "way", "id").values_list("registration", "way"))
    return [Row(row, last.get(row.pk) == "in", row.pk in last) for row in shown], len(people)


def counts(session: EventSession) -> dict[str, int]:
    """How many came, and how many are in now. One query."""
    scans = Scan.objects.filter(session=session).order_by("registration", "-at", "-way", "-id")
    ways = [way for _key, way in scans.distinct("registration").values_list("registration", "way")]
    return {"came": len(ways), "in": ways.count("in")}


def listed(event: Event) -> dict[str, Any]:
    """For a device: codes with the names of those who come; of others only that they do not. Two queries."""
    people = []
    rows = event.registrations.exclude(state__in=SILENT).select_related("organisation")
    for row in sorted(rows, key=lambda row: (fold(row.name), row.pk)):
        is_coming = row.state in COMING
        where = (str(row.organisation) if row.organisation else row.organisation_name) if is_coming else ""
        people.append(
            {
                "code": row.code, "name": row.name if is_coming else "", "where": where, "coming": is_coming,
                "said": "" if is_coming else str(row.get_state_display()),
            }
        )  # fmt: skip
    return {
        "event": event.slug, "people": people, "until": (timezone.now() + KEPT).isoformat(),
        "sessions": sessions_listed(event),
    }  # fmt: skip


def sessions_listed(event: Event) -> list[dict[str, str]]:
    """One query."""
    return [
        {
            "id": str(row.pk), "name": label_of(row, event), "starts": row.starts_at.isoformat(),
            "ends": row.ends_at.isoformat(),
        }
        for row in open_sessions(event)
    ]  # fmt: skip


def label_of(session: EventSession, event: Event) -> str:
    """Its name, when it begins, and the room."""
    with timezone.override(ZoneInfo(session.zone)):
        words = [name_in(session.names, event.language), str(moment(session.starts_at)), session.room]
    return " · ".join(word for word in words if word)


def owner_of(me: Actor) -> str:
    """The name of whoever keeps the door on their device: tells nothing about them and is the same each time."""
    return salted_hmac("koinon.door", str(me.person)).hexdigest()[:24] if me.is_known else ""


def who(request: HttpRequest) -> dict[str, str]:
    """Who is signed in here, and what a letter of scans must carry."""
    return {"owner": owner_of(request.me), "token": get_token(request)}  # type: ignore[attr-defined]


def facts_of(event: Event, owner: str) -> dict[str, Any]:
    """What the script of the door needs; the same on the page and on the kept one, but for the owner."""
    return {
        "event": event.slug, "title": str(event), "owner": owner, "sessions": sessions_listed(event),
        "scans": to("events:scans", event.slug), "people": to("events:door_people", event.slug),
        "kept": to("events:door_kept", event.slug), "door": to("events:door", event.slug),
        "worker": to("events:worker"), "reader": static("events/vendor/jsqr-1.4.0.js"), "words": _words(),
        "static": settings.STATIC_URL,
    }  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "in": _("%(name)s is in"),
        "out": _("%(name)s is out"),
        "somebody": _("Kept. This code is not on the list of this device; we ask as soon as there is a connection."),
        "again": _("%(name)s was scanned a moment ago: counted once."),
        "foreign": _("This is not a code of ours."),
        "not_coming": _("This registration has no place: %(state)s"),
        "nobody": _("Nobody on the list is called that."),
        "waiting": _("Waiting on this device to be sent: %(number)s"),
        "all_sent": _("Everything is sent."),
        "offline": _("No connection: scans are kept here and sent later."),
        "sign": _("Please sign in again: then the scans are sent. None is lost."),
        "not_yours": _("You do not look after this door any more, so the scans of this device cannot be sent."),
        "kept_people": _("On the list of this device: %(number)s, until %(until)s"),
        "no_list": _("There is no list of names on this device. Codes are kept all the same."),
        "forgotten": _("The list of names is gone from this device."),
        "no_camera": _("The camera cannot be used. Type the code, or search for the name."),
        "stop": _("Stop the camera"),
        "start": _("Scan with the camera"),
        "check_in": _("In"),
        "check_out": _("Out"),
        "refused": _("Not counted"),
        "sent": _("Sent"),
        "still": _("Waits"),
        "seen": _("Understood"),
        "not_kept": _("This device could not keep the scan. Please write it down."),
    }
