"""The question bank: found by words, tags and kind; one question as its author tries it."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from koinon.kit.verbs import Actor
from koinon.learning.engine import blocks, grading, questions
from koinon.learning.engine.documents import Question as Asked
from koinon.learning.models import Course, Node, Question
from koinon.learning.queries.homes import owners
from koinon.network.models import Organisation

SIZE = 50


def bank(
    me: Actor, *, organisations: list[Organisation] | None = None, words: str = "", tag: str = "", kind: str = "",
    after: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Latest questions of organisations of mine: {"rows", "next", "tags"}; three queries."""
    ours = owners(me) if organisations is None else organisations
    rows = Question.objects.filter(organisation__in=[owner.pk for owner in ours], is_latest=True)
    all_tags = sorted({each for tags in rows.values_list("tags", flat=True)[:2000] for each in tags})
    if words:
        rows = rows.filter(Q(texts__icontains=words) | Q(tags__icontains=words))
    if tag:
        rows = rows.filter(tags__contains=[tag])
    if kind:
        rows = rows.filter(kind=kind)
    found = list(rows.annotate(places=Count("placed")).order_by("-pk")[after : after + SIZE + 1])
    more = after + SIZE if len(found) > SIZE else 0
    return {"rows": [row_of(row) for row in found[:SIZE]], "next": more, "tags": all_tags, "owners": ours}


def row_of(row: Question) -> dict[str, Any]:
    said: dict[str, str] = row.texts.get(row.language) or next(iter(row.texts.values()), {})
    stem = re.sub(r"\[\[[^\]]*\]\]", "____", said.get("stem", ""))
    return {"question": row, "stem": blocks.line(stem)[:200], "places": getattr(row, "places", 0)}


def mine(me: Actor, key: str) -> Question | None:
    """The latest number of a question in a bank of mine; `key` is the id of any of its rows."""
    rows = Question.objects.filter(organisation__in=[owner.pk for owner in owners(me)]).select_related("organisation")
    row = rows.filter(pk=key).first()
    if row is None or row.is_latest:
        return row
    return rows.filter(key=row.key, organisation=row.organisation, is_latest=True).first()


def quiz(node: Node) -> dict[str, Any]:
    """What a quiz asks, and what the bank has beside it."""
    placed = [
        {**row_of(row.question), "placed": row}
        for row in node.placed.select_related("question").order_by("order", "id")
    ]
    there = [row["question"].key for row in placed]
    rest = Question.objects.filter(organisation=node.version.course.organisation_id, is_latest=True).exclude(
        key__in=there
    )
    return {
        "placed": placed,
        "rest": [row_of(row) for row in rest.order_by("-pk")[:200]],
        "points": sum(row["placed"].points for row in placed),
    }


def quiz_of(me: Actor, key: str) -> Node | None:
    """A quiz or survey of a draft that I may write, by the id of its row."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    rows = Node.objects.filter(version__course__in=Course.objects.manageable_by(me), version__state="draft")
    return rows.select_related("version__course__organisation").filter(pk=wanted, kind__in=["quiz", "survey"]).first()


def tried(question: Asked, answer: dict[str, Any], language: str) -> dict[str, Any]:
    """How an answer would be marked, with what is said to the learner."""
    marking = grading.mark(question, answer, language)
    said = question.texts.get(language, {})
    names = [*marking.feedback, *(name for part in marking.parts.values() for name in part.feedback)]
    words = [blocks.line(said[name]) for name in names if said.get(name)]
    return {"marking": marking, "percent": round(100 * marking.share), "feedback": list(dict.fromkeys(words))}


def problems(question: Asked, language: str) -> list[str]:
    return [str(questions.PROBLEMS[code]) for code in questions.problems(question, [language])]
