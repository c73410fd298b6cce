"""DOCX: paragraphs with styles, lists, tables, pictures, links and notes of word/document.xml as HTML."""

import posixpath
from html import escape
from typing import Any

from koinon.learning.engine import xml
from koinon.learning.engine.archives import MB, Archive
from koinon.learning.engine.drafts import Draft, Resolve, line
from koinon.learning.engine.names import language as language_of
from koinon.learning.formats.documents.headings import Piece, Reader, said

_BODY = "word/document.xml"
_MARKS = {"b": "b", "i": "i", "u": "u", "strike": "s"}


class _Word:
    """A DOCX while it is read."""

    def __init__(self, archive: Archive, reader: Reader) -> None:
        self.archive, self.reader = archive, reader
        self.links = self._relations()
        self.levels, self.names = self._styles()
        self.ordered = self._numbering()
        self.notes = {**self._notes("footnote"), **self._notes("endnote")}
        self.here: list[str] = []

    def root(self, name: str) -> Any:
        found = self.archive.find(name)
        return xml.parse(self.archive.read(found, limit=64 * MB), name) if found else None

    def _relations(self) -> dict[str, str]:
        root = self.root("word/_rels/document.xml.rels")
        return {xml.attribute(each, "Id"): xml.attribute(each, "Target") for each in xml.children(root, "Relationship")}

    def _styles(self) -> tuple[dict[str, int], dict[str, str]]:
        """Style -> level of heading; style -> its English name, in small letters."""
        levels, names = {}, {}
        for style in xml.children(self.root("word/styles.xml"), "style"):
            key, name = xml.attribute(style, "styleId"), xml.attribute(xml.child(style, "name"), "val").lower()
            names[key] = name
            outline = xml.attribute(xml.child(style, "pPr", "outlineLvl"), "val")
            if name.startswith("heading ") and name[8:9].isdigit():
                levels[key] = min(6, int(name[8]))
            elif outline.isdigit() and int(outline) < 6:
                levels[key] = int(outline) + 1
        return levels, names

    def _numbering(self) -> dict[tuple[str, str], bool]:
        """(list, level) -> whether it is numbered."""
        root = self.root("word/numbering.xml")
        kinds = {
            (xml.attribute(each, "abstractNumId"), xml.attribute(level, "ilvl")):
                xml.attribute(xml.child(level, "numFmt"), "val") not in ("bullet", "none", "")
            for each in xml.children(root, "abstractNum") for level in xml.children(each, "lvl")
        }  # fmt: skip
        numbers = {
            xml.attribute(each, "numId"): xml.attribute(xml.child(each, "abstractNumId"), "val")
            for each in xml.children(root, "num")
        }
        return {
            (key, level): kind
            for key, abstract in numbers.items()
            for (name, level), kind in kinds.items()
            if name == abstract
        }

    def _notes(self, kind: str) -> dict[str, str]:
        found = {}
        for note in xml.children(self.root(f"word/{kind}s.xml"), kind):
            if xml.attribute(note, "type") in ("", "normal"):
                words = " ".join(self.inline(each) for each in xml.every(note, "p"))
                found[f"{kind}{xml.attribute(note, 'id')}"] = words.strip()
        return found

    def inline(self, paragraph: Any) -> str:
        """The words of a paragraph with their marks, links and pictures."""
        found = []
        for each in paragraph:
            name = xml.local(each)
            if name == "r":
                found.append(self._run(each))
            elif name == "hyperlink":
                address = self.links.get(xml.attribute(each, "id"), "")
                inner = self.inline(each)
                found.append(f'<a href="{escape(address)}">{inner}</a>' if address else inner)
            elif name in ("ins", "moveTo"):
                self.reader.changed.add("tracked")
                found.append(self.inline(each))
            elif name in ("del", "moveFrom"):
                self.reader.changed.add("tracked")
            elif name in ("smartTag", "sdt", "sdtContent", "fldSimple", "customXml"):
                found.append(self.inline(each))
        return "".join(found)

    def _run(self, run: Any) -> str:
        found = []
        for each in run:
            name = xml.local(each)
            if name == "t":
                found.append(said(each.text or ""))
            elif name in ("br", "cr"):
                found.append("<br>")
            elif name == "tab":
                found.append(" ")
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                found.append(self._picture(each))
            elif name in ("footnoteReference", "endnoteReference"):
                found.append(self._note(name.removesuffix("Reference") + xml.attribute(each, "id")))
            elif name == "commentReference":
                self.reader.drop("comments")
        html, style = "".join(found), xml.child(run, "rPr")
        for theirs, ours in _MARKS.items():
            mark = xml.child(style, theirs) if style is not None else None
            if mark is not None and html.strip() and xml.attribute(mark, "val") not in ("0", "false", "none"):
                html = f"<{ours}>{html}</{ours}>"
        return html

    def _note(self, key: str) -> str:
        if not self.notes.get(key):
            return ""
        self.here.append(self.notes[key])
        self.reader.changed.add("footnotes")
        return "<sup>*</sup>"

    def _picture(self, drawing: Any) -> str:
        described = next((xml.attribute(each, "descr") for each in xml.every(drawing, "docPr")), "")
        for name, attribute in (("blip", "embed"), ("imagedata", "id")):
            for each in xml.every(drawing, name):
                if target := self.links.get(xml.attribute(each, attribute)):
                    address = "cid:" + posixpath.normpath(posixpath.join("word", target))
                    return f'<img src="{escape(address)}" alt="{escape(line(described))}">'
        self.reader.drop("drawing")
        return ""

    def piece(self, paragraph: Any) -> Piece:
        """A paragraph as a piece, with the notes that it names."""
        self.here = []
        html = self.inline(paragraph)
        style = xml.attribute(xml.child(paragraph, "pPr", "pStyle"), "val")
        if html.strip() and (level := self.levels.get(style)):
            return Piece(html, level)
        if html.strip() and self.names.get(style) == "title" and not self.reader.title:
            self.reader.title = line("".join(each.text or "" for each in xml.every(paragraph, "t")))
            return Piece("")
        tag = "blockquote" if "quote" in self.names.get(style, "") else "p"
        return Piece(f"<{tag}>{html}</{tag}>" if html.strip() else "", notes=tuple(self.here))

    def table(self, table: Any) -> Piece:
        rows = []
        self.here = []
        for place, row in enumerate(xml.children(table, "tr")):
            tag = "th" if place == 0 and xml.every(row, "tblHeader") else "td"
            cells = [
                "<br>".join(filter(None, (self.inline(p) for p in xml.every(cell, "p"))))
                for cell in xml.children(row, "tc")
            ]
            rows.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>")
        return Piece(f"<table>{''.join(rows)}</table>", notes=tuple(self.here))


