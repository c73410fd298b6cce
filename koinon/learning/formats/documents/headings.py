"""A text as HTML cut at its headings: the first level with several becomes sections or pages, the next one pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine.drafts import Draft, Resolve, plain
from koinon.learning.engine.reports import reasons

reasons(
    footnotes=_("Notes stand at the end of their page."),
    comments=_("Comments are not taken over."),
    tracked=_("Changes that were tracked are taken as accepted."),
    drawing=_("A drawing or an object inside the text cannot be taken over."),
)


@dataclass(frozen=True)
class Piece:
    """A heading (level 1 to 6) or a block of HTML (level 0)."""

    html: str
    level: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class Reader:
    """What a reader of a text gives: pieces, what to say about it, and how its files are found."""

    where: str
    pieces: list[Piece] = field(default_factory=list)
    resolve: Callable[[Draft], Resolve] = lambda draft: lambda address: None
    title: str = ""
    language: str = ""
    dropped: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def drop(self, code: str) -> None:
        self.dropped[code] = self.dropped.get(code, 0) + 1


def take(reader: Reader, draft: Draft, parent: str) -> str:
    """Add the nodes of a text below a parent; gives its title when it begins with the only heading of its level."""
    pieces, title = list(reader.pieces), ""
    levels = sorted({piece.level for piece in pieces if piece.level})
    if pieces and levels and pieces[0].level == levels[0] and sum(p.level == levels[0] for p in pieces) == 1:
        title = plain(pieces[0].html)
        if any(piece.level for piece in pieces[1:]):
            pieces, levels = pieces[1:], levels[1:]
    upper, lower = (*levels, 0, 0)[:2]
    resolve = reader.resolve(draft)
    for number, (name, below) in enumerate(_cut(pieces, upper)):
        where = f"{reader.where}#{number}"
        name = name or title or reader.title
        if lower and any(piece.level == lower for piece in below):
            key = draft.node(where, "section", name, parent=parent)
            for place, (inner, rest) in enumerate(_cut(below, lower)):
                _page(draft, f"{where}.{place}", inner or name, rest, key, resolve)
        else:
            _page(draft, where, name, below, parent, resolve)
    for code, count in reader.dropped.items():
        draft.report.dropped(reader.where, str(count), code, code)
    for code in sorted(reader.changed):
        draft.report.changed(reader.where, reader.title or title, "text", code)
    return title


def _cut(pieces: list[Piece], level: int) -> list[tuple[str, list[Piece]]]:
    """(heading, pieces below it); what stands before the first heading has none."""
    found: list[tuple[str, list[Piece]]] = [("", [])]
    for piece in pieces:
        if level and piece.level == level:
            found.append((plain(piece.html), []))
        else:
            found[-1][1].append(piece)
    return [(name, below) for name, below in found if name or below]


def _page(draft: Draft, where: str, name: str, pieces: list[Piece], parent: str, resolve: Resolve) -> None:
    html = "".join(f"<h{max(2, p.level)}>{p.html}</h{max(2, p.level)}>" if p.level else p.html for p in pieces)
    if notes := [note for piece in pieces for note in piece.notes]:
        html += "<hr><ol>" + "".join(f"<li>{note}</li>" for note in notes) + "</ol>"
    blocks, code = draft.blocks(html, where, resolve)
    draft.node(where, "page", name or "…", parent=parent, blocks=blocks, code=code)


def said(text: str) -> str:
    """Words of a text as HTML."""
    return escape(text, quote=False)
