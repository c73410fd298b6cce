"""The weights of a network's signals: learned by the clock, chosen by its coordinators."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.engine import lessons
from koinon.matching.models import MatchWeights
from koinon.matching.queries import weights as queries
from koinon.matching.rules import calls as call_rules
from koinon.network.models import Network

NOT_COORDINATOR = gettext_lazy("Only coordinators of this network may do this.")


@verb("matching.weights_learned", rule=only_machine)
def learn(*, by: Actor, network: Network) -> MatchWeights:
    """Learn from the outcomes there are today; with too few of them only their number is kept."""
    found = queries.outcomes(network.pk)
    learned = lessons.learned(found) or {}
    good = sum(was for _signals, was in found)
    kept = {
        "weights": learned,
        "accepted": good,
        "declined": len(found) - good,
        "learned_at": timezone.now() if learned else None,
    }
    return MatchWeights.objects.update_or_create(network=network, defaults=kept)[0]


@verb("matching.weights_chosen", rule=call_rules.may_rule, refusal=NOT_COORDINATOR)
def choose(*, by: Actor, network: Network, is_used: bool) -> MatchWeights:
    """Match by the learned weights, or by the usual ones; it shows with the next night."""
    return MatchWeights.objects.update_or_create(network=network, defaults={"is_used": is_used})[0]
