"""The tree of a draft: what is added to it, moved, set up, taken out and put back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.courses import NOT_YOURS, TITLE
from koinon.learning.actions.drafts import held, line_up, open_node, rows_of
from koinon.learning.models import Competence, Course, Node, NodeKind, Placed, Question, Text, Version

MOST = 1000
"""Nodes in one version: more is no course any more."""
STEPS = ("up", "down", "in", "out", "remove", "restore")


@verb("learning.node_added", rule=rules.may_write, refusal=NOT_YOURS)
def add(
    *, by: Actor, course: Course, kind: str, title: str, parent: Node | UUID | str | None = None,
    settings: Mapping[str, Any] | None = None, rule: Mapping[str, Any] | None = None, is_optional: bool = False,
    competences: Iterable[Competence] = (), key: UUID | None = None,
) -> Node:  # fmt: skip
    """A node at the end of the draft, or of a section (`parent`: the node or its key)."""
    version = held(course)
    said = prose.line(title)[:TITLE]
    if kind not in NodeKind.values:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    if not said:
        raise ValidationError({"title": [_("Please write a few words.")]})
    rows = rows_of(version)
    if len(rows) >= MOST:
        raise ValidationError(_("This course is full: it has %(count)s parts.") % {"count": MOST})
    node = Node.objects.create(
        version=version, key=key or uuid4(), parent=_section(rows, parent), order=len(rows) + 1, kind=kind,
        settings=dict(settings or {}), rule=dict(rule or {}), is_optional=is_optional,
    )  # fmt: skip
    node.competences.set(competences)
    Text.objects.create(node=node, language=version.language, said={"title": said, "blocks": []})
    line_up(version, [*rows, node])
    return node


@verb("learning.node_set_up", rule=rules.may_write_node, refusal=NOT_YOURS)
def set_up(
    *, by: Actor, node: Node, settings: Mapping[str, Any] | None = None, rule: Mapping[str, Any] | None = None,
    is_optional: bool | None = None, competences: Iterable[Competence] | None = None,
) -> Node:  # fmt: skip
    """How a node works: settings of its kind (as a whole), when it counts as done, whether it must be."""
    open_node(node)
    if settings is not None:
        node.settings = dict(settings)
    if rule is not None:
        node.rule = dict(rule)
    if is_optional is not None:
        node.is_optional = is_optional
    node.save(update_fields=["settings", "rule", "is_optional"])
    if competences is not None:
        node.competences.set(competences)
    return node


@verb("learning.tree_arranged", rule=rules.may_write, refusal=NOT_YOURS)
def arrange(*, by: Actor, course: Course, key: UUID | str, step: str) -> Version:
    """Move a node among its neighbours, into the section above it or out of its own, take it out, put it back."""
    version = held(course)
    if step not in STEPS:
        raise ValidationError(_("Please choose one of the list."))
    if step == "restore":
        _restore(version, str(key))
        return version
    rows = rows_of(version)
    node = next((row for row in rows if str(row.key) == str(key)), None)
    if node is None:
        raise ValidationError(_("Somebody else was quicker: please look again."))
    if step == "remove":
        _remove(version, rows, node)
        return version
    _move(rows, node, step)
    line_up(version, rows)
    return version


def _section(rows: list[Node], parent: Node | UUID | str | None) -> UUID | None:
    if parent is None or parent == "":
        return None
    wanted = str(parent.key if isinstance(parent, Node) else parent)
    found = next((row for row in rows if str(row.key) == wanted and row.kind == "section"), None)
    if found is None:
        raise ValidationError({"parent": [_("Please choose one of the list.")]})
    return found.key


def _move(rows: list[Node], node: Node, step: str) -> None:
    """Change `parent` and the place in `rows`; where there is nothing to move to, nothing changes."""
    siblings = [row for row in rows if row.parent == node.parent]
    place = siblings.index(node)
    if step in ("up", "down"):
        other = place + (-1 if step == "up" else 1)
        if 0 <= other < len(siblings):
            one, two = rows.index(node), rows.index(siblings[other])
            rows[one], rows[two] = rows[two], rows[one]
        return
    if step == "in":
        above = [row for row in siblings[:place] if row.kind == "section"]
        if above:
            node.parent = above[-1].key
            rows.append(rows.pop(rows.index(node)))
        return
    section = next((row for row in rows if row.key == node.parent), None)
    if section is not None:
        node.parent = section.parent
        rows.remove(node)
        rows.insert(rows.index(section) + 1, node)


def _remove(version: Version, rows: list[Node], node: Node) -> None:
    gone = [node]
    for row in gone:
        gone += [each for each in rows if each.parent == row.key]
    title = Text.objects.filter(node=node, language=version.language).values_list("said__title", flat=True).first()
    kept = {"key": str(node.key), "kind": node.kind, "title": title or "", "nodes": [_kept(row) for row in gone]}
    version.removed = [*version.removed, kept]
    version.save(update_fields=["removed"])
    Node.objects.filter(pk__in=[row.pk for row in gone]).delete()
    line_up(version, [row for row in rows if row not in gone])


def _kept(node: Node) -> dict[str, Any]:
    """All of a node as plain data: fields, words, questions."""
    fields = ("language", "said", "of", "state", "engine", "changes", "translator_id")
    texts = [{**row, "translator_id": str(row["translator_id"] or "")} for row in node.texts.values(*fields)]
    placed = [
        {"question": str(row.question_id), "order": row.order, "points": row.points}
        for row in node.placed.order_by("order", "id")
    ]
    return {
        "key": str(node.key), "parent": str(node.parent or ""), "kind": node.kind, "settings": node.settings,
        "rule": node.rule, "is_optional": node.is_optional, "texts": texts, "placed": placed,
        "competences": [str(row.pk) for row in node.competences.all()],
    }  # fmt: skip


def _restore(version: Version, key: str) -> None:
    found = next((each for each in version.removed if each["key"] == key), None)
    rows = rows_of(version)
    keys = {str(row.key) for row in rows}
    if found is None or keys & {each["key"] for each in found["nodes"]}:
        raise ValidationError(_("Somebody else was quicker: please look again."))
    for number, kept in enumerate(found["nodes"]):
        known = keys | {each["key"] for each in found["nodes"]}
        rows.append(_made(version, kept, kept["parent"] if kept["parent"] in known else "", len(rows) + number))
    version.removed = [each for each in version.removed if each["key"] != key]
    version.save(update_fields=["removed"])
    line_up(version, rows)


def _made(version: Version, kept: dict[str, Any], parent: str, order: int) -> Node:
    node = Node.objects.create(
        version=version, key=UUID(kept["key"]), parent=UUID(parent) if parent else None, order=order,
        kind=kept["kind"], settings=kept["settings"], rule=kept["rule"], is_optional=kept["is_optional"],
    )  # fmt: skip
    node.competences.set(Competence.objects.filter(pk__in=kept["competences"]))
    for text in kept["texts"]:
        Text.objects.create(node=node, **{**text, "translator_id": text["translator_id"] or None})
    there = set(
        Question.objects.filter(pk__in=[each["question"] for each in kept["placed"]]).values_list("pk", flat=True)
    )
    for each in kept["placed"]:
        if UUID(each["question"]) in there:
            Placed.objects.create(node=node, question_id=each["question"], order=each["order"], points=each["points"])
    return node
