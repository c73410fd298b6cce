"""Loads the demo's programmes; the second time nothing changes."""

from collections.abc import Iterator

from koinon.accounts import notices
from koinon.kit.verbs import Actor
from koinon.programmes.demo import cascade


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    with notices.silence():
        said = list(cascade.load(by=by))
    yield from said
