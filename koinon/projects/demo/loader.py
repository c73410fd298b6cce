"""Loads the demo's call for small actions through the verbs of everybody; the second time nothing changes."""

from collections.abc import Iterator

from koinon.accounts import notices
from koinon.kit.verbs import Actor
from koinon.projects.demo import actions


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    with notices.silence():
        said = list(actions.load(by=by))
    yield from said
