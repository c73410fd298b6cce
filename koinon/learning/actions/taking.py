"""A whole course that was read from a file, a demo or another course, written as a draft."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions import bank, courses, files
from koinon.learning.actions.bank import as_uuid
from koinon.learning.actions.courses import SAID, SUMMARY, TITLE
from koinon.learning.actions.texts import LINES
from koinon.learning.engine import blocks, documents
from koinon.learning.models import (
    Asset,
    Competence,
    Course,
    Licence,
    Node,
    NodeKind,
    Package,
    Placed,
    Question,
    Text,
    Version,
)  # fmt: skip
from koinon.learning.queries.documents import document_of
from koinon.network.models import Network, Organisation

_LINKED = re.compile(r'href="node:([^"]+)"')


@verb("learning.course_taken", rule=rules.may_create, refusal=courses.NOT_OWNER)
def take(
    *, by: Actor, organisation: Organisation, document: documents.Document, network: Network | None = None,
    title: str = "", is_public: bool = False, is_demo: bool = False,
) -> Course:  # fmt: skip
    """Write an engine Document as a course with a draft. Keys that are no UUID become one that follows from the
    document's key, so that the same file taken again has the same keys."""
    return _taken(by, organisation, document, network, title, is_public=is_public, is_demo=is_demo)


@verb("learning.course_copied", rule=rules.may_copy)
def copy(
    *, by: Actor, organisation: Organisation, version: Version, network: Network | None = None, title: str = ""
) -> Course:
    """A copy to adapt: the same keys, so that what changes can be told, and be proposed to the authors."""
    document = document_of(version)
    credit = _credit(version.course)
    return _taken(by, organisation, document, network, title, forked_from=version, credit=credit)


def _taken(
    by: Actor, organisation: Organisation, document: documents.Document, network: Network | None, title: str,
    **facts: Any,
) -> Course:  # fmt: skip
    said = _course_texts(document, title)
    language = document.language
    licence = document.licence if document.licence in Licence.values else Licence.BY_SA
    facts = {"credit": document.credit, "subject": document.subject[:10], **facts}
    course = courses.begin(
        organisation=organisation, title=said[language]["title"], language=language, languages=_spoken(document),
        network=network, licence=licence, **facts,
    )  # fmt: skip
    version = Version.objects.create(course=course, number=1, language=language, languages=course.languages, texts=said)
    for asset in document.assets:
        files.take(by, organisation, asset)
    asked = {
        each.key: bank.kept(organisation, replace(each, key=str(as_uuid(each.key, document.key))), language)
        for each in document.questions
    }
    _Tree(document, version, asked).write()
    return course


def _course_texts(document: documents.Document, title: str) -> dict[str, dict[str, Any]]:
    """Words of the course per language; names beside those we know are left out."""
    found: dict[str, dict[str, Any]] = {}
    for language, said in document.texts.items():
        kept: dict[str, Any] = {
            name: _words(name, said[name]) for name in SAID if isinstance(said.get(name), str) and said[name].strip()
        }
        if isinstance(said.get("of"), Mapping):
            kept["of"] = dict(said["of"])
        found[language] = kept
    mine = found.setdefault(document.language, {})
    mine["title"] = _words("title", title or mine.get("title") or document.key) or document.key
    return found


def _words(name: str, text: str) -> str:
    return prose.line(text)[:TITLE] if name == "title" else prose.clean(blocks.line(text))[:SUMMARY]


def _spoken(document: documents.Document) -> list[str]:
    """Languages in which the course or any of its parts has words."""
    found = dict.fromkeys(document.texts)
    for node in document.nodes:
        found |= dict.fromkeys(language for language, said in node.texts.items() if said.get("title"))
    return [language for language in found if language]


def _credit(course: Course) -> str:
    """Whose course it was: stands in every copy."""
    own = [course.credit] if course.credit else []
    return "; ".join([*own, f"{course.organisation}: {course.title}"])[: courses.CREDIT]


class _Tree:
    """Writes the nodes of a document into a version, with their words, questions and packages."""

    def __init__(self, document: documents.Document, version: Version, asked: dict[str, Question]) -> None:
        self.document, self.version, self.asked = document, version, asked
        self.keys = {node.key: as_uuid(node.key, document.key) for node in document.nodes}
        wanted = {uri for node in document.nodes for uri in node.competences}
        self.competences = {row.uri: row for row in Competence.objects.filter(uri__in=wanted)}

    def write(self) -> None:
        nodes = [node for node in self.document.nodes if node.kind in NodeKind.values]
        rows = [self._row(node, number) for number, node in enumerate(nodes, start=1)]
        Node.objects.bulk_create(rows)
        Text.objects.bulk_create(
            self._text(row, language, said)
            for node, row in zip(nodes, rows, strict=True) for language, said in node.texts.items() if said
        )  # fmt: skip
        for node, row in zip(nodes, rows, strict=True):
            row.competences.set([self.competences[uri] for uri in node.competences if uri in self.competences])
            self._ask(node, row)
            self._pack(node)

    def _row(self, node: documents.Node, number: int) -> Node:
        settings = {name: value for name, value in node.settings.items() if name not in ("questions", "points")}
        parent: UUID | None = self.keys.get(node.parent)
        return Node(
            version=self.version, key=self.keys[node.key], parent=None if node.parent == node.key else parent,
            order=number, kind=node.kind, settings=settings, rule=dict(node.rule), is_optional=node.is_optional,
        )  # fmt: skip

    def _text(self, row: Node, language: str, said: Mapping[str, Any]) -> Text:
        kept: dict[str, Any] = {"title": "", "blocks": []}
        for name, text in said.items():
            if name == "blocks":
                kept["blocks"] = self._linked(blocks.cleaned(text)[0])
            elif name != "of" and isinstance(text, str):
                kept[name] = prose.line(text)[: TITLE if name == "title" else LINES]
        of = said.get("of")
        return Text(node=row, language=language, said=kept, of=dict(of) if isinstance(of, Mapping) else {})

    def _linked(self, value: Any) -> Any:
        """Links between the parts of the course lead to the keys that these have now."""
        if isinstance(value, str):
            return _LINKED.sub(lambda found: f'href="node:{self.keys.get(found[1], found[1])}"', value)
        if isinstance(value, Mapping):
            return {name: self._linked(each) for name, each in value.items()}
        return [self._linked(each) for each in value] if isinstance(value, list) else value

    def _ask(self, node: documents.Node, row: Node) -> None:
        keys = [key for key in node.settings.get("questions") or () if isinstance(key, str) and key in self.asked]
        points = node.settings.get("points") or {}
        worth = {question.key: question.points for question in self.document.questions}
        Placed.objects.bulk_create(
            Placed(node=row, question=self.asked[key], order=number, points=float(points.get(key) or worth[key] or 1))
            for number, key in enumerate(dict.fromkeys(keys), start=1)
        )  # fmt: skip

    def _pack(self, node: documents.Node) -> None:
        kind = node.settings.get("standard")
        asset = Asset.objects.filter(
            organisation=self.version.course.organisation_id, key=str(node.settings.get("asset", ""))
        )
        if node.kind == "package" and kind in Package.Kind.values and (found := asset.first()):
            launch = str(node.settings.get("launch") or "")[:500]
            Package.objects.get_or_create(
                asset=found, defaults={"kind": kind, "launch": launch, "manifest": dict(node.settings)}
            )
