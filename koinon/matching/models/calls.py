"""How a network wants its calls, and which weeks of new calls were told to whom."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation

USUAL_WEEK = 5


class CallRulesRows(models.QuerySet["CallRules"]):
    def manageable_by(self, me: Actor) -> "CallRulesRows":
        return self.filter(network__in=me.scopes("coordinator"))


class CallRules(models.Model):
    """What a network has decided about offers and needs; a network without a row has the values written here.

    `criteria`: one per line, shown to writers and to whoever looks at a call. `cold_a_week`: replies that an
    organisation may send in seven days to calls that nothing had suggested to it. `country`: whose public holidays
    do not count when coordinators promise an answer; "" when only weekends do not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="call_rules")
    is_reviewed = models.BooleanField(default=False)
    criteria = models.TextField(blank=True)
    cold_a_week = models.PositiveSmallIntegerField(default=USUAL_WEEK)
    country = models.CharField(max_length=2, blank=True)

    objects = CallRulesRows.as_manager()

    class Meta:
        ordering = ["network"]
        constraints = [
            models.CheckConstraint(condition=Q(cold_a_week__gte=1, cold_a_week__lte=100), name="call_rules_sensible")
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def lines(self) -> list[str]:
        return [line for line in self.criteria.splitlines() if line.strip()]


class CallDigest(models.Model):
    """The new calls of one week were told to an organisation: once, whatever happens to the job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    calls = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-week", "id"]
        constraints = [
            models.UniqueConstraint(fields=["network", "organisation", "week"], name="call_digest_once_a_week")
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
