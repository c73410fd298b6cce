"""Static files with names that change with their content, compressed once, cached for ever."""

from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage; a file that nobody collected yet is served under its own name (tests, first start)."""

    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file, worked out once: every page names six of them, and none changes while we run."""
        if name is None or force or settings.DEBUG:
            return str(super().url(name, force))
        if name not in self._kept:
            self._kept[name] = str(super().url(name, force))
        return self._kept[name]

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
