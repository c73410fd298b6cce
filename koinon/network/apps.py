"""Registers the app with Django."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "koinon.network"
    label = "network"
