"""A registration as its person sees it: what the event asks, the box on its page, whose turn it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.events.models import ENDED, OPEN, Event, EventForm, EventQuota, Overtaking, Registration
from koinon.events.queries import afterwards, questions, times
from koinon.events.queries.attending import attending
from koinon.events.queries.places import quotas_of
from koinon.events.queries.waiting import standing
from koinon.events.rules import registering as rules
from koinon.kit.ids import uuid7
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Organisation

TONES = {
    "confirmed": "good", "attended": "good", "offered": "accent", "waiting": "waiting", "rejected": "bad",
    "withdrawn": "plain", "lapsed": "plain", "missed": "plain",
}  # fmt: skip


@dataclass(frozen=True)
class Asks:
    """What the form of an event asks beside who one is."""

    form: EventForm | None
    parts: list[EventQuota]
    most_units: int
    gender: bool
    minors: bool

    @property
    def nothing(self) -> bool:
        """A single tap is enough for somebody whom we know."""
        return not (self.form or self.parts or self.gender or self.minors) and self.most_units == 1


def reader() -> str:
    """The language of the page."""
    return (get_language() or "en")[:2]


published: Prepared[Event] = Prepared(
    lambda slug: Event.objects.filter(slug=slug).exclude(state="draft").select_related("organisation", "network")
)
_mine: Prepared[Registration] = Prepared(
    lambda event, person: Registration.objects.filter(event=event, person=person).order_by("-pk")
)


def asks(event: Event) -> Asks:
    """Two queries."""
    rules_of = quotas_of(event)
    return Asks(
        form=questions.current(event), parts=[row for row in rules_of if row.rule == "chosen"],
        most_units=event.most_units, gender=any(row.facts.get("genders") for row in rules_of),
        minors=event.admits_minors,
    )  # fmt: skip


def mine_in(event: Event, me: Actor) -> Registration | None:
    """My registration for it, the newest; ended ones too."""
    if not me.is_known:
        return None
    row = _mine.first(event=event.pk, person=me.person)
    if row is not None:
        row.event = event
    return row


def all_of(event: Event, person: Person) -> list[Registration]:
    """All registrations that somebody ever had for it, the newest first."""
    return _mine(event=event.pk, person=person.pk)


def open_in(event: Event, me: Actor) -> Registration | None:
    """My registration for it, while it is one."""
    row = mine_in(event, me)
    return row if row is not None and row.state in OPEN else None


def box(event: Event, me: Actor, link: str = "", name: str = "") -> dict[str, Any]:
    """What `events/register_box.html` shows: where I stand, or the way in, or why there is none.

    `name`: how I am called, if I said so: one tap is enough only for those of whom we know it.
    """
    row = mine_in(event, me)
    if row is not None and row.state in OPEN:
        return {"mine": row, "tone": TONES.get(row.state, "waiting"), "event": event}
    why = closed_why(event)
    may = not why and rules.may_register(by=me, event=event, link=link)
    is_known = me.is_known and not event.by_nomination
    return {
        "event": event, "mine": None, "before": row, "why_not": why, "may": may and not event.by_nomination,
        "is_one_tap": may and is_known and bool(name) and asks(event).nothing, "key": uuid7(), "link": link,
        "nominates": not why and me.is_known and bool(voices(me)) and event.by_nomination,
    }  # fmt: skip


def closed_why(event: Event) -> str:
    """Why nobody can register now; "" when they can."""
    if event.state == "cancelled":
        return _("This event is called off.")
    if event.is_over:
        return _("This event is over.")
    if not event.takes_registrations:
        is_early = event.state == "open" and event.opens_at is not None and event.opens_at > timezone.now()
        return _("Registration has not begun yet.") if is_early else _("Registration is closed.")
    return ""


def organisations(me: Actor) -> list[Organisation]:
    """Those I belong to, the one I act for first."""
    if not me.is_known:
        return []
    rows = list(Organisation.objects.filter(pk__in=list(me.roles), merged_into=None))
    return sorted(rows, key=lambda row: (row.pk != me.acting_for, str(row)))


def page(row: Registration) -> dict[str, Any]:
    """One registration on its own page: state, whose turn, what may be done now, its code, what was said."""
    is_over = row.event.is_over
    passed = [each for each in Overtaking.objects.filter(registration=row) if not each.by_hand]
    return {
        "registration": row, "event": row.event, "when": when(row.event), "tone": TONES.get(row.state, "waiting"),
        "turn": turn_of(row), "attending": attending(row), "standing": standing(row),
        "afterwards": afterwards.mine(row),
        "may_withdraw": row.state in OPEN and row.state not in ("attended", "missed") and not is_over,
        "may_change": row.state in OPEN and row.state != "draft" and not is_over,
        "answered": questions.answered(row, reader()), "passed": passed, "parts": list(row.chosen.all()),
        "care": getattr(row, "care", None),
    }  # fmt: skip


def when(event: Event) -> str:
    """By the clocks of the event, with their zone."""
    return times.span(event.starts_at, event.ends_at, event.zone)


def turn_of(row: Registration) -> str:
    """Who has the next word; "" when it is the person's, or nobody's."""
    words = {
        "sender": _("The coordinator who sends"), "consent": _("The guardian"), "approval": _("The organisers"),
        "waiting": _("Whoever gives a place back"),
    }  # fmt: skip
    return words.get(row.state, "")


def fetch(me: Actor, key: UUID) -> Any:
    """My own registrations, for doors.fetch; with what their page shows."""
    rows = Registration.objects.filter(person=me.person) if me.is_known else Registration.objects.none()
    joined = ("event__organisation", "event__network", "person", "form", "organisation", "care")
    return rows.filter(pk=key).select_related(*joined)


def my_events(request: HttpRequest) -> dict[str, Any]:
    """Events I am registered for: those to come first, then those that were; three queries."""
    me: Actor = request.me  # type: ignore[attr-defined]
    rows = Registration.objects.filter(person=me.person).select_related("event__organisation")
    coming: list[dict[str, Any]] = []
    past: list[dict[str, Any]] = []
    for row in rows.order_by("-event__starts_at", "-pk")[:200]:
        is_past = row.event.is_over or row.state in ENDED
        (past if is_past else coming).append(
            {"row": row, "tone": TONES.get(row.state, "waiting"), "turn": turn_of(row), "when": when(row.event)}
        )
    held = Event.objects.held_by(me).exclude(state__in=["reported", "cancelled"]).order_by("starts_at", "pk")
    organised = [{"event": each, "when": when(each)} for each in held[:20]]
    return {"coming": coming[::-1], "past": past[:50], "held": organised}
