"""Half a translation made whole: each piece in the first of the reader's languages that has it."""

from collections.abc import Iterable
from typing import Any

from koinon.learning.engine import blocks
from koinon.learning.engine.documents import Block, Texts, chosen


def whole(texts: Texts, languages: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """What chosen() chooses, made whole by the next of the languages: name by name, block by block in their place.

    Blocks with words that come from another language say so as "language". A text with blocks of its own, which are
    in no other language, is whole as it is.
    """
    order = tuple(dict.fromkeys(languages))
    language, said = chosen(texts, order)
    found = dict(said)
    for other in order:
        if other != language and texts.get(other):
            more = texts[other]
            names = {name: text for name, text in more.items() if text and not found.get(name)}
            found |= {name: text for name, text in names.items() if name not in ("of", "blocks")}
            found |= _with_blocks(found.get("blocks") or [], more.get("blocks") or [], other)
    return language, found


def _with_blocks(ours: list[Block], theirs: list[Block], language: str) -> dict[str, list[Block]]:
    there = {block["id"]: block for block in ours}
    if not theirs or not there.keys() <= {block["id"] for block in theirs}:
        return {}
    return {
        "blocks": [
            there.get(block["id"]) or ({**block, "language": language} if blocks.text([block]).strip() else block)
            for block in theirs
        ]
    }  # fmt: skip
