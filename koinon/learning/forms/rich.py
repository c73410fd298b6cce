"""The words of the richer editor, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _

from koinon.learning.forms.pieces import PIECES


def words() -> dict[str, Any]:
    """Names of its tools and fields as the script asks for them; `names` and `tunes` as the kept library does."""
    found: dict[str, Any] = {kind: str(piece.label) for kind, piece in PIECES.items()}
    names = {"Text": found["paragraph"], "Heading": found["header"], "Quote": found["quote"], "Table": found["table"]}
    names |= {"Unordered List": _("List with points"), "Ordered List": _("List with numbers")}
    names |= {"Delimiter": found["delimiter"], "Checklist": _("List to tick")}
    tunes = {
        "delete": {"Delete": _("Take out"), "Click to delete": _("Take out")}, "moveUp": {"Move up": _("Up")},
        "moveDown": {"Move down": _("Down")},
    }  # fmt: skip
    return {
        **found, "names": names, "tunes": tunes, "note": _("Good to know"), "tip": _("Advice"),
        "warning": _("Take care"), "tone": _("What it is"), "heading": _("Heading"), "text": _("Text"),
        "alt": _("What the picture shows"), "transcript": _("All that is said in it"),
        "decoration": _("It is decoration: it says nothing of its own"), "caption": _("Words below it"),
        "choose": _("Choose a file"), "sending": _("Sending …"),
        "failed": _("The file did not arrive. Please try again."),
        "elsewhere": _("Or its address elsewhere"), "what": _("What it is"), "address": _("Address"),
        "sentence": _("A sentence about it"),
    }  # fmt: skip
