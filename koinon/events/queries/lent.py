"""What other pages ask of events, as prepared questions: what comes next, what waits for those who organise."""

from django.db.models.functions import Now

from koinon.events.models import Event, Speaker
from koinon.kit.prepared import Prepared
from koinon.network.models import Network

FEW = 5

of_organisation: Prepared[Event] = Prepared(
    lambda me, organisation: (
        Event.objects.visible_to(me)
        .filter(organisation=organisation, state__in=["open", "closed"], ends_at__gte=Now())
        .select_related("place", "organisation")
        .order_by("starts_at", "pk")[:FEW]
    )
)
in_network: Prepared[Event] = Prepared(
    lambda me, network: (
        Event.objects.visible_to(me)
        .filter(network=network, state__in=["open", "closed"], ends_at__gte=Now())
        .select_related("place", "organisation")
        .order_by("starts_at", "pk")[:FEW]
    )
)
drafts: Prepared[Event] = Prepared(
    lambda me: Event.objects.held_by(me).filter(state="draft", ends_at__gte=Now()).order_by("starts_at", "pk")[:20]
)
asked: Prepared[Speaker] = Prepared(
    lambda me: (
        Speaker.objects.filter(person=me.person, state="asked", session__is_cancelled=False)
        .filter(session__event__state__in=["draft", "open", "closed"])
        .select_related("session__event")
        .order_by("pk")[:20]
    )
)


def number_coming(network: Network) -> int:
    """Events of a network that are still to come and that anybody may find; one query."""
    rows = Event.objects.public() | Event.objects.filter(audience="network").exclude(state="draft")
    return rows.filter(network=network, state__in=["open", "closed"], ends_at__gte=Now()).count()
