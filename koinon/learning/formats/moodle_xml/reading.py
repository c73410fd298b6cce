"""Moodle XML into questions: each element of the file gives a line in the report."""

import base64
import binascii
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _
from lxml import etree

from koinon.learning.engine import xml
from koinon.learning.engine.documents import Document, Node, Question
from koinon.learning.engine.drafts import Draft
from koinon.learning.engine.drafts import line as one_line
from koinon.learning.engine.multilingual import Words, decoded
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.engine.written import as_number, plain
from koinon.learning.formats.moodle_xml.kinds import KINDS, Found, said

reasons(
    question_unclear=_("The answers of this question are missing or could not be read."),
    description_page=_("A text between questions: it became a page."),
    gaps_from_boxes=_("Boxes to drag became gaps to choose from."),
    all_or_nothing=_("All or nothing became points for each right choice."),
    xml_too_many=_("The file holds more than %(limit)s parts."),
    xml_too_large=_("The file of questions is larger than %(limit)s MB."),
)
LIMIT, MB, MOST = 64, 1024 * 1024, 20_000
_RAW = 100_000
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHANGED = {"ddwtos": "gaps_from_boxes", "multichoiceset": "all_or_nothing"}


def read(path: Path, report: Report, language: str, progress: object = None) -> Document:
    """The questions of a file, in a quiz; categories become tags, descriptions pages, files inside assets.
    Raises Refused: not XML, too large, empty."""
    if path.stat().st_size > LIMIT * MB:
        raise Refused("xml_too_large", limit=LIMIT)
    root = _root(path.read_bytes(), path.name, language)
    reader = _Reader(Draft("moodle_xml", language, report))
    elements = list(root) if xml.local(root) == "quiz" else []
    if len(elements) > MOST:
        raise Refused("xml_too_many", limit=MOST)
    for number, element in enumerate(elements, 1):
        reader.take(str(number), element)
        if callable(progress):
            progress(number, len(elements))
    draft = reader.draft
    if draft.questions:
        title = {language: {"title": one_line(path.stem) or "Moodle XML"}}
        draft.nodes.append(Node(draft.key("quiz"), "quiz", "", title, {"questions": list(draft.questions)}))
    return draft.document(path.stem)


def _root(data: bytes, name: str, language: str) -> Any:
    try:
        return xml.parse(data, name)
    except Refused:
        text, encoding = decoded(data, language)
        if encoding == "utf-8" and not data.startswith(b"\xef\xbb\xbf"):
            raise
        return xml.parse(_DECLARED.sub("", text.lstrip("\ufeff")).encode(), name)


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self.draft, self.report = draft, draft.report
        self.category: tuple[str, ...] = ()
        self.seen: dict[str, int] = {}

    def take(self, where: str, element: Any) -> None:
        """One element: a category, a question or a text; whatever it is, the report says it."""
        kind = xml.attribute(element, "type").strip().lower()
        title = one_line(xml.text(element, "name", "text") or xml.text(element, "name"))
        if xml.local(element) != "question":
            self.report.dropped(where, title or xml.local(element)[:80], "question", "no_kind")
        elif kind == "category":
            self._categorise(where, xml.text(element, "category", "text") or xml.text(element, "category"))
        elif kind == "description":
            blocks, _code = self.draft.blocks(said(element, "questiontext"), where, self._files(element))
            self.draft.node(where, "page", title or where, blocks=blocks, code="description_page")
        elif kind not in KINDS:
            self.report.dropped(where, title, "question", "kind_unknown", what=one_line(kind)[:60])
        else:
            self._question(where, kind, title, element)

    def _categorise(self, where: str, whole: str) -> None:
        path = [one_line(each)[:60].replace("//", "/") for each in re.split(r"(?<!/)/(?!/)", whole)]
        names = [each for each in path if each and each.lower() not in ("$course$", "$system$", "$module$", "top")]
        self.category = tuple(names)
        self.report.kept(where, "/".join(names) or one_line(whole)[:100], "category")

    def _files(self, element: Any) -> Any:
        """Resolves @@PLUGINFILE@@ addresses to the files that stand inside the question."""
        inside: dict[str, str] = {}
        for file in xml.every(element, "file"):
            path, name = xml.attribute(file, "path").strip("/"), xml.attribute(file, "name")
            try:
                content = base64.b64decode(re.sub(r"\s+", "", file.text or ""), validate=True)
            except (binascii.Error, ValueError):
                continue
            if content and name:
                inside["/".join(filter(None, [path, name]))] = self.draft.data(content, name)

        def resolve(address: str) -> str | None:
            if "@@PLUGINFILE@@/" not in address:
                return None
            return inside.get(unquote(address.split("@@PLUGINFILE@@/", 1)[1].split("?")[0]))

        return resolve

    def _question(self, where: str, kind: str, title: str, element: Any) -> None:
        resolve = self._files(element)
        words = Words(self.draft.language, resolve)
        for text in xml.every(element, "text"):
            self.draft.note_pictures(text.text or "", resolve)
        found = KINDS[kind](element, words)
        shown = title or one_line(plain(said(element, "questiontext")))[:80]
        if found is None:
            self.report.dropped(where, shown, "question", "question_unclear")
            return
        self._rest(element, title, found, words)
        question = self._made(element, title, found, words)
        self.draft.question(question)
        code = sorted(words.codes)[0] if words.codes else _CHANGED.get(kind, "")
        if code:
            self.report.changed(where, shown, found.kind, code)
        else:
            self.report.kept(where, shown, found.kind)

    def _rest(self, element: Any, title: str, found: Found, words: Words) -> None:
        if not found.has_stem:
            words.put("stem", said(element, "questiontext"))
        words.put("general", said(element, "generalfeedback"))
        words.put("right", said(element, "correctfeedback"))
        words.put("wrong", said(element, "incorrectfeedback"))
        words.put("partly", said(element, "partiallycorrectfeedback"))
        if title:
            words.texts.setdefault(self.draft.language, {})["title"] = title

    def _made(self, element: Any, title: str, found: Found, words: Words) -> Question:
        tags = [one_line(xml.text(tag))[:60] for tag in xml.children(xml.child(element, "tags"), "tag")]
        raw = etree.tostring(element, encoding="unicode", with_tail=False)
        raw = raw if len(raw) <= _RAW else raw[:_RAW] + "…"
        named = xml.text(element, "idnumber") or title or raw
        self.seen[named] = self.seen.get(named, 0) + 1
        key = self.draft.key(f"question {named} {self.seen[named]}" if self.seen[named] > 1 else f"question {named}")
        points = as_number(xml.text(element, "defaultgrade"))
        shuffles = xml.text(element, "shuffleanswers").lower() not in ("0", "false")
        return Question(
            key, found.kind, tuple(found.parts), words.texts, points if points and points > 0 else 1.0, shuffles,
            tuple(dict.fromkeys([*self.category, *filter(None, tags)])), raw,
        )  # fmt: skip
