"""What coordinators are told about bridges: once a week that proposals are there."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit.verbs import Actor
from koinon.matching.models import Bridge
from koinon.matching.queries.people import coordinators_of
from koinon.network.models import Network, name_in

KINDS: list[tuple[str, Any, str]] = [("matching.bridges", _("Bridges between clusters of our network"), "weekly")]


def proposed(*, by: Actor, result: tuple[Network, list[Bridge]]) -> None:
    network, rows = result
    if not rows or by.role == "demo":
        return
    tell_all(
        people=coordinators_of(network.pk),
        kind="matching.bridges",
        title=_("%(number)s introductions that would bring %(network)s closer together"),
        text=_("Each says why. Introduce, or set aside with a reason."),
        facts={
            "number": str(len(rows)),
            "network": lambda language: name_in(network.names, network.language, language),
        },
        address=reverse("matching:bridges", args=[network.slug]),
        action=_("Look at them"),
    )
