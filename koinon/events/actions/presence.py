"""Presence: recomputed from scans by one function, said by an organiser where scans do not say enough, settled at the
end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.engine.presence import minutes_of
from koinon.events.models import COMING, Event, EventSession, Presence, Registration, Scan
from koinon.events.rules import attending as rules
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb

NOT_YOURS = gettext_lazy("Only those who organise this event may do this.")
WHY = 300
TWICE = 60
"""Seconds: two scans of the same way within this are one: somebody held the code to the camera twice."""
WAYS_TO_DECIDE = ("end", "certain")

conflict("presence_said_with_reason", "why", gettext_lazy("Please say why."))

_COUNT = """
WITH lined AS (
    SELECT scan.session_id, scan.registration_id, scan.way, scan.at, scan.id, session.starts_at, session.ends_at,
           CASE WHEN scan.source = 'online' THEN scan.device ELSE '' END AS line
    FROM events_scan scan JOIN events_eventsession session ON session.id = scan.session_id
    WHERE session.event_id = %(event)s AND (%(registration)s::uuid IS NULL OR scan.registration_id = %(registration)s)
), single AS (
    SELECT * FROM (SELECT *, lag(way) OVER the AS way_before, lag(at) OVER the AS at_before FROM lined
                   WINDOW the AS (PARTITION BY session_id, registration_id, line ORDER BY at, way, id)) near
    WHERE way_before IS DISTINCT FROM way OR at > at_before + make_interval(secs => %(twice)s)
), paired AS (
    SELECT *, lead(way) OVER the AS way_next, lead(at) OVER the AS at_next, lag(way) OVER the AS way_last FROM single
    WINDOW the AS (PARTITION BY session_id, registration_id, line ORDER BY at, way, id)
), counted AS (
    SELECT session_id, registration_id,
           range_agg(tstzrange(at, at_next)) FILTER (WHERE way = 'in' AND way_next = 'out')
               * tstzmultirange(tstzrange(min(starts_at), min(ends_at))) AS stays,
           bool_or(way = 'in' AND way_next IS DISTINCT FROM 'out' AND at < ends_at
                   OR way = 'out' AND way_last IS DISTINCT FROM 'in' AND at > starts_at) AS is_open
    FROM paired GROUP BY session_id, registration_id
)
INSERT INTO events_presence (id, session_id, registration_id, minutes, is_open, said_why)
SELECT gen_random_uuid(), session_id, registration_id,
       coalesce((SELECT floor(sum(extract(epoch FROM upper(stay) - lower(stay))) / 60) FROM unnest(stays) AS stay), 0),
       is_open, ''
FROM counted ORDER BY session_id, registration_id
ON CONFLICT (session_id, registration_id) DO UPDATE SET minutes = EXCLUDED.minutes, is_open = EXCLUDED.is_open
WHERE (events_presence.minutes, events_presence.is_open) IS DISTINCT FROM (EXCLUDED.minutes, EXCLUDED.is_open)
"""


def count(event: UUID, registration: UUID | None = None) -> int:
    """Presence of an event, or of one registration in it, from its scans: the union of stays, clipped to the session.

    A stay is a check-in with the check-out that follows; what comes from a conference tool is paired row by row. A scan
    without its other half gives no minutes and leaves the presence open. Gives how many rows changed. What somebody
    said stays. One after the other for an event, so that an older count never overwrites a newer one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"events.presence:{event}"])
        cursor.execute(_COUNT, {"event": event, "registration": registration, "twice": TWICE})
        return int(cursor.rowcount)


@verb("events.presence_said", rule=rules.may_say, refusal=NOT_YOURS)
def say(*, by: Actor, session: EventSession, registration: Registration, minutes: int, why: str) -> Presence:
    """So many minutes count, whatever the scans say; with a reason and a name, and it can be taken back."""
    if registration.event_id != session.event_id or registration.state not in COMING:
        raise ValidationError(_("This person is not registered for this event."))
    length = minutes_of(session.starts_at, session.ends_at)
    if not 0 <= minutes <= length:
        raise ValidationError({"minutes": [_("Between 0 and %(most)s minutes.") % {"most": length}]})
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    facts = {"said_minutes": minutes, "said_why": said, "said_by_id": by.person, "said_at": timezone.now()}
    row, _made = Presence.objects.update_or_create(session=session, registration=registration, defaults=facts)
    _follow(session.event)
    return row


@verb("events.presence_unsaid", rule=rules.may_say, refusal=NOT_YOURS)
def unsay(*, by: Actor, session: EventSession, registration: Registration) -> Presence:
    """What the scans say counts again."""
    rows = Presence.objects.select_for_update().filter(session=session, registration=registration)
    row = rows.filter(said_minutes__isnull=False).first()
    if row is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    row.said_minutes, row.said_why, row.said_by_id, row.said_at = None, "", None, None
    row.save(update_fields=["said_minutes", "said_why", "said_by", "said_at"])
    _follow(session.event)
    return row


