"""What projects lend to networks and organisations: navigation, panels, figures, deeds, merging."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network import seams
from koinon.network.models import Network, Organisation
from koinon.projects.models import SHOWN, Call, Project, Teammate

LISTED = 6


@seams.network_nav.lend(order=40)
def entry(here: Network, me: Actor) -> list[seams.NavEntry]:
    return [seams.NavEntry(to("projects:projects_of", here.slug), _("Projects"), "projects", 35)]


_of_organisation: Prepared[Project] = Prepared(
    lambda me, organisation: (
        Project.objects.visible_to(me)
        .filter(state__in=SHOWN, members__organisation=organisation, members__state="active")
        .distinct()
        .order_by("-pk")[:LISTED]
    )
)
_calls_of: Prepared[Call] = Prepared(
    lambda me, organisation: (
        Call.objects.visible_to(me).filter(organisation=organisation, state="open").order_by("closes_on", "pk")[:LISTED]
    )
)
_in_network: Prepared[Call] = Prepared(
    lambda me, network: (
        Call.objects.visible_to(me).filter(network=network, state="open").order_by("closes_on", "pk")[:LISTED]
    )
)


@seams.organisation_panels.lend(order=40)
@seams.panel_if(
    lambda organisation, me: [
        (_of_organisation, {"me": me, "organisation": organisation.pk}),
        (_calls_of, {"me": me, "organisation": organisation.pk}),
    ]
)
def projects_of(organisation: Organisation, me: Actor) -> seams.Panel | None:
    """Projects on whose teams people of this organisation are, and calls it runs, of those the reader may see."""
    projects = _of_organisation(me=me, organisation=organisation.pk)
    calls = _calls_of(me=me, organisation=organisation.pk)
    if not projects and not calls:
        return None
    found = {"projects": projects, "calls": calls}
    return seams.Panel(gettext_lazy("Projects"), "projects/panel.html", found, 40, ident="projects")


@seams.network_panels.lend(order=40)
def calls_in(network: Network, me: Actor) -> seams.Panel | None:
    """Calls that take plans now. One query."""
    calls = _in_network(me=me, network=network.pk)
    if not calls:
        return None
    found: dict[str, Any] = {"projects": [], "calls": calls}
    return seams.Panel(gettext_lazy("Calls for plans"), "projects/panel.html", found, 40, ident="calls")


DEEDS = {
    "projects.call_opened": gettext_lazy("Calls for plans opened"),
    "projects.submitted": gettext_lazy("Plans handed in"),
    "projects.started": gettext_lazy("Projects begun"),
    "projects.finished": gettext_lazy("Projects finished"),
}


@seams.deeds.lend(order=70)
def deeds() -> dict[str, Any]:
    return DEEDS


@seams.merging.lend(order=80)
def parts() -> list[seams.Carry]:
    """Calls go to the organisation that stays, and so does where people of teams come from."""
    return [
        seams.Carry(Call, "organisation", gettext_lazy("Calls for plans")),
        seams.Carry(Teammate, "organisation", gettext_lazy("Members of project teams"), is_private=True),
    ]
