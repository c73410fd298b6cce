"""A course as a Common Cartridge 1.3. What a cartridge has no way to say is listed on a page of its own at the end."""

import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from lxml import etree

from koinon.learning.engine import fallback
from koinon.learning.engine.documents import Asset, Document, Node, Question, chosen
from koinon.learning.engine.drafts import plain
from koinon.learning.engine.markup import Shown, html_of, keys_of
from koinon.learning.formats.cartridge.qti import SAYABLE, assessment, bank, unsayable

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
TOPIC = "http://www.imsglobal.org/xsd/imsccv1p3/imsdt_v1p3"
TASK = "http://www.imsglobal.org/xsd/imscc_extensions/assignment"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_WHERE = (
    f"{CP} http://www.imsglobal.org/profile/cc/ccv1p3/ccv1p3_imscp_v1p2_v1p0.xsd "
    f"{LOM} http://www.imsglobal.org/profile/cc/ccv1p3/LOM/ccv1p3_lommanifest_v1p0.xsd"
)


class Writer:
    """Collects resources of a cartridge while the tree is walked."""

    def __init__(self, document: Document, archive: zipfile.ZipFile, language: str) -> None:
        self.document, self.archive, self.language = document, archive, language
        self.assets = {asset.key: asset for asset in document.assets}
        self.questions = {question.key: question for question in document.questions}
        self.resources = etree.Element(f"{{{CP}}}resources")
        self.left: list[str] = []

    def texts(self, node: Node) -> dict[str, Any]:
        return fallback.whole(node.texts, (self.language, self.document.language))[1]

    def shows(self, base: str) -> Callable[[str], Shown | None]:
        """Addresses of files as texts in the folder `base` name them."""

        def shows(key: str) -> Shown | None:
            asset = self.assets.get(key)
            if asset is None:
                return None
            _language, alt = next(((name, said) for name, said in asset.alt.items() if name == self.language), ("", ""))
            transcript = asset.transcript.get(self.language, "")
            return Shown(
                base + quote(place(asset)),
                asset.name,
                asset.media_type,
                alt or next(iter(asset.alt.values()), ""),
                transcript,
            )

        return shows

    def add(self, key: str, kind: str, name: str, content: bytes, uses: list[str]) -> str:
        """A resource with one file of its own, depending on files of the course; gives its identifier."""
        self.archive.writestr(name, content)
        resource = etree.SubElement(self.resources, f"{{{CP}}}resource", identifier=f"r-{key}", type=kind)
        if kind == "webcontent":
            resource.set("href", name)
        etree.SubElement(resource, f"{{{CP}}}file", href=name)
        for use in dict.fromkeys(uses):
            if use in self.assets:
                etree.SubElement(resource, f"{{{CP}}}dependency", identifierref=f"f-{use}")
        return f"r-{key}"

    def add_assets(self) -> None:
        for asset in self.document.assets:
            self.archive.writestr(place(asset), asset.read())
            href = quote(place(asset))
            facts = {"identifier": f"f-{asset.key}", "type": "webcontent", "href": href}
            resource = etree.SubElement(self.resources, f"{{{CP}}}resource", facts)
            etree.SubElement(resource, f"{{{CP}}}file", href=href)


def place(asset: Asset) -> str:
    """Where a file stands in the cartridge: its own folder, so that it keeps its name."""
    return f"web_resources/{asset.key[:16]}/{asset.name.replace('/', '_')}"


