"""The three demo courses as documents: a skeleton with stable names, and a file of words for each language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from koinon.learning.demo import words
from koinon.learning.engine import reading
from koinon.learning.engine.documents import Document, Node, Part, Question, digest

FOLDER = Path(__file__).parent / "courses"
LANGUAGES = ("en", "sq", "lt", "mk", "el")
SLUGS = ("reading-a-city-budget", "facilitating-a-community-workshop", "networking-for-hubs")
CREDIT = (
    "Demo text by the makers of Koinon. Albanian, Lithuanian, Macedonian and Greek were written with machine help and"
    " have not yet been read by native speakers."
)


@dataclass(frozen=True)
class Told:
    """A demo course: the document, its skeleton, and the words of its badge (field -> language -> words)."""

    document: Document
    skeleton: Mapping[str, Any]
    badge: Mapping[str, Mapping[str, str]]


def key(slug: str, *names: str) -> str:
    """The key of a named thing of a demo course: the same on every machine."""
    return str(uuid5(NAMESPACE_URL, "/".join(["https://demo.koinon.example/courses", slug, *names])))


@cache
def told(slug: str) -> Told:
    """A course from its files."""
    skeleton = _read(f"{slug}.toml")
    said = {language: _read(f"{slug}.{language}.toml") for language in (skeleton["language"], *LANGUAGES)}
    older = {(row["node"], row["block"], row["language"]): row["was"] for row in skeleton.get("older", ())}
    nodes = tuple(_node(slug, row, said, skeleton["language"], older) for row in skeleton["node"])
    document = Document(
        key=key(slug),
        language=skeleton["language"],
        texts={language: _own(each) for language, each in said.items()},
        nodes=nodes,
        questions=tuple(_question(slug, row, said) for row in skeleton["question"]),
        licence=skeleton["licence"],
        credit=CREDIT,
        subject=skeleton["subject"],
    )
    fields = ("name", "description", "criteria")
    badge = {field: {language: each["badge"][field] for language, each in said.items()} for field in fields}
    return Told(document, skeleton, badge)


def _own(said: Mapping[str, Any]) -> dict[str, str]:
    return {"title": said["title"], "summary": f"{said['summary']} {said['note']}"}


def _node(
    slug: str, row: Mapping[str, Any], said: Mapping[str, Any], source: str, older: Mapping[tuple[str, int, str], Any]
) -> Node:
    name = row["name"]
    texts = {language: _page(name, each["n"][name]) for language, each in said.items()}
    now = reading.marks(texts, source)
    for language, page in texts.items():
        if language != source:
            was = {f"{name}-{place}": digest(data) for (node, place, to), data in older.items()
                   if (node, to) == (name, language)}  # fmt: skip
            page["of"] = {**now, **was}
    settings = dict(row.get("settings", {}))
    if "questions" in settings:
        settings["questions"] = [key(slug, "question", each) for each in settings["questions"]]
    return Node(
        key=key(slug, row["name"]),
        kind=row["kind"],
        parent=key(slug, row["parent"]) if "parent" in row else "",
        texts=texts,
        settings=settings,
        rule=row.get("rule", {}),
        is_optional=row.get("is_optional", False),
    )


def _page(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    rest = {each: text for each, text in words.flat(said) if each != "text"}
    return {**rest, "blocks": words.blocks(name, said.get("text", ""))}


def _question(slug: str, row: Mapping[str, Any], said: Mapping[str, Any]) -> Question:
    return Question(
        key=key(slug, "question", row["name"]),
        kind=row["kind"],
        parts=tuple(Part(part["key"], part.get("credit", 0.0), part.get("facts", {})) for part in row.get("parts", ())),
        texts={language: dict(words.flat(each["q"][row["name"]])) for language, each in said.items()},
        points=float(row.get("points", 1)),
        shuffles=row.get("shuffles", True),
        tags=tuple(row.get("tags", ())),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
