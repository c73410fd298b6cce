"""Themes by a word in any language."""

from functools import lru_cache

from koinon.kit.meaning import themes as meaning
from koinon.kit.meaning.folding import fold
from koinon.kit.vocabularies import eurovoc

Theme = tuple[str, str]
SUGGESTED = 6
LETTERS = 2000


def search(text: str, language: str, limit: int = 12) -> list[Theme]:
    """(id, label) of the default themes whose name in any language holds the words, best first; no query."""
    asked = fold(text[:60]).strip()
    if len(asked) < 2:
        return []
    rated = []
    for ident, labels in _index():
        best = min((_closeness(label, asked) for label in labels), default=9)
        if best < 9:
            rated.append((best, eurovoc.label(ident, language), ident))
    rated.sort()
    return [(ident, label) for _best, label, ident in rated[:limit]]


def suggested(text: str, written_in: str, language: str, limit: int = SUGGESTED) -> list[Theme]:
    """Themes that a text in `written_in` is about, by words and meaning (words alone while the encoder is away)."""
    return labelled(list(meaning.suggest(text[:LETTERS], written_in, limit)), language) if text.strip() else []


def labelled(idents: list[str], language: str) -> list[Theme]:
    return [(ident, eurovoc.label(ident, language)) for ident in idents]


def first_ones(language: str) -> list[Theme]:
    """One theme of each group: what to begin with when nothing was asked."""
    return sorted(
        ((group[0].id, group[0].label(language)) for group in eurovoc.default_groups().values()),
        key=lambda theme: theme[1].casefold(),
    )


def _closeness(label: str, asked: str) -> int:
    if label == asked:
        return 0
    if label.startswith(asked):
        return 1
    if f" {asked}" in label:
        return 2
    return 3 if len(asked) > 3 and asked in label else 9


@lru_cache(maxsize=1)
def _index() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (concept.id, tuple(dict.fromkeys(fold(name) for name in concept.names if name)))
        for concept in eurovoc.default_concepts()
    )
