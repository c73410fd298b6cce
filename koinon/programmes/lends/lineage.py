"""What the lineage gives to the pages below: drift on desks, figures of a network, what somebody answered."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network import seams
from koinon.network.models import Network
from koinon.programmes.engine.suppression import FEWEST
from koinon.programmes.models import DriftWarning
from koinon.programmes.queries import lineage

_open: Prepared[DriftWarning] = Prepared(
    lambda me: (
        DriftWarning.objects.manageable_by(me)
        .filter(state="open", programme__state="running")
        .select_related("programme")
        .order_by("due_on", "pk")[:20]
    )
)


@people.desk_items.lend(order=73)
@people.only_if(lambda me: [(_open, {"me": me})])
def drifting(me: Actor) -> list[people.DeskItem]:
    """What gets worse in programmes I run. One query."""
    return [
        people.DeskItem(
            title=_("%(title)s: something gets worse from generation to generation") % {"title": row.programme},
            url=to("programmes:lineage", row.programme.slug) + "#drift", kind=_("Programme"), since=row.moved_at,
            until=row.due_on, is_mine=True,
        )
        for row in (_open(me=me) if me.is_known else [])
    ]  # fmt: skip


@seams.network_figures.lend(order=40)
def figures(network: Network) -> list[seams.Figure]:
    """How many people the programmes of this network have reached. One query."""
    reached, facilitators = lineage.in_network(network)
    if reached < FEWEST:
        return []
    found = [
        seams.Figure(reached, gettext_lazy("People reached by programmes"), to("programmes:of_network", network.slug))
    ]
    if facilitators >= FEWEST:
        found.append(seams.Figure(facilitators, gettext_lazy("Facilitators who have delivered")))
    return found


@people.data_of.lend(order=44)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What this person answered when something drifted."""
    rows = DriftWarning.objects.filter(answered_by=person).values("programme", "measure", "answer", "moved_at")
    return {"answers_about_programmes": [dict(row) for row in rows]}
