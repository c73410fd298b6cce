"""Memberships as dated intervals, and the applications that lead to them."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.forms import FormVersion
from koinon.network.models.networks import Network
from koinon.network.models.organisations import SPEAKS, Organisation


class Memberships(models.QuerySet["Membership"]):
    def active(self) -> "Memberships":
        return self.filter(period__contains=date.today())

    def visible_to(self, me: Actor) -> "Memberships":
        """Of public networks and of mine: history is no secret among those who may see the organisation."""
        return self.filter(Q(network__is_public=True) | Q(network__in=list(me.roles)))

    def manageable_by(self, me: Actor) -> "Memberships":
        return self.filter(network__in=me.scopes("coordinator"))


class Membership(models.Model):
    """An organisation belongs to a network in a class, from a day to a day; history is kept."""

    class Class(models.TextChoices):
        MEMBER = "member", _("Member")
        PARTNER = "partner", _("Partner")
        HOST = "host", _("Host")
        FUNDER = "funder", _("Funder")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=20, choices=Class.choices, default=Class.MEMBER)
    period = DateRangeField()
    ended_why = models.CharField(max_length=300, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        ordering = ["network", "organisation", "period"]
        indexes = [models.Index("network", RangeStartsWith("period").desc(), name="membership_by_start")]
        constraints = [
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="membership_has_a_period"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


APPLICATION_STEPS = steps(
    draft="submitted withdrawn",
    submitted="review admitted declined returned withdrawn",
    returned="submitted withdrawn",
    review="admitted declined returned withdrawn",
)


class Applications(models.QuerySet["Application"]):
    def visible_to(self, me: Actor) -> "Applications":
        """For the applicant and whoever represents the organisation, and for those who run the network."""
        runs = me.scopes("coordinator") + me.scopes("reviewer")
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        seen = Q(organisation__in=ours) | Q(network__in=runs) & ~Q(state="draft")
        return self.filter(seen | Q(applicant=me.person) if me.is_known else seen)

    def for_staff(self, me: Actor) -> "Applications":
        """Those of networks I run, drafts never."""
        runs = me.scopes("coordinator") + me.scopes("reviewer")
        return self.filter(network__in=runs).exclude(state="draft")

    def open(self) -> "Applications":
        return self.filter(state__in=Application.OPEN)


class Application(models.Model):
    """An organisation asks to belong to a network: apply, review, admitted or declined with a reason."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned for changes")
        REVIEW = "review", _("Under review")
        ADMITTED = "admitted", _("Admitted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = ("draft", "submitted", "returned", "review")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="applications")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, null=True, related_name="applications")
    answers = models.JSONField(default=dict)
    motivation = models.TextField(blank=True)
    contribution = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = Applications.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["network", "state", "-id"], name="application_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"],
                condition=Q(state__in=["draft", "submitted", "returned", "review"]),
                name="application_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="application_declined_says_why"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Advice(models.Model):
    """What a reviewer recommends about an application, and why; the coordinator decides."""

    class Verdict(models.TextChoices):
        ADMIT = "admit", _("Admit")
        DECLINE = "decline", _("Decline")
        UNSURE = "unsure", _("Talk about it first")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="advices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["application", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="advice_once_per_person")]

    @property
    def scope_id(self) -> UUID:
        return self.application.network_id
