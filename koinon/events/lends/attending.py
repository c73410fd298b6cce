"""Attendance in what pages below show: kinds of notices, what organisers must decide, a person's own data."""

from typing import Any

from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.events.models import CallName, Certificate, Presence, Scan
from koinon.events.notices import certificates as notices
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor


@people.notice_kinds.lend(order=53)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.account_links.lend(order=36)
def figures(me: Actor) -> list[tuple[str, str]]:
    return [(_("Attendance in figures"), to("events:attendance"))] if me.is_known else []


@people.data_of.lend(order=53)
def attended(person: Person) -> dict[str, list[dict[str, Any]]]:
    """When somebody was scanned, their names in calls, what counts of it, and the certificates they hold."""
    mine = {"registration__person": person}
    scans = Scan.objects.filter(**mine).values("id", "session", "way", "source", "at")
    rows = Presence.objects.filter(**mine).values("session", "minutes", "is_open", "said_minutes", "said_why")
    papers = Certificate.objects.filter(**mine).values(
        "code", "registration__event", "minutes", "required", "by_hand_why", "given_at", "revoked_at", "revoked_why"
    )
    names = CallName.objects.filter(**mine).values("said", "event", "at")
    return {
        "names_in_calls": [dict(row) for row in names],
        "event_scans": [dict(row) for row in scans],
        "event_presence": [dict(row) for row in rows],
        "certificates": [dict(row) for row in papers],
    }
