"""What people agree to, in the words of each version, and phrases of the sign-in library that we translate, too.

A changed text gets a new version: who agreed to the old one is asked again, and their consent keeps the old words.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Matter:
    """One thing a person may agree to: `version` changes whenever `text` does."""

    key: str
    version: str
    title: Any
    text: Any


MATTERS = {
    matter.key: matter
    for matter in (
        Matter(
            "public_listing",
            "2026-1",
            _("Being listed in public"),
            _(
                "I agree that those fields of my profile which I set to “Everybody” are shown on public pages, "
                "where search engines may find them. I can withdraw this at any time; the page is then closed at once, "
                "but copies made by others may remain."
            ),
        ),
        Matter(
            "photo",
            "2026-1",
            _("Showing my photo"),
            _(
                "I agree that my photo is shown to those to whom I open this field, and in records of meetings of my "
                "networks. I can withdraw this at any time; my photo then disappears from all pages of this site."
            ),
        ),
        Matter(
            "abroad",
            "2026-1",
            _("Sharing abroad"),
            _(
                "I agree that my name, role and work e-mail may be passed to partner organisations and funders "
                "outside the European Economic Area when my organisation takes part in a project with them. "
                "I can withdraw this at any time; it then no longer happens."
            ),
        ),
    )
}

LIBRARY = (
    _("Incorrect code."),
    _("Incorrect password."),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Code"),
    _("Authenticator code"),
    _("This account is currently inactive."),
    _("The email address and/or password you specified are not correct."),
    _("This email address is already associated with this account."),
    _("Please type your current password."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("You must type the same password each time."),
    _("The new value must be different from the current one."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Forgot your password?"),
    _("Master key"),
    _("Backup key"),
)
