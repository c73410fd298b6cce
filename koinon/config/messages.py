"""Collects the English messages of code and templates into the catalogues, and tells what a catalogue lacks.

Django's own `templatize` turns templates into something like code; the calls are then read with Python's parser.
No gettext tools are needed.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from koinon.config.catalogues import LANGUAGES, LOCALE

PACKAGE = Path(__file__).resolve().parent.parent
FUNCTIONS = {
    "gettext": "m", "gettext_lazy": "m", "_lazy": "m", "gettext_noop": "m", "_": "m", "N_": "m",
    "ngettext": "mm", "ngettext_lazy": "mm", "pgettext": "cm", "pgettext_lazy": "cm", "npgettext": "cmm",
    "npgettext_lazy": "cmm",
}  # fmt: skip
CALL = re.compile(r"(?<![\w.])(n?p?gettext|_)\(")
MACEDONIAN = "(n % 10 == 1 && n % 100 != 11 ? 0 : 1)"
Message = tuple[str | None, tuple[str, ...], str]


def messages() -> Iterator[Message]:
    """(context, (singular[, plural]), file) of every message in our code and templates."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "tests" not in file.parts and "migrations" not in file.parts:
            yield from _in_code(file)
    for file in sorted(PACKAGE.rglob("templates/**/*")):
        if file.suffix in (".html", ".txt"):
            yield from _in_template(file)


def collect() -> None:
    """Bring every catalogue up to date: new messages come in empty, those that are gone go."""
    template = _template()
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = _read(path, language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        with path.open("wb") as out:
            write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)


def gaps(language: str) -> list[str]:
    """Messages of ours that the catalogue of `language` lacks, has empty, or marks fuzzy."""
    catalogue = _read(LOCALE / language / "LC_MESSAGES" / "django.po", language)
    lacking = []
    for context, texts, file in messages():
        found = catalogue.get(texts[0], context)
        said = found.string if found is not None else ""
        parts = list(said) if isinstance(said, list | tuple) else [said]
        if found is None or found.fuzzy or not all(parts):
            lacking.append(f"{file}: {texts[0]!r}")
    return lacking


def _template() -> Catalog:
    template = Catalog(project="Koinon", copyright_holder="the makers of Koinon", charset="utf-8")
    for context, texts, file in messages():
        key = texts if len(texts) > 1 else texts[0]
        flags = ["python-format"] if any(re.search(r"%\(\w+\)", text) for text in texts) else []
        template.add(key, context=context, locations=[(file, 0)], flags=flags)
    return template


def _read(path: Path, language: str) -> Catalog:
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language)
    catalogue = Catalog(locale=language, project="Koinon", charset="utf-8", fuzzy=False)
    if language == "mk":  # 21 is singular in Macedonian, which the library does not know
        catalogue._num_plurals, catalogue._plural_expr = 2, MACEDONIAN
    return catalogue


def _in_code(file: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if (form := FUNCTIONS.get(name)) and (message := _message(node, form, file)):
                yield message


def _in_template(file: Path) -> Iterator[Message]:
    source = templatize(file.read_text(), origin=str(file))
    for match in CALL.finditer(source):
        call = _balanced(source, match.start())
        node = ast.parse(call, mode="eval").body
        if isinstance(node, ast.Call) and (message := _message(node, FUNCTIONS[match.group(1)], file)):
            yield message


def _balanced(source: str, start: int) -> str:
    """The text of the call that begins at `start`, up to its closing bracket; strings are respected."""
    depth, quote, at = 0, "", start
    while at < len(source):
        letter = source[at]
        if quote:
            at += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return source[start : at + 1]
        at += 1
    raise ValueError(f"a call without an end: {source[start : start + 80]}")


def _message(node: ast.Call, form: str, file: Path) -> Message | None:
    texts = []
    for argument in node.args[: len(form)]:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return None
        texts.append(argument.value)
    if len(texts) < len(form) or not texts[-1]:
        return None
    context = texts[0] if form[0] == "c" else None
    return context, tuple(texts[form.index("m") :]), str(file.relative_to(PACKAGE.parent))
