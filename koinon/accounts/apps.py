"""Registers the app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "koinon.accounts"
    label = "accounts"

    def ready(self) -> None:
        """The sign-in library counts tries in Django's default cache, here one per process: give it the shared one."""
        from allauth.core.internal import ratelimit
        from allauth.mfa.totp.internal import auth as totp
        from django.core.cache import caches

        ratelimit.cache = totp.cache = caches["remembered"]
