"""Who was there for how long, and whether it is enough: the same answer for jobs, organisers and who attended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.events.engine import presence as engine
from koinon.events.engine.presence import Part, Verdict
from koinon.events.models import COMING, Certificate, Event, EventSession, Presence, Registration, Scan
from koinon.kit.meaning.folding import fold
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import name_in

PAGE = 50
WORDS: Mapping[str, Any] = {
    "earned": _("Minutes attended: %(minutes)s of %(required)s. That is enough: %(needed)s are needed."),
    "open": _(
        "Minutes attended for certain: %(minutes)s of %(required)s; %(needed)s are needed. A check-in or check-out is "
        "missing (%(open)s): the organisers decide."
    ),
    "short": _("Minutes attended: %(minutes)s of %(required)s. That is not enough: %(needed)s are needed."),
    "missed": _("Minutes attended: %(minutes)s of %(required)s. Not attended, although everybody has to: %(missed)s"),
    "absent": _("Was not seen in any session that counts."),
    "nothing": _("No session of this event counts towards a certificate."),
}
SHOWS: Mapping[str, Any] = {
    "": _("Everybody"),
    "open": _("Somebody has to decide"),
    "earned": _("Attended enough"),
    "short": _("Attended, but not enough"),
    "absent": _("Not seen"),
    "certified": _("Have a certificate"),
    "attended": _("Counted as attended"),
    "missed": _("Counted as not come"),
}


@dataclass
class Seen:
    """One registration with what follows from its scans."""

    registration: Registration
    verdict: Verdict
    certificate: Certificate | None = None

    @property
    def why(self) -> str:
        return said(self.verdict)


@dataclass
class Sheet:
    """A page of those who come: `figures` counts all of them by the keys of SHOWS."""

    rows: list[Seen]
    figures: dict[str, int]
    total: int
    after: str = ""
    before: str = ""


def at_door(me: Actor, slug: str) -> Event | None:
    """The event at whose door the reader may scan: organisers, and those who only look after the door."""
    return _at_door.first(me=me, slug=slug) if me.is_known else None


def _scanned_by(me: Actor, slug: str) -> QuerySet[Event]:
    found = Event.objects.exclude(state="draft").filter(slug=slug).select_related("organisation", "network")
    mine = Event.objects.filter(helpers__person=me.person).values("pk")
    return found.filter(pk__in=Event.objects.held_by(me).values("pk")) | found.filter(pk__in=mine)


_at_door: Prepared[Event] = Prepared(_scanned_by)


def said(verdict: Verdict) -> str:
    """Why it is so, in the reader's language."""
    return engine.sentence(verdict, WORDS, ", ".join)


def counting(event: Event) -> list[EventSession]:
    """Sessions that count towards a certificate, in their order. One query."""
    rows = event.sessions.filter(is_cancelled=False).select_related("quota")
    return [row for row in rows if row.is_required or row.is_mandatory]


def verdicts(event: Event, people: Iterable[UUID]) -> dict[UUID, Verdict]:
    """The rule for each registration. Three queries, however many there are.

    A session that only those attend who chose it (its quota is a part that people choose) counts for these alone.
    """
    keys, sessions = list(people), counting(event)
    chosen: dict[UUID, set[UUID]] = {}
    links = Registration.chosen.through.objects.filter(registration__event=event, registration__in=keys)
    for registration, quota in links.values_list("registration", "eventquota"):
        chosen.setdefault(registration, set()).add(quota)
    known: dict[tuple[UUID, UUID], Presence] = {
        (row.registration_id, row.session_id): row
        for row in Presence.objects.filter(session__in=sessions, registration__in=keys)
    }
    names = {row.pk: name_in(row.names, event.language) for row in sessions}
    found = {}
    for key in keys:
        mine = [row for row in sessions if _is_for(row, chosen.get(key, set()))]
        parts = [_part(row, known.get((key, row.pk)), names[row.pk]) for row in mine]
        found[key] = engine.judge(parts, event.required_percent)
    return found


def verdict_of(registration: Registration) -> Verdict:
    return verdicts(registration.event, [registration.pk])[registration.pk]


def sheet(event: Event, show: str = "", text: str = "", after: str = "") -> Sheet:
    """A page of those who come, by name. Five queries."""
    people = list(event.registrations.filter(state__in=COMING).select_related("organisation"))
    judged = verdicts(event, [row.pk for row in people])
    given = {row.registration_id: row for row in Certificate.objects.filter(registration__event=event)}
    rows = [Seen(row, judged[row.pk], given.get(row.pk)) for row in people]
    wanted = fold(text)
    shown = [row for row in rows if _is_shown(row, show) and wanted in fold(row.registration.name)]
    shown.sort(key=lambda row: (fold(row.registration.name), row.registration.pk))
    begin = int(after) if after.isdecimal() and int(after) < len(shown) else 0
    end = begin + PAGE
    return Sheet(
        shown[begin:end], {key: sum(_is_shown(row, key) for row in rows) for key in SHOWS}, len(shown),
        str(end) if end < len(shown) else "", str(max(0, begin - PAGE)) if begin else "",
    )  # fmt: skip


def sessions_of(registration: Registration) -> list[dict[str, Any]]:
    """Each session with what is known of somebody in it. Three queries."""
    known = {row.session_id: row for row in registration.presences.select_related("said_by")}
    scans: dict[UUID, list[Scan]] = {}
    for scan in registration.scans.select_related("by").order_by("at", "way", "id"):
        scans.setdefault(scan.session_id, []).append(scan)
    rows = registration.event.sessions.filter(is_cancelled=False)
    return [
        {
            "session": row, "presence": known.get(row.pk), "scans": scans.get(row.pk, []),
            "length": engine.minutes_of(row.starts_at, row.ends_at),
            "counted": known[row.pk].counted if row.pk in known else 0,
        }
        for row in rows
    ]  # fmt: skip


def undecided(event: Event) -> list[tuple[EventSession, int]]:
    """Sessions that are over and have people whose check-out is missing, with how many they are."""
    waits = Q(presences__is_open=True, presences__said_minutes=None, presences__registration__state__in=COMING)
    rows = event.sessions.filter(is_cancelled=False, ends_at__lt=timezone.now())
    return [(row, row.waiting) for row in rows.annotate(waiting=Count("presences", filter=waits)) if row.waiting]


def _is_for(session: EventSession, chosen: set[UUID]) -> bool:
    return session.quota is None or session.quota.rule != "chosen" or session.quota_id in chosen


def _part(session: EventSession, row: Presence | None, name: str) -> Part:
    length = engine.minutes_of(session.starts_at, session.ends_at)
    if row is None:
        return Part(length, is_mandatory=session.is_mandatory, name=name)
    is_open = row.is_open and row.said_minutes is None
    return Part(length, row.counted, is_open, session.is_mandatory, name)


def _is_shown(row: Seen, show: str) -> bool:
    if show == "certified":
        return row.certificate is not None and row.certificate.revoked_at is None
    if show in ("attended", "missed"):
        return row.registration.state == show
    return show not in SHOWS or show == "" or row.verdict.state == show
