"""Outcomes of a whole course: every node by its own events, sections by what stands below them."""

from collections.abc import Iterable, Mapping

from koinon.learning.engine.documents import Node
from koinon.learning.engine.progress.events import Event, Outcome, State, ordered
from koinon.learning.engine.progress.facts import Facts


def outcomes(nodes: Iterable[Node], events: Iterable[Event]) -> dict[str, Outcome]:
    """Every node's outcome, and under "" that of the whole course; pure: the same events give the same outcomes.

    Only `reopened`, `returned` and `absent` take a "done" away; events of nodes that are gone count nothing.
    """
    tree = _Tree(nodes)
    replayed = {key: Facts(node) for key, node in tree.nodes.items()}
    course = Facts(None)
    for event in ordered(events):
        if event.kind == "reopened":
            for key in tree.below(event.node):
                replayed[key].take(event)
        elif event.node in replayed:
            replayed[event.node].take(event)
        if event.node == "" and event.kind in ("excused", "reopened"):
            course.take(event)
    found: dict[str, Outcome] = {}
    for key in tree.deepest_first:
        own, children = replayed[key], tree.children.get(key, [])
        is_leaf = not children and tree.nodes[key].kind != "section"
        found[key] = (
            own.outcome(key) if is_leaf else _together(key, own, [tree.nodes[each] for each in children], found)
        )
    found[""] = _together("", course, [tree.nodes[each] for each in tree.children.get("", [])], found)
    return found


class _Tree:
    """Nodes by key with their children; a node whose parent is missing, or that is its own ancestor, is at the top."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.key: node for node in nodes if node.key}
        self._parents = {key: node.parent for key, node in self.nodes.items() if node.parent in self.nodes}
        for key in [key for key in self._parents if key in self._above(key)]:
            self._parents.pop(key)
        self.children: dict[str, list[str]] = {}
        for key in self.nodes:
            self.children.setdefault(self._parents.get(key, ""), []).append(key)
        self.deepest_first = sorted(self.nodes, key=lambda key: -len(self._above(key)))

    def _above(self, key: str) -> dict[str, None]:
        """Keys above a node, the nearest first; the node itself is among them when it is its own ancestor."""
        found: dict[str, None] = {}
        at = self._parents.get(key)
        while at is not None and at not in found:
            found[at] = None
            at = self._parents.get(at)
        return found

    def below(self, key: str) -> list[str]:
        """The node and all below it; everything for ""."""
        found, open_ = [], [key]
        while open_:
            at = open_.pop()
            found += [at] if at in self.nodes else []
            open_ += self.children.get(at, [])
        return found


def _together(key: str, own: Facts, children: list[Node], found: Mapping[str, Outcome]) -> Outcome:
    """A section: all that is required directly below it; nothing required, then what is there; own rule as well."""
    required = [node for node in children if not node.is_optional and found[node.key].why != "nothing"]
    below = [found[node.key] for node in required or children]
    below = [each for each in below if each.why != "nothing"]
    shares = [each.share for each in below if each.share is not None]
    share = sum(shares) / len(shares) if shares else None
    if own.is_excused:
        return Outcome(key, "done", share, "excused", {}, own.since)
    if own.rule:
        mine = own.outcome(key)
        if mine.state != "done" or not below:
            return mine
        below = [*below, mine]
    done = [each for each in below if each.state == "done"]
    values = {"done": len(done), "of": len(below)}
    latest = max((each.at for each in below if each.at), default=None)
    if not below:
        return Outcome(key, "not_started" if key == "" else "done", None, "nothing", {}, None)
    if len(done) == len(below):
        return Outcome(key, "done", share, "steps", values, latest)
    is_waiting = all(each.state in ("done", "waiting") for each in below)
    begun = done or any(each.state != "not_started" for each in below)
    state: State = "waiting" if is_waiting else "under_way" if begun else "not_started"
    return Outcome(key, state, share, "steps_waiting" if is_waiting else "steps", values, latest)
