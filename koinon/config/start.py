"""What happens once, when every app and the queue are ready."""

from django.conf import settings
from procrastinate import App

from koinon.kit.apps import join
from koinon.kit.meaning import detect


def joined(app: App) -> None:
    """Read what the apps lend to each other and do by the clock; map the tables that tell languages apart."""
    detect.use(settings.KOINON_DATA / "language")
    join()
