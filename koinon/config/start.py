"""What happens once, when every app and the queue are ready."""

from django.conf import settings
from procrastinate import App

from koinon.kit.apps import join
from koinon.kit.meaning import detect, http, themes
from koinon.kit.vocabularies import eurovoc

THEME_SECONDS = 0.3


def joined(app: App) -> None:
    """Read what the apps lend to each other and do by the clock; map what tells languages and themes apart."""
    detect.use(settings.KOINON_DATA / "language")
    address = settings.KOINON_ENCODER or f"unix:{settings.KOINON_DATA / 'encoder.sock'}"
    asked = http.Encoder(
        address, key=settings.KOINON_ENCODER_KEY, model=settings.KOINON_ENCODER_MODEL, timeout=THEME_SECONDS
    )
    themes.use(((each.id, each.labels) for each in eurovoc.default_concepts()), asked, settings.KOINON_DATA / "themes")
    join()
