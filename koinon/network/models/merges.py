"""Merges: two entries turn out to be one organisation; what moved is written down, so that it can be undone."""

from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.networks import Network
from koinon.network.models.organisations import Organisation

MERGE_STEPS = steps(asked="done refused withdrawn expired", done="undone settled")


class Merges(models.QuerySet["Merge"]):
    def visible_to(self, me: Actor) -> "Merges":
        """For coordinators of the network that merges, and of those that are asked to agree."""
        runs = me.scopes("coordinator")
        consents = MergeConsent.objects.filter(network__in=runs).values("merge")
        return self.filter(Q(network__in=runs) | Q(pk__in=consents))

    def manageable_by(self, me: Actor) -> "Merges":
        return self.visible_to(me)


class Merge(models.Model):
    """One organisation goes into another. `moved` is the list of what was changed, with the values before."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for other networks")
        DONE = "done", _("Merged")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")
        EXPIRED = "expired", _("Not answered in time")
        UNDONE = "undone", _("Undone")
        SETTLED = "settled", _("Merged for good")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="merges")
    kept = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="merges_kept")
    gone = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="merges_gone")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    why = models.CharField(max_length=300, blank=True)
    moved = models.JSONField(default=list)
    stays = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    until = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = Merges.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(state__in=["asked", "done", "settled"]), name="merge_goes_once"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def can_be_undone(self) -> bool:
        return self.state == "done" and self.until is not None and self.until >= date.today()


class MergeConsent(models.Model):
    """Another network to which one of the two belongs is asked to agree to the merge."""

    class Answer(models.TextChoices):
        YES = "yes", _("Has agreed")
        NO = "no", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="consents")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="merge_consents")
    answer = models.CharField(max_length=4, choices=Answer.choices, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["merge", "id"]
        constraints = [models.UniqueConstraint(fields=["merge", "network"], name="merge_consent_once")]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
