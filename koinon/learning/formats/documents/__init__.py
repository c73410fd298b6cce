"""Texts as courses: DOCX, ODT, Markdown, or a ZIP of Markdown files with pictures. Headings make sections and pages."""

from pathlib import Path

from koinon.learning.engine.archives import Archive, is_zip
from koinon.learning.engine.documents import Document
from koinon.learning.engine.drafts import Draft, line, sha
from koinon.learning.engine.reports import Refused, Report
from koinon.learning.formats import Format, Progress
from koinon.learning.formats.documents import docx, markdown, odt
from koinon.learning.formats.documents.headings import Reader, take

_LARGEST = 16 * 1024 * 1024


def looks(path: Path) -> bool:
    return bool(kind_of(path))


def kind_of(path: Path) -> str:
    """docx, odt, folder (a ZIP with Markdown), markdown; "" for what is none of them."""
    if not is_zip(path):
        return "markdown" if path.suffix.lower() in (".md", ".markdown") else ""
    with Archive.at(path) as archive:
        if archive.find("word/document.xml"):
            return "docx"
        if archive.find("content.xml") and archive.find("mimetype"):
            return "odt" if b"opendocument.text" in archive.read(archive.find("mimetype") or "", limit=200) else ""
        return "folder" if any(name.lower().endswith((".md", ".markdown")) for name in archive.names()) else ""


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """One course of one text; each file of a ZIP of Markdown is a part of it."""
    kind = kind_of(path)
    title = line(path.stem.replace("_", " "))
    if kind == "markdown":
        if path.stat().st_size > _LARGEST:
            raise Refused("too_large", limit=_LARGEST // 1024 // 1024)
        text = markdown.source(path.read_bytes(), path.name)
        return _one(text, Draft(f"markdown {title}", text.language or language, report), title)
    archive = Archive.at(path)
    if kind == "folder":
        return _folder(archive, Draft(f"markdown {title}", language, report, archive), title, progress)
    reader = docx.source(archive) if kind == "docx" else odt.source(archive)
    return _one(reader, Draft(f"{kind} {title}", reader.language or language, report, archive), title)


def _one(reader: Reader, draft: Draft, title: str) -> Document:
    found = take(reader, draft, "")
    return draft.document(reader.title or found or title)


def _folder(archive: Archive, draft: Draft, title: str, progress: Progress) -> Document:
    names = sorted(name for name in archive.names() if name.lower().endswith((".md", ".markdown")))
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        data = archive.read(name, limit=_LARGEST)
        if (mark := sha(data)) in seen:
            continue
        seen.add(mark)
        reader = markdown.source(data, name)
        parent = ""
        if len(names) > 1:
            parent = draft.node(name, "section", markdown.title_of(data) or line(Path(name).stem.replace("_", " ")))
        take(reader, draft, parent)
        progress(place, len(names))
    return draft.document(title)


FORMAT = Format(name="documents", title="DOCX, ODT, Markdown", looks=looks, read=read, order=60)
