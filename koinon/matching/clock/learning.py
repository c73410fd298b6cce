"""Once a week each network learns how much its signals count."""

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import actions
from koinon.matching.models import Listing
from koinon.network.models import Network


@jobs.every("10 1 * * 0", "matching.learn")
def learn_all() -> None:
    """On Sundays before the nightly matching: every network with running offers or needs."""
    keys = Listing.objects.running().order_by().values_list("network", flat=True).distinct()
    for network in Network.objects.filter(pk__in=keys).order_by("pk"):
        actions.weights.learn(by=machine("matcher"), network=network)
