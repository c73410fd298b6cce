"""Start of the tools; once every app is loaded, what apps lend to each other and do by the clock is read."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class KitConfig(AppConfig):
    name = "koinon.kit"
    label = "kit"
    default_auto_field = "django.db.models.UUIDField"


def join() -> None:
    """Import `lends.py` and `clock.py` of every app of ours, once all models are there."""
    for config in apps.get_app_configs():
        if config.name.startswith("koinon."):
            for part in ("lends", "clock"):
                if find_spec(f"{config.name}.{part}"):
                    import_module(f"{config.name}.{part}")
