"""Places and the line as people read them: rules in words with live counts, who waits for what, who passed and why."""

from collections import Counter as Bag
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.events.engine.places import Key
from koinon.events.models import Counter, Event, EventQuota, Overtaking, Registration
from koinon.events.queries import places
from koinon.kit.vocabularies.countries import country_name
from koinon.network.models import Kind

GENDERS = {"woman": gettext_lazy("Women"), "man": gettext_lazy("Men"), "other": gettext_lazy("Other")}
AT_ONCE = 50


@dataclass
class Line:
    """A rule with its counts: of one organisation at a time, `taken` is that of the one with most."""

    quota: EventQuota
    words: str
    capacity: int
    taken: int
    waiting: int
    houses: int = 0
    over: int = 0
    over_in: list[str] = field(default_factory=list)

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)


@dataclass
class Turn:
    """Somebody in line: their number, what is full for them, and how many passed them."""

    row: Registration
    number: int
    waits_for: list[EventQuota]
    passed: int = 0
    reasons: list[Any] = field(default_factory=list)


def board(event: Event) -> list[Line]:
    """Every rule with what is taken, free and waited for; five questions, whatever the number of rules and people."""
    room = places.room(event)
    wanted = Bag(key[0] for _row, lacking in _lacking(room, places.line(event)) for key in lacking)
    found = []
    for quota in room.quotas.values():
        mine = [each for key, each in room.counters.items() if key[0] == quota.pk]
        fullest = max(mine, key=lambda each: each.taken, default=None)
        houses = sum(1 for each in mine if each.taken) if quota.rule == "each" else 0
        capacity = fullest.capacity if fullest else room.most((quota.pk, places.WHOLE))
        taken = fullest.taken if fullest else 0
        line = Line(quota, in_words(quota), capacity, taken, wanted[quota.pk], houses)
        line.over = sum(each.over for each in mine)
        line.over_in = _names_over([each for each in mine if each.over]) if quota.rule == "each" else []
        found.append(line)
    return found


def _names_over(counters: list[Counter]) -> list[str]:
    """Organisations that have more places than the rule gives one, by the names that people wrote; no question else."""
    if not counters:
        return []
    rows = Registration.objects.filter(holds__counter__in=counters).order_by("organisation_name")
    return list(rows.exclude(organisation_name="").values_list("organisation_name", flat=True).distinct())


def in_words(quota: EventQuota) -> str:
    """What the rule says, in a sentence."""
    percent = quota.facts.get("percent")
    places = f"{percent} % ({quota.places})" if percent else quota.places
    facts = {"places": places, "who": who_in_words(quota.facts)}
    if quota.rule == "kept":
        return _("Kept for %(who)s: %(places)s") % facts
    if quota.rule == "most":
        return _("At most for %(who)s: %(places)s") % facts
    if quota.rule == "each":
        return _("At most for one organisation: %(places)s") % facts
    if quota.rule == "chosen":
        return _("For those who choose this part: %(places)s") % facts
    return _("For everybody together: %(places)s") % facts


def who_in_words(facts: dict[str, Any]) -> str:
    """Those who fit, in words."""
    language = (get_language() or "en")[:2]
    kinds = dict(Kind.choices)
    parts = [
        ", ".join(country_name(code, language) for code in facts.get("countries", [])),
        ", ".join(str(kinds.get(kind, kind)) for kind in facts.get("kinds", [])),
        ", ".join(str(GENDERS.get(each, each)) for each in facts.get("genders", [])),
        {"True": _("guests without an account"), "False": _("Members")}.get(str(facts.get("guests")), ""),
    ]
    return " · ".join(part for part in parts if part)


def line(event: Event, *, start: int = 0) -> tuple[list[Turn], int]:
    """Those who wait, in order, from number `start` on; and how many there are."""
    room = places.room(event)
    rows = places.line(event)
    passed = list(Overtaking.objects.filter(registration__event=event).select_related("registration"))
    lacking = _lacking(room, rows)
    turns = [
        _passed(Turn(row, number, [room.quotas[key[0]] for key in sorted(lacks)]), passed)
        for number, (row, lacks) in enumerate(lacking[start : start + AT_ONCE], start + 1)
    ]
    return turns, len(rows)


def offered(event: Event) -> list[Registration]:
    """Places that are kept for somebody who has not said yes yet, the first to end first."""
    rows = Registration.objects.filter(event=event, state="offered").select_related("organisation")
    return list(rows.order_by("due_at", "pk"))


def standing(registration: Registration) -> Turn | None:
    """Where somebody stands in the line, and why others passed; None when they do not wait."""
    if registration.state != "waiting":
        return None
    turns, _number = line_around(registration)
    return next((turn for turn in turns if turn.row.pk == registration.pk), None)


def line_around(registration: Registration) -> tuple[list[Turn], int]:
    """The part of the line in which this registration stands."""
    keys = list(Registration.objects.filter(event=registration.event_id).in_line().values_list("pk", flat=True))
    start = keys.index(registration.pk) if registration.pk in keys else 0
    return line(registration.event, start=start)


def behind(registration: Registration) -> list[Overtaking]:
    """Whom this registration passed, and why that was right."""
    return list(Overtaking.objects.filter(registration=registration))


def _lacking(room: places.Room, rows: list[Registration]) -> list[tuple[Registration, frozenset[Key]]]:
    """For each what is full for them; of those who merely stand behind somebody, what they wait for with them."""
    found: list[tuple[Registration, frozenset[Key]]] = []
    stuck: set[Key] = set()
    for row in rows:
        needs = room.needs(row)
        short = {key for key in needs if room.free(key) < row.units}
        found.append((row, frozenset(short or needs & stuck)))
        stuck |= short
    return found


def _passed(turn: Turn, rows: list[Overtaking]) -> Turn:
    """Who got a place after this one had begun to wait: by another quota, or by hand."""
    since: datetime = turn.row.queued_at or turn.row.at
    mine = {quota.pk for quota in turn.waits_for}
    for each in rows:
        if each.at > since and (each.by_hand or mine & set(each.quotas)):
            turn.passed += 1
            if each.why and each.why not in turn.reasons:
                turn.reasons.append(each.why)
    return turn
