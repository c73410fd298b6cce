"""The words of our letters, by kind; a network may write its own (LetterText)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: `title` for the coordinator, `subject` and `text` with variables in braces."""

    title: Any
    subject: Any
    text: Any


VARIABLES = {
    "organisation": _("Name of the organisation"),
    "network": _("Name of the network"),
    "applicant": _("Name of the person who applied"),
    "day": _("Day of the letter"),
    "reason": _("Reason, as the coordinator wrote it"),
    "again_on": _("Day from which they may apply again"),
    "class": _("Class of membership"),
    "until": _("Last day of something asked"),
}
KINDS: dict[str, LetterKind] = {
    "admitted": LetterKind(
        _("Admitted"),
        _("{organisation} is a member of {network}"),
        _(
            "Dear {applicant},\n\n"
            "we are glad to tell you that {organisation} belongs to {network} from {day}.\n\n"
            "Your page is open to the other members. Complete it, write what you offer and what you look for, and see "
            "on your desk which first steps are left."
        ),
    ),
    "waitlisted": LetterKind(
        _("Put on the waiting list"),
        _("{organisation} is on the waiting list of {network}"),
        _(
            "Dear {applicant},\n\n"
            "we would gladly welcome {organisation}, but all places of this period are taken. You are on our waiting "
            "list: as soon as a place is free you hear from us, and you need do nothing until then.\n\n"
            "{reason}"
        ),
    ),
    "declined": LetterKind(
        _("Declined"),
        _("Your application to {network}"),
        _(
            "Dear {applicant},\n\n"
            "thank you for the application of {organisation}. We cannot admit it now, for this reason:\n\n"
            "{reason}\n\n"
            "We hope to hear from you again."
        ),
    ),
    "late": LetterKind(
        _("Report is late"),
        _("Your report to {network}"),
        _(
            "Dear colleagues at {organisation},\n\n"
            "we have not received your report, which was due on {until}. Please hand it in: what you did here is "
            "filled in already. If you need more time, tell us and we extend the deadline."
        ),
    ),
    "risk": LetterKind(
        _("Membership at risk"),
        _("The membership of {organisation} is at risk"),
        _(
            "Dear colleagues at {organisation},\n\n"
            "your report was due on {until}, and we have heard nothing from you. Without it your membership becomes "
            "inactive next. Please hand it in or write to us."
        ),
    ),
    "inactive": LetterKind(
        _("Membership inactive"),
        _("The membership of {organisation} is inactive"),
        _(
            "Dear colleagues at {organisation},\n\n"
            "your report was due on {until}. As we have heard nothing, your membership is inactive from {day}: you can "
            "read everything and answer what others ask, but not offer, ask or reply. A report that we accept brings "
            "everything back at once."
        ),
    ),
    "lapsed": LetterKind(
        _("Membership lapsed"),
        _("The membership of {organisation} has lapsed"),
        _(
            "Dear colleagues at {organisation},\n\n"
            "your report was due on {until}. As we have heard nothing for a long time, your membership of {network} "
            "ends on {day}. What you did together stays in the history. We can take you in again: please write to us."
        ),
    ),
    "reinstated": LetterKind(
        _("Membership reinstated"),
        _("{organisation} is in good standing again"),
        _(
            "Dear colleagues at {organisation},\n\n"
            "your membership of {network} is in good standing again from {day}.\n\n{reason}\n\nWelcome back."
        ),
    ),
}
