"""Bridges: which introduction would connect two clusters, or bring in a member that stands alone."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models.clusters import Cluster
from koinon.network.models import Network, Organisation

BRIDGE_STEPS = steps(proposed="introduced aside lapsed", aside="proposed")
PER_WEEK = 10


class Bridges(models.QuerySet["Bridge"]):
    def manageable_by(self, me: Actor) -> "Bridges":
        """For the coordinators of the network; nobody else ever sees them."""
        return self.filter(network__in=me.scopes("coordinator"))


class Bridge(models.Model):
    """A proposal to the coordinator: introduce these two organisations, because …

    At most ten in a week: `slot` runs from 1 to 10 and is taken once in each network and ISO week (`week` = Monday).
    """

    class Sort(models.TextChoices):
        CLUSTERS = "clusters", _("Connects two clusters")
        MEMBER = "member", _("Brings in a member that stands alone")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        INTRODUCED = "introduced", _("Introduced")
        ASIDE = "aside", _("Set aside")
        LAPSED = "lapsed", _("Not taken up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="bridges")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    one = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cluster_of_one = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="+")
    cluster_of_other = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="+")
    reasons = models.JSONField(default=list)
    week = models.DateField()
    slot = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    why_aside = models.CharField(max_length=300, blank=True)
    introduction = models.ForeignKey("matching.Introduction", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = Bridges.as_manager()

    class Meta:
        ordering = ["-week", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["network", "week", "slot"], name="bridge_ten_a_week"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=PER_WEEK), name="bridge_slot_of_ten"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="bridge_in_order"),
            models.UniqueConstraint(
                fields=["network", "one", "other"], condition=Q(state="proposed"), name="bridge_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(state="aside") | ~Q(why_aside=""), name="bridge_aside_says_why"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
