"""How allauth talks to us: letters through our mail, in the reader's language; who may sign up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open to visitors with an e-mail address: without a membership they see nothing of a network."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People of an organisation's own sign-in (OpenID Connect) are welcome; their address must be verified there."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True
