"""A course while it is being read: readers of formats add nodes, files and questions, each under a stable key.

Keys follow from what the file itself calls things, so that the same course read again gives the same keys.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree
from lxml import html as lxml_html

from koinon.kit import prose
from koinon.learning.engine.archives import Archive
from koinon.learning.engine.blocks import from_html
from koinon.learning.engine.documents import Asset, Block, Document, Node, Part, Question
from koinon.learning.engine.inline import inline
from koinon.learning.engine.names import media_type
from koinon.learning.engine.reports import Refused, Report, reasons

Resolve = Callable[[str], str | None]
"""The key of the asset that an address in a text means, or None when it means nothing of this course."""

_STEP = 1024 * 1024

reasons(
    no_alt=_("The picture has no alternative text yet."),
    file_missing=_("The text names a file that is not there: %(name)s."),
)


class Draft:
    """Collects a course. `seed` is what the file calls itself; `archive` is where its files are."""

    def __init__(self, seed: str, language: str, report: Report, archive: Archive | None = None) -> None:
        self.seed, self.language, self.report, self.archive = seed, language, report, archive
        self.nodes: list[Node] = []
        self.questions: dict[str, Question] = {}
        self.assets: dict[str, Asset] = {}
        self._by_name: dict[str, str] = {}
        self._alt: dict[str, str] = {}

    def key(self, where: str) -> str:
        """The stable key of what the file calls `where`: 16 hex digits."""
        return hashlib.sha256(f"{self.seed}\n{where}".encode("utf-8", "replace")).hexdigest()[:16]

    def node(self, where: str, kind: str, title: str, *, parent: str = "", code: str = "", **facts: Any) -> str:
        """Add a node and its line in the report (changed when `code` says why). `facts`: blocks, texts, settings,
        rule, is_optional, values (of the code's sentence), said (kind in the report). Gives the node's key."""
        values, said = facts.pop("values", {}), facts.pop("said", kind)
        blocks, texts = facts.pop("blocks", None), dict(facts.pop("texts", {}))
        title = line(title)
        texts["title"] = title
        if blocks is not None:
            texts["blocks"] = blocks
        key = self.key(where)
        self.nodes.append(Node(key=key, kind=kind, parent=parent, texts={self.language: texts}, **facts))
        if code:
            self.report.changed(where, title, said, code, **values)
        else:
            self.report.kept(where, title, said)
        return key

    def question(self, question: Question) -> str:
        """Add a question once; counted by kind in the report."""
        if question.key not in self.questions:
            self.questions[question.key] = question
            self.report.questions[question.kind] += 1
        return question.key

    def words(self, **texts: Any) -> dict[str, dict[str, Any]]:
        """Texts of a question in the language of the file, empty ones left out; dots of names written as "__"."""
        return {self.language: {name.replace("__", "."): text for name, text in texts.items() if text}}

    def asset(self, name: str, shown: str = "", kind: str = "") -> str:
        """The key of a file of the archive, added once. Raises Refused when it is missing or damaged."""
        if name in self._by_name:
            return self._by_name[name]
        if self.archive is None:
            raise Refused("missing", name=name)
        archive, mark, size = self.archive, hashlib.sha256(), 0
        with archive.open(name) as stream:
            while piece := stream.read(_STEP):
                mark.update(piece)
                size += len(piece)
        shown = shown or name.rsplit("/", 1)[-1]
        asset = Asset(
            mark.hexdigest(), shown, kind or media_type(shown), size, read=lambda: archive.read(name, limit=size)
        )
        self._by_name[name] = self.add(asset)
        return asset.key

    def add(self, asset: Asset) -> str:
        """Add a file that is not from the archive; the same bytes are kept once."""
        self.assets.setdefault(asset.key, asset)
        return asset.key

    def data(self, content: bytes, name: str) -> str:
        """Add bytes as a file."""
        return self.add(Asset(sha(content), name, media_type(name), len(content), read=lambda: content))

    def package(self, path: Path, name: str = "") -> str:
        """Add a whole file of the disk (an uploaded package)."""
        mark = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(_STEP):
                mark.update(piece)
        size = path.stat().st_size
        return self.add(
            Asset(mark.hexdigest(), name or path.name, "application/zip", size, read=lambda: path.read_bytes())
        )

    def blocks(self, html: str, where: str, resolve: Resolve) -> tuple[list[Block], str]:
        """Blocks of a text and the code of what had to be changed ("" when nothing)."""
        self.note_pictures(html, resolve)
        found, codes = from_html(html, asset=resolve, seed=self.key(where))
        return found, next(iter(sorted(codes)), "")

    def line(self, html: str, resolve: Resolve = lambda address: None) -> str:
        """HTML of a question or an answer as inline HTML; pictures of it become <img src="asset:KEY">."""
        self.note_pictures(html, resolve)
        return inline(html, resolve)

    def note_pictures(self, html: str, resolve: Resolve) -> None:
        """Alternative texts stand at the picture in foreign HTML; with us they belong to the file."""
        if "<img" not in html.lower():
            return
        for picture in fragment(html).iter("img"):
            key, alt = resolve(picture.get("src") or ""), line(picture.get("alt") or "")
            if key and alt:
                self._alt.setdefault(key, alt)

    def document(self, title: str, **facts: Any) -> Document:
        """The finished course. `facts`: summary (HTML), licence, credit, subject. Raises Refused when it is empty."""
        if not self.nodes and not self.questions:
            raise Refused("empty")
        texts: dict[str, Any] = {"title": line(title)}
        if summary := inline(facts.pop("summary", ""), lambda address: None):
            texts["summary"] = summary
        assets = tuple(self._described(asset) for asset in self.assets.values())
        return Document(
            key=self.key(""), language=self.language, texts={self.language: texts}, nodes=tuple(self.nodes),
            questions=tuple(self.questions.values()), assets=assets, **facts,
        )  # fmt: skip

    def _described(self, asset: Asset) -> Asset:
        if not asset.media_type.startswith("image/") or asset.alt:
            return asset
        if asset.key in self._alt:
            return replace(asset, alt={self.language: self._alt[asset.key]})
        self.report.changed(asset.name, asset.name, "image", "no_alt")
        return asset


def part(key: str, credit: float = 0.0, **facts: Any) -> Part:
    """A part of a question, its credit without the noise of decimal thirds."""
    return Part(key, round(credit, 7), facts)


def fragment(html: str) -> Any:
    """HTML of any quality as a tree (lxml), below one element."""
    try:
        return lxml_html.fragment_fromstring(prose.clean(html), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return lxml_html.Element("div")


def plain(html: str) -> str:
    """The words of HTML, on one line."""
    return line("".join(fragment(html).itertext()))


def line(text: str) -> str:
    """One line of plain text, entities resolved, 300 characters at most."""
    return prose.line(unescape(text))[:300]


def paragraph(text: str) -> str:
    """Plain text as HTML."""
    return f"<p>{escape(text)}</p>" if text else ""


def sha(content: bytes) -> str:
    """The key of an asset: SHA-256 of its bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def mapped(table: Mapping[str, str], resolve: Resolve) -> Resolve:
    """A resolver that looks in a table of its own first."""
    return lambda address: table.get(address) or resolve(address)