def source(archive: Archive) -> Reader:
    """The pieces of a DOCX. Raises Refused: missing, not_xml."""
    reader = Reader(_BODY)
    word = _Word(archive, reader)
    core = word.root("docProps/core.xml")
    title = line(xml.text(core, "title")) if core is not None else ""
    body = xml.child(xml.parse(archive.read(archive.find(_BODY) or _BODY, limit=64 * MB), _BODY), "body")
    language = xml.every(word.root("word/styles.xml"), "lang")
    reader.language = language_of(xml.attribute(language[0], "val")) if language else ""
    _walk(word, body)
    reader.title = reader.title or title
    reader.resolve = resolver
    return reader


def _walk(word: _Word, body: Any) -> None:
    """Paragraphs in their order; paragraphs of a list are gathered into one."""
    listed: list[tuple[int, bool, str]] = []
    notes: list[str] = []
    for each in _blocks(body):
        number = xml.child(each, "pPr", "numPr")
        key = xml.attribute(xml.child(number, "numId"), "val") if number is not None else ""
        style = xml.attribute(xml.child(each, "pPr", "pStyle"), "val")
        if key not in ("", "0") and style not in word.levels:
            level = xml.attribute(xml.child(number, "ilvl"), "val") or "0"
            word.here = []
            listed.append(
                (int(level) if level.isdigit() else 0, word.ordered.get((key, level), False), word.inline(each))
            )
            notes += word.here
            continue
        if listed:
            word.reader.pieces.append(Piece(nested(listed), notes=tuple(notes)))
            listed, notes = [], []
        piece = word.table(each) if xml.local(each) == "tbl" else word.piece(each)
        if piece.html:
            word.reader.pieces.append(piece)
    if listed:
        word.reader.pieces.append(Piece(nested(listed), notes=tuple(notes)))


def _blocks(body: Any) -> list[Any]:
    found = []
    for each in body if body is not None else ():
        name = xml.local(each)
        if name in ("p", "tbl"):
            found.append(each)
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            found += _blocks(each)
    return found


def nested(items: list[tuple[int, bool, str]]) -> str:
    """Items with their depth as nested lists."""
    html = ""
    open_: list[tuple[int, str]] = []
    for depth, is_ordered, text in items:
        tag = "ol" if is_ordered else "ul"
        while open_ and open_[-1][0] > depth:
            html += f"</li></{open_.pop()[1]}>"
        if open_ and open_[-1][0] == depth:
            html += "</li>"
        else:
            html += f"<{tag}>"
            open_.append((depth, tag))
        html += f"<li>{text}"
    return html + "".join(f"</li></{tag}>" for _depth, tag in reversed(open_))


def resolver(draft: Draft) -> Resolve:
    """Pictures are named by their place in the archive."""

    def resolve(address: str) -> str | None:
        name = (
            draft.archive.find(address.removeprefix("cid:")) if draft.archive and address.startswith("cid:") else None
        )
        return draft.asset(name) if name else None

    return resolve
