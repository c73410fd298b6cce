"""What holds of one node after some of its events, and what its rule says of that."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from koinon.learning.engine.documents import Node
from koinon.learning.engine.progress.events import DEFAULT_RULES, Event, Outcome, State, rule_of


class Met(NamedTuple):
    """Whether a rule is met, and the code and values of the sentence that says so or says what is missing."""

    state: State
    why: str
    values: Mapping[str, Any] = {}


class Facts:
    """What holds of one node after some of its events, and since when it is done."""

    def __init__(self, node: Node | None) -> None:
        self.rule: Mapping[str, Any] = {} if node is None else rule_of(node)
        self.is_reopened = False
        self.since: datetime | None = None
        self.at: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        self.is_excused = self.is_viewed = self.is_answered = self.is_accepted = self.is_completed = False
        self.is_passed = False
        self.handed: str = ""
        self.posts = 0
        self.sessions: dict[str, bool] = {}
        self.best: float | None = None
        self.points: tuple[float, float] | None = None
        self.waiting: dict[str, bool] = {}
        self.is_touched = False

    def take(self, event: Event) -> None:
        """Go on by one event; kinds that we do not know (a newer device) change nothing."""
        name = _TAKES.get(event.kind)
        if name is None:
            return
        had_begun = self.is_touched
        getattr(self, name)(event)
        self.at = event.at
        if event.kind == "reopened":
            self.is_reopened, self.since = self.is_reopened or had_begun, None
        else:
            self.is_touched = True
            self.since = (self.since or event.at) if self.met().state == "done" else None

    def _take_reopened(self, event: Event) -> None:
        self._begin()

    def _take_flag(self, event: Event) -> None:
        setattr(self, f"is_{event.kind}", True)

    def _take_scored(self, event: Event) -> None:
        share = _share(event.data.get("share"))
        self.waiting[str(event.data.get("attempt", ""))] = bool(event.data.get("waits"))
        if share is not None and (self.best is None or share > self.best):
            points, of = _number(event.data.get("points")), _number(event.data.get("of"))
            self.best, self.points = share, (points, of) if points is not None and of else None

    def _take_handed(self, event: Event) -> None:
        self.handed = event.kind
        if event.kind == "returned":
            self.is_accepted = False
        elif event.kind == "accepted":
            self.is_accepted = True

    def _take_presence(self, event: Event) -> None:
        self.sessions[str(event.data.get("session", ""))] = event.kind == "attended"

    def _take_posted(self, event: Event) -> None:
        self.posts += 1

    def _take_played(self, event: Event) -> None:
        """SCORM 1.2 has one status for both, newer packages have two; a package that says nothing of completion is
        completed when it is passed. Neither is ever taken back, and browsing counts nothing."""
        completion, success = str(event.data.get("completion", "")), str(event.data.get("success", ""))
        if "browsed" in (completion, event.data.get("mode")):
            return
        self.is_passed |= "passed" in (completion, success)
        self.is_completed |= completion in ("completed", "passed") or (
            success == "passed" and completion not in ("incomplete", "not attempted")
        )
        share = _share(event.data.get("share"))
        if share is not None and (self.best is None or share > self.best):
            self.best, self.points = share, None

    def met(self) -> Met:
        """What the node's own rule says now."""
        if self.is_excused:
            return Met("done", "excused")
        found = _every([_meet(self, name, value) for name, value in _demands(self.rule)])
        if found.state != "done" and self.is_reopened and not self.is_touched:
            return Met("under_way", "reopened")
        if found.state == "not_started" and self.is_touched:
            return Met("under_way", found.why, found.values)
        return found

    def outcome(self, key: str) -> Outcome:
        met = self.met()
        at = self.since if met.state == "done" else self.at
        return Outcome(key, met.state, self.best, met.why, dict(met.values), at)


_TAKES = {
    "viewed": "_take_flag", "answered": "_take_flag", "excused": "_take_flag", "scored": "_take_scored",
    "handed_in": "_take_handed", "accepted": "_take_handed", "returned": "_take_handed", "posted": "_take_posted",
    "attended": "_take_presence", "absent": "_take_presence", "played": "_take_played", "reopened": "_take_reopened",
}  # fmt: skip


