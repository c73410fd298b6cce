"""What happened and where somebody stands, as plain data; and the order of events on which everybody agrees."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from koinon.learning.engine.documents import Node

State = Literal["not_started", "under_way", "waiting", "done"]
"""`waiting`: the learner has done their part, somebody else must look at it."""

DEFAULT_RULES: Mapping[str, Mapping[str, Any]] = {
    "section": {},
    "page": {"viewed": True},
    "media": {"viewed": True},
    "file": {"viewed": True},
    "link": {"viewed": True},
    "quiz": {"score": 0.6},
    "task": {"accepted": True},
    "discussion": {"posted": 1},
    "session": {"attended": 1},
    "survey": {"answered": True},
    "package": {"played": "completed"},
}


@dataclass(frozen=True)
class Event:
    """Something that happened to one enrolment at one node. `id` is the client's UUID: the same twice counts once.

    Kinds: viewed; scored {"share": 0..1, "waits": bool, "points", "of", "attempt"}; handed_in, accepted, returned;
    attended, absent {"session": key} (the later word on a session holds); posted; answered; played {"completion",
    "success", "share"}; excused (by a facilitator: counts as done); reopened (what was before, here and below, counts
    no more). Order is that of the server's clock (`at`); within one device, of `sequence`.
    """

    id: str
    node: str
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    device: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class Outcome:
    """Where somebody stands at a node: `share` of points (None when nothing is scored), and why, as code and values."""

    node: str
    state: State
    share: float | None = None
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def rule_of(node: Node) -> Mapping[str, Any]:
    """The node's own rule, or what its kind asks for."""
    return node.rule or DEFAULT_RULES.get(node.kind, {"viewed": True})


def ordered(events: Iterable[Event]) -> list[Event]:
    """Each id once, in the order that everybody agrees on: what a device did earlier is never after what it did later,
    so an event that arrived late counts from when the next one of its device had arrived."""
    once: dict[str, Event] = {}
    for event in sorted(events, key=_sort_key):
        once.setdefault(event.id, event)
    of_device: dict[str, list[Event]] = {}
    for event in once.values():
        of_device.setdefault(event.device, []).append(event)
    timed: list[tuple[datetime, str, int, int, Event]] = []
    for device, mine in of_device.items():
        mine.sort(key=(lambda each: (each.sequence, *_sort_key(each))) if device else _sort_key)
        latest: datetime | None = None
        for place in range(len(mine) - 1, -1, -1):
            at = mine[place].at
            latest = min(latest, at) if device and latest else at
            timed.append((latest, device, mine[place].sequence, place, mine[place]))
    return [each[4] for each in sorted(timed, key=lambda each: each[:4])]


def _sort_key(event: Event) -> tuple[Any, ...]:
    said = json.dumps(dict(event.data), sort_keys=True, default=str)
    return (event.at, event.id, event.device, event.sequence, event.node, event.kind, said)
