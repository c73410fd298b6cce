"""How much each signal counts in a network, once its own outcomes have taught it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import models
from django.db.models import Q

from koinon.kit.ids import uuid7
from koinon.matching.engine.signals import USUAL
from koinon.network.models import Network


class MatchWeights(models.Model):
    """What was learned from accepted and declined matches of one network; a network without a row has the usual ones.

    `weights`: {signal: weight} by the names of `engine.signals.USUAL`; empty while there were too few outcomes.
    `is_used` is the coordinators' to decide: they may go back to the usual weights at any time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="match_weights")
    weights = models.JSONField(default=dict)
    accepted = models.PositiveIntegerField(default=0)
    declined = models.PositiveIntegerField(default=0)
    learned_at = models.DateTimeField(null=True)
    is_used = models.BooleanField(default=True)

    class Meta:
        ordering = ["network"]
        constraints = [
            models.CheckConstraint(condition=Q(weights={}) | Q(learned_at__isnull=False), name="weights_learned_once")
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def in_force(self) -> Mapping[str, float]:
        """What the matcher takes."""
        return {**USUAL, **self.weights} if self.is_used else USUAL
