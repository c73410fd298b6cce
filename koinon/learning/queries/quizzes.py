"""What a quiz asks, as its version has it, and how its questions stand on a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.learning.engine import documents
from koinon.learning.models import Placed, Version
from koinon.learning.queries.trees import question_of, tree_of


@dataclass(frozen=True)
class Asked:
    """A quiz or survey as it stands in a version: its node, its questions with their points, their numbers in the
    bank."""

    node: documents.Node
    questions: tuple[documents.Question, ...]
    numbers: Mapping[str, int]

    @property
    def limit(self) -> int:
        """Tries allowed; 0: any number."""
        return _whole(self.node.settings.get("attempts"))

    @property
    def minutes(self) -> float:
        """Time limit; 0: none."""
        value = self.node.settings.get("minutes")
        return float(value) if isinstance(value, int | float) and 0 < value < 100_000 else 0.0

    @property
    def review(self) -> str:
        """each (after each try), last (after the last one), never."""
        said = str(self.node.settings.get("review") or "each")
        return said if said in ("last", "never") else "each"


def asked_at(version: Version, node: UUID | str, kinds: tuple[str, ...] = ("quiz",)) -> Asked:
    """The quiz at a node. Raises ValidationError when there is none. One query, beside the skeleton."""
    tree = tree_of(version)
    found = tree.node(node)
    if found is None or found.kind not in kinds or found.key not in tree.rows:
        raise ValidationError(_("There is no quiz here."))
    rows = list(Placed.objects.filter(node=tree.rows[found.key]).select_related("question").order_by("order", "id"))
    questions = tuple(question_of(placed.question, placed.points) for placed in rows)
    return Asked(found, questions, {str(placed.question.key): placed.question.number for placed in rows})


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 < value < 1000 else 0
