"""Inline HTML as text that somebody can type without an editor: **strong**, *stressed*, [words](address); and back."""

import re
from html import unescape
from typing import Any

from koinon.learning.engine.blocks import inline

_TAGS = (
    (re.compile(r"<(?:b|strong)>(.*?)</(?:b|strong)>", re.DOTALL), r"**\1**"),
    (re.compile(r"<(?:i|em)>(.*?)</(?:i|em)>", re.DOTALL), r"*\1*"),
    (re.compile(r"<br\s*/?>"), "\n"),
)
_LINK = re.compile(r"<a [^<>]*href=\"([^\"]*)\"[^<>]*>(.*?)</a>", re.DOTALL)
_MARKED_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_STRESSED = re.compile(r"(?<![*\w])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![*\w])")


def typed(html: Any) -> str:
    """Inline HTML as text with marks; what has no mark stays as HTML, so that nothing is lost."""
    text = html if isinstance(html, str) else ""
    text = _LINK.sub(lambda found: f"[{found[2]}]({unescape(found[1])})", text)
    for tag, mark in _TAGS:
        text = tag.sub(mark, text)
    return re.sub(r"&(amp|nbsp|quot|#39|#x27);", lambda found: unescape(found[0]), text)


def marked(text: str) -> str:
    """Text with marks as clean inline HTML."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    text = _MARKED_LINK.sub(lambda found: f'<a href="{found[2].replace(chr(34), "%22")}">{found[1]}</a>', text)
    text = _STRESSED.sub(r"<i>\1</i>", _STRONG.sub(r"<b>\1</b>", text))
    return inline(text.replace("\n", "<br>"))


def items_typed(items: Any, depth: int = 0) -> str:
    """A list as lines, two blanks for each level below the first."""
    lines = []
    for each in items if isinstance(items, list) else ():
        lines.append("  " * depth + typed(each.get("content", "")).replace("\n", " "))
        if each.get("items"):
            lines.append(items_typed(each["items"], depth + 1))
    return "\n".join(lines)


def items_marked(text: str) -> list[dict[str, Any]]:
    """Lines as the items of a list."""
    found: list[dict[str, Any]] = []
    levels: list[list[dict[str, Any]]] = [found]
    for line in text.splitlines():
        if not line.strip():
            continue
        depth = min((len(line) - len(line.lstrip())) // 2, len(levels) - 1, 3)
        item: dict[str, Any] = {"content": marked(re.sub(r"^[-*•]\s+", "", line.strip())), "items": []}
        levels[depth].append(item)
        levels[depth + 1 :] = [item["items"]]
    return found


def rows_typed(content: Any) -> str:
    """A table as lines, cells between upright strokes."""
    rows = content if isinstance(content, list) else []
    return "\n".join(" | ".join(typed(cell).replace("\n", " ") for cell in row) for row in rows)


def rows_marked(text: str) -> list[list[str]]:
    """Lines as the rows of a table."""
    return [
        [marked(cell.strip()) for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.strip()
    ]