@verb(
    "events.presence_decided", rule=rules.may_say, refusal=NOT_YOURS,
    counts=lambda result: {"people": float(result[1])},
)  # fmt: skip
def decide(*, by: Actor, session: EventSession, way: str, why: str) -> tuple[EventSession, int]:
    """Everybody of a session whose check-out is missing, at once: they stayed to the end, or only what is certain
    counts."""
    if way not in WAYS_TO_DECIDE:
        raise ValidationError({"way": [_("Please choose one of the list.")]})
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    rows = Presence.objects.select_for_update().filter(session=session, is_open=True, said_minutes=None)
    found = list(rows.order_by("registration"))
    last = _last_scans(session) if way == "end" else {}
    now, kept, length = timezone.now(), [], minutes_of(session.starts_at, session.ends_at)
    for row in found:
        since = last.get(row.registration_id)
        if way == "end" and since is None:
            continue
        row.said_minutes = min(length, row.minutes + (_to_the_end(session, since) if since else 0))
        row.said_why, row.said_by_id, row.said_at = said, by.person, now
        kept.append(row)
    Presence.objects.bulk_update(kept, ["said_minutes", "said_why", "said_by", "said_at"], batch_size=500)
    _follow(session.event)
    return session, len(kept)


@verb(
    "events.all_were_there", rule=rules.may_say, refusal=NOT_YOURS,
    counts=lambda result: {"people": float(result[1])},
)  # fmt: skip
def all_there(*, by: Actor, session: EventSession, why: str) -> tuple[EventSession, int]:
    """Nobody scanned: everybody with a place was there for the whole session; who was scanned stays as they were."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    known = Presence.objects.filter(session=session, registration=OuterRef("pk"))
    people = Registration.objects.filter(event=session.event_id, state__in=COMING).exclude(Exists(known))
    length, now = minutes_of(session.starts_at, session.ends_at), timezone.now()
    rows = [
        Presence(
            session=session, registration=each, said_minutes=length, said_why=said, said_by_id=by.person, said_at=now
        )
        for each in people.order_by("pk")
    ]  # fmt: skip
    Presence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    _follow(session.event)
    return session, len(rows)


@verb(
    "events.attendance_settled", rule=only_machine,
    counts=lambda result: {"attended": float(result[1]), "missed": float(result[2])},
)  # fmt: skip
def settle(*, by: Actor, event: Event) -> tuple[Event, int, int]:
    """After the end: who was seen attended, who was not missed it; late scans and decisions change it once more.

    An event at whose door nobody was scanned says nothing about anybody: then all stay as they are.
    """
    came, missed, now = *_unsettled(event), timezone.now()
    if not is_unsettled(event):
        return event, 0, 0
    return (
        event,
        came.update(state="attended", moved_at=now),
        missed.update(state="missed", moved_at=now),
    )


def is_unsettled(event: Event) -> bool:
    """Whether somebody's state does not say what presence says. Without any presence it has nothing to say."""
    if event.state not in ("over", "reported"):
        return False
    came, missed = _unsettled(event)
    return came.exists() or (missed.exists() and Registration.objects.filter(Exists(seen()), event=event).exists())


def _unsettled(event: Event) -> tuple[Any, Any]:
    people = Registration.objects.filter(event=event)
    came = people.filter(Exists(seen()), state__in=["confirmed", "missed"])
    return came, people.filter(~Exists(seen()), state__in=["confirmed", "attended"])


def seen() -> Any:
    """Presences of a registration (the outer row) that say it was there: minutes, or a scan without its other half."""
    rows = Presence.objects.filter(registration=OuterRef("pk"), session__is_cancelled=False)
    return rows.annotate(held=Coalesce("said_minutes", "minutes")).filter(
        Q(held__gt=0) | Q(is_open=True, said_minutes=None)
    )


def _follow(event: Event) -> None:
    """What follows from presence follows by the same job as after scans."""
    from koinon.events.actions.scans import recount_later

    recount_later(event)


def _last_scans(session: EventSession) -> dict[UUID, datetime]:
    """Of each registration whose last scan in a session is a check-in: when that was."""
    rows = Scan.objects.filter(session=session).order_by("registration", "-at", "-way", "-id")
    last = rows.distinct("registration").values_list("registration", "way", "at")
    return {key: at for key, way, at in last if way == "in"}


def _to_the_end(session: EventSession, since: datetime) -> int:
    return minutes_of(max(since, session.starts_at), session.ends_at)
