"""Memberships as dated intervals, and the applications that lead to them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
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
    in_class = models.ForeignKey(
        "network.MembershipClass", null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
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
    submitted="check returned endorsement review admitted waitlisted declined withdrawn",
    check="returned endorsement review admitted waitlisted declined withdrawn",
    returned="check declined withdrawn",
    endorsement="check review returned declined withdrawn",
    review="admitted waitlisted declined returned withdrawn",
    waitlisted="admitted declined withdrawn",
    admitted="onboarding active",
    onboarding="active withdrawn",
)
ANSWERED = timedelta(days=30)
REMIND_AFTER = timedelta(days=20)
"""A new application is due in 30 days and reminded of after 20, unless the network says otherwise."""


def in_a_month() -> date:
    return date.today() + ANSWERED


def in_twenty_days() -> date:
    return date.today() + REMIND_AFTER


class Applications(models.QuerySet["Application"]):
    def visible_to(self, me: Actor) -> "Applications":
        """For the applicant and whoever represents the organisation, and for the staff that `for_staff` allows."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        seen: Q = Q(organisation__in=ours) | self._staff(me, ("asked", "open", "given"))
        return self.filter(seen | self._applied(me) if me.is_known else seen)

    def opened_to(self, me: Actor) -> "Applications":
        """The same, but for reviewers only those of which they have said that they are impartial: to read all of it."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        seen: Q = Q(organisation__in=ours) | self._staff(me, ("open", "given"))
        return self.filter(seen | self._applied(me) if me.is_known else seen)

    def for_staff(self, me: Actor) -> "Applications":
        """Drafts never. Coordinators: those of networks they run; reviewers: those they are asked about.

        Nobody sees, as staff, an application of which they said that they are not impartial.
        """
        return self.filter(self._staff(me, ("asked", "open", "given")))

    def _applied(self, me: Actor) -> Q:
        """Whoever applied, unless they spoke for the organisation once and do no longer."""
        mandates = apps.get_model("network.Mandate")._default_manager
        return Q(applicant=me.person) & Q(~Exists(mandates.ended_for(me.person, OuterRef("organisation"))))

    def _staff(self, me: Actor, states: tuple[str, ...]) -> Q:
        runs, reads = me.scopes("coordinator"), me.scopes("reviewer")
        if not me.is_known or not (runs or reads):
            return Q(network__in=runs) & ~Q(state="draft")
        reviews = apps.get_model("network.Review")._default_manager.filter(application=OuterRef("pk"), person=me.person)
        seen = Q(network__in=runs) & Q(~Exists(reviews.filter(state="conflict")))
        if reads:
            asked = reviews.filter(state__in=states)
            seen |= Q(network__in=reads) & Q(Exists(asked))
        return seen & ~Q(state="draft")

    def of_members(self) -> "Applications":
        """Those of organisations that were admitted and belong to the network today: what they published is shown."""
        belongs = Membership.objects.active().filter(network=OuterRef("network"), organisation=OuterRef("organisation"))
        return self.filter(Exists(belongs), state__in=("admitted", "onboarding", "active"))

    def open(self) -> "Applications":
        return self.filter(state__in=Application.OPEN)

    def due_for_a_reminder(self, today: date) -> "Applications":
        return self.filter(state__in=Application.OPEN, remind_on__lte=today)

    def running_out(self, today: date) -> "Applications":
        """Drafts begun some days ago, not reminded for a week, in networks that stop taking applications in a week."""
        windows = apps.get_model("network.Window")._default_manager.filter(network=OuterRef("network"))
        ends = windows.filter(period__contains=today, period__endswith__lte=today + timedelta(days=8))
        unheard = Q(reminded_at=None) | Q(reminded_at__date__lt=today - timedelta(days=7))
        begun = Q(made_at__date__lt=today - timedelta(days=2))
        return self.filter(Exists(ends), begun & unheard, state="draft")


class Application(models.Model):
    """An organisation asks to belong to a network; both sides see the same state, whose turn, until when."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        CHECK = "check", _("Completeness check")
        RETURNED = "returned", _("Returned for changes")
        ENDORSEMENT = "endorsement", _("Waiting for endorsement")
        REVIEW = "review", _("Under review")
        WAITLISTED = "waitlisted", _("On the waiting list")
        ADMITTED = "admitted", _("Admitted")
        ONBOARDING = "onboarding", _("Onboarding")
        ACTIVE = "active", _("Active member")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Turn(models.TextChoices):
        NOBODY = "", _("Nobody")
        APPLICANT = "applicant", _("Applicant")
        NETWORK = "network", _("Coordinator")
        ENDORSER = "endorser", _("Endorser")
        REVIEWERS = "reviewers", _("Reviewers")

    OPEN = (
        "draft", "submitted", "check", "returned", "endorsement", "review", "waitlisted", "admitted", "onboarding",
    )  # fmt: skip
    ENDS = ("active", "declined", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="applications")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=12, choices=State.choices, default=State.SUBMITTED)
    turn = models.CharField(max_length=10, choices=Turn.choices, blank=True, default=Turn.NETWORK)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, null=True, related_name="applications")
    answers: Any = models.JSONField(default=dict)
    lost: Any = models.JSONField(default=list)
    motivation = models.TextField(blank=True)
    contribution = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    again_on = models.DateField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    in_class = models.ForeignKey(
        "network.MembershipClass", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    membership = models.OneToOneField(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="application"
    )
    due_on = models.DateField(null=True, default=in_a_month)
    remind_on = models.DateField(null=True, default=in_twenty_days)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    proposed_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = Applications.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["network", "state", "-id"], name="application_by_state"),
            models.Index(fields=["remind_on"], name="application_to_remind", condition=Q(remind_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"],
                condition=~Q(state__in=["active", "declined", "withdrawn"]),
                name="application_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="application_declined_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "declined", "withdrawn"])
                | (~Q(turn="") & Q(due_on__isnull=False, remind_on__isnull=False)),
                name="application_waits_for_somebody_until_a_day",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
