"""Blocks of browsers and of other programs, made safe: known types, known fields, inline HTML that nh3 let pass."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import nh3
from django.utils.translation import gettext_lazy as _

from koinon.kit import prose
from koinon.learning.engine.documents import Block
from koinon.learning.engine.reports import reasons
from koinon.learning.engine.written import plain

reasons(
    block_unknown=_("A part of the page is of a kind that we do not have; its words are a paragraph now."),
    block_empty=_("An empty part of the page was left out."),
    too_many_blocks=_("The page has too many parts; the last ones were left out."),
)

TAGS = {"b", "i", "strong", "em", "a", "code", "sub", "sup", "br", "span", "img"}
SCHEMES = {"http", "https", "mailto", "asset", "node"}
_ATTRIBUTES = {"a": {"href"}, "span": {"lang"}, "img": {"src", "alt"}}
_HIDDEN = {"script", "style", "template", "title", "head", "noscript", "object", "applet", "select", "iframe"}
_ACTIVE = re.compile(
    r"<\s*/?(?:script|style|iframe|object|embed|applet|form|link|meta|base|svg)\b|<[^<>]*[\s/\"']on[a-z]+\s*=|"
    r"(?:javascript|vbscript)\s*:|<[^<>]*\sstyle\s*=",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\]{1,1900}", re.IGNORECASE)
_KEY = re.compile(r"[\w.~-]{1,128}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_MOST, _MOST_ITEMS, _MOST_CELLS, _DEEPEST = 2_000, 1_000, 60, 4


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if value.startswith("asset:") else None
    if tag == "span" and name == "lang":
        return value if _LANGUAGE.fullmatch(value) else None
    if name == "href" and not re.match(r"(?i)https?:|mailto:|asset:|node:", value):
        return None
    return value


def inline(html: Any) -> str:
    """Inline HTML: b i strong em code sub sup br, span with a language, links (http, https, mailto, asset:, node:) and
    pictures of the course (asset:). Text of other elements stays; what runs or hides goes with its content."""
    if not isinstance(html, str):
        return ""
    html = prose.clean(html.encode("utf-8", "replace").decode())
    found = nh3.clean(
        html, tags=TAGS, attributes=_ATTRIBUTES, attribute_filter=_attribute, url_schemes=SCHEMES,
        link_rel="noopener noreferrer", clean_content_tags=_HIDDEN,
    )  # fmt: skip
    found = _without_bare_spans(re.sub(r"<img(?: alt=\"[^\"]*\")?>", "", found))
    return re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", found)


def _without_bare_spans(html: str) -> str:
    stack: list[bool] = []

    def keep(match: re.Match[str]) -> str:
        if match[0] == "</span>":
            return match[0] if stack and stack.pop() else ""
        stack.append(match[0] != "<span>")
        return match[0] if stack[-1] else ""

    return re.sub(r"<span[^<>]*>|</span>", keep, html)


def line(html: Any) -> str:
    """The words of inline HTML, on one line."""
    return plain(html)


def is_active(html: str) -> bool:
    """Whether something in it could run or hide: what `html_cleaned` says in a report."""
    return bool(_ACTIVE.search(html))


def block_id(seed: str, kind: str, data: Any, number: int = 0) -> str:
    """A stable key that follows from what the block holds: read again, the same block has the same key."""
    said = json.dumps([seed, kind, data, number], sort_keys=True, default=str)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def cleaned(blocks: Any) -> tuple[list[Block], set[str]]:
    """Blocks as they may be kept, codes of REASONS for what was changed. Takes anything, Editor.js's shapes too."""
    codes: set[str] = set()
    found: list[Block] = []
    taken: set[str] = set()
    given = blocks.get("blocks") if isinstance(blocks, Mapping) else blocks
    given = given if isinstance(given, list | tuple) else []
    if len(given) > _MOST:
        codes.add("too_many_blocks")
    for number, each in enumerate(given[:_MOST]):
        if not isinstance(each, Mapping):
            codes.add("block_unknown")
            continue
        kind, data = _known(each, codes)
        if _is_empty(kind, data):
            codes.add("block_empty")
            continue
        key = each.get("id")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key in taken:
            key = block_id("", kind, data, number)
        taken.add(key)
        found.append({"id": key, "type": kind, "data": data})
    if any(is_active(words) for words in _strings(given)):
        codes.add("html_cleaned")
    return found, codes


