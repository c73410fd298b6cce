"""Life cycles as data: which state may follow which. The same table guards moves and draws the diagram in the docs.

STEPS = steps(draft="submitted withdrawn", submitted="admitted declined withdrawn")
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


class Steps(Mapping[str, frozenset[str]]):
    """A state graph: state -> states that may follow. States that are only named as a follower are ends."""

    def __init__(self, graph: Mapping[str, str]) -> None:
        moves = {state: frozenset(followers.split()) for state, followers in graph.items()}
        for followers in list(moves.values()):
            for state in followers:
                moves.setdefault(state, frozenset())
        self._moves = moves

    def __getitem__(self, state: str) -> frozenset[str]:
        return self._moves[state]

    def __iter__(self) -> Any:
        return iter(self._moves)

    def __len__(self) -> int:
        return len(self._moves)

    def allows(self, old: str, new: str) -> bool:
        return new in self._moves.get(old, frozenset())

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(state for state, followers in self._moves.items() if not followers)

    def move(self, row: models.Model, new: str, **changes: Any) -> None:
        """Move `row.state` to `new`, writing `changes` with it; one conditional UPDATE, so two clicks cannot both win.

        Raises ValidationError when the graph forbids the move or somebody else moved the row first.
        """
        old = row.state  # type: ignore[attr-defined]
        if not self.allows(old, new):
            raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
        changes["state"] = new
        moved = type(row)._default_manager.filter(pk=row.pk, state=old).update(**changes)
        if not moved:
            raise ValidationError(_("Somebody else was quicker: please look again."), code="overtaken")
        for name, value in changes.items():
            setattr(row, name, value)

    def diagram(self) -> str:
        """The graph as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for state, followers in self._moves.items():
            lines += [f"    {state} --> {follower}" for follower in sorted(followers)]
            if not followers:
                lines.append(f"    {state} --> [*]")
        return "\n".join(lines)


def steps(**graph: str) -> Steps:
    """Declare a life cycle: each keyword is a state, its text the states that may follow, separated by blanks."""
    return Steps(graph)
