"""Mandates (who speaks for whom, by which decision) and the invitations that lead to them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.memberships import Membership
from koinon.network.models.networks import Coordination, Network
from koinon.network.models.organisations import SPEAKS, Organisation


class Mandates(models.QuerySet["Mandate"]):
    def in_force(self) -> "Mandates":
        return self.filter(period__contains=date.today(), confirmed=True, cut_at=None)

    def ended_for(self, person: UUID | None, organisation: Any) -> "Mandates":
        """Those by which a person once spoke for an organisation (its id, or a reference to it), and does no longer."""
        over = Q(period__endswith__lte=date.today()) | Q(cut_at__isnull=False)
        return self.filter(over, person=person, organisation=organisation, role__in=SPEAKS)

    def visible_to(self, me: Actor) -> "Mandates":
        """For the person, for those who speak for the organisation, and for coordinators of its networks."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        seen = Q(organisation__in=ours)
        if runs := me.scopes("coordinator"):
            members = Membership.objects.active().filter(network__in=runs, organisation=OuterRef("organisation"))
            seen |= Q(Exists(members))
        return self.filter(seen | Q(person=me.person) if me.is_known else seen)


class Mandate(models.Model):
    """A person speaks for an organisation in a role, from a day to a day, by a decision or letter."""

    class Role(models.TextChoices):
        HEAD = "head", _("Head or signatory")
        REPRESENTATIVE = "representative", _("Representative")
        DEPUTY = "deputy", _("Deputy")
        CONTACT = "contact", _("Contact for a topic")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=16, choices=Role.choices)
    topic = models.CharField(max_length=120, blank=True)
    period = DateRangeField()
    decision = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    letter = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed = models.BooleanField(default=True)
    cut_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    ended_why = models.CharField(max_length=300, blank=True)

    objects = Mandates.as_manager()

    class Meta:
        ordering = ["organisation", "role", "id"]
        constraints = [
            ExclusionConstraint(
                name="mandate_one_head_or_representative",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["head", "representative"], cut_at=None),
            ),
            ExclusionConstraint(
                name="mandate_person_once_per_role",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("topic", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(cut_at=None),
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="mandate_has_a_period"),
        ]

    scope_id: UUID | None = None


class Invitations(models.QuerySet["Invitation"]):
    def manageable_by(self, me: Actor) -> "Invitations":
        """Those of organisations I speak for and of networks I coordinate, and those I sent."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        seen = Q(organisation__in=ours) | Q(network__in=me.scopes("coordinator"))
        return self.filter(seen | Q(invited_by=me.person) if me.is_known else seen)

    def open(self) -> "Invitations":
        return self.filter(state="open")


class Invitation(models.Model):
    """Somebody is invited by e-mail to speak for an organisation take over from one who does, or run a network."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    language = models.CharField(max_length=8)
    role = models.CharField(max_length=16, choices=Mandate.Role.choices + Coordination.Role.choices)
    topic = models.CharField(max_length=120, blank=True)
    takes_over = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.CASCADE, related_name="hand_overs")
    decision = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    letter = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    objects = Invitations.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Func(F("email"), function="lower"),
                "organisation",
                "network",
                "role",
                condition=Q(state="open"),
                nulls_distinct=False,
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None, network__isnull=False) | Q(organisation__isnull=False, network=None),
                name="invitation_to_one_thing",
            ),
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.network_id


INVITATION_STEPS = steps(open="accepted refused expired withdrawn")