def _known(block: Mapping[str, Any], codes: set[str]) -> tuple[str, dict[str, Any]]:
    kind, data = _ALIASES.get(str(block.get("type")), str(block.get("type"))), block.get("data")
    data = data if isinstance(data, Mapping) else {}
    if kind in _CLEANERS:
        return kind, _CLEANERS[kind](data)
    codes.add("block_unknown")
    return "paragraph", {"text": "<br>".join(filter(None, map(inline, _strings(data))))}


def _strings(data: Any, depth: int = 0) -> Iterable[str]:
    if isinstance(data, str):
        yield data
    elif depth < 12 and isinstance(data, Mapping | list | tuple):
        for each in data.values() if isinstance(data, Mapping) else data:
            yield from _strings(each, depth + 1)


def _is_empty(kind: str, data: Mapping[str, Any]) -> bool:
    if kind == "delimiter":
        return False
    named = ("asset", "url", "items", "content")
    return not any(data.get(name) for name in (*named, "text", "title", "caption"))


def asset_key(value: Any) -> str:
    """The key of an asset, "" when it cannot be one."""
    value = value.removeprefix("asset:") if isinstance(value, str) else ""
    return value if _KEY.fullmatch(value) else ""


def address(value: Any) -> str:
    """A web or mail address, "" when it is none that we link to."""
    return value.strip() if isinstance(value, str) and _ADDRESS.fullmatch(value.strip()) else ""


def _paragraph(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": inline(data.get("text"))}


def _header(data: Mapping[str, Any]) -> dict[str, Any]:
    level = data.get("level")
    return {"text": inline(data.get("text")), "level": min(4, max(2, level)) if isinstance(level, int) else 2}


def _list(data: Mapping[str, Any]) -> dict[str, Any]:
    style = "ordered" if data.get("style") == "ordered" else "unordered"
    return {"style": style, "items": _items(data.get("items"), 1)}


def _items(items: Any, depth: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in items[:_MOST_ITEMS] if isinstance(items, list | tuple) else ():
        each = {"content": each} if isinstance(each, str) else each
        if not isinstance(each, Mapping):
            continue
        words, inner = inline(each.get("content", each.get("text"))), _items(each.get("items"), depth + 1)
        if depth >= _DEEPEST:
            found += ([{"content": words, "items": []}] if words else []) + inner
        elif words or inner:
            found.append({"content": words, "items": inner})
    return found if depth < 40 else []


def _quote(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": inline(data.get("text")), "caption": inline(data.get("caption"))}


def _callout(data: Mapping[str, Any]) -> dict[str, Any]:
    tone = data.get("tone") if data.get("tone") in ("note", "tip", "warning") else "note"
    return {"tone": tone, "title": inline(data.get("title")), "text": inline(data.get("text", data.get("message")))}


def _table(data: Mapping[str, Any]) -> dict[str, Any]:
    given = data.get("content")
    rows = [
        row[:_MOST_CELLS] for row in (given if isinstance(given, list) else [])[:_MOST_ITEMS] if isinstance(row, list)
    ]
    width = max((len(row) for row in rows), default=0)
    content = [[inline(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    return {"withHeadings": bool(data.get("withHeadings")), "content": content if any(map(any, content)) else []}


def _delimiter(data: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _media(data: Mapping[str, Any]) -> dict[str, Any]:
    file = data.get("file") if isinstance(data.get("file"), Mapping) else {}
    key = asset_key(data.get("asset") or (file or {}).get("asset"))
    return {"asset": key, "caption": inline(data.get("caption"))}


def _image(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**_media(data), **({"decorative": True} if data.get("decorative") is True else {})}


def _video(data: Mapping[str, Any]) -> dict[str, Any]:
    found = {"url": address(data.get("url")), "poster": asset_key(data.get("poster"))}
    return {**_media(data), **{name: value for name, value in found.items() if value}}


def _file(data: Mapping[str, Any]) -> dict[str, Any]:
    media = _media(data)
    return {"asset": media["asset"], "title": inline(data.get("title")) or media["caption"]}


def _link(data: Mapping[str, Any]) -> dict[str, Any]:
    url = address(data.get("url") or data.get("link"))
    return {"url": url, "title": inline(data.get("title")), "text": inline(data.get("text"))}


_CLEANERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "paragraph": _paragraph, "header": _header, "list": _list, "quote": _quote, "callout": _callout, "table": _table,
    "delimiter": _delimiter, "image": _image, "audio": _media, "video": _video, "file": _file, "link": _link,
}  # fmt: skip
_ALIASES = {"warning": "callout", "linkTool": "link", "attaches": "file", "text": "paragraph", "nestedlist": "list"}
