"""The words of a demo course as they are written in its files: short marks for blocks, told apart by blank lines.

Marks: `## header`, `- ` and `1. ` lists, `> quote` with `> — caption`, `| table |`, `!tip Title | text`; all else is a
paragraph. A block's key is the name of its page and its place, so that it is the same in every language.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from koinon.learning.engine.documents import Block

_NUMBER = re.compile(r"\d+\. ")


def blocks(name: str, text: str) -> list[Block]:
    """Blocks of a page's text."""
    pieces = [piece.strip() for piece in re.split(r"\n\s*\n", text) if piece.strip()]
    return [
        {"id": f"{name}-{place}", "type": kind, "data": data}
        for place, (kind, data) in enumerate(map(_block, pieces), start=1)
    ]


def _block(piece: str) -> tuple[str, dict[str, Any]]:
    lines = [line.strip() for line in piece.splitlines()]
    first = lines[0]
    if first.startswith("## "):
        return "header", {"text": first[3:], "level": 2}
    if first.startswith("!"):
        tone, rest = " ".join(lines)[1:].split(" ", 1)
        title, text = rest.split(" | ", 1)
        return "callout", {"tone": tone, "title": title, "text": text}
    if first.startswith("> "):
        said = [line.removeprefix("> ") for line in lines]
        caption = said.pop().removeprefix("— ") if said[-1].startswith("— ") else ""
        return "quote", {"text": " ".join(said), "caption": caption}
    if first.startswith("| "):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return "table", {"withHeadings": True, "content": rows}
    return _list(lines) or ("paragraph", {"text": " ".join(lines)})


def _list(lines: list[str]) -> tuple[str, dict[str, Any]] | None:
    style = "ordered" if _NUMBER.match(lines[0]) else "unordered" if lines[0].startswith("- ") else ""
    if not style:
        return None
    said = [line[2:] if style == "unordered" else _NUMBER.sub("", line, count=1) for line in lines]
    return "list", {"style": style, "items": [{"content": each, "items": []} for each in said]}


def flat(said: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, str]]:
    """Names of texts as the engine has them: tables in tables become `a.feedback`."""
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{start}{name}.")
        else:
            yield f"{start}{name}", str(value)
