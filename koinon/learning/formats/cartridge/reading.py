"""A cartridge as a course: the tree of its organisation, and what its resources become."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import manifests, xml
from koinon.learning.engine.archives import MB, Archive
from koinon.learning.engine.documents import Block, Document
from koinon.learning.engine.drafts import Draft, Resolve, line, paragraph
from koinon.learning.engine.manifests import Manifest, Place, Resource
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.formats import Progress
from koinon.learning.formats.cartridge.questions import questions_of

_BASE = re.compile(r"(?:\$|%24)(?:IMS-?CC-FILEBASE|IMS_CC_FILEBASE)(?:\$|%24)/?", re.IGNORECASE)
_PAGES = (".html", ".htm", ".xhtml")

reasons(
    restricted=_("It is only for teachers; it comes hidden."),
    no_resource=_("It refers to something that the cartridge does not hold."),
)


class Cartridge:
    """A cartridge while it is read."""

    def __init__(self, archive: Archive, manifest: Manifest, draft: Draft, title: str) -> None:
        self.archive, self.manifest, self.draft, self.title = archive, manifest, draft, title
        self.taken: set[str] = set()

    def resolver(self, base: str, where: str) -> Resolve:
        """Finds files that a text at `base` means; says which are not there, once each."""
        said: set[str] = set()

        def resolve(href: str) -> str | None:
            if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//|#|$", href) and not _BASE.match(href):
                return None
            start = "web_resources/x" if _BASE.match(href) else base
            name = manifests.address(start, _BASE.sub("", href))
            found = self.archive.find(name) or self.archive.find(manifests.address("", _BASE.sub("", href)))
            if found and not found.lower().endswith(_PAGES):
                self.taken.add(found)
                return self.draft.asset(found)
            if not found and name not in said:
                said.add(name)
                self.draft.report.dropped(where, line(name), "file", "file_missing", name=line(name))
            return None

        return resolve

    def root(self, resource: Resource) -> tuple[Any, str]:
        """(root element, name) of the XML file of a resource. Raises Refused when it is missing or no XML."""
        names = [
            each for each in (manifests.address("", resource.href), *resource.files) if each.lower().endswith(".xml")
        ]
        name = self.archive.find(names[0]) if names else None
        if name is None:
            raise Refused("missing", name=line(resource.href or resource.id))
        self.taken.add(name)
        return xml.parse(self.archive.read(name, limit=32 * MB), name), name


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """Folders become sections, pages pages, assessments quizzes; resources in no folder come as files at the end."""
    archive = Archive.at(path)
    manifest = manifests.read(archive)
    draft = Draft(f"cartridge {manifest.id}", manifest.language or language, report, archive)
    organisation = manifest.organisations[0] if manifest.organisations else None
    title = manifest.title or (organisation.title if organisation else "") or path.stem
    cartridge = Cartridge(archive, manifest, draft, title)
    places = list(organisation.below) if organisation else []
    if len(places) == 1 and not places[0].resource and not places[0].title:
        places = list(places[0].below)
    total = len(manifest.resources)
    for place in places:
        _take(cartridge, place, "")
        progress(min(len(draft.nodes), total), total)
    _banks(cartridge)
    _left(cartridge, [place.resource for place in organisation.walk()] if organisation else [])
    return draft.document(title, summary=paragraph(manifest.description), licence=line(manifest.rights)[:120])


def _take(cartridge: Cartridge, place: Place, parent: str) -> None:
    """One item of the tree, and what is below it."""
    resource = cartridge.manifest.resources.get(place.resource)
    if place.resource and resource is None:
        return cartridge.draft.report.dropped(place.id, line(place.title), "item", "no_resource")
    if resource is None:
        key = cartridge.draft.node(place.id, "section", place.title, parent=parent)
    else:
        _resource(cartridge, place, resource, parent)
        key = cartridge.draft.node(f"{place.id}#below", "section", place.title, parent=parent) if place.below else ""
    for each in place.below:
        _take(cartridge, each, key)
    return None


def _resource(cartridge: Cartridge, place: Place, resource: Resource, parent: str) -> str:
    """The node of a resource, or "" when it was dropped with a reason."""
    kind = _kind(resource)
    taker = TAKERS.get(kind)
    title = line(place.title) or resource.id
    if taker is None:
        cartridge.draft.report.dropped(place.id, title, kind or "item", "outside_tool" if kind == "lti" else "no_kind")
        return ""
    try:
        return taker(cartridge, place.id, title, resource, parent)
    except Refused as refused:
        if refused.code not in ("missing", "not_xml"):
            raise
        cartridge.draft.report.dropped(place.id, title, kind, refused.code, **refused.values)
        return ""


def _kind(resource: Resource) -> str:
    """Our word for the type of a resource, without the version of the specification."""
    said = resource.kind.lower()
    for start, kind in _KINDS.items():
        if said.startswith(start):
            return "bank" if kind == "quiz" and "question-bank" in said else kind
    return "lti" if "basiclti" in said else ""


_KINDS = {
    "imsqti": "quiz", "imsdt": "discussion", "imswl": "link", "imsbasiclti": "lti", "assignment": "task",
    "webcontent": "web", "associatedcontent": "web",
}  # fmt: skip


def _facts(resource: Resource) -> dict[str, Any]:
    """Hidden when the cartridge says that it is for teachers."""
    is_hidden = resource.kind != "" and "Instructor" in [
        xml.text(each) for each in xml.every(resource.element, "value")
    ]
    return {"settings": {"is_hidden": True}, "code": "restricted"} if is_hidden else {}


def _web(cartridge: Cartridge, where: str, title: str, resource: Resource, parent: str) -> str:
    name = cartridge.archive.find(manifests.address("", resource.href or (resource.files or ("",))[0]))
    if name is None:
        raise Refused("missing", name=line(resource.href))
    cartridge.taken.add(name)
    hidden = _facts(resource)
    if not name.lower().endswith(_PAGES):
        settings = hidden.pop("settings", {}) | {"asset": cartridge.draft.asset(name)}
        return cartridge.draft.node(where, "file", title, parent=parent, settings=settings, **hidden)
    html = decoded(cartridge.archive.read(name, limit=16 * MB))
    blocks, code = cartridge.draft.blocks(_body(html), where, cartridge.resolver(name, where))
    facts: dict[str, Any] = {"code": code} | hidden
    return cartridge.draft.node(where, "page", title, parent=parent, blocks=blocks, **facts)


def _prompt(cartridge: Cartridge, root: Any, name: str, where: str, *names: str) -> tuple[list[Block], str]:
    found = next((each for wanted in names for each in xml.children(root, wanted)), None)
    said = xml.text(found) if found is not None else ""
    is_plain = found is not None and xml.attribute(found, "texttype") == "text/plain"
    blocks, code = cartridge.draft.blocks(paragraph(said) if is_plain else said, where, cartridge.resolver(name, where))
    for attachment in xml.every(root, "attachment"):
        asset = cartridge.resolver(name, where)(xml.attribute(attachment, "href"))
        if asset:
            data = {"asset": asset, "title": cartridge.draft.assets[asset].name}
            blocks.append({"id": cartridge.draft.key(f"{where}/{asset}"), "type": "file", "data": data})
    return blocks, code


def _discussion(cartridge: Cartridge, where: str, title: str, resource: Resource, parent: str) -> str:
    root, name = cartridge.root(resource)
    blocks, code = _prompt(cartridge, root, name, where, "text")
    return cartridge.draft.node(
        where, "discussion", title, parent=parent, blocks=blocks, **{"code": code} | _facts(resource)
    )


def _link(cartridge: Cartridge, where: str, title: str, resource: Resource, parent: str) -> str:
    root, _name = cartridge.root(resource)
    address = xml.attribute(xml.child(root, "url"), "href")
    if not re.match(r"(?i)https?://\S+$", address):
        cartridge.draft.report.dropped(where, title, "link", "outside_tool")
        return ""
    hidden = _facts(resource)
    settings = hidden.pop("settings", {}) | {"url": address}
    return cartridge.draft.node(where, "link", title, parent=parent, settings=settings, **hidden)


def _task(cartridge: Cartridge, where: str, title: str, resource: Resource, parent: str) -> str:
    root, name = cartridge.root(resource)
    blocks, code = _prompt(cartridge, root, name, where, "text", "instructor_text")
    formats = {xml.attribute(each, "type") for each in xml.every(root, "format")}
    asks = [ours for theirs, ours in (("text", "text"), ("html", "text"), ("file", "file")) if theirs in formats]
    points = xml.child(root, "gradable")
    worth = xml.attribute(points, "points_possible") if points is not None else ""
    rubric = [{"key": "whole", "points": float(worth)}] if re.fullmatch(r"\d{1,6}(\.\d+)?", worth) else []
    settings = {"asks": list(dict.fromkeys(asks)) or ["text"], "rubric": rubric}
    hidden = _facts(resource)
    settings |= hidden.pop("settings", {})
    return cartridge.draft.node(
        where, "task", title, parent=parent, blocks=blocks, settings=settings, **{"code": code} | hidden
    )


def _quiz(cartridge: Cartridge, where: str, title: str, resource: Resource, parent: str) -> str:
    root, name = cartridge.root(resource)
    keys, facts = questions_of(cartridge.draft, root, name, cartridge.resolver(name, where))
    hidden = _facts(resource)
    settings = {"questions": keys} | facts | hidden.pop("settings", {})
    return cartridge.draft.node(where, "quiz", title, parent=parent, settings=settings, **hidden)


def _banks(cartridge: Cartridge) -> None:
    """Question banks stand in no folder: their questions come into the bank of the course."""
    for resource in cartridge.manifest.resources.values():
        if _kind(resource) != "bank":
            continue
        try:
            root, name = cartridge.root(resource)
            questions_of(cartridge.draft, root, name, cartridge.resolver(name, resource.id))
        except Refused as refused:
            if refused.code not in ("missing", "not_xml"):
                raise
            cartridge.draft.report.dropped(resource.id, line(resource.href), "bank", refused.code, **refused.values)


def _left(cartridge: Cartridge, used: list[str]) -> None:
    """Resources that no item names: what a text used is there already, the rest stands at the end."""
    for resource in cartridge.manifest.resources.values():
        names = [found for each in resource.files if (found := cartridge.archive.find(each))]
        if resource.id in used or _kind(resource) == "bank" or (names and set(names) <= cartridge.taken):
            continue
        depends = {name for each in cartridge.manifest.resources.values() for name in each.depends}
        if resource.id in depends and not names:
            continue
        title = (resource.href or resource.id).rsplit("/", 1)[-1]
        _resource(cartridge, Place(resource.id, title, resource.id, True, "", (), None), resource, "")


def decoded(data: bytes) -> str:
    """HTML of a file in UTF-8, or in what it declares, or in Latin-1, which never fails."""
    declared = re.search(rb"charset=[\"']?([\w-]{3,20})", data[:2_000])
    for encoding in ("utf-8-sig", declared.group(1).decode() if declared else "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _body(html: str) -> str:
    found = re.search(r"<body\b[^>]*>(.*?)(?:</body\s*>|\Z)", html, re.IGNORECASE | re.DOTALL)
    return found.group(1) if found else html


TAKERS: dict[str, Callable[[Cartridge, str, str, Resource, str], str]] = {
    "web": _web, "discussion": _discussion, "link": _link, "task": _task, "quiz": _quiz,
}  # fmt: skip
