"""Our own file: a ZIP with document.json and assets/<sha256>; what is written is read again identical."""

import hashlib
import json
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine.archives import MB, Archive, is_zip
from koinon.learning.engine.documents import NODE_KINDS, QUESTION_KINDS, Asset, Document, Node, Part, Question
from koinon.learning.engine.drafts import line
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.formats import Format, Progress
from koinon.learning.formats.koinon_json.cleaning import cleaned_texts

_NAME, _FORMAT = "document.json", "koinon course 1"
_KEY = re.compile(r"[\w.:-]{1,200}")
_SHA = re.compile(r"[0-9a-f]{64}")

reasons(
    not_ours=_("This file does not keep to our own format: %(name)s."),
    wrong_sum=_("A file inside is not what its name says: %(name)s."),
)


def looks(path: Path) -> bool:
    if not is_zip(path):
        return False
    with Archive.at(path) as archive:
        return archive.find(_NAME) == _NAME and _FORMAT.encode() in archive.read(_NAME, limit=256 * MB)[:200]


def write(document: Document, target: Path, language: str) -> None:
    """Write the whole course, all languages; the same course gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        said = json.dumps({"format": _FORMAT, "document": as_data(document)}, ensure_ascii=False, allow_nan=False)
        archive.writestr(zipfile.ZipInfo(_NAME), said.encode(), zipfile.ZIP_DEFLATED)
        for asset in document.assets:
            archive.writestr(zipfile.ZipInfo(f"assets/{asset.key}"), asset.read())


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """The course as it was written. Texts are cleaned again: the file may have been changed by anybody."""
    archive = Archive.at(path)
    try:
        said = json.loads(archive.read(_NAME, limit=256 * MB))
        data = said["document"]
        document = from_data(data, archive)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as trouble:
        raise Refused("not_ours", name=_NAME) from trouble
    _check(document)
    document, cleaned = cleaned_texts(document)
    for place, asset in enumerate(document.assets, 1):
        mark = hashlib.sha256()
        with archive.open(f"assets/{asset.key}") as stream:
            while piece := stream.read(MB):
                mark.update(piece)
        if mark.hexdigest() != asset.key:
            raise Refused("wrong_sum", name=line(asset.name))
        progress(place, len(document.assets))
    for node in document.nodes:
        title = line(str(node.texts.get(document.language, {}).get("title", node.key)))
        if node.key in cleaned:
            report.changed(node.key, title, node.kind, "html_cleaned")
        else:
            report.kept(node.key, title, node.kind)
    report.questions.update(question.kind for question in document.questions)
    return document


def as_data(document: Document) -> dict[str, Any]:
    """The course as plain JSON."""
    return {
        "key": document.key, "language": document.language, "texts": _plain(document.texts),
        "licence": document.licence, "credit": document.credit, "subject": document.subject,
        "nodes": [
            {"key": n.key, "kind": n.kind, "parent": n.parent, "texts": _plain(n.texts), "settings": _plain(n.settings),
             "rule": _plain(n.rule), "is_optional": n.is_optional, "competences": list(n.competences)}
            for n in document.nodes
        ],
        "questions": [
            {"key": q.key, "kind": q.kind, "texts": _plain(q.texts), "points": q.points, "shuffles": q.shuffles,
             "tags": list(q.tags), "raw": q.raw,
             "parts": [{"key": p.key, "credit": p.credit, "facts": _plain(p.facts)} for p in q.parts]}
            for q in document.questions
        ],
        "assets": [
            {"key": a.key, "name": a.name, "media_type": a.media_type, "size": a.size, "alt": dict(a.alt),
             "transcript": dict(a.transcript), "licence": a.licence, "credit": a.credit}
            for a in document.assets
        ],
    }  # fmt: skip


def from_data(data: Mapping[str, Any], archive: Archive) -> Document:
    """A course from plain JSON; its files are read from `archive`. Raises KeyError, TypeError, ValueError."""
    return Document(
        key=_word(data["key"]), language=_word(data["language"]), texts=_texts(data["texts"]),
        nodes=tuple(_node(each) for each in data["nodes"]),
        questions=tuple(_question(each) for each in data["questions"]),
        assets=tuple(_asset(each, archive) for each in data["assets"]), licence=_text(data["licence"]),
        credit=_text(data["credit"]), subject=_text(data["subject"]),
    )  # fmt: skip


def _node(data: Mapping[str, Any]) -> Node:
    kind = _text(data["kind"])
    if kind not in NODE_KINDS:
        raise ValueError(kind)
    return Node(
        key=_word(data["key"]), kind=kind, parent=_text(data["parent"]), texts=_texts(data["texts"]),
        settings=_mapping(data["settings"]), rule=_mapping(data["rule"]), is_optional=data["is_optional"] is True,
        competences=tuple(_text(each) for each in data["competences"]),
    )  # fmt: skip


def _question(data: Mapping[str, Any]) -> Question:
    kind = _text(data["kind"])
    if kind not in QUESTION_KINDS:
        raise ValueError(kind)
    parts = tuple(Part(_word(each["key"]), _number(each["credit"]), _mapping(each["facts"])) for each in data["parts"])
    return Question(
        key=_word(data["key"]), kind=kind, parts=parts, texts=_texts(data["texts"]), points=_number(data["points"]),
        shuffles=data["shuffles"] is True, tags=tuple(_text(each) for each in data["tags"]), raw=_text(data["raw"]),
    )  # fmt: skip


def _asset(data: Mapping[str, Any], archive: Archive) -> Asset:
    key, size = _text(data["key"]), data["size"]
    if not _SHA.fullmatch(key) or not isinstance(size, int) or archive.size(f"assets/{key}") != size:
        raise ValueError(key)
    return Asset(
        key=key, name=line(_text(data["name"])), media_type=_text(data["media_type"]), size=size,
        licence=_text(data["licence"]),
        alt={_word(name): _text(each) for name, each in data["alt"].items()}, credit=_text(data["credit"]),
        transcript={_word(name): _text(each) for name, each in data["transcript"].items()},
        read=lambda: archive.read(f"assets/{key}", limit=size),
    )  # fmt: skip


def _check(document: Document) -> None:
    """Keys are there once, parents exist and stand above, so that the tree has no circle."""
    seen: set[str] = {""}
    for node in document.nodes:
        if node.parent not in seen or node.key in seen:
            raise Refused("not_ours", name=node.key[:100])
        seen.add(node.key)
    keys = [question.key for question in document.questions]
    if len(set(keys)) != len(keys):
        raise Refused("not_ours", name=_NAME)


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(name): _plain(each) for name, each in data.items()}
    return [_plain(each) for each in data] if isinstance(data, list | tuple) else data


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError
    return data


def _word(data: Any) -> str:
    if not _KEY.fullmatch(_text(data)):
        raise ValueError(data)
    return str(data)


def _number(data: Any) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
        raise TypeError
    return float(data)


def _mapping(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise TypeError
    return data


def _texts(data: Any) -> dict[str, dict[str, Any]]:
    return {_word(language): dict(_mapping(texts)) for language, texts in _mapping(data).items()}


FORMAT = Format(name="koinon_json", title="Koinon (JSON)", looks=looks, read=read, write=write, suffix=".zip", order=5)
