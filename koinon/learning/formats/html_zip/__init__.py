"""A course as plain pages in a ZIP, one folder per language: for reading offline, on paper, aloud; no scripts."""

import zipfile
from pathlib import Path

from koinon.learning.engine.documents import Document
from koinon.learning.formats import Format
from koinon.learning.formats.html_zip.pages import STYLE, front, pages, place


def write(document: Document, target: Path, language: str) -> None:
    """Write all languages of the course; `language` is the one that the first page greets in."""
    said = [document.language, *(each for each in document.texts if each != document.language)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", front(document, said, language))
        archive.writestr("style.css", STYLE)
        for each in said:
            for name, content in pages(document, each):
                archive.writestr(f"{each}/{name}", content)
        for asset in document.assets:
            archive.writestr(place(asset), asset.read())


FORMAT = Format(name="html_zip", title="HTML (ZIP)", looks=lambda path: False, write=write, suffix=".zip", order=90)
