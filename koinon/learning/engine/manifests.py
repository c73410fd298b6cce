"""imsmanifest.xml, which SCORM packages and cartridges share: organisations, resources, metadata."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from koinon.learning.engine import names, xml
from koinon.learning.engine.archives import MB, Archive, is_zip
from koinon.learning.engine.reports import Refused

NAME = "imsmanifest.xml"
_DEEPEST = 30


@dataclass(frozen=True)
class Resource:
    """A resource: its kind as written, launch address, files, and the identifiers it depends on."""

    id: str
    kind: str
    href: str
    files: tuple[str, ...]
    depends: tuple[str, ...]
    element: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Place:
    """An item of an organisation: `resource` is the identifier it refers to, "" for a folder."""

    id: str
    title: str
    resource: str
    is_visible: bool
    parameters: str
    below: tuple["Place", ...]
    element: Any = field(repr=False, compare=False)

    def walk(self) -> Iterator["Place"]:
        yield self
        for each in self.below:
            yield from each.walk()


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest. `organisations`: (identifier, title, items); the default one first."""

    id: str
    schema: str
    version: str
    title: str
    description: str
    language: str
    rights: str
    keywords: tuple[str, ...]
    organisations: tuple[Place, ...]
    resources: dict[str, Resource]
    root: Any = field(repr=False, compare=False)


def raw(path: Path) -> bytes | None:
    """The bytes of the manifest of a ZIP file, or None when it is none or has none. Hostile archives raise Refused."""
    if not is_zip(path):
        return None
    with Archive.at(path) as archive:
        name = archive.find(NAME)
        return archive.read(name, limit=16 * MB) if name else None


def read(archive: Archive) -> Manifest:
    """The manifest of an archive. Raises Refused: missing, not_xml, too_deep."""
    root = xml.parse(archive.read(archive.find(NAME) or NAME, limit=16 * MB), NAME)
    metadata, lom = xml.child(root, "metadata"), xml.child(root, "metadata", "lom")
    general = xml.child(lom, "general")
    return Manifest(
        id=xml.attribute(root, "identifier"),
        schema=xml.text(metadata, "schema"),
        version=xml.text(metadata, "schemaversion"),
        title=_said(xml.child(general, "title")),
        description=_said(xml.child(general, "description")),
        language=names.language(xml.text(general, "language")),
        rights=_said(xml.child(lom, "rights", "description"))
        or xml.text(lom, "rights", "copyrightAndOtherRestrictions", "value"),
        keywords=tuple(filter(None, (_said(each) for each in xml.children(general, "keyword")))),
        organisations=_organisations(root),
        resources=_resources(root),
        root=root,
    )


def address(base: str, href: str) -> str:
    """The file of the archive that an address in another file means: joined, without query, fragment and escapes."""
    plain = unquote(href.split("#", 1)[0].split("?", 1)[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), plain)) if plain else ""


def _said(element: Any) -> str:
    """The first text of a LOM element, which stands in <string> or <langstring>."""
    if element is None:
        return ""
    for name in ("string", "langstring"):
        if found := xml.text(element, name):
            return found
    return xml.text(element)


def _resources(root: Any) -> dict[str, Resource]:
    found = {}
    holder = xml.child(root, "resources")
    top = xml.attribute(holder, "base") if holder is not None else ""
    for element in xml.children(holder, "resource"):
        base = top + xml.attribute(element, "base")
        files = [base + xml.attribute(each, "href") for each in xml.children(element, "file")]
        href = xml.attribute(element, "href")
        found[xml.attribute(element, "identifier")] = Resource(
            id=xml.attribute(element, "identifier"),
            kind=xml.attribute(element, "type"),
            href=base + href if href else "",
            files=tuple(address("", name) for name in files),
            depends=tuple(xml.attribute(each, "identifierref") for each in xml.children(element, "dependency")),
            element=element,
        )
    return found


def _organisations(root: Any) -> tuple[Place, ...]:
    holder = xml.child(root, "organizations")
    if holder is None:
        return ()
    first = xml.attribute(holder, "default")
    found = [_place(each, 0) for each in xml.children(holder, "organization")]
    return tuple(sorted(found, key=lambda place: place.id != first))


def _place(element: Any, depth: int) -> Place:
    if depth > _DEEPEST:
        raise Refused("too_deep", name=NAME)
    return Place(
        id=xml.attribute(element, "identifier"),
        title=xml.text(element, "title"),
        resource=xml.attribute(element, "identifierref"),
        is_visible=xml.attribute(element, "isvisible").lower() != "false",
        parameters=xml.attribute(element, "parameters"),
        below=tuple(_place(each, depth + 1) for each in xml.children(element, "item")),
        element=element,
    )