def _demands(rule: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a rule asks for; one that asks for nothing that can be done asks to be viewed: there is a way out."""
    found = [
        (name, value) for name, value in rule.items() if name in _MEETS and value is not False and value is not None
    ]
    return found or [("viewed", True)]


def _meet(facts: Facts, name: str, value: Any) -> Met:
    if name in ("all", "any"):
        rules = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
        ways = [_every([_meet(facts, *demand) for demand in _demands(each)]) for each in rules]
        ways = ways or [_meet(facts, "viewed", True)]
        return _every(ways) if name == "all" else _some(ways)
    found: Met = _MEETS[name](facts, value)
    return found


def _every(found: list[Met]) -> Met:
    """All are asked for: the sentence is that of the first that is missing, what the learner can do first."""
    for state in ("not_started", "under_way", "waiting"):
        for met in found:
            if met.state == state:
                begun = state == "not_started" and any(each.state != "not_started" for each in found)
                return Met("under_way", met.why, met.values) if begun else met
    return found[-1]


def _some(found: list[Met]) -> Met:
    """One is enough: the sentence is that of the one that is met, or names all ways."""
    for state in ("done", "waiting"):
        for met in found:
            if met.state == state:
                return met
    if len(found) == 1:
        return found[0]
    ways = [{"why": met.why, "values": dict(met.values)} for met in found]
    begun = any(met.state == "under_way" for met in found)
    return Met("under_way" if begun else "not_started", "any", {"ways": ways})


def _simple(attribute: str, why: str) -> Any:
    def meet(facts: Facts, value: Any) -> Met:
        return Met("done", why) if getattr(facts, attribute) else Met("not_started", f"not_{why}")

    return meet


def _meet_score(facts: Facts, value: Any) -> Met:
    needed = _share(value)
    needed = DEFAULT_RULES["quiz"]["score"] if needed is None else needed
    waits = any(facts.waiting.values())
    if facts.best is None:
        return Met("waiting", "score_waits") if waits else Met("not_started", "not_scored", {"needed": needed})
    values: dict[str, Any] = {"share": facts.best, "needed": needed}
    if facts.points:
        values |= {"points": facts.points[0], "of": facts.points[1]}
    if facts.best >= needed - 1e-9:
        return Met("done", "score", values)
    return Met("waiting", "score_waits") if waits else Met("under_way", "score_low", values)


def _meet_accepted(facts: Facts, value: Any) -> Met:
    if facts.is_accepted:
        return Met("done", "accepted")
    if facts.handed == "handed_in":
        return Met("waiting", "handed_in")
    return Met("under_way", "returned") if facts.handed == "returned" else Met("not_started", "not_handed_in")


def _meet_attended(facts: Facts, value: Any) -> Met:
    return _counted(sum(facts.sessions.values()), value, "attended")


def _meet_posted(facts: Facts, value: Any) -> Met:
    return _counted(facts.posts, value, "posted")


def _counted(done: int, value: Any, why: str) -> Met:
    number = _number(value)
    needed = max(1, math.ceil(number)) if number is not None else 1
    state: State = "done" if done >= needed else "under_way" if done else "not_started"
    return Met(state, why if done else f"not_{why}", {"done": done, "needed": needed})


def _meet_played(facts: Facts, value: Any) -> Met:
    if value == "passed":
        return Met("done", "passed") if facts.is_passed else Met("not_started", "not_passed")
    return Met("done", "completed") if facts.is_completed else Met("not_started", "not_completed")


_MEETS: Mapping[str, Any] = {
    "viewed": _simple("is_viewed", "viewed"), "answered": _simple("is_answered", "answered"), "score": _meet_score,
    "accepted": _meet_accepted, "attended": _meet_attended, "posted": _meet_posted, "played": _meet_played,
    "all": None, "any": None,
}  # fmt: skip


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e12 and math.isfinite(value) else None


def _share(value: Any) -> float | None:
    number = _number(value)
    return None if number is None else min(1.0, max(0.0, number))
