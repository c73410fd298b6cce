"""Words for PostgreSQL: folded lemmas and tokens in the 'simple' configuration; A title, B themes, C text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from koinon.kit.search.rows import Row

POSITIONS = 16_000
PER_LEXEME = 40
LONGEST = 60
WORDS_ASKED = 24
SPOKEN = 5
SMALL = 3
_WORD = re.compile(r"[^\W_]+")


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
    for weight, forms in _weighted(row):
        position = min(position + 1, POSITIONS)
        for form in forms:
            kept = places.setdefault(form, [])
            if len(kept) < PER_LEXEME:
                kept.append(f"{position}{weight}")
        if position == POSITIONS:
            break
    return " ".join(f"{_quoted(form)}:{','.join(kept)}" for form, kept in places.items())


def question(text: str, language: str, spoken: Sequence[str] = ()) -> Question:
    """Ask for the words of `text` in the reader's language and in the one it seems to be written in.

    When that is not clear, in those that are `spoken` where it is asked.
    """
    from koinon.kit.meaning import detect, words  # their tables are large: loaded with the first question

    seen = detect.language_of(text, among=[language, *spoken] if spoken else None)
    readings = dict.fromkeys([seen, language] if seen else [language, *spoken[:SPOKEN]])
    groups = [{form[:LONGEST] for form in forms} for forms in words.lexemes(_telling(text), *readings) if forms]
    groups = groups[:WORDS_ASKED]
    parts = [_alternatives(group, is_last=group is groups[-1]) for group in groups]
    return Question(" & ".join(parts), " | ".join(parts), seen or language)


def _telling(text: str) -> str:
    """The words that tell something: not the small ones (of, and, për, για, ir), unless there is nothing else."""
    told = [word for word in _WORD.findall(text) if len(word) > SMALL or word.isupper() or any(map(str.isdigit, word))]
    return " ".join(told) or text


def _weighted(row: Row) -> Iterator[tuple[str, Iterable[str]]]:
    for name in dict.fromkeys((row.title, *row.names)):
        yield from (("A", forms) for forms in _forms(name, row.language))
    for tag in row.tags:
        yield from (("B", forms) for forms in _forms(tag, ""))
    yield from (("C", forms) for forms in _forms(row.text, row.language))


def _forms(text: str, language: str) -> Iterator[list[str]]:
    from koinon.kit.meaning import words

    for forms in words.lexemes(text, language):
        yield [form[:LONGEST] for form in dict.fromkeys(forms) if form]


def _alternatives(forms: set[str], *, is_last: bool) -> str:
    """One word in its forms; the last one may be unfinished, for a search while typing."""
    written = [_quoted(form) + (":*" if is_last and len(form) > 2 else "") for form in sorted(forms)]
    return f"({' | '.join(written)})"


def _quoted(form: str) -> str:
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"