def write(document: Document, target: Path, language: str) -> None:
    """Write the course in one language as a cartridge at `target` (a path that is free or may be replaced)."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = Writer(document, archive, language)
        tree = etree.Element(f"{{{CP}}}item", identifier="root")
        _items(writer, tree, "")
        _bank(writer)
        _left_page(writer, tree)
        writer.add_assets()
        archive.writestr("imsmanifest.xml", _manifest(writer, tree))


def _manifest(writer: Writer, tree: Any) -> bytes:
    document = writer.document
    root = etree.Element(
        f"{{{CP}}}manifest", nsmap={None: CP, "lomimscc": LOM, "xsi": _XSI}, identifier=f"m-{document.key}"
    )
    root.set(f"{{{_XSI}}}schemaLocation", _WHERE)
    metadata = etree.SubElement(root, f"{{{CP}}}metadata")
    etree.SubElement(metadata, f"{{{CP}}}schema").text = "IMS Common Cartridge"
    etree.SubElement(metadata, f"{{{CP}}}schemaversion").text = "1.3.0"
    language, texts = chosen(document.texts, (writer.language, document.language))
    lom = etree.SubElement(metadata, f"{{{LOM}}}lom")
    general = etree.SubElement(lom, f"{{{LOM}}}general")
    _string(etree.SubElement(general, f"{{{LOM}}}title"), str(texts.get("title") or ""), language)
    etree.SubElement(general, f"{{{LOM}}}language").text = language
    if texts.get("summary"):
        _string(etree.SubElement(general, f"{{{LOM}}}description"), plain(str(texts["summary"])), language)
    if document.licence:
        rights = etree.SubElement(lom, f"{{{LOM}}}rights")
        etree.SubElement(
            etree.SubElement(rights, f"{{{LOM}}}copyrightAndOtherRestrictions"), f"{{{LOM}}}value"
        ).text = "yes"
        _string(etree.SubElement(rights, f"{{{LOM}}}description"), document.licence, language)
    organisations = etree.SubElement(root, f"{{{CP}}}organizations")
    organisation = etree.SubElement(
        organisations, f"{{{CP}}}organization", identifier="o", structure="rooted-hierarchy"
    )
    organisation.append(tree)
    root.append(writer.resources)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _string(element: Any, said: str, language: str) -> None:
    etree.SubElement(element, f"{{{LOM}}}string", language=language).text = said


def _items(writer: Writer, above: Any, parent: str) -> None:
    for node in writer.document.children(parent):
        reference = WRITERS[node.kind](writer, node) if node.kind in WRITERS else ""
        item = etree.SubElement(above, f"{{{CP}}}item", identifier=f"i-{node.key}")
        etree.SubElement(item, f"{{{CP}}}title").text = str(writer.texts(node).get("title") or "")
        if reference:
            item.set("identifierref", reference)
        _items(writer, item, node.key)


def page(title: str, body: str, language: str) -> bytes:
    """A whole HTML page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>\n{body}\n</body></html>\n"
    ).encode()


def _page(writer: Writer, node: Node) -> str:
    texts = writer.texts(node)
    blocks = list(texts.get("blocks") or [])
    body = html_of(blocks, writer.shows("../"))
    if node.settings.get("asset") in writer.assets and (shown := writer.shows("../")(node.settings["asset"])):
        body += f'\n<p><a href="{escape(shown.url)}">{escape(shown.name)}</a></p>'
    if node.kind not in ("page", "media"):
        writer.left.append(_("%(title)s: written as a page") % {"title": texts.get("title", "")})
    content = page(str(texts.get("title") or ""), body, writer.language)
    return writer.add(node.key, "webcontent", f"pages/{node.key}.html", content, list(keys_of(blocks)))


def _file(writer: Writer, node: Node) -> str:
    asset = node.settings.get("asset")
    return f"f-{asset}" if asset in writer.assets else ""


def _link(writer: Writer, node: Node) -> str:
    root = etree.Element(f"{{{LINK}}}webLink", nsmap={None: LINK})
    etree.SubElement(root, f"{{{LINK}}}title").text = str(writer.texts(node).get("title") or "")
    etree.SubElement(root, f"{{{LINK}}}url", href=str(node.settings.get("url") or ""), target="_blank")
    return writer.add(node.key, "imswl_xmlv1p3", f"links/{node.key}.xml", _bytes(root), [])


def _prompted(writer: Writer, node: Node, root: Any, space: str) -> list[str]:
    blocks = list(writer.texts(node).get("blocks") or [])
    etree.SubElement(root, f"{{{space}}}title").text = str(writer.texts(node).get("title") or "")
    text = etree.SubElement(root, f"{{{space}}}text", texttype="text/html")
    text.text = html_of(blocks, writer.shows("$IMS-CC-FILEBASE$/../"))
    return list(keys_of(blocks))


