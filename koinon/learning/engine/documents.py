"""A course as plain data: what importers make, exporters read, and a version of a course is written from.

Keys are stable: a node, a question, a part of a question keeps its key through versions, languages and copies; nothing
is ever found by its text or position. Texts stand beside the skeleton: language -> name of the text -> text.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

NODE_KINDS = ("section", "page", "media", "file", "quiz", "task", "discussion", "session", "survey", "package", "link")
BLOCK_KINDS = (
    "paragraph", "header", "list", "quote", "callout", "table", "delimiter", "image", "audio", "video", "file", "link",
)  # fmt: skip
QUESTION_KINDS = ("single", "multiple", "true_false", "short", "numeric", "match", "order", "cloze", "long")

Texts = Mapping[str, Mapping[str, Any]]
"""language -> name -> text: of a node `title` (a line), `blocks` (list of Block) and what its kind asks for; of a
question `stem`, `<part>.text`, `<part>.other`, `<part>.feedback`, `right`, `wrong` (inline HTML, cleaned by nh3)."""
Block = dict[str, Any]
"""{"id": stable key, "type": one of BLOCK_KINDS, "data": {…}}: texts are inline HTML, assets are named by key."""


@dataclass(frozen=True)
class Part:
    """A piece of a question that earns: a choice, an accepted answer, a pair, a place in an order, a gap.

    `credit` is a share of the question's points (1 is all of them, below 0 takes away). `facts` by kind of question:
    short {"is_case_sensitive"}, texts may hold * for anything; numeric {"value", "tolerance"} or {"low", "high"}; cloze
    {"kind", "parts": [{"key", "credit", …}]} (a gap is a small question). A pair without its left text is a distractor.
    """

    key: str
    credit: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question without its words (`texts`): kind, parts and how they earn. `raw` is what it was imported from."""

    key: str
    kind: str
    parts: tuple[Part, ...] = ()
    texts: Texts = field(default_factory=dict)
    points: float = 1.0
    shuffles: bool = True
    tags: tuple[str, ...] = ()
    raw: str = ""


@dataclass(frozen=True)
class Node:
    """A place in the tree of a course. `parent` is the key of another node, "" at the top; nodes stand in their order.

    `rule` says when it is completed (see progress.py); `settings` by kind: quiz {"questions": [keys], "attempts",
    "minutes", "pass", "shuffles", "review"}, task {"asks": [text|photo|file|witness], "rubric": [{"key", "points"}]},
    session {"minutes", "is_online"}, survey {"questions": [...]}, package {"asset": key}, file {"asset"}, link {"url"}.
    """

    key: str
    kind: str
    parent: str = ""
    texts: Texts = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)
    is_optional: bool = False
    competences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """A file of a course: named by the SHA-256 of its bytes, with its words per language; `read()` gives the bytes."""

    key: str
    name: str
    media_type: str
    size: int
    alt: Mapping[str, str] = field(default_factory=dict)
    transcript: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    credit: str = ""
    read: Callable[[], bytes] = field(default=lambda: b"", repr=False, compare=False)


@dataclass(frozen=True)
class Document:
    """A whole course. `texts` holds its own `title`, `summary`; `language` is the one it was written in."""

    key: str
    language: str
    texts: Texts
    nodes: tuple[Node, ...] = ()
    questions: tuple[Question, ...] = ()
    assets: tuple[Asset, ...] = ()
    licence: str = ""
    credit: str = ""
    subject: str = ""

    def children(self, parent: str = "") -> tuple[Node, ...]:
        """Nodes directly under a key, in their order."""
        return tuple(node for node in self.nodes if node.parent == parent)


def digest(text: Any) -> str:
    """The mark of a source text by which a translation knows whether it is older: 16 hex digits over its JSON."""
    said = json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def chosen(texts: Texts, languages: tuple[str, ...]) -> tuple[str, Mapping[str, Any]]:
    """The first of `languages` in which something is said, else any; ("", {}) when nothing is."""
    for language in (*languages, *texts):
        if texts.get(language):
            return language, texts[language]
    return "", {}
