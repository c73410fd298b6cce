"""Loads the demo network: each app brings its own part; all of it is marked as demo and safe to load twice."""

from collections.abc import Iterator

from koinon.kit.verbs import machine


def load() -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something."""
    from koinon.events.demo import loader as events
    from koinon.learning.demo import loader as learning
    from koinon.matching.demo import loader as matching
    from koinon.network.demo import loader as network
    from koinon.programmes.demo import loader as programmes
    from koinon.projects.demo import loader as projects

    by = machine("demo")
    for part in (network, matching, projects, events, learning, programmes):
        yield from part.load(by=by)
