"""Words for PostgreSQL: folded lemmas and tokens in the 'simple' configuration; A title, B themes, C text."""

from collections.abc import Iterator
from dataclasses import dataclass

from koinon.kit.meaning.reading import Reading
from koinon.kit.search import encoder
from koinon.kit.search.rows import Row

POSITIONS = 16_000
PER_LEXEME = 40
LONGEST = 60
WORDS_ASKED = 24


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as two tsqueries: every word in one of its forms, or any of them; "" when there is no word."""

    strict: str
    lenient: str
    language: str


def document(row: Row) -> str:
    """The text form of the tsvector of a row; bounded, whatever the length of its text."""
    places: dict[str, list[str]] = {}
    position = 0
    parts = list(_weighted(row))
    read = encoder.words([(text, language) for _, text, language in parts])
    weighted = ((weight, forms) for (weight, _, _), found in zip(parts, read, strict=True) for forms in _forms(found))
    for weight, forms in weighted:
        position = min(position + 1, POSITIONS)
        for form in forms:
            kept = places.setdefault(form, [])
            if len(kept) < PER_LEXEME:
                kept.append(f"{position}{weight}")
        if position == POSITIONS:
            break
    return " ".join(f"{_quoted(form)}:{','.join(kept)}" for form, kept in places.items())


def question(read: Reading, language: str) -> Question:
    """Ask for the words of a question as it was read (`meaning.reading`), for a reader of `language`."""
    groups = [{form[:LONGEST] for form in forms} for forms in read.words if forms][:WORDS_ASKED]
    parts = [_alternatives(group, is_last=group is groups[-1]) for group in groups]
    return Question(" & ".join(parts), " | ".join(parts), read.language or language)


def _weighted(row: Row) -> Iterator[tuple[str, str, str]]:
    """The parts of a row: weight, text and its language."""
    for name in dict.fromkeys((row.title, *row.names)):
        yield "A", name, row.language
    for tag in row.tags:
        yield "B", tag, ""
    yield "C", row.text, row.language


def _forms(words: list[list[str]]) -> Iterator[list[str]]:
    for forms in words:
        yield [form[:LONGEST] for form in dict.fromkeys(forms) if form]


def _alternatives(forms: set[str], *, is_last: bool) -> str:
    """One word in its forms; the last one may be unfinished, for a search while typing."""
    written = [_quoted(form) + (":*" if is_last and len(form) > 2 else "") for form in sorted(forms)]
    return f"({' | '.join(written)})"


def _quoted(form: str) -> str:
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"
