"""Registers the app with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "koinon.programmes"
    label = "programmes"
