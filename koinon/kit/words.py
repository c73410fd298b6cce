"""Phrases that many pages share, so that they are written and translated once."""

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
