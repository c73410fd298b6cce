"""Claims: somebody says of an organisation that nobody speaks for yet: this is ours."""

from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.networks import Network
from koinon.network.models.organisations import Organisation

CLAIM_STEPS = steps(
    proving="waiting expired withdrawn outdone",
    waiting="confirmed refused withdrawn outdone",
)


class Claims(models.QuerySet["Claim"]):
    def visible_to(self, me: Actor) -> "Claims":
        """Mine, and those that coordinators of the network are to confirm; an unproved address is nobody's business."""
        seen = Q(network__in=me.scopes("coordinator")) & ~Q(state__in=["proving", "expired"])
        return self.filter(seen | Q(person=me.person) if me.is_known else seen)

    def manageable_by(self, me: Actor) -> "Claims":
        """Those a coordinator of the network may decide."""
        return self.filter(network__in=me.scopes("coordinator")).exclude(state__in=["proving", "expired"])

    def waiting(self) -> "Claims":
        return self.filter(state="waiting")

    def open(self) -> "Claims":
        return self.filter(state__in=["proving", "waiting"])


class Claim(models.Model):
    """Somebody with an address at the organisation's web domain asks to speak for it; the coordinator confirms."""

    class State(models.TextChoices):
        PROVING = "proving", _("The address is being proved")
        WAITING = "waiting", _("Waiting for the coordinator")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Not confirmed")
        OUTDONE = "outdone", _("Somebody else was confirmed")
        WITHDRAWN = "withdrawn", _("Taken back")
        EXPIRED = "expired", _("Never proved")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="claims")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claims")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="claims")
    is_of_parent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROVING)
    reason = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = Claims.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Func(F("email"), function="lower"),
                "organisation",
                condition=Q(state__in=["proving", "waiting"]),
                name="claim_one_open_per_address",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state="confirmed"), name="claim_one_confirmed"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="claim_refused_says_why"),
        ]
        indexes = [models.Index(fields=["network", "state", "-id"], name="claim_in_network")]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def is_late(self) -> bool:
        return self.state == "waiting" and self.due_on is not None and self.due_on < date.today()
