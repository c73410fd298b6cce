"""Registers the app with Django."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "koinon.events"
    label = "events"
