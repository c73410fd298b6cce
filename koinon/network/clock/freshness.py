"""Once a day: pages that get a year old are asked about."""

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import freshness
from koinon.network.clock.one_by_one import each
from koinon.network.queries.freshness import to_ask_now

CLOCK = machine("clock")


@jobs.every("50 4 * * *", "network.freshness")
def daily() -> None:
    """Ask, remind once, and leave it for a year: the page shows that nobody confirmed it."""
    each(to_ask_now(), lambda row: freshness.ask(by=CLOCK, organisation=row))
