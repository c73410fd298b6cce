"""Words that many pages share: one phrase, and what a choice is called in the language of the reader."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SAVED = _("Saved.")


def clauses(parts: Iterable[str]) -> str:
    """Parts of one sentence, side by side. What parts them elsewhere makes a Greek sentence a question."""
    return ("· " if (get_language() or "").startswith("el") else "; ").join(parts)


def choice(row: Any, field: str) -> str:
    """What `row.get_FIELD_display()` says, found once for each language: the frame builds the table on every call."""
    return _choice(row.__class__, field, getattr(row, field), get_language() or "en")


@lru_cache(maxsize=2048)
def _choice(model: Any, field: str, value: str, _language: str) -> str:
    return str(dict(model._meta.get_field(field).flatchoices).get(value, value))
