"""A course without its screens: the whole of it on one page for paper, and single lessons as devices keep them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat

from koinon.kit import prose
from koinon.learning.engine import blocks, documents, fallback
from koinon.learning.engine.blocks import Shown
from koinon.learning.engine.documents import Block
from koinon.learning.queries import lessons, offline, questions_shown
from koinon.learning.queries.lesson_pages import Standing, lesson_page
from koinon.learning.queries.my_learning import Row, walk
from koinon.learning.queries.questions_shown import Asking

Shows = Callable[[str], Shown | None]
SEED = "kept"
"""Shuffles the choices of a kept or printed quiz; the marking goes by keys, so that any seed will do."""


@dataclass
class Sheet:
    """A part of the course on paper."""

    row: Row
    language: str
    html: str
    questions: list[Asking] = field(default_factory=list)


def whole(where: Standing, chosen: str, *, light: bool) -> dict[str, Any]:
    """The whole course in reading order; `light`: without pictures. Three queries beside who asks."""
    languages = where.languages(chosen)
    way = walk(where.run, languages, outcomes={})
    texts, asked = offline.texts_of(where.run), offline.asked_of(where.run)
    said = {row.node.key: fallback.whole(texts.get(UUID(row.node.key), {}), languages) for row in way.rows}
    questions = {str(key): rows for key, rows in asked.items()}
    keys = [key for row in way.rows for key in _named(row, said[row.node.key][1], questions)]
    shows = lessons.shows_of(where.run.course, keys, languages, lessons.file_address(where.run.pk))
    place = lessons.place_address(where.run.pk, way.tree)
    sheets = [
        Sheet(
            row, said[row.node.key][0], _html(row, said[row.node.key][1], shows, place, light),
            questions_shown.asking(questions.get(row.node.key, []), languages, shows, seed=SEED),
        )
        for row in way.rows
    ]  # fmt: skip
    return {"run": where.run, "sheets": sheets, "light": light, "chosen": chosen, "language": languages[0]}


def kept_lesson(where: Standing, key: str | UUID, chosen: str) -> dict[str, Any]:
    """The context of a lesson as a device keeps it; 404 for what is not there. Nothing in it is the reader's."""
    page = lesson_page(where, key, chosen=chosen)
    row = page["row"]
    context = {name: page[name] for name in ("run", "row", "said", "before", "after", "kind", "kind_name", "reading")}
    context |= offline.offers(row.node, where.run)
    context["takes_work"] = where.run.state in ("open", "running")
    if row.node.kind == "quiz" and context["manner"] != "online":
        found = offline.asked_of(where.run).get(UUID(row.node.key), [])
        languages = (page["reading"], page["said"].language, where.run.version.language)
        address = lessons.file_address(where.run.pk)
        shows = lessons.shows_of(where.run.course, questions_shown.assets_of(found), languages, address)
        context["questions"] = questions_shown.asking(found, languages, shows, seed=SEED)
    return context


def _named(row: Row, said: Mapping[str, Any], questions: Mapping[str, list[documents.Question]]) -> list[str]:
    return [*blocks.assets(_listed(row, said)), *questions_shown.assets_of(questions.get(row.node.key, []))]


def _listed(row: Row, said: Mapping[str, Any]) -> list[Block]:
    found = said.get("blocks")
    parts = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    own = row.node.settings.get("asset")
    if row.node.kind not in ("media", "file") or not isinstance(own, str):
        return parts
    return [{"id": "asset", "type": "audio", "data": {"asset": own, "caption": ""}}, *parts]


def _html(row: Row, said: Mapping[str, Any], shows: Shows, place: Callable[[str], str], light: bool) -> str:
    return "\n".join(_piece(block, shows, place, light) for block in _listed(row, said))


def _piece(block: Block, shows: Shows, place: Callable[[str], str], light: bool) -> str:
    """Sound, video and (in the light view) pictures as words, what they say written out below."""
    kind, data = block.get("type"), block.get("data", {})
    about = shows(str(data.get("asset", "")))
    if about is None or not (kind in ("audio", "video") or (kind == "image" and light)):
        return blocks.html([block], shows, place)
    words = blocks.line(str(data.get("caption") or "")) or about.alt or about.name
    link = f'<a href="{escape(about.url)}">{escape(words)}</a> <small>({escape(filesizeformat(about.size))})</small>'
    return f"<p>{link}</p>{prose.html_of(about.transcript) if about.transcript else ''}"
