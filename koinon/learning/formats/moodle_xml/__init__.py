"""Moodle XML: questions with everything that Moodle knows of them, files inside; read and written."""

from pathlib import Path

from koinon.learning.engine.multilingual import decoded
from koinon.learning.formats import Format
from koinon.learning.formats.moodle_xml.reading import read
from koinon.learning.formats.moodle_xml.writing import write


def looks(path: Path) -> bool:
    """XML whose root is <quiz> and that names questions."""
    with path.open("rb") as file:
        text = decoded(file.read(16_000))[0]
    return (
        text.lstrip("\ufeff \r\n\t").startswith("<") and "<quiz" in text and ("<question" in text or "</quiz>" in text)
    )


FORMAT = Format("moodle_xml", "Moodle XML", looks, read, write, ".xml", order=30)
