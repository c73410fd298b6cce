"""The draft of a course: found, held while it is changed, and copied from what was published. No verbs of its own."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.learning.models import Course, Node, Placed, Question, Text, Version


def held(course: Course) -> Version:
    """The draft that may be changed now, held until the transaction ends: two authors change its tree in turn.

    Raises ValidationError when there is none, or when a reviewer is looking at it.
    """
    row = Version.objects.select_for_update().filter(course=course, state__in=["draft", "review"]).first()
    if row is None:
        raise ValidationError(_("This is published and stays as it is. Begin a new version to change something."))
    if row.state == "review":
        raise ValidationError(_("A reviewer is looking at this version now. Take it back to change something."))
    return row


def open_node(node: Node) -> Node:
    """The same node with its draft held; refused like `held`, and for nodes of versions that are published."""
    version = held(node.version.course)
    if version.pk != node.version_id:
        raise ValidationError(_("This is published and stays as it is. Begin a new version to change something."))
    return node


def line_up(version: Version, rows: list[Node]) -> None:
    """Number nodes in the order of the tree: what stands above comes first, then what is below it."""
    below: dict[UUID | None, list[Node]] = {}
    keys = {row.key for row in rows}
    for row in rows:
        below.setdefault(row.parent if row.parent in keys else None, []).append(row)
    order: list[Node] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        row = waiting.pop()
        order.append(row)
        waiting += reversed(below.get(row.key, []))
    for number, row in enumerate(order, start=1):
        row.order = number
    Node.objects.bulk_update(order, ["order", "parent"], batch_size=500)


def rows_of(version: Version) -> list[Node]:
    return list(Node.objects.filter(version=version).order_by("order", "id"))


def copy_tree(source: Version, target: Version) -> None:
    """Nodes, texts and questions of one version into another, under the same keys."""
    made: dict[UUID, Node] = {}
    for node in Node.objects.filter(version=source).prefetch_related("competences").order_by("order", "id"):
        made[node.pk] = copied_node(node, target)
    texts = Text.objects.filter(node__version=source)
    Text.objects.bulk_create(_copy(text, node=made[text.node_id]) for text in texts)
    latest = _latest(source)
    for row in Placed.objects.filter(node__version=source).order_by("order", "id"):
        question = latest.get(row.question_id, row.question_id)
        Placed.objects.create(node=made[row.node_id], question_id=question, order=row.order, points=row.points)


def copied_node(node: Node, target: Version) -> Node:
    """One node as it is, in another version."""
    made: Node = _copy(node, version=target)
    made.save(force_insert=True)
    made.competences.set(node.competences.all())
    return made


def _latest(source: Version) -> dict[UUID, UUID]:
    """Questions whose newer number the next version takes: id of the old -> id of the latest."""
    old = {
        (row.organisation_id, row.key): row.pk
        for row in Question.objects.filter(placed__node__version=source, is_latest=False)
    }
    rows = Question.objects.filter(key__in=[key for _organisation, key in old], is_latest=True)
    return {old[row.organisation_id, row.key]: row.pk for row in rows if (row.organisation_id, row.key) in old}


def _copy(row: Any, **changes: Any) -> Any:
    """A new row with the same values; it gets its own id."""
    facts = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changes
    }
    return type(row)(**facts, **changes)
