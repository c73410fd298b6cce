"""ODT: headings, paragraphs, lists, tables, pictures, links and notes of content.xml as HTML."""

from html import escape
from typing import Any

from koinon.learning.engine import xml
from koinon.learning.engine.archives import MB, Archive
from koinon.learning.engine.drafts import line
from koinon.learning.engine.names import language as language_of
from koinon.learning.formats.documents.docx import resolver
from koinon.learning.formats.documents.headings import Piece, Reader, said

_DEEPEST = 40
_MARKS = (("font-weight", "bold", "b"), ("font-style", "italic", "i"), ("text-underline-style", "solid", "u"))


class _Text:
    """An ODT while it is read."""

    def __init__(self, archive: Archive, reader: Reader) -> None:
        self.archive, self.reader = archive, reader
        self.content = xml.parse(
            archive.read(archive.find("content.xml") or "content.xml", limit=64 * MB), "content.xml"
        )
        self.marks, self.ordered, self.titles = self._styles()
        self.here: list[str] = []

    def _styles(self) -> tuple[dict[str, list[str]], set[str], set[str]]:
        marks: dict[str, list[str]] = {}
        ordered, titles = set(), {"Title"}
        for holder in (xml.child(self.content, "automatic-styles"),):
            for style in xml.children(holder, "style"):
                name, facts = xml.attribute(style, "name"), xml.child(style, "text-properties")
                marks[name] = [
                    ours
                    for theirs, value, ours in _MARKS
                    if facts is not None and xml.attribute(facts, theirs) == value
                ]
                if xml.attribute(style, "parent-style-name") == "Title":
                    titles.add(name)
            for style in xml.children(holder, "list-style"):
                if xml.children(style, "list-level-style-number"):
                    ordered.add(xml.attribute(style, "name"))
        return marks, ordered, titles

    def inline(self, element: Any, depth: int = 0) -> str:
        """The words of a paragraph or span with their marks."""
        found = [said(element.text or "")]
        for each in element if depth < _DEEPEST else ():
            found.append(self._inner(each, depth))
            found.append(said(each.tail or ""))
        return "".join(found)

    def _inner(self, each: Any, depth: int) -> str:
        name = xml.local(each)
        if name == "span":
            html = self.inline(each, depth + 1)
            for tag in self.marks.get(xml.attribute(each, "style-name"), []) if html.strip() else ():
                html = f"<{tag}>{html}</{tag}>"
            return html
        if name == "a":
            return f'<a href="{escape(xml.attribute(each, "href"))}">{self.inline(each, depth + 1)}</a>'
        if name == "note":
            return self._note(each)
        if name in ("annotation", "annotation-end"):
            if name == "annotation":
                self.reader.drop("comments")
            return ""
        if name == "frame":
            return self._picture(each)
        if name in ("change", "change-start", "change-end"):
            self.reader.changed.add("tracked")
            return ""
        return {"s": " ", "tab": " ", "line-break": "<br>"}.get(name) or self.inline(each, depth + 1)

    def _note(self, note: Any) -> str:
        body = xml.child(note, "note-body")
        words = " ".join(self.inline(each) for each in xml.children(body, "p")).strip()
        if words:
            self.here.append(words)
            self.reader.changed.add("footnotes")
        return "<sup>*</sup>" if words else ""

    def _picture(self, frame: Any) -> str:
        images = xml.children(frame, "image")
        address = xml.attribute(images[0], "href") if images else ""
        if not address:
            boxes = xml.children(frame, "text-box")
            if not boxes:
                self.reader.drop("drawing")
            return "".join(self.inline(each) for box in boxes for each in xml.every(box, "p"))
        alt = xml.text(frame, "desc") or xml.text(frame, "title")
        return f'<img src="{escape("cid:" + address.removeprefix("./"))}" alt="{escape(line(alt))}">'

    def take(self, body: Any, depth: int = 0) -> None:
        """Pieces of a body or a section of it, in their order."""
        for each in body if body is not None and depth < _DEEPEST else ():
            name = xml.local(each)
            self.here = []
            if name == "h":
                level = xml.attribute(each, "outline-level")
                self._add(Piece(self.inline(each), min(6, max(1, int(level))) if level.isdigit() else 1))
            elif name == "p":
                self._paragraph(each)
            elif name == "list":
                self._add(Piece(self._list(each, 0, ""), notes=tuple(self.here)))
            elif name == "table":
                self._add(Piece(self._table(each), notes=tuple(self.here)))
            elif name == "section":
                self.take(each, depth + 1)
            elif name == "tracked-changes":
                self.reader.changed.add("tracked")

    def _paragraph(self, element: Any) -> None:
        html = self.inline(element)
        if xml.attribute(element, "style-name") in self.titles and not self.reader.title:
            self.reader.title = line("".join(element.itertext()))
        elif html.strip():
            self._add(Piece(f"<p>{html}</p>", notes=tuple(self.here)))

    def _add(self, piece: Piece) -> None:
        if piece.html.strip():
            self.reader.pieces.append(piece)

    def _list(self, element: Any, depth: int, style: str) -> str:
        style = xml.attribute(element, "style-name") or style
        tag = "ol" if style in self.ordered else "ul"
        items = []
        for item in xml.children(element, "list-item") if depth < _DEEPEST else ():
            words = [self.inline(each) for each in item if xml.local(each) in ("p", "h")]
            below = [self._list(each, depth + 1, style) for each in xml.children(item, "list")]
            items.append(f"<li>{'<br>'.join(words)}{''.join(below)}</li>")
        return f"<{tag}>{''.join(items)}</{tag}>" if items else ""

    def _table(self, element: Any) -> str:
        rows = []
        for row in xml.every(element, "table-row"):
            tag = "th" if xml.local(row.getparent()) == "table-header-rows" else "td"
            cells = [
                "<br>".join(self.inline(p) for p in xml.children(cell, "p")) for cell in xml.children(row, "table-cell")
            ]
            rows.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>")
        return f"<table>{''.join(rows)}</table>"


def source(archive: Archive) -> Reader:
    """The pieces of an ODT. Raises Refused: missing, not_xml."""
    reader = Reader("content.xml")
    text = _Text(archive, reader)
    text.take(xml.child(text.content, "body", "text"))
    meta = archive.find("meta.xml")
    facts = xml.child(xml.parse(archive.read(meta), "meta.xml"), "meta") if meta else None
    reader.title = reader.title or (line(xml.text(facts, "title")) if facts is not None else "")
    reader.language = language_of(xml.text(facts, "language")) if facts is not None else ""
    reader.resolve = resolver
    return reader
