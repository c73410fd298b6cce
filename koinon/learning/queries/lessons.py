"""One part of a course as its page shows it: in the reader's language or the next best, with its price in data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from koinon.kit.addresses import to
from koinon.learning.engine import blocks, documents, fallback, reading
from koinon.learning.engine.blocks import Shown
from koinon.learning.engine.documents import Block
from koinon.learning.models import Asset, Course, Text
from koinon.learning.queries.trees import Tree

Address = Callable[[str], str]


@dataclass(frozen=True)
class Said:
    """The words of a part: HTML, the language they are in, and what the reader should know about them."""

    title: str
    title_language: str
    html: str
    language: str
    texts: Mapping[str, Any]
    is_other: bool
    is_stale: bool
    is_machine: bool
    languages: tuple[str, ...]
    shows: Callable[[str], Shown | None]


def said_of(
    tree: Tree, node: documents.Node, languages: Sequence[str], course: Course, address: Address, place: Address,
    light: bool = False,
) -> Said:  # fmt: skip
    """The words of a node for reading languages in this order; `address(asset key)`, `place(node key)` give links.

    Two queries: texts, and files that they name. `light`: pictures are links that say what they weigh.
    """
    rows = {row.language: row for row in Text.objects.filter(node=tree.rows[node.key])}
    texts = {language: {**row.said, "of": row.of} for language, row in rows.items() if _says(row.said)}
    language, said = fallback.whole(texts, (*languages, tree.language))
    listed = [*_leading(node), *_blocks(said)]
    spoken = {block.get("language") or language for block in _blocks(said) if blocks.text([block]).strip()}
    language = spoken.pop() if len(spoken) == 1 else language
    shows = shows_of(course, blocks.assets(listed), (language, *languages, course.language), address)
    listed = [_light(block, shows) if light else _seen(block, shows) for block in listed]
    source = tree.language
    title, title_language = tree.title(node.key, tuple(languages))
    return Said(
        title=title, title_language=title_language, html=blocks.html(listed, shows, place), language=language,
        texts=said, is_other=bool(language) and language != languages[0],
        is_stale=language not in ("", source) and source in texts and bool(reading.stale(texts, source, language)),
        is_machine=language in rows and rows[language].state == "machine", languages=tuple(texts), shows=shows,
    )  # fmt: skip


def shows_of(
    course: Course, keys: Sequence[str], languages: Sequence[str], address: Address
) -> Callable[[str], Shown | None]:
    """Files by key, with their words in the first of the languages that has any. One query, none for no keys."""
    wanted = [key for key in keys if key]
    rows = Asset.objects.filter(organisation=course.organisation_id, key__in=wanted).select_related("upload")
    found = {row.key: _shown(row, languages, address) for row in rows} if wanted else {}
    return found.get


def file_address(run: UUID) -> Address:
    return lambda key: to("learning:lesson_file", run, key)


def place_address(run: UUID, tree: Tree) -> Callable[[str], str]:
    """Links between parts of the course; "" for parts that are not there."""
    return lambda key: to("learning:lesson", run, UUID(key)) if key in tree.rows else ""


def _leading(node: documents.Node) -> list[Block]:
    """The file that the kind itself names stands first: what is heard before what is read."""
    key = node.settings.get("asset")
    if node.kind not in ("media", "file") or not isinstance(key, str):
        return []
    kind = "file" if node.kind == "file" else "audio"
    return [{"id": "asset", "type": kind, "data": {"asset": key, "caption": "", "title": ""}}]


def _seen(block: Block, shows: Callable[[str], Shown | None]) -> Block:
    """A leading file that is no sound is a link with its price."""
    about = shows(str(block["data"].get("asset", ""))) if block.get("id") == "asset" else None
    if about is None or block["type"] == "file" or about.media_type.startswith("audio/"):
        return block
    return {**block, "type": "video" if about.media_type.startswith("video/") else "file"}


def _blocks(said: Mapping[str, Any]) -> list[Block]:
    found = said.get("blocks")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _says(said: Mapping[str, Any]) -> bool:
    return any(value for name, value in said.items() if name != "of")


def _shown(row: Asset, languages: Sequence[str], address: Address) -> Shown:
    upload = row.upload
    return Shown(
        url=address(row.key), name=row.name, media_type=upload.media_type, size=upload.size,
        alt="" if row.is_decoration else _word(row.alt, languages), transcript=_word(row.transcript, languages),
        width=upload.width or 0, height=upload.height or 0,
    )  # fmt: skip


def _word(words: Mapping[str, str], languages: Sequence[str]) -> str:
    return next((words[each] for each in (*languages, *words) if words.get(each)), "")


def _light(block: Block, shows: Callable[[str], Shown | None]) -> Block:
    """Pictures and sound as links with their price, so that opening the page costs its words alone."""
    data = block.get("data", {})
    about = shows(str(data.get("asset", "")))
    if about is None or block.get("type") not in ("image", "audio", "video"):
        return block
    words = data.get("caption") or about.alt or about.name
    return {**block, "type": "file", "data": {"asset": data["asset"], "title": words}}
