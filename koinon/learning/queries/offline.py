"""What of a course can be kept on a device: its lessons with their price in bytes, their files, and what stays away."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.addresses import to
from koinon.learning.actions.evidence import asks_of
from koinon.learning.engine import blocks, documents, fallback
from koinon.learning.engine.documents import Node
from koinon.learning.models import Asset, Enrolment, Placed, Run, Session, Text
from koinon.learning.queries.lesson_pages import Standing
from koinon.learning.queries.my_learning import Row, due_on, walk
from koinon.learning.queries.questions_shown import assets_of
from koinon.learning.queries.trees import question_of

UPLOAD = timedelta(days=2)
"""After the day of a sealed quiz: what was answered in time may still be on its way."""
FRAME = 2_600
"""Bytes of a kept page beside its words, as measured."""
MADE = "1"
"""Changes when kept pages are made otherwise: then every device says that there is a newer one."""

WHY_NOT: Mapping[str, Any] = {
    "package": gettext_lazy("Packages of others need a connection and are not kept."),
    "survey": gettext_lazy("Surveys need a connection."),
    "quiz": gettext_lazy("This quiz has a time limit and needs a connection."),
}


def manner_of(node: Node) -> str:
    """How a quiz is answered without a connection: practice (any number of tries), sealed (tries are counted), or
    online: not at all, because its time is limited."""
    if node.settings.get("minutes"):
        return "online"
    return "sealed" if node.settings.get("attempts") else "practice"


def upload_by(node: Node, run: Run) -> date:
    """The last day on which a sealed quiz may arrive."""
    due = due_on(node, run.starts_on)
    return due + UPLOAD if due else run.ends_on


@dataclass
class Piece:
    """A lesson as it is kept: bytes of its words, and which files it names."""

    row: Row
    words: int
    mark: str
    files: tuple[str, ...]
    why_not: str = ""

    @property
    def key(self) -> str:
        return self.row.node.key


@dataclass(frozen=True)
class Kept:
    """A file: what it is (picture, sound, more) and what it weighs."""

    key: str
    url: str
    size: int
    kind: str


@dataclass
class Shelf:
    """All that can be kept of a run, in one language."""

    run: Run
    language: str
    title: str
    pieces: list[Piece]
    files: dict[str, Kept] = field(default_factory=dict)

    @property
    def lessons(self) -> list[Piece]:
        return [each for each in self.pieces if not each.why_not]

    @property
    def left_out(self) -> list[Piece]:
        return [each for each in self.pieces if each.why_not]

    def bytes(self, kind: str, keys: Iterable[str] | None = None) -> int:
        """Bytes of files of a kind, each counted once; of some lessons or all."""
        wanted = set(keys) if keys is not None else None
        named = {key for each in self.lessons if wanted is None or each.key in wanted for key in each.files}
        return sum(kept.size for key in named if (kept := self.files.get(key)) and kept.kind == kind)

    @property
    def words(self) -> int:
        return sum(each.words for each in self.lessons)

    @property
    def pictures(self) -> int:
        return self.bytes("picture")

    @property
    def sound(self) -> int:
        return self.bytes("sound")

    @property
    def more(self) -> int:
        return self.bytes("more")


def shelf(where: Standing, chosen: str = "") -> Shelf:
    """Everything with its price. Three queries beside who asks and the skeleton, whatever the number of lessons."""
    languages = where.languages(chosen)
    way = walk(where.run, languages, outcomes={})
    texts = texts_of(where.run)
    asked = asked_of(where.run)
    pieces = [_piece(row, languages, texts, asked) for row in way.rows]
    keys = {key for each in pieces for key in each.files}
    return Shelf(where.run, languages[0], where.run.title, pieces, _files(where.run, keys) if keys else {})


def listed(shelf: Shelf) -> dict[str, Any]:
    """The same as plain data for the device."""
    run = shelf.run.pk
    lessons = [
        {
            "node": each.key, "title": each.row.title, "number": each.row.number, "bytes": each.words,
            "hash": each.mark, "files": [key for key in each.files if key in shelf.files],
            "url": to("learning:lesson", run, UUID(each.key)),
            "page": to("learning:saved_lesson", run, UUID(each.key)),
        }
        for each in shelf.lessons
    ]  # fmt: skip
    files = {key: {"url": kept.url, "bytes": kept.size, "kind": kept.kind} for key, kept in shelf.files.items()}
    return {
        "run": str(run), "title": shelf.title, "language": shelf.language, "url": to("learning:my_run", run),
        "page": to("learning:saved_run", run), "lessons": lessons, "files": files,
        "left_out": [{"node": each.key, "title": each.row.title, "why": each.why_not} for each in shelf.left_out],
    }  # fmt: skip


def roll_of(session: Session) -> list[dict[str, Any]]:
    """The sheet of a roll call: learners by name, and what is known of each. Two queries."""
    known = dict(session.attendance.values_list("enrolment", "is_there"))
    rows = Enrolment.objects.learning().filter(run=session.run_id).select_related("person")
    people = [(row.pk, row.person.name or _("A participant"), known.get(row.pk)) for row in rows]
    people.sort(key=lambda each: (each[1].casefold(), each[0]))
    return [{"key": key, "name": name, "is_there": is_there} for key, name, is_there in people]


def offers(node: Node, run: Run) -> dict[str, Any]:
    """What somebody can do in a kept lesson, by the kind of the part."""
    asks = asks_of(node) if node.kind == "task" else []
    return {
        "manner": manner_of(node) if node.kind == "quiz" else "", "upload_by": upload_by(node, run),
        "asks_more": [each for each in asks if each != "text"],
        "asks_for_reading": node.kind in ("page", "media", "file", "link") or "viewed" in node.rule,
    }  # fmt: skip


def _piece(
    row: Row, languages: tuple[str, ...], texts: Mapping[UUID, documents.Texts], asked: Mapping[UUID, list[Any]]
) -> Piece:
    node = row.node
    key = UUID(node.key)
    language, said = fallback.whole(texts.get(key, {}), languages)
    questions = asked.get(key, [])
    found = said.get("blocks")
    parts = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    own = node.settings.get("asset")
    leading = [own] if node.kind in ("media", "file") and isinstance(own, str) else []
    spoken = [fallback.whole(each.texts, languages) for each in questions]
    words = len(blocks.html(parts, lambda key: None).encode()) + sum(len(str(each).encode()) for each in spoken)
    files = tuple(dict.fromkeys([*leading, *blocks.assets(parts), *assets_of(questions)]))
    mark = documents.digest([MADE, node.kind, dict(node.settings), language, said, json.loads(json.dumps(spoken))])
    return Piece(row, words + FRAME, mark, files, _why_not(node))


def _why_not(node: Node) -> str:
    if node.kind == "quiz" and manner_of(node) != "online":
        return ""
    return str(WHY_NOT.get(node.kind, ""))


def texts_of(run: Run) -> dict[UUID, dict[str, Mapping[str, Any]]]:
    found: dict[UUID, dict[str, Mapping[str, Any]]] = {}
    rows = Text.objects.filter(node__version=run.version_id).values_list("node__key", "language", "said")
    for key, language, said in rows:
        found.setdefault(key, {})[language] = said
    return found


def asked_of(run: Run) -> dict[UUID, list[documents.Question]]:
    found: dict[UUID, list[documents.Question]] = {}
    rows = Placed.objects.filter(node__version=run.version_id, node__kind="quiz").select_related("question", "node")
    for placed in rows.order_by("order", "id"):
        found.setdefault(placed.node.key, []).append(question_of(placed.question, placed.points))
    return found


def _files(run: Run, keys: Iterable[str]) -> dict[str, Kept]:
    rows = Asset.objects.filter(organisation=run.course.organisation_id, key__in=list(keys)).select_related("upload")
    return {row.key: _kept(run, row) for row in rows}


def _kept(run: Run, row: Asset) -> Kept:
    media = row.upload.media_type.split("/")[0]
    kind = {"image": "picture", "audio": "sound"}.get(media, "more")
    return Kept(row.key, to("learning:lesson_file", run.pk, row.key), row.upload.size, kind)
