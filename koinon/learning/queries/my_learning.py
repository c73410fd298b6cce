"""Where a learner stands: their runs, the outline of one, what comes next, until when."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning.engine import progress
from koinon.learning.engine.documents import Node
from koinon.learning.models import Enrolment, Outcome, Run, Session
from koinon.learning.queries.trees import Tree, tree_of

HIDDEN = "is_hidden"
WITHOUT_BODIES = ("run__version__texts", "run__version__changelog")


@dataclass
class Row:
    """A part of the course as its learner sees it: where it stands in the tree, and where they stand in it."""

    node: Node
    title: str
    language: str
    level: int
    number: str
    url: str
    size: int = 0
    outcome: Outcome | None = None
    due: date | None = None

    @property
    def state(self) -> str:
        return self.outcome.state if self.outcome else "not_started"

    @property
    def sentence(self) -> str:
        """Why it stands where it stands; the facilitator reads the same."""
        return progress.said(self.outcome.why, self.outcome.values) if self.outcome else ""

    @property
    def is_section(self) -> bool:
        return self.node.kind == "section"


@dataclass
class Walk:
    """One run on its learner's page: the outline in order, what comes next, how far."""

    run: Run
    tree: Tree
    rows: list[Row]
    enrolment: Enrolment | None = None
    sessions: list[Session] = field(default_factory=list)
    whole: Outcome | None = None

    @property
    def leaves(self) -> list[Row]:
        return [row for row in self.rows if not row.is_section]

    @property
    def next(self) -> Row | None:
        """The first part that is required and waits for the learner, else the first optional one."""
        open_ = [row for row in self.leaves if row.state in ("not_started", "under_way")]
        return next((row for row in open_ if not row.node.is_optional), open_[0] if open_ else None)

    @property
    def total(self) -> int:
        """Parts that are required."""
        return sum(not row.node.is_optional for row in self.leaves)

    @property
    def done(self) -> int:
        """Required parts that are done."""
        return sum(row.state == "done" and not row.node.is_optional for row in self.leaves)

    @property
    def waiting(self) -> list[Row]:
        """Parts at which a facilitator has the turn."""
        return [row for row in self.leaves if row.state == "waiting"]

    @property
    def sentence(self) -> str:
        """Why the course stands where it stands: what the next part lacks, or that all is done."""
        if self.next:
            return self.next.sentence
        return progress.said(self.whole.why, self.whole.values) if self.whole else ""

    @property
    def weight(self) -> int:
        """Bytes of the whole course."""
        return sum(row.size for row in self.rows)

    @property
    def deadlines(self) -> list[Row]:
        """What is due and not done yet, the earliest first."""
        late = [row for row in self.leaves if row.due and row.state not in ("done", "waiting")]
        return sorted(late, key=lambda row: row.due or date.max)

    def beside(self, key: str) -> tuple[Row | None, Row | None]:
        """The parts before and after one, in reading order."""
        keys = [row.node.key for row in self.rows]
        if key not in keys:
            return None, None
        place = keys.index(key)
        before = self.rows[place - 1] if place else None
        return before, self.rows[place + 1] if place + 1 < len(keys) else None


def walk(
    run: Run, languages: Iterable[str], enrolment: Enrolment | None = None, *,
    outcomes: Mapping[str, Outcome] | None = None, sessions: Iterable[Session] = (),
    place: Callable[[str], str] | None = None,
) -> Walk:  # fmt: skip
    """The outline of a run for reading languages in this order; `place(node key)` gives addresses of other pages."""
    tree = tree_of(run.version)
    order = tuple(languages)
    found = outcomes_of(enrolment) if outcomes is None and enrolment else dict(outcomes or {})
    rows = [
        Row(
            node, *tree.title(node.key, order), level=level, number=number,
            url=place(node.key) if place else to("learning:lesson", run.pk, UUID(node.key)),
            size=tree.sizes.get(node.key, 0), outcome=found.get(node.key), due=due_on(node, run.starts_on),
        )
        for node, level, number in in_order(tree.nodes, hides=place is None)
    ]  # fmt: skip
    return Walk(run, tree, rows, enrolment, list(sessions), found.get(""))


def in_order(nodes: Iterable[Node], *, hides: bool = True) -> list[tuple[Node, int, str]]:
    """(node, level from 1, number such as 2.3) in reading order; `hides`: without what is hidden and all below it."""
    children: dict[str, list[Node]] = {}
    listed = list(nodes)
    keys = {node.key for node in listed}
    for node in listed:
        children.setdefault(node.parent if node.parent in keys else "", []).append(node)
    found: list[tuple[Node, int, str]] = []

    def go(parent: str, level: int, before: str) -> None:
        shown = [node for node in children.pop(parent, []) if not (hides and node.settings.get(HIDDEN))]
        for place, node in enumerate(shown, 1):
            number = f"{before}{place}"
            found.append((node, level, number))
            go(node.key, level + 1, f"{number}.")

    go("", 1, "")
    return found


def due_on(node: Node, starts: date | None) -> date | None:
    """The day by which a part should be done: so many days after the run began; None when nobody said."""
    days = node.settings.get("due_days")
    if starts is None or isinstance(days, bool) or not isinstance(days, int) or not 0 <= days < 5000:
        return None
    return starts + timedelta(days=days)


def outcomes_of(enrolment: Enrolment) -> dict[str, Outcome]:
    """Outcomes by node key, "" for the whole course. One query."""
    return {str(row.node or ""): row for row in Outcome.objects.filter(enrolment=enrolment)}


def my_enrolments(me: Actor) -> list[Enrolment]:
    """Mine, those that go on first. One query."""
    rows = Enrolment.objects.filter(person=me.person).exclude(state__in=["refused", "removed"])
    rows = rows.select_related("run__version", "run__course", "run__organisation").defer(*WITHOUT_BODIES)
    return sorted(rows, key=lambda row: (row.state in ("finished", "withdrawn"), row.run.is_over, row.run.starts_on))


def home(me: Actor) -> dict[str, Any]:
    """Everything of the learner's home: three queries, whatever the number of runs (skeletons are kept)."""
    rows = my_enrolments(me)
    learning = [row for row in rows if row.state in ("enrolled", "finished")]
    stand: dict[UUID, dict[str, Outcome]] = {}
    for outcome in Outcome.objects.filter(enrolment__in=learning) if learning else ():
        stand.setdefault(outcome.enrolment_id, {})[str(outcome.node or "")] = outcome
    meetings: dict[UUID, list[Session]] = {}
    for session in _coming([row.run_id for row in learning]) if learning else ():
        meetings.setdefault(session.run_id, []).append(session)
    walks = [
        walk(
            row.run, (row.language, me.language), row, outcomes=stand.get(row.pk, {}),
            sessions=meetings.get(row.run_id, [])[:3],
        )
        for row in learning
    ]  # fmt: skip
    going = [each for each in walks if each.enrolment.state == "enrolled" and not each.run.is_over]  # type: ignore[union-attr]
    asked = [row for row in rows if row.state in ("asked", "waiting")]
    return {"going": going, "past": [each for each in walks if each not in going], "asked": asked}


def _coming(runs: list[UUID]) -> Iterable[Session]:
    today = date.today()
    return Session.objects.filter(run__in=runs, is_cancelled=False, ends_at__date__gte=today).order_by("starts_at")
