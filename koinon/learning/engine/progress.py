"""Progress, recomputed from events by one function: learner and facilitator read the same sentence.

A rule is data: {"viewed": true}, {"score": 0.6}, {"attended": 2} (so many sessions), {"accepted": true} (evidence),
{"posted": 1}, {"answered": true} (survey), {"played": "completed" or "passed"}, {"all": [rules]}, {"any": [rules]}.
How long somebody looked at a page is never a rule. A section is done when all that is required below it is done.
"""

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

    Kinds: viewed; scored {"share": 0..1, "waits": bool}; handed_in, accepted, returned; attended, absent
    {"session": key}; posted; answered; played {"completion", "success", "share"}; excused (by a facilitator: counts as
    done); reopened (what was before counts no more). Order is that of the server; within one device, of `sequence`.
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
    return node.rule or DEFAULT_RULES[node.kind]


def outcomes(nodes: Iterable[Node], events: Iterable[Event]) -> dict[str, Outcome]:
    """Every node's outcome, and under "" that of the whole course; pure: the same events give the same outcomes."""
    raise NotImplementedError
