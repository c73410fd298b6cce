"""The navigation of a network's pages, and what each of its pages needs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network import rules, seams
from koinon.network.models import Network


def navigation(me: Actor, network: Network, current: str = "") -> list[dict[str, Any]]:
    """Entries {"url", "label", "current"} for this reader: home, directory, map, what apps above lend, staff pages."""
    here = network.slug
    entries = [
        seams.NavEntry(to("network:network", here), _("Home"), "home", 0),
        seams.NavEntry(to("network:directory", here), _("Organisations"), "directory", 10),
        seams.NavEntry(to("network:map", here), _("Map"), "map", 11),
    ]
    if rules.may_read_applications(by=me, network=network):
        entries.append(seams.NavEntry(to("network:applications", here), _("Applications"), "applications", 80))
    if rules.coordinates(by=me, network=network):
        entries.append(seams.NavEntry(to("network:staff", here), _("Run the network"), "staff", 90))
    for lent in seams.network_nav.gather(network, me):
        entries.extend(lent)
    entries.sort(key=lambda entry: (entry.order, entry.key))
    return [
        {"url": entry.url, "label": entry.label, "current": entry.key == current, "count": entry.count}
        for entry in entries
    ]


def page_of(request: HttpRequest, network: Network, current: str = "") -> dict[str, Any]:
    """What every page of a network puts into its context."""
    me = request.me  # type: ignore[attr-defined]
    return {"network": network, "nav": navigation(me, network, current)}
