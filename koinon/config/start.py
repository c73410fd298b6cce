"""What happens once, when every app and the queue are ready."""

from procrastinate import App

from koinon.kit.apps import join


def joined(app: App) -> None:
    """Read what the apps lend to each other and do by the clock."""
    join()
