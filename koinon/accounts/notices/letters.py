"""The words of the letters that the sign-in library asks for: confirm, reset, codes, and notes about security."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

NOT_YOU = _("If this was not you, you need not do anything: without this letter nobody gets in.")
NOT_YOU_CHANGE = _("If this was not you, sign in now, change your password and end all other sessions.")
SECURITY = "accounts:security"

# name: (subject and heading, text, words of the button, key of its address or a URL name, small print)
LETTERS: dict[str, tuple[Any, Any, Any, str, Any]] = {
    "account_already_exists": (
        _("You have an account already"),
        _(
            "Somebody, probably you, wanted to sign up with %(email)s. There is an account with this address: "
            "sign in instead."
        ),
        _("Sign in"),
        "account_login",
        NOT_YOU,
    ),
    "email_confirmation_signup": (
        _("Confirm your e-mail address"),
        _("Welcome. One step is left: confirm that %(email)s is yours."),
        _("Confirm the address"),
        "activate_url",
        NOT_YOU,
    ),
    "email_confirmation": (
        _("Confirm your e-mail address"),
        _("Please confirm that %(email)s is yours."),
        _("Confirm the address"),
        "activate_url",
        NOT_YOU,
    ),
    "login_code": (
        _("Your sign-in code"),
        _("Type this code into the page from which you asked for it. It works for fifteen minutes."),
        "",
        "",
        NOT_YOU,
    ),
    "password_reset_key": (
        _("Choose a new password"),
        _("You asked for a new password. The link works once; it opens a page where you choose one."),
        _("Choose a new password"),
        "password_reset_url",
        NOT_YOU,
    ),
    "unknown_account": (
        _("There is no account with this address"),
        _("Somebody, probably you, tried to get in with %(email)s, but there is no account with this address."),
        _("Sign up"),
        "account_signup",
        NOT_YOU,
    ),
    "email_changed": (
        _("Your e-mail address was changed"),
        _("From now on you sign in with the new address."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "email_confirm": (
        _("Your e-mail address is confirmed"),
        _("Your address %(email)s is confirmed."),
        _("Open Koinon"),
        "accounts:desk",
        NOT_YOU_CHANGE,
    ),
    "email_deleted": (
        _("An e-mail address was removed"),
        _("An e-mail address was removed from your account."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "password_changed": (
        _("Your password was changed"),
        _("Your password was changed."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "password_reset": (
        _("Your password was changed"),
        _("A new password was set by a link from an e-mail."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "password_set": (
        _("A password was set"),
        _("Your account has a password now."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "totp_activated": (
        _("Authenticator app added"),
        _("Signing in now asks for a code from your authenticator app."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "totp_deactivated": (
        _("Authenticator app removed"),
        _("Signing in no longer asks for a code from an authenticator app."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "recovery_codes_generated": (
        _("New recovery codes"),
        _("New recovery codes were made; the old ones no longer work."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "webauthn_added": (
        _("Passkey added"),
        _("A passkey or security key was added to your account."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "webauthn_removed": (
        _("Passkey removed"),
        _("A passkey or security key was removed from your account."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "account_connected": (
        _("Another sign-in was added"),
        _("You can now also sign in through another provider."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
    "account_disconnected": (
        _("Another sign-in was removed"),
        _("A provider was removed from your account."),
        _("Look at sign-in and security"),
        SECURITY,
        NOT_YOU_CHANGE,
    ),
}


def of(name: str, email: str, context: Mapping[str, Any], language: str) -> dict[str, str]:
    """The words of one letter in `language`. An unknown name raises KeyError: no letter leaves without our words."""
    title, text, button, where, small = LETTERS[name]
    with translation.override(language):
        return {
            "title": str(title),
            "text": str(text) % {"email": email},
            "button": str(button),
            "address": _address(where, context),
            "code": str(context.get("code", "")),
            "small": str(small),
        }


def _address(where: str, context: Mapping[str, Any]) -> str:
    """Always at this site's own address: the library takes the host the browser named, which anybody can make up."""
    if not where:
        return ""
    return settings.KOINON_URL + (urlsplit(str(context[where])).path if where in context else reverse(where))
