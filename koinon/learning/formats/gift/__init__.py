"""GIFT: questions as plain text, the way Moodle and many others write them; read leniently, written strictly."""

import re
from pathlib import Path

from koinon.learning.engine.multilingual import decoded
from koinon.learning.formats import Format
from koinon.learning.formats.gift.reading import read
from koinon.learning.formats.gift.writing import write

_ANSWERS = re.compile(
    r"(?<!\\)\{[^{}]*(?:[=~#]|\bT\b|\bTRUE\b|\bF\b|\bFALSE\b)|(?<!\\)\{\s*\}|^\$CATEGORY:", re.MULTILINE
)


def looks(path: Path) -> bool:
    """Plain text with a category line or braces that hold answers, and not some other language with braces."""
    with path.open("rb") as file:
        start = file.read(64_000)
    text, _ = decoded(start)
    if "\0" in text or text.lstrip("\ufeff \t\r\n")[:1] in ("<", "[") or start[:4] in (b"PK\x03\x04", b"%PDF"):
        return False
    if (
        re.match(r"\s*\{\s*[\"}]", text)
        or sum(not sign.isprintable() and sign not in "\r\n\t\ufeff" for sign in text) > 5
    ):
        return False
    return bool(_ANSWERS.search(text)) and path.suffix.lower() not in (".md", ".html", ".json", ".css", ".js")


FORMAT = Format("gift", "GIFT", looks, read, write, ".gift", order=80)
