"""In whose name somebody may hold events, and in which networks."""

from django.db.models import Q

from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation


def holders(me: Actor) -> list[Organisation]:
    """The organisations I speak for; one query, none for who speaks for nobody."""
    ours = voices(me)
    return list(Organisation.objects.filter(pk__in=ours).order_by("slug")) if ours else []


def networks(me: Actor, organisations: list[Organisation]) -> list[Network]:
    """Networks to which at least one of them belongs today."""
    here = Q(memberships__organisation__in=organisations, pk__in=list(me.roles))
    return list(Network.objects.filter(here).distinct().order_by("slug"))
