"""Themes for the writer: five suggestions from the words of a text."""

from collections.abc import Sequence

from django.utils.translation import get_language

from koinon.kit.meaning import themes
from koinon.kit.vocabularies import eurovoc

SUGGESTED = 5
LETTERS = 4000


def suggested_themes(text: str, language: str, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Up to five (id, label in the reader's language) that a text in `language` is about, without those chosen."""
    reader = (get_language() or "en")[:2]
    found = themes.suggest(text[:LETTERS], language, limit=SUGGESTED + len(chosen))
    return [(each, eurovoc.label(each, reader)) for each in found if each not in chosen][:SUGGESTED]
