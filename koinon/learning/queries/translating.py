"""A course in its languages: how far each is, what is older than its source, and both sides of one part."""

from typing import Any

from django.utils.translation import gettext as _

from koinon.kit.languages import machine
from koinon.kit.verbs import Actor
from koinon.learning import rules
from koinon.learning.engine import reading
from koinon.learning.engine.plainmarks import items_typed, rows_typed, typed
from koinon.learning.models import Course, Node, NodeKind, Question, Text, Version
from koinon.learning.queries.documents import said_of, texts_of

ABOUT = "about"


def languages_page(me: Actor, course: Course, version: Version) -> list[dict[str, Any]]:
    """Each language but the source with its counts: pieces, those that are there, those that are older."""
    things = _things(version)
    found = []
    for language in course.languages:
        if language == version.language:
            continue
        rows = [_counted(texts, version.language, language) for _key, _kind, _title, texts in things]
        total, there, old = (sum(row[place] for row in rows) for place in range(3))
        found.append({
            "language": language, "total": total, "there": there, "old": old,
            "may": rules.may_translate(by=me, course=course, language=language),
        })  # fmt: skip
    return found


def parts_page(version: Version, language: str) -> list[dict[str, Any]]:
    """Every part of the course with what is missing or older in a language, in the order of the course."""
    states = dict(Text.objects.filter(node__version=version, language=language).values_list("node__key", "state"))
    labels = {str(key): Text.State(state).label for key, state in states.items()}
    found = []
    for key, kind, title, texts in _things(version):
        total, there, old = _counted(texts, version.language, language)
        state = labels.get(key, "")
        found.append(
            {
                "key": key,
                "kind": kind,
                "title": title,
                "total": total,
                "left": total - there,
                "old": old,
                "state": state,
            }
        )
    return found


def sides(version: Version, language: str, key: str) -> dict[str, Any] | None:
    """Both sides of one part, piece by piece; None when there is no such part.

    {"title", "rows": [{"name", "source", "text", "is_older", "is_missing", "lines"}], "node", "question", "text"}
    """
    node = question = text = None
    if key == ABOUT:
        texts, title = version.texts, _("About the course")
    elif node := Node.objects.filter(version=version, key=key).first():
        rows = {row.language: row for row in node.texts.all()}
        texts, text = {code: said_of(row) for code, row in rows.items()}, rows.get(language)
        title = texts.get(version.language, {}).get("title", "")
    elif question := Question.objects.filter(placed__node__version=version, key=key).first():
        texts, title = _of_question(question), _("Question")
    else:
        return None
    found = _rows(texts, question.language if question else version.language, language)
    return {
        "title": title,
        "rows": found,
        "node": node,
        "question": question,
        "text": text,
        "machine": machine.translator(),
    }


def _things(version: Version) -> list[tuple[str, Any, str, dict[str, Any]]]:
    """(key, kind in words, title, texts) of the course itself, its nodes and its questions."""
    texts = texts_of(version)
    found: list[tuple[str, Any, str, dict[str, Any]]] = [(ABOUT, "", _("About the course"), version.texts)]
    for node in Node.objects.filter(version=version).order_by("order", "id"):
        mine = texts.get(node.pk, {})
        title = mine.get(version.language, {}).get("title", "")
        found.append((str(node.key), NodeKind(node.kind).label, title, mine))
    for row in Question.objects.filter(placed__node__version=version).distinct().order_by("pk"):
        stem = typed(row.texts.get(row.language, {}).get("stem", ""))
        found.append((str(row.key), _("Question"), stem[:80], _of_question(row)))
    return found


def _of_question(row: Question) -> dict[str, Any]:
    return {code: {**said, "of": row.of.get(code, {})} for code, said in row.texts.items()}


def _counted(texts: dict[str, Any], source: str, language: str) -> tuple[int, int, int]:
    total = len(reading.pieces(texts.get(source, {})))
    return total, total - len(reading.missing(texts, source, language)), len(reading.stale(texts, source, language))


def _rows(texts: dict[str, Any], source: str, language: str) -> list[dict[str, Any]]:
    now, theirs = reading.pieces(texts.get(source, {})), reading.pieces(texts.get(language, {}))
    old = reading.stale(texts, source, language)
    kinds = {block["id"]: block["type"] for block in texts.get(source, {}).get("blocks") or ()}
    found = []
    for name, piece in now.items():
        for field, lines in _fields(kinds.get(name, ""), piece):
            mine = theirs.get(name)
            found.append({
                "name": f"{name}/{field}", "piece": name, "source": _typed(piece, field),
                "text": _typed(mine, field) if mine else "",
                "is_older": name in old, "is_missing": mine is None, "lines": lines,
            })  # fmt: skip
    return found


def _fields(kind: str, piece: Any) -> list[tuple[str, int]]:
    """Fields of a piece that are words, each with the lines of its box."""
    if isinstance(piece, str):
        return [("", 1 if len(piece) < 90 else 4)]
    names = [name for name in ("title", "text", "caption", "items", "content") if piece.get(name)]
    return [(name, 1 if name in ("title", "caption") or kind == "header" else 5) for name in names]


def _typed(piece: Any, field: str) -> str:
    if not field or isinstance(piece, str):
        return typed(piece) if isinstance(piece, str) else ""
    value = piece.get(field, "")
    return items_typed(value) if field == "items" else rows_typed(value) if field == "content" else typed(value)
