"""Forms on other pages: their place among the settings of a network, published answers on the organisation's page."""

from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network import rules
from koinon.network.models import Network, Organisation
from koinon.network.queries import forms
from koinon.network.seams import NavEntry, Panel, network_settings, organisation_panels, panel_if


@network_settings.lend(order=10)
def forms_of(network: Network, me: Actor) -> list[NavEntry]:
    if not rules.coordinates(by=me, network=network):
        return []
    return [NavEntry(to("network:forms", network.slug), _("Forms"), "forms", 10)]


@organisation_panels.lend(order=60)
@panel_if(lambda organisation, me: [(forms.of_members, {"me": me, "organisation": organisation.pk})])
def published_answers(organisation: Organisation, me: Actor) -> Panel | None:
    """What it answered for everybody when it applied. One query."""
    rows = forms.published_answers(organisation, me)
    if not rows:
        return None
    return Panel(_("In its own words"), "network/application_answers.html", {"rows": rows}, 60, "answers")
