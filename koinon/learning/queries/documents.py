"""A version as an engine Document, whole: for the check list, copies, the preview and exporters."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from koinon.kit import files
from koinon.learning.engine import blocks, documents, reading
from koinon.learning.models import Asset, Course, Elsewhere, Node, Placed, Text, Version
from koinon.learning.queries.trees import question_of

BLOCKS = (
    "no_title", "no_alt", "no_transcript", "no_terms", "no_asset", "no_question", "no_questions", "empty", "question",
)  # fmt: skip
"""Codes of the check list that stand in the way in the language of the course; all others only warn."""


UNMARKED = ("no_right_answer", "credits_sum", "several_right", "all_chosen_is_right", "no_points", "no_number")
"""What is wrong with a question in a quiz, and quite right in a survey."""


def document_of(version: Version) -> documents.Document:
    """Everything that a version holds, with its questions and files (bytes are read when asked for). Five queries."""
    course = version.course
    rows = list(Node.objects.filter(version=version).prefetch_related("competences").order_by("order", "id"))
    texts = texts_of(version)
    asked: dict[UUID, list[Placed]] = {}
    for placed in Placed.objects.filter(node__version=version).select_related("question").order_by("order", "id"):
        asked.setdefault(placed.node_id, []).append(placed)
    nodes = tuple(_node(row, texts.get(row.pk, {}), asked.get(row.pk, [])) for row in rows)
    questions = {placed.question.key: question_of(placed.question) for each in asked.values() for placed in each}
    return documents.Document(
        key=str(course.key),
        language=version.language,
        texts=version.texts,
        nodes=nodes,
        questions=tuple(questions.values()),
        assets=assets_of(course.organisation_id, named(nodes, questions.values())),
        licence=course.licence,
        credit=course.credit,
        subject=course.subject,
    )


def problems(course: Course, document: documents.Document, languages: Iterable[str]) -> list[reading.Problem]:
    """The check list; files that say of themselves that they are decoration need no words. Two queries."""
    found = reading.check(document, languages)
    named = {str(problem.values["asset"]) for problem in found if problem.code == "no_alt"}
    rows = Asset.objects.filter(organisation=course.organisation_id, key__in=named, is_decoration=True)
    decorations = set(rows.values_list("key", flat=True)) if named else set()
    found += dead_links(document)
    marked = {key for node in document.nodes if node.kind == "quiz" for key in node.settings.get("questions", ())}
    return [
        problem
        for problem in found
        if not (problem.code == "no_alt" and problem.values["asset"] in decorations)
        and (problem.node in marked or problem.values.get("problem") not in UNMARKED)
    ]


def dead_links(document: documents.Document) -> list[reading.Problem]:
    """Parts that lead to an address which did not answer when the clock asked it last. One query."""
    led = {node.key: reading.addresses(node) for node in document.nodes}
    rows = Elsewhere.objects.filter(url__in={url for urls in led.values() for url in urls}, answers=False)
    dead = {row.url: timezone.localdate(row.asked_at) for row in rows}
    return [
        reading.Problem("dead_link", key, "", {"url": url, "day": dead[url]})
        for key, urls in led.items() for url in urls if url in dead
    ]  # fmt: skip


def texts_of(version: Version) -> dict[UUID, dict[str, dict[str, Any]]]:
    """What each node (by the id of its row) says, language by language, with the marks of its source as `of`."""
    found: dict[UUID, dict[str, dict[str, Any]]] = {}
    for text in Text.objects.filter(node__version=version):
        found.setdefault(text.node_id, {})[text.language] = said_of(text)
    return found


def said_of(text: Text) -> dict[str, Any]:
    """A row of texts as the engine reads it."""
    return {**text.said, "of": text.of} if text.of else dict(text.said)


def named(nodes: Any, questions: Any) -> list[str]:
    """Keys of all files that nodes and questions name."""
    found: dict[str, None] = {}
    for node in nodes:
        if isinstance(node.settings.get("asset"), str):
            found[node.settings["asset"]] = None
        for said in node.texts.values():
            found |= dict.fromkeys(blocks.assets(said.get("blocks") or ()))
    for question in questions:
        for said in question.texts.values():
            words = [{"type": "paragraph", "data": {"text": text}} for text in said.values() if isinstance(text, str)]
            found |= dict.fromkeys(blocks.assets(words))
    return [key for key in found if key]


def assets_of(organisation: UUID, keys: list[str]) -> tuple[documents.Asset, ...]:
    """Files of an organisation by their keys, in that order. One query."""
    rows = {
        row.key: row for row in Asset.objects.filter(organisation=organisation, key__in=keys).select_related("upload")
    }
    return tuple(asset_of(rows[key]) for key in keys if key in rows)


def asset_of(row: Asset) -> documents.Asset:
    """A file as the engine reads it."""
    return documents.Asset(
        key=row.key, name=row.name, media_type=row.upload.media_type, size=row.upload.size, alt=row.alt,
        transcript=row.transcript, licence=row.licence, credit=row.credit,
        read=lambda: files.path_of(row.upload).read_bytes(),
    )  # fmt: skip


def _node(row: Node, texts: dict[str, dict[str, Any]], asked: list[Placed]) -> documents.Node:
    settings = dict(row.settings)
    if row.kind in ("quiz", "survey"):
        settings["questions"] = [str(placed.question.key) for placed in asked]
    if row.kind == "quiz":
        settings["points"] = {str(placed.question.key): placed.points for placed in asked}
    return documents.Node(
        key=str(row.key), kind=row.kind, parent=str(row.parent) if row.parent else "", texts=texts, settings=settings,
        rule=row.rule, is_optional=row.is_optional, competences=tuple(each.uri for each in row.competences.all()),
    )  # fmt: skip
