"""Who coordinates a network, who reviews its applications."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor, verb
from koinon.network import notices, rules
from koinon.network.models import Coordination, Network, days, ended


@verb("network.coordination_added", rule=rules.may_edit_network, then=notices.coordination_added)
def add(*, by: Actor, network: Network, person: Person, role: str = "coordinator") -> Coordination:
    """From today the person coordinates the network, or reviews its applications; twice changes nothing."""
    known = Coordination.objects.in_force().filter(network=network, person=person, role=role).first()
    return known or Coordination.objects.create(network=network, person=person, role=role, period=days())


@verb("network.coordination_ended", rule=rules.may_remove, then=notices.coordination_ended)
def remove(*, by: Actor, coordination: Coordination) -> Coordination:
    """It ends at once. The last coordinator cannot leave: nobody could decide then."""
    network = Network.objects.select_for_update().get(pk=coordination.network_id)
    if coordination.role == Coordination.Role.COORDINATOR:
        others = Coordination.objects.in_force().filter(network=network, role=coordination.role)
        if not others.exclude(person=coordination.person_id).exists():
            raise ValidationError(_("The last coordinator cannot leave. Please add another one first."))
    is_first_day = coordination.period.lower >= date.today()
    coordination.period = ended(coordination.period)
    coordination.cut_at = timezone.now() if is_first_day else None
    coordination.save(update_fields=["period", "cut_at"])
    return coordination
