"""Blocks as HTML for other platforms: no words of ours, no classes, so that it can be read back as the same blocks."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from koinon.learning.engine.documents import Block

_PICTURE = re.compile(r'(<img[^>]*\ssrc=|<img\ssrc=|<a\shref=)"asset:([0-9a-f]{16,64})"')
_INNER = re.compile(r' href="node:[^"]*"')


@dataclass(frozen=True)
class Shown:
    """Where a file of the course stands beside the page, and its words in the language of the page."""

    url: str
    name: str
    media_type: str
    alt: str = ""
    transcript: str = ""


Shows = Callable[[str], Shown | None]


def html_of(blocks: list[Block], shows: Shows) -> str:
    """All blocks in their order; a block of a kind we do not know is shown by its text."""
    return "\n".join(filter(None, (_WRITERS.get(block["type"], _other)(block["data"], shows) for block in blocks)))


def addressed(html: str, shows: Shows) -> str:
    """Inline HTML with "asset:KEY" replaced by the addresses of files; links to nodes become their words."""

    def replaced(found: re.Match[str]) -> str:
        shown = shows(found.group(2))
        return f'{found.group(1)}"{escape(shown.url)}"' if shown else f'{found.group(1)}""'

    return _PICTURE.sub(replaced, _INNER.sub("", html))


def keys_of(blocks: list[Block]) -> Iterator[str]:
    """Keys of files that blocks name, in their data or in their texts."""
    for said in _strings([block["data"] for block in blocks]):
        if re.fullmatch(r"[0-9a-f]{64}", said):
            yield said
        for found in re.finditer(r"asset:([0-9a-f]{64})", said):
            yield found.group(1)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _strings(each)
    elif isinstance(data, list | tuple):
        for each in data:
            yield from _strings(each)


def _said(data: Mapping[str, Any], name: str, shows: Shows) -> str:
    return addressed(str(data.get(name) or ""), shows)


def _paragraph(data: Mapping[str, Any], shows: Shows) -> str:
    return f"<p>{_said(data, 'text', shows)}</p>"


def _header(data: Mapping[str, Any], shows: Shows) -> str:
    level = min(6, max(2, int(data.get("level") or 2)))
    return f"<h{level}>{_said(data, 'text', shows)}</h{level}>"


def _list(data: Mapping[str, Any], shows: Shows) -> str:
    tag = "ol" if data.get("style") == "ordered" else "ul"
    items = []
    for item in data.get("items") or []:
        whole = item if isinstance(item, Mapping) else {"content": item}
        below = _list({"style": data.get("style"), "items": whole["items"]}, shows) if whole.get("items") else ""
        items.append(f"<li>{_said(whole, 'content', shows)}{below}</li>")
    return f"<{tag}>{''.join(items)}</{tag}>"


def _quote(data: Mapping[str, Any], shows: Shows) -> str:
    caption = _said(data, "caption", shows)
    return f"<blockquote><p>{_said(data, 'text', shows)}</p>{f'<p>{caption}</p>' if caption else ''}</blockquote>"


def _callout(data: Mapping[str, Any], shows: Shows) -> str:
    title = _said(data, "title", shows)
    head = f"<p><strong>{title}</strong></p>" if title else ""
    return f"<blockquote>{head}<p>{_said(data, 'text', shows)}</p></blockquote>"


def _table(data: Mapping[str, Any], shows: Shows) -> str:
    rows = []
    for place, row in enumerate(data.get("content") or []):
        tag = 'th scope="col"' if data.get("withHeadings") and place == 0 else "td"
        cells = "".join(f"<{tag}>{addressed(str(cell), shows)}</{tag[:2]}>" for cell in row)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _image(data: Mapping[str, Any], shows: Shows) -> str:
    shown = shows(str(data.get("asset") or ""))
    if shown is None:
        return ""
    caption = _said(data, "caption", shows)
    alt = "" if data.get("decorative") else shown.alt
    under = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{escape(shown.url)}" alt="{escape(alt)}">{under}</figure>'


def _sound(tag: str) -> Callable[[Mapping[str, Any], Shows], str]:
    def write(data: Mapping[str, Any], shows: Shows) -> str:
        shown = shows(str(data.get("asset") or ""))
        if shown is None:
            return _link({"url": data.get("url"), "title": data.get("caption")}, shows) if data.get("url") else ""
        words = f"<details><summary>{escape(shown.name)}</summary><p>{escape(shown.transcript)}</p></details>"
        caption = _said(data, "caption", shows)
        under = f"<figcaption>{caption}</figcaption>" if caption else ""
        player = f'<figure><{tag} controls src="{escape(shown.url)}"></{tag}>{under}</figure>'
        return player + words if shown.transcript else player

    return write


def _file(data: Mapping[str, Any], shows: Shows) -> str:
    shown = shows(str(data.get("asset") or ""))
    title = _said(data, "title", shows)
    return f'<p><a href="{escape(shown.url)}">{title or escape(shown.name)}</a></p>' if shown else ""


def _link(data: Mapping[str, Any], shows: Shows) -> str:
    address = str(data.get("url") or "")
    if not re.match(r"(?i)https?://", address):
        return ""
    text = _said(data, "text", shows)
    title = _said(data, "title", shows) or escape(address)
    return f'<p><a href="{escape(address)}">{title}</a>{f" {text}" if text else ""}</p>'


def _other(data: Mapping[str, Any], shows: Shows) -> str:
    return _paragraph(data, shows) if data.get("text") else ""


_WRITERS: dict[str, Callable[[Mapping[str, Any], Shows], str]] = {
    "paragraph": _paragraph, "header": _header, "list": _list, "quote": _quote, "callout": _callout, "table": _table,
    "delimiter": lambda data, shows: "<hr>", "image": _image, "audio": _sound("audio"), "video": _sound("video"),
    "file": _file, "link": _link,
}  # fmt: skip
