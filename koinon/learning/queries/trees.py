"""A version as plain data. What was published never changes, so it is read once per process and kept."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from koinon.learning.engine import documents
from koinon.learning.models import Node, Placed, Question, Text, Version

KEPT = 60
"""Trees of published versions kept in a process: skeleton and titles, no bodies (some 10 KB each)."""


@dataclass(frozen=True)
class Tree:
    """The skeleton of a version: nodes in order with their titles, and the row of each (key -> id)."""

    version: UUID
    language: str
    nodes: tuple[documents.Node, ...]
    rows: dict[str, UUID]
    sizes: dict[str, int]

    def node(self, key: UUID | str) -> documents.Node | None:
        return next((node for node in self.nodes if node.key == str(key)), None)

    def title(self, key: UUID | str, languages: tuple[str, ...]) -> tuple[str, str]:
        """(title, its language): in the first of the languages that has one."""
        node = self.node(key)
        found, texts = documents.chosen(node.texts, (*languages, self.language)) if node else ("", {})
        return str(texts.get("title", "")), found


_kept: OrderedDict[UUID, Tree] = OrderedDict()
_turn = Lock()


def tree_of(version: Version) -> Tree:
    """The skeleton of a version; no query for a published one seen before, else three."""
    if version.published_at is None:
        return _read(version)
    with _turn:
        if kept := _kept.get(version.pk):
            _kept.move_to_end(version.pk)
            return kept
    made = _read(version)
    with _turn:
        _kept[version.pk] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def question_of(row: Question, points: float | None = None) -> documents.Question:
    """A row of the bank as the engine reads it."""
    form = row.form
    parts = tuple(documents.Part(part["key"], part.get("credit", 0.0), part.get("facts", {})) for part in form["parts"])
    worth = float(form.get("points", 1)) if points is None else points
    return documents.Question(
        str(row.key), row.kind, parts, row.texts, worth, form.get("shuffles", True), tuple(row.tags), row.raw
    )


def form_of(question: documents.Question) -> dict[str, Any]:
    """What the bank keeps of a question beside its words."""
    parts = [{"key": part.key, "credit": part.credit, "facts": dict(part.facts)} for part in question.parts]
    return {"points": question.points, "shuffles": question.shuffles, "parts": parts}


def questions_of(node: UUID) -> list[documents.Question]:
    """The questions of a quiz (id of its node row) in their order, with the points they have there. One query."""
    rows = Placed.objects.filter(node=node).select_related("question").order_by("order", "id")
    return [question_of(placed.question, placed.points) for placed in rows]


def _read(version: Version) -> Tree:
    rows = list(Node.objects.filter(version=version).prefetch_related("competences").order_by("order", "id"))
    titles: dict[UUID, dict[str, dict[str, str]]] = {}
    said = Text.objects.filter(node__version=version).values_list("node", "language", "said__title")
    for node, language, title in said:
        if title:
            titles.setdefault(node, {})[language] = {"title": title}
    nodes = tuple(
        documents.Node(
            key=str(row.key),
            kind=row.kind,
            parent=str(row.parent) if row.parent else "",
            texts=titles.get(row.pk, {}),
            settings=row.settings,
            rule=row.rule,
            is_optional=row.is_optional,
            competences=tuple(each.uri for each in row.competences.all()),
        )
        for row in rows
    )
    keys = {str(row.key): row.pk for row in rows}
    return Tree(version.pk, version.language, nodes, keys, {str(row.key): row.size for row in rows})
