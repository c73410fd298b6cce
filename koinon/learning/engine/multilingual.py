"""Texts that hold several languages at once, as Moodle's two filters write them, taken apart and put together."""

import codecs
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from koinon.learning.engine.blocks import is_active
from koinon.learning.engine.inline import inline

_MLANG = re.compile(r"\{mlang\s+([A-Za-z_,\- ]{2,60})\}((?:[^{]|\{(?!mlang))*)\{mlang\}", re.IGNORECASE)
_SPAN = re.compile(
    r"<span\s+(?=[^<>]*class=[\"']?multilang)(?=[^<>]*lang=[\"']?([A-Za-z_-]{2,12}))[^<>]*>"
    r"((?:[^<]|<(?!/span|span\s[^<>]*multilang))*)</span>",
    re.IGNORECASE,
)
_OLD = {"el": "cp1253", "mk": "cp1251", "lt": "cp1257", "bg": "cp1251", "sr": "cp1251", "pl": "cp1250", "tr": "cp1254"}
LONGEST = 2_000_000


def split(text: str, language: str) -> dict[str, str]:
    """language -> text; what stands outside the marks belongs to all of them. Without marks: {language: text}."""
    pattern = _MLANG if "{mlang" in text.lower() else _SPAN if "multilang" in text else None
    found = list(pattern.finditer(text)) if pattern and len(text) < LONGEST else []
    if not found:
        return {language: text}
    codes: dict[str, None] = {}
    for match in found:
        codes |= dict.fromkeys(_codes(match[1], language))
    said = {}
    for code in codes:
        pieces, at = [], 0
        for match in found:
            mine = _codes(match[1], language)
            pieces += [text[at : match.start()], match[2] if code in mine else ""]
            at = match.end()
        said[code] = "".join([*pieces, text[at:]]).strip()
    return {code: each for code, each in said.items() if each} or {language: text}


def _codes(said: str, language: str) -> list[str]:
    found = [each.strip().lower().replace("_", "-").split("-")[0] for each in said.split(",")]
    return [language if each == "other" else each for each in found if 2 <= len(each) <= 5]


def joined(texts: Mapping[str, str], first: str = "") -> str:
    """One text for all languages: as it is when they say the same, else with {mlang} marks."""
    said = {code: text for code, text in texts.items() if text}
    if len(set(said.values())) <= 1 and (not said or len(said) == len(texts)):
        return next(iter(said.values()), "")
    order = sorted(said, key=lambda code: (code != first, code))
    return "".join(f"{{mlang {code}}}{said[code]}{{mlang}}" for code in order)


class Words:
    """Collects the texts of one question, language by language, cleaned; `codes` tells what had to be changed."""

    def __init__(self, language: str, resolve: Callable[[str], str | None] = lambda address: None) -> None:
        self.language, self.resolve = language, resolve
        self.texts: dict[str, dict[str, Any]] = {}
        self.codes: set[str] = set()

    def put(self, name: str, html: str) -> str:
        """Add a text of HTML; empty ones are not said. Gives it back in the first language, cleaned."""
        if is_active(html):
            self.codes.add("html_cleaned")
        first = ""
        for code, said in split(html, self.language).items():
            clean = inline(said, self.resolve)
            if said.lower().count("<img") > clean.count("<img"):
                self.codes.add("picture_lost")
            if clean:
                self.texts.setdefault(code, {})[name] = clean
                first = first or clean
        return first


def formatted(text: str, form: str = "") -> str:
    """A text of Moodle as HTML: form html, plain_text, markdown, or its own (HTML with line breaks that count)."""
    form = form.strip().lower()
    if form == "html":
        return text
    if form == "markdown":
        import mistune

        return str(mistune.html(text))
    if form in ("plain", "plain_text"):
        return escape(text, quote=False).replace("\n", "<br>")
    if re.search(r"<[A-Za-z/!][^<>]*>", text):
        return text
    return re.sub(r"<(?![A-Za-z/!])", "&lt;", text).replace("\n", "<br>")


def decoded(data: bytes, language: str = "en") -> tuple[str, str]:
    """(text, encoding): by its mark, else UTF-8, UTF-16 without a mark, else the old code page of the language."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    sample = data[:4_000]
    if sample.count(0) > len(sample) // 50:
        encoding = "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"
        return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _OLD.get(language.split("-")[0], "cp1252")
        return data.decode(encoding, "replace"), encoding
