"""Texts of rows in other languages: each translation knows who or what made it, and if the original changed since."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from koinon.kit.models import Translation
from koinon.kit.prepared import Prepared, Question


@dataclass(frozen=True)
class Reading:
    """A text as one reader gets it. `origin` is original, human or machine; `language` is what it is really in."""

    text: str
    language: str
    origin: str = "original"
    engine: str = ""
    is_stale: bool = False
    original_language: str = ""

    @property
    def is_original(self) -> bool:
        return self.origin == "original"

    def __str__(self) -> str:
        return self.text


def digest(text: str) -> str:
    """The mark by which a translation knows its original: SHA-256 of the text without outer blanks."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


def read(noun: Any, field: str, language: str) -> Reading:
    """`noun.field` for a reader of `language`: a human translation, else a machine one, else the original."""
    return of_many([noun], field, language)[noun.pk]


_made: Prepared[Translation] = Prepared(
    lambda kind, nouns, field, language: Translation.objects.filter(
        kind=kind, noun__in=nouns, field=field, language=language
    )
)


def asked(noun: Any, field: str, language: str) -> list[Question]:
    """The question whether there is a translation, for pages that ask several such at once; empty: none is needed."""
    if noun.language == language or not getattr(noun, field):
        return []
    return [(_made, {"kind": noun._meta.label_lower, "nouns": [noun.pk], "field": field, "language": language})]


def of_many(nouns: Iterable[Any], field: str, language: str) -> dict[UUID, Reading]:
    """The same for many rows of one model in at most one query; rows have a `language`."""
    rows = list(nouns)
    readings = {row.pk: _original(row, field) for row in rows}
    foreign = {row.pk: row for row in rows if row.language != language and getattr(row, field)}
    if not foreign:
        return readings
    kind = rows[0]._meta.label_lower
    found = _made(kind=kind, nouns=list(foreign), field=field, language=language)
    for made in found:
        row = foreign[made.noun]
        readings[made.noun] = Reading(
            text=made.text,
            language=language,
            origin=made.origin,
            engine=made.engine,
            is_stale=made.source_hash != digest(getattr(row, field)),
            original_language=row.language,
        )
    return readings


def write(
    *,
    noun: Any,
    field: str,
    language: str,
    text: str,
    person: UUID | None = None,
    engine: str = "",
) -> Translation:
    """Keep a translation of `noun.field`. With `engine` it is machine-made and never replaces what a person wrote.

    An empty text removes the translation. Called inside verbs of the apps above.
    """
    place = {"kind": noun._meta.label_lower, "noun": noun.pk, "field": field, "language": language}
    if not text.strip():
        Translation.objects.filter(**place).delete()
        return Translation(**place)
    origin = Translation.Origin.MACHINE if engine else Translation.Origin.HUMAN
    facts = {
        "text": text,
        "origin": origin,
        "engine": engine,
        "source_hash": digest(getattr(noun, field)),
        "person": person,
    }
    known = Translation.objects.filter(**place).first()
    if engine and known is not None and known.origin == Translation.Origin.HUMAN:
        return known
    made, _ = Translation.objects.update_or_create(**place, defaults=facts)
    return made


def all_of(noun: Any, field: str) -> list[Reading]:
    """Every translation of a field, by language, with its stale mark: what the translator's form shows."""
    mark = digest(getattr(noun, field))
    rows = Translation.objects.filter(kind=noun._meta.label_lower, noun=noun.pk, field=field).order_by("language")
    return [
        Reading(row.text, row.language, row.origin, row.engine, row.source_hash != mark, noun.language) for row in rows
    ]


def forget_row(noun: models.Model) -> None:
    """Remove the translations of a row that goes."""
    Translation.objects.filter(kind=noun._meta.label_lower, noun=noun.pk).delete()


def _original(row: Any, field: str) -> Reading:
    return Reading(getattr(row, field), row.language, original_language=row.language)
