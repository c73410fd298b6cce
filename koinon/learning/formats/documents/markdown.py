"""Markdown: mistune makes HTML of it, the HTML goes the way of all HTML."""

import re

import mistune
from lxml import etree
from lxml import html as lxml_html

from koinon.learning.engine import manifests
from koinon.learning.engine.drafts import Draft, Resolve, fragment, line
from koinon.learning.engine.names import language as language_of
from koinon.learning.engine.reports import Refused
from koinon.learning.formats.documents.headings import Piece, Reader

_HEAD = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_DEEPEST = 60


def source(data: bytes, name: str) -> Reader:
    """The pieces of a Markdown file; pictures are looked for beside it in its archive."""
    text = decoded(data)
    head = _HEAD.match(text)
    said = dict(re.findall(r"^(title|lang|language):\s*[\"']?([^\"'\n]+)", head.group(1), re.MULTILINE)) if head else {}
    body = text[head.end() :] if head else text
    if any(len(each) > _DEEPEST for each in re.findall(r"^[ >]*>", body, re.MULTILINE)):
        raise Refused("too_deep", name=name)
    markdown = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes", "url"])
    try:
        html = str(markdown(body))
    except RecursionError as trouble:
        raise Refused("too_deep", name=name) from trouble
    reader = Reader(
        name, title=line(said.get("title", "")), language=language_of(said.get("lang") or said.get("language", ""))
    )
    reader.pieces = pieces_of(html)
    reader.resolve = lambda draft: resolver(draft, name)
    if 'class="footnotes"' in html:
        reader.changed.add("footnotes")
    return reader


def title_of(data: bytes) -> str:
    """The first heading of a Markdown file."""
    found = re.search(r"^#\s+(.+?)\s*#*$", decoded(data), re.MULTILINE)
    return line(found.group(1)) if found else ""


def pieces_of(html: str) -> list[Piece]:
    """HTML cut into its top elements."""
    found = []
    root = fragment(html)
    if root.text and root.text.strip():
        found.append(Piece(f"<p>{line(root.text)}</p>"))
    for element in root:
        if not isinstance(element.tag, str):
            continue
        heading = re.fullmatch(r"h([1-6])", element.tag)
        inner = (element.text or "") + "".join(
            etree.tostring(each, encoding="unicode", method="html") for each in element
        )
        if heading:
            found.append(Piece(inner, int(heading.group(1))))
        else:
            found.append(Piece(lxml_html.tostring(element, encoding="unicode")))
    return found


def resolver(draft: Draft, base: str) -> Resolve:
    """Finds pictures and files that a text at `base` means in its archive."""

    def resolve(href: str) -> str | None:
        if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//|#|$", href):
            return None
        name = manifests.address(base, href)
        found = draft.archive.find(name) if draft.archive else None
        if found and not found.lower().endswith((".md", ".markdown", ".html", ".htm")):
            return draft.asset(found)
        if not found and (base, name) not in said:
            said.add((base, name))
            draft.report.dropped(base, line(name), "file", "file_missing", name=line(name))
        return None

    said: set[tuple[str, str]] = set()
    return resolve


def decoded(data: bytes) -> str:
    """Text in UTF-8 or UTF-16, else in Latin-1."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            break
    return data.decode("latin-1")
