"""Registers the app with Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "koinon.matching"
    label = "matching"
