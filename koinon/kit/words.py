"""Phrases that many pages share, so that they are written and translated once."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SAVE = _("Save")
CANCEL = _("Cancel")
CLOSE = _("Close")
UNDO = _("Undo")
SEARCH = _("Search")
SEND = _("Send")
CONTINUE = _("Continue")
BACK = _("Back")
REQUIRED = _("required")
OPTIONAL = _("optional")
NOTHING_YET = _("Nothing here yet.")
SAVED = _("Saved.")
CHECK_THE_FORM = _("Please check the marked fields: nothing you typed is lost.")
DEMO_TEXT = _("Demo text, written by the makers of Koinon.")
TOO_MANY = _("That was a lot in a short time. Please wait a minute and try again.")


def choice(row: Any, field: str) -> str:
    """What `row.get_FIELD_display()` says, found once for each language: the frame builds the table on every call."""
    return _choice(row.__class__, field, getattr(row, field), get_language() or "en")


@lru_cache(maxsize=2048)
def _choice(model: Any, field: str, value: str, _language: str) -> str:
    return str(dict(model._meta.get_field(field).flatchoices).get(value, value))
