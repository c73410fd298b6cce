"""Where later chapters lend to partner search: ties from what organisations did, pairs to introduce, what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from koinon.kit.seams import Seam
from koinon.kit.verbs import Actor


@dataclass(frozen=True)
class Derived:
    """A tie between two organisations (ids) that follows from what they did: a project, a visit, an agreement.

    `kind` is one of Tie.Kind; `source` names the act (kind, id): its page must be readable by whoever sees the tie when
    `is_public`; else only the two see it until both confirm.
    """

    one: UUID
    other: UUID
    kind: str
    source_kind: str
    source: UUID
    on: date
    is_public: bool = False

    def as_fact(self) -> dict[str, Any]:
        """What the verb that writes ties reads."""
        source = {"kind": self.source_kind, "id": str(self.source), "on": self.on.isoformat()}
        facts = {"one": self.one, "other": self.other, "kind": self.kind, "since": self.on}
        return {**facts, "source": source, "is_public": self.is_public}


derived_ties: Seam[[UUID], list[Derived]] = Seam("Ties of a network that follow from what two organisations did")
tie_sources: Seam[[], dict[str, Any]] = Seam("Words for the acts that ties are derived from: source kind -> lazy words")


@dataclass(frozen=True)
class Idea:
    """Two organisations (rows) that a coordinator might introduce; `why(language)` is one sentence for that reader."""

    one: Any
    other: Any
    why: Callable[[str], str]
    origin: str = "matcher"
    match: UUID | None = None


introduction_ideas: Seam[[Any, Actor], list[Idea]] = Seam(
    "Whom might the coordinator of a network introduce? (network, me)"
)
after_introduction: Seam[[Any, Actor], tuple[str, str]] = Seam(
    "What may follow when two have met: an agreement, a project (introduction, me) -> (label, url)"
)
