"""Registers the app with Django."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "koinon.learning"
    label = "learning"
