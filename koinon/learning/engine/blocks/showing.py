"""Blocks as HTML that works on a poor line and for every reader, as plain text, and what they name."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.learning.engine.blocks.cleaning import address, inline, line
from koinon.learning.engine.documents import Block

_NAMED = re.compile(r"(?:src|href)=\"(asset|node):([^\"]+)\"")
_ELSEWHERE = re.compile(r"href=\"(https?://[^\"]+)\"")
_PICTURE = re.compile(r"<img ([^<>]*)>")
_AT_ONCE = ("image", "audio")


@dataclass(frozen=True)
class Shown:
    """An asset as a page shows it: where it is, bytes, and its words in the language of the reader."""

    url: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    alt: str = ""
    transcript: str = ""
    width: int = 0
    height: int = 0


Shows = Callable[[str], Shown | None]
Places = Callable[[str], str | None]


def nowhere(key: str) -> None:
    """Places of nodes for pages that have none."""


def html(blocks: Iterable[Block], shows: Shows, places: Places = nowhere) -> str:
    """Semantic HTML; `shows(key)` tells of an asset, `places(key)` the address of a node. Texts are cleaned again."""
    found = [_spoken(each, shows) for each in blocks if each.get("type") in _SHOWERS]
    return shown("\n".join(found), shows, places)


def shown(cleaned: str, shows: Shows, places: Places = nowhere) -> str:
    """Inline HTML with real addresses instead of asset: and node:; what is not there any more loses its link."""

    def place(match: re.Match[str]) -> str:
        kind, key = match.groups()
        found = shows(key) if kind == "asset" else None
        url = found.url if found else places(key) if kind == "node" else None
        return f'{match.group().split("=")[0]}="{escape(url)}"' if url else ""

    def picture(match: re.Match[str]) -> str:
        named = re.search(r"src=\"asset:([^\"]+)\"", match[1])
        about = shows(named[1]) if named else None
        if about and about.alt and not re.search(r"alt=\"[^\"]", match[1]):
            return f'<img src="asset:{named[1] if named else ""}" alt="{escape(about.alt)}">'
        return match[0] if "alt=" in match[1] else f'<img {match[1]} alt="">'

    return _NAMED.sub(place, _PICTURE.sub(picture, cleaned))


def _spoken(block: Block, shows: Shows) -> str:
    """A block; one in another language than those around it says which."""
    made, language = _SHOWERS[block["type"]](block, shows), block.get("language")
    return f'<div lang="{escape(language)}">{made}</div>' if language else made


def _name(block: Block) -> str:
    return escape(f"b-{block['id']}")


def _paragraph(block: Block, shows: Shows) -> str:
    return f"<p>{inline(block['data'].get('text'))}</p>"


def _header(block: Block, shows: Shows) -> str:
    level = min(4, max(2, int(block["data"].get("level", 2))))
    return f'<h{level} id="{_name(block)}">{inline(block["data"].get("text"))}</h{level}>'


def _list(block: Block, shows: Shows) -> str:
    tag = "ol" if block["data"].get("style") == "ordered" else "ul"
    return _items(tag, block["data"].get("items", []))


def _items(tag: str, items: list[dict[str, Any]]) -> str:
    rows = [
        f"<li>{inline(each['content'])}{_items(tag, each['items']) if each['items'] else ''}</li>" for each in items
    ]
    return f"<{tag}>{''.join(rows)}</{tag}>"


def _quote(block: Block, shows: Shows) -> str:
    caption = inline(block["data"].get("caption"))
    said = f"<blockquote><p>{inline(block['data'].get('text'))}</p></blockquote>"
    return f"<figure>{said}<figcaption>{caption}</figcaption></figure>" if caption else said


def _callout(block: Block, shows: Shows) -> str:
    data = block["data"]
    title, words = inline(data.get("title")), inline(data.get("text"))
    head = f'<p class="callout-title"><strong>{title}</strong></p>' if title else ""
    return (
        f'<aside class="callout {escape(data.get("tone", "note"))}">{head}{f"<p>{words}</p>" if words else ""}</aside>'
    )


def _table(block: Block, shows: Shows) -> str:
    rows = block["data"].get("content", [])
    head = rows[0] if block["data"].get("withHeadings") and rows else None
    body = rows[1:] if head is not None else rows
    top = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in head or ())
    lines = "".join(f"<tr>{''.join(f'<td>{inline(cell)}</td>' for cell in row)}</tr>" for row in body)
    return f"<table>{f'<thead><tr>{top}</tr></thead>' if top else ''}<tbody>{lines}</tbody></table>"


def _delimiter(block: Block, shows: Shows) -> str:
    return "<hr>"


def _image(block: Block, shows: Shows) -> str:
    data = block["data"]
    about, caption = shows(data.get("asset", "")), _caption(data)
    if about is None:
        return caption and f"<p>{inline(data.get('caption'))}</p>"
    alt = "" if data.get("decorative") else about.alt
    size = f' width="{about.width}" height="{about.height}"' if about.width and about.height else ""
    return f'<figure><img src="{escape(about.url)}" alt="{escape(alt)}"{size} loading="lazy">{caption}</figure>'


def _caption(data: Mapping[str, Any], more: str = "") -> str:
    words = " ".join(filter(None, [inline(data.get("caption")), more]))
    return f"<figcaption>{words}</figcaption>" if words else ""


def _audio(block: Block, shows: Shows) -> str:
    data = block["data"]
    about = shows(data.get("asset", ""))
    if about is None:
        return f"<p>{inline(data.get('caption'))}</p>"
    label = escape(line(data.get("caption")) or about.name or _("Sound"))
    player = f'<audio controls preload="none" src="{escape(about.url)}" aria-label="{label}"></audio>'
    return f'<figure class="audio">{player}{_caption(data, _price(about))}</figure>{_transcript(about)}'


def _video(block: Block, shows: Shows) -> str:
    """A link, never a player: a video costs more than all the rest of a lesson."""
    data = block["data"]
    about, poster = shows(data.get("asset", "")), shows(data.get("poster", ""))
    url = about.url if about else address(data.get("url"))
    if not url:
        return f"<p>{inline(data.get('caption'))}</p>"
    picture = f'<img src="{escape(poster.url)}" alt="" loading="lazy"> ' if poster else ""
    words = inline(data.get("caption")) or escape((about.name if about else "") or url)
    words = re.sub(r"</?a\b[^<>]*>", "", words)
    price = f" {_price(about)}" if about else ""
    play = escape(_("Play the video:"))
    linked = f'<p><a href="{escape(url)}" rel="noopener noreferrer">{picture}{play} {words}</a>{price}</p>'
    return f'<div class="video">{linked}</div>{_transcript(about) if about else ""}'


def _file(block: Block, shows: Shows) -> str:
    data = block["data"]
    about = shows(data.get("asset", ""))
    words = re.sub(r"</?a\b[^<>]*>", "", inline(data.get("title")))
    if about is None:
        return f"<p>{words}</p>"
    words = words or escape(about.name or _("File"))
    return f'<p class="file"><a href="{escape(about.url)}" download>{words}</a> {_price(about)}</p>'


def _link(block: Block, shows: Shows) -> str:
    data = block["data"]
    url = escape(address(data.get("url")))
    words = re.sub(r"</?a\b[^<>]*>", "", inline(data.get("title"))) or url
    said = inline(data.get("text"))
    linked = f'<a href="{url}" rel="noopener noreferrer">{words}</a>' if url else words
    return f'<p class="link">{linked}{"<br>" + said if said else ""}</p>'


def _price(about: Shown) -> str:
    return f"<small>({escape(filesizeformat(about.size))})</small>" if about.size else ""


def _transcript(about: Shown) -> str:
    if not about.transcript:
        return ""
    return f"<details><summary>{escape(_('Transcript'))}</summary>{prose.html_of(about.transcript)}</details>"


_SHOWERS: Mapping[str, Callable[[Block, Shows], str]] = {
    "paragraph": _paragraph, "header": _header, "list": _list, "quote": _quote, "callout": _callout, "table": _table,
    "delimiter": _delimiter, "image": _image, "audio": _audio, "video": _video, "file": _file, "link": _link,
}  # fmt: skip


def words_of(block: Block) -> list[str]:
    """The inline HTML pieces of a block, in reading order."""
    data = block.get("data", {})
    found = [data.get(name) for name in ("title", "text", "caption")]
    for row in data.get("content", []):
        found += row
    open_ = list(data.get("items", []))
    while open_:
        item = open_.pop(0)
        found.append(item["content"])
        open_ = list(item["items"]) + open_
    return [each for each in found if each]


def text(blocks: Iterable[Block]) -> str:
    """Plain text, one piece a line: for search, reading level and letters."""
    return "\n".join(line(piece.replace("<br>", " ")) for block in blocks for piece in words_of(block))


def assets(blocks: Iterable[Block]) -> list[str]:
    """Keys of all assets named, each once, in reading order."""
    found: list[str] = []
    for block in blocks:
        data = block.get("data", {})
        found += [data[name] for name in ("asset", "poster") if data.get(name)]
        found += [key for piece in words_of(block) for kind, key in _NAMED.findall(piece) if kind == "asset"]
    return list(dict.fromkeys(found))


def links(blocks: Iterable[Block]) -> list[str]:
    """Keys of all nodes linked to, each once."""
    found = [
        key for block in blocks for piece in words_of(block) for kind, key in _NAMED.findall(piece) if kind == "node"
    ]
    return list(dict.fromkeys(found))


def addresses(blocks: Iterable[Block]) -> list[str]:
    """Addresses elsewhere that are linked to or shown, each once."""
    found: list[str] = []
    for block in blocks:
        if url := block.get("data", {}).get("url"):
            found.append(url)
        found += [unescape(url) for piece in words_of(block) for url in _ELSEWHERE.findall(piece)]
    return list(dict.fromkeys(found))


def outline(blocks: Iterable[Block]) -> list[tuple[str, int, str]]:
    """Headings as (id in the page, level, words)."""
    return [
        (f"b-{each['id']}", each["data"].get("level", 2), line(each["data"].get("text")))
        for each in blocks if each.get("type") == "header"
    ]  # fmt: skip


def weight(blocks: Iterable[Block], sizes: Mapping[str, int], *, everything: bool = False) -> int:
    """Bytes that opening costs: words, pictures, sound; with `everything`, videos and files as well."""
    listed = list(blocks)
    now = [each for each in listed if everything or each.get("type") in _AT_ONCE]
    posters = [each["data"]["poster"] for each in listed if each.get("data", {}).get("poster")]
    inner = [key for each in listed for piece in words_of(each) for kind, key in _NAMED.findall(piece)
             if f'src="asset:{key}"' in piece]  # fmt: skip
    keys = dict.fromkeys([*assets(now), *posters, *inner])
    return len(html(listed, lambda key: None).encode()) + sum(sizes.get(key, 0) for key in keys)
