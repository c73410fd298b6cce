"""Machine translation as a port: a server the operator chose, or none. What was said once is not asked again.

KOINON_TRANSLATOR=libretranslate:https://…  or  openai:https://…/v1 ; without it every page offers the original and the
translator's form. Texts leave this server only through here, and only when the caller says the organisation agreed.
"""

from functools import lru_cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

from koinon.kit.languages.texts import digest
from koinon.kit.models import MachineText


class Unavailable(Exception):  # noqa: N818
    """The server did not translate; the message is for the operator."""


class Translator(Protocol):
    """What a provider module offers: a name with version, and `translate`."""

    name: str

    def translate(self, text: str, *, source: str, target: str) -> str:
        """Translate one text. Raises Unavailable."""
        ...


@lru_cache(maxsize=1)
def translator() -> Translator | None:
    """The configured provider, found by name in this folder; None when there is none."""
    kind, _, address = settings.KOINON_TRANSLATOR.partition(":")
    if not address:
        return None
    module = import_module(f"koinon.kit.languages.{kind}_provider")
    made: Translator = module.Provider(
        address=address, key=settings.KOINON_TRANSLATOR_KEY, model=settings.KOINON_TRANSLATOR_MODEL
    )
    return made


def translate(text: str, *, source: str, target: str, agreed: bool) -> tuple[str, str]:
    """(translated text, engine), from the cache or the server.

    `agreed`: the organisation consented that its text leaves this server. Raises Unavailable.
    """
    engine = translator()
    if engine is None or not agreed:
        raise Unavailable("no translator is configured" if engine is None else "the organisation has not agreed")
    key = {"source_hash": digest(text), "source": source, "target": target, "engine": engine.name}
    kept = MachineText.objects.filter(**key).values_list("text", flat=True).first()
    if kept is None:
        kept = _storable(engine.translate(text, source=source, target=target))
        MachineText.objects.get_or_create(**key, defaults={"text": kept})
    return kept, engine.name


def _storable(text: str) -> str:
    """Without what no database keeps (NUL, halves of letters, which JSON may hold). Raises Unavailable when empty."""
    if not (said := text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()):
        raise Unavailable("the translation server sent no text")
    return said
