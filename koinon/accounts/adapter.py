"""How allauth talks to us: letters through our mail, in the reader's language; who may sign up; by which name."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from koinon.accounts import entrance
from koinon.accounts.models import Person
from koinon.accounts.notices import letters
from koinon.accounts.queries import with_roles
from koinon.kit import mail
from koinon.kit.limits import address_of


class Backend(AuthenticationBackend):
    """allauth's own; only who a session belongs to is asked together with their roles, for each page of a member."""

    def get_user(self, user_id: Any) -> Person | None:
        person = with_roles(user_id if isinstance(user_id, UUID) else UUID(str(user_id)))
        return person if person is not None and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open to visitors with an e-mail address: without a membership they see nothing of a network."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def new_user(self, request: HttpRequest) -> Person:
        person: Person = super().new_user(request)
        person.language = (translation.get_language() or "en")[:2]
        return person

    def get_client_ip(self, request: HttpRequest) -> str:
        given = address_of(request)
        return given if given[:1].isdigit() or ":" in given else "127.0.0.1"

    def is_safe_url(self, url: str) -> bool:
        """Back to this site only: the library also trusts ALLOWED_HOSTS, where packages of strangers have a host."""
        return bool(entrance.safe(self.request, url))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Not the address of another account, confirmed there or not: the library looks at confirmed ones only."""
        others = Person.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            facts = {"email": email_address.email}
            self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt", facts)
            return False
        return bool(super().confirm_email(request, email_address))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:welcome")

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as making an account would, so that time does not tell that there is one."""
        make_password("as long as a real one")
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every letter of the library becomes one of ours: queued, as text and HTML, in the reader's language."""
        person = context.get("user") or Person.objects.filter(email__iexact=email).first()
        language = person.language if person else (translation.get_language() or "en")
        mail.send(
            to=email,
            template="accounts/mail/letter",
            language=language,
            context={"letter": letters.of(template_prefix.rsplit("/", 1)[-1], email, context, language)},
        )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People of an organisation's own sign-in (OpenID Connect) are welcome; their address must be verified there."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A closed account stays closed also by this door."""
        if sociallogin.is_existing and not sociallogin.user.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Person:
        """Name and language as that provider and this browser say."""
        person: Person = super().populate_user(request, sociallogin, data)
        whole = " ".join(part for part in (data.get("first_name"), data.get("last_name")) if part)
        person.name = (data.get("name") or whole)[:120]
        person.language = (translation.get_language() or "en")[:2]
        return person


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys and authenticator apps show the name of this site."""

    def _get_site_name(self) -> str:
        return str(settings.KOINON_NAME)
