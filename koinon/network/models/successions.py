"""When nobody answers for an organisation any more: bounced letters, and the search for a successor."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.mandates import Mandate
from koinon.network.models.organisations import SPEAKS, Organisation

SUCCESSION_STEPS = steps(asked="escalated settled", escalated="settled")


class Bounce(models.Model):
    """A letter of ours came back for good: the address does not exist any more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="bounces")
    status = models.CharField(max_length=12)
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    scope_id: UUID | None = None


class Successions(models.QuerySet["Succession"]):
    def visible_to(self, me: Actor) -> "Successions":
        """For those who speak for the organisation and coordinators of its networks."""
        from koinon.network.models.memberships import Membership

        ours = [key for role in SPEAKS for key in me.scopes(role)]
        runs = me.scopes("coordinator")
        members = Membership.objects.active().filter(network__in=runs).values("organisation")
        return self.filter(Q(organisation__in=ours) | Q(organisation__in=members, state="escalated"))

    def open(self) -> "Successions":
        return self.filter(state__in=["asked", "escalated"])


class Succession(models.Model):
    """The representative cannot be reached or has left: the deputy is asked, then the coordinator."""

    class Why(models.TextChoices):
        BOUNCED = "bounced", _("Letters to the representative come back")
        LEFT = "left", _("The representative has left")

    class State(models.TextChoices):
        ASKED = "asked", _("The deputy is asked")
        ESCALATED = "escalated", _("The coordinator looks for somebody")
        SETTLED = "settled", _("Settled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="successions")
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="successions")
    why = models.CharField(max_length=8, choices=Why.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = Successions.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=["asked", "escalated"]), name="succession_one_open"
            )
        ]

    scope_id: UUID | None = None
