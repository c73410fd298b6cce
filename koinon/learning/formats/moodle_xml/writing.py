"""Questions into Moodle XML, with their pictures inside; several languages stand side by side as {mlang}."""

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from koinon.learning.engine import embedded
from koinon.learning.engine.documents import Asset, Document, Question
from koinon.learning.engine.multilingual import joined
from koinon.learning.formats.gift.writing import title_of

_ASSET = re.compile(r"(?<=\")asset:([^\"]+)(?=\")")
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TYPES = {
    "single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "short": "shortanswer",
    "numeric": "numerical", "match": "matching", "order": "ordering", "cloze": "cloze", "long": "essay",
}  # fmt: skip


def write(document: Document, target: Path, language: str) -> None:
    """A file with all questions of a document; its pages are not said."""
    root = etree.Element("quiz")
    assets = {asset.key: asset for asset in document.assets}
    for question in document.questions:
        root.append(_Writer(question, language or document.language, assets).element())
    target.write_bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=False))


class _Writer:
    def __init__(self, question: Question, language: str, assets: Mapping[str, Asset]) -> None:
        self.question, self.language, self.assets = question, language, assets
        self.root = etree.Element("question", type=_TYPES[question.kind])

    def element(self) -> Any:
        question = self.question
        self._leaf(etree.SubElement(self.root, "name"), "text", title_of(question, self.language) or question.key)
        self._text(self.root, "questiontext", self._stem())
        for name, own in (("generalfeedback", "general"), ("correctfeedback", "right"), ("incorrectfeedback", "wrong"),
                          ("partiallycorrectfeedback", "partly")):  # fmt: skip
            if text := self._of(own):
                self._text(self.root, name, text)
        self._leaf(self.root, "defaultgrade", repr(float(question.points)))
        self._leaf(self.root, "shuffleanswers", "1" if question.shuffles else "0")
        _WRITERS[question.kind](self)
        if question.tags:
            tags = etree.SubElement(self.root, "tags")
            for tag in question.tags:
                self._leaf(etree.SubElement(tags, "tag"), "text", tag)
        return self.root

    def _stem(self) -> str:
        if self.question.kind != "cloze":
            return self._of("stem")
        return joined(
            {code: embedded.written(self.question, said) for code, said in self.question.texts.items()}, self.language
        )

    def _of(self, name: str) -> str:
        return joined({code: str(said.get(name, "")) for code, said in self.question.texts.items()}, self.language)

    def _leaf(self, parent: Any, name: str, text: str) -> Any:
        found = etree.SubElement(parent, name)
        found.text = _UNSAID.sub("", text)
        return found

    def _text(self, parent: Any, name: str, html: str) -> Any:
        """An element with HTML, and the files that the HTML names."""
        found = etree.SubElement(parent, name, format="html")
        self._fill(found, html)
        return found

    def _fill(self, found: Any, html: str) -> None:
        named: dict[str, Asset] = {}

        def place(match: re.Match[str]) -> str:
            asset = self.assets.get(match[1])
            if asset is None:
                return match[0]
            named[f"{asset.key[:12]}-{asset.name}"] = asset
            return f"@@PLUGINFILE@@/{asset.key[:12]}-{asset.name}".replace(" ", "%20")

        self._leaf(found, "text", _ASSET.sub(place, html))
        for name, asset in named.items():
            file = etree.SubElement(found, "file", name=name, path="/", encoding="base64")
            file.text = base64.b64encode(asset.read()).decode()

    def _answer(self, credit: float, text: str, key: str, *, form: str = "html") -> Any:
        found = etree.SubElement(self.root, "answer", fraction=f"{credit * 100:.7g}", format=form)
        self._fill(found, text)
        if feedback := self._of(f"{key}.feedback"):
            self._text(found, "feedback", feedback)
        return found

    def choices(self) -> None:
        self._leaf(self.root, "single", "true" if self.question.kind == "single" else "false")
        for part in self.question.parts:
            self._answer(part.credit, self._of(f"{part.key}.text"), part.key)

    def truth(self) -> None:
        for part in self.question.parts:
            self._answer(part.credit, part.key, part.key, form="moodle_auto_format")

    def short(self) -> None:
        """Accepted answers of every language stand beside one another: each is accepted."""
        is_case = any(part.facts.get("is_case_sensitive") for part in self.question.parts)
        self._leaf(self.root, "usecase", "1" if is_case else "0")
        for part in self.question.parts:
            texts = dict.fromkeys(str(said.get(f"{part.key}.text", "")) for said in self.question.texts.values())
            for text in filter(None, texts):
                self._answer(part.credit, text, part.key)

    def numbers(self) -> None:
        for part in self.question.parts:
            facts = part.facts
            if "low" in facts:
                low, high = float(facts["low"]), float(facts["high"])
                value, near = repr((low + high) / 2), abs(high - low) / 2
            else:
                value = "*" if facts.get("value") == "*" else repr(float(facts.get("value") or 0))
                near = float(facts.get("tolerance") or 0)
                near = near * abs(float(value)) if facts.get("is_relative") and value != "*" else near
            found = self._answer(part.credit, value, part.key, form="moodle_auto_format")
            self._leaf(found, "tolerance", repr(near))

    def pairs(self) -> None:
        for part in self.question.parts:
            found = self._text(self.root, "subquestion", self._of(f"{part.key}.text"))
            self._fill(etree.SubElement(found, "answer", format="html"), self._of(f"{part.key}.other"))

    def row(self) -> None:
        for place, part in enumerate(self.question.parts, 1):
            self._answer(place / 100, self._of(f"{part.key}.text"), part.key)

    def nothing(self) -> None:
        """Gaps stand in the text, long answers have no parts."""


_WRITERS: Mapping[str, Callable[[_Writer], None]] = {
    "single": _Writer.choices, "multiple": _Writer.choices, "true_false": _Writer.truth, "short": _Writer.short,
    "numeric": _Writer.numbers, "match": _Writer.pairs, "order": _Writer.row, "cloze": _Writer.nothing,
    "long": _Writer.nothing,
}  # fmt: skip
