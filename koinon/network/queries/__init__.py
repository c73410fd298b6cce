"""What is asked when it is asked twice, or across models."""

from koinon.kit import doors
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import Network
from koinon.network.queries.navigation import navigation, page_of
from koinon.network.queries.people import speakers_of, staff_of
from koinon.network.queries.roles import roles_of, speaking_for

__all__ = ["navigation", "network", "page_of", "roles_of", "speakers_of", "speaking_for", "staff_of"]

_visible: Prepared[Network] = Prepared(lambda me, slug: Network.objects.visible_to(me).filter(slug=slug))


def network(me: Actor, slug: str) -> Network:
    """The network with this slug, if this reader may see it; else 404."""
    return doors.found(_visible.first(me=me, slug=slug))
