"""In whose name somebody may begin a course, and on whose shelf it may stand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from koinon.kit.verbs import Actor
from koinon.learning.models import speaking
from koinon.network.models import Membership, Network, Organisation, name_in


@dataclass(frozen=True)
class Home:
    """An organisation I speak for, with the network on whose shelf its courses stand (None: on no shelf)."""

    organisation: Organisation
    network: Network | None

    @property
    def key(self) -> str:
        return f"{self.organisation.pk}:{self.network.pk if self.network else ''}"

    @property
    def label(self) -> str:
        if self.network is None:
            return _("%(organisation)s, on no shelf of a network") % {"organisation": self.organisation}
        return _("%(organisation)s, in %(network)s") % {"organisation": self.organisation, "network": self.network}


def homes(me: Actor) -> list[Home]:
    """One for each membership, and one without a network for an organisation that is in none. Two queries."""
    ours = speaking(me)
    rows = Membership.objects.active().filter(organisation__in=ours, network__isnull=False)
    found = [
        Home(row.organisation, row.network) for row in rows.select_related("organisation", "network").order_by("pk")
    ]
    there = {home.organisation.pk for home in found}
    alone = Organisation.objects.filter(pk__in=[key for key in ours if key not in there]).order_by("pk")
    return [*found, *(Home(row, None) for row in alone)]


def owners(me: Actor) -> list[Organisation]:
    """Organisations whose question bank and files I may use: mine, and those whose courses I write. One query."""
    rows = Organisation.objects.filter(pk__in=speaking(me))
    if me.is_known:
        written = {"courses__authorships__person": me.person, "courses__authorships__role": "author"}
        rows = rows | Organisation.objects.filter(**written)
    return list(rows.distinct().order_by("pk"))


def named(organisation: Organisation, me: Actor) -> str:
    return name_in(organisation.names, organisation.language, me.language)