def _discussion(writer: Writer, node: Node) -> str:
    root = etree.Element(f"{{{TOPIC}}}topic", nsmap={None: TOPIC})
    uses = _prompted(writer, node, root, TOPIC)
    return writer.add(node.key, "imsdt_xmlv1p3", f"topics/{node.key}.xml", _bytes(root), uses)


def _task(writer: Writer, node: Node) -> str:
    root = etree.Element(f"{{{TASK}}}assignment", nsmap={None: TASK}, identifier=f"a-{node.key}")
    uses = _prompted(writer, node, root, TASK)
    points = sum(float(each.get("points") or 0) for each in node.settings.get("rubric") or [])
    gradable = etree.SubElement(root, f"{{{TASK}}}gradable")
    gradable.text = "true" if points else "false"
    if points:
        gradable.set("points_possible", f"{points:g}")
    formats = etree.SubElement(root, f"{{{TASK}}}submission_formats")
    asks = node.settings.get("asks") or ["text"]
    for kind in dict.fromkeys("html" if each == "text" else "file" for each in asks):
        etree.SubElement(formats, f"{{{TASK}}}format", type=kind)
    return writer.add(node.key, "assignment_xmlv1p0", f"tasks/{node.key}.xml", _bytes(root), uses)


def _quiz(writer: Writer, node: Node) -> str:
    asked = [writer.questions[key] for key in node.settings.get("questions") or [] if key in writer.questions]
    title = str(writer.texts(node).get("title") or "")
    _stems_left(writer, asked)
    if int(node.settings.get("attempts") or 0) > 5:
        writer.left.append(_("%(title)s: a cartridge knows five attempts at most") % {"title": title})
    sayable = [each for each in asked if each.kind in SAYABLE]
    if not sayable:
        return _page(writer, node)  # a section without a question is none
    root = assessment(node, title, sayable, writer)
    return writer.add(node.key, "imsqti_xmlv1p2/imscc_xmlv1p3/assessment", f"quizzes/{node.key}.xml", _bytes(root), [])


def _bank(writer: Writer) -> None:
    """Questions that no quiz asks."""
    used = {key for node in writer.document.nodes for key in node.settings.get("questions") or []}
    rest = [question for question in writer.document.questions if question.key not in used]
    _stems_left(writer, rest)
    if said := [question for question in rest if question.kind in SAYABLE]:
        writer.add(
            "bank", "imsqti_xmlv1p2/imscc_xmlv1p3/question-bank", "quizzes/bank.xml", _bytes(bank(said, writer)), []
        )


def _stems_left(writer: Writer, questions: list[Question]) -> None:
    """Questions that a cartridge has no kind for, and those whose points it cannot say."""
    for question in questions:
        stem = plain(str(chosen(question.texts, (writer.language, writer.document.language))[1].get("stem") or ""))
        if question.kind not in SAYABLE:
            writer.left.append(_("Question: %(stem)s") % {"stem": stem})
        elif unsayable(question):
            writer.left.append(_("Points of the question: %(stem)s") % {"stem": stem})


def _left_page(writer: Writer, tree: Any) -> None:
    if not writer.left:
        return
    title = _("What this file could not hold")
    body = "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in writer.left) + "</ul>"
    item = etree.SubElement(tree, f"{{{CP}}}item", identifier="i-left")
    item.set(
        "identifierref", writer.add("left", "webcontent", "pages/left.html", page(title, body, writer.language), [])
    )
    etree.SubElement(item, f"{{{CP}}}title").text = title


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


WRITERS: dict[str, Callable[[Writer, Node], str]] = {
    "page": _page, "media": _page, "session": _page, "survey": _page, "file": _file, "package": _file, "link": _link,
    "discussion": _discussion, "task": _task, "quiz": _quiz,
}  # fmt: skip
