"""Carrying it out: check-ins with photos, the reflection at the end, and the small grant with its receipts."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.guarded import Guard
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.projects.models.money import amount_field, is_exact
from koinon.projects.models.projects import SHOWN, Project

SMALL_GRANT_STEPS = steps(
    asked="halfway refused withdrawn",
    halfway="approved refused withdrawn",
    approved="paid withdrawn",
    paid="settling",
    settling="paid closed",
)
RECEIPT_STEPS = steps(handed_in="accepted returned", returned="handed_in", accepted="returned")
REFLECTION_STEPS = steps(handed_in="accepted returned", returned="handed_in")


class Insides(models.QuerySet[Any]):
    """Rows of a project that only those see who stand inside it."""

    def visible_to(self, me: Actor) -> "Insides":
        return self.filter(project__in=Project.objects.inside(me))


class Photos(models.QuerySet["ProjectPhoto"]):
    def visible_to(self, me: Actor) -> "Photos":
        """Those inside see all; everybody sees what may be shown, on projects that are shown."""
        shown = Q(is_public=True, check_in__project__is_public=True, check_in__project__state__in=SHOWN)
        return self.filter(shown | Q(check_in__project__in=Project.objects.inside(me)))

    def manageable_by(self, me: Actor) -> "Photos":
        return self.filter(check_in__project__in=Project.objects.manageable_by(me))


class Receipts(models.QuerySet["Receipt"]):
    def visible_to(self, me: Actor) -> "Receipts":
        return self.filter(grant__project__in=Project.objects.inside(me))


class CheckIn(models.Model):
    """How it goes, by the team, in a few words and photos; the supervisor may answer."""

    class Mood(models.TextChoices):
        WELL = "well", _("On track")
        SLOW = "slow", _("Slower than planned")
        STUCK = "stuck", _("Stuck, we need help")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="check_ins")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    mood = models.CharField(max_length=6, choices=Mood.choices)
    text = models.TextField()
    language = models.CharField(max_length=8)
    reached = models.PositiveIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = Insides.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class ProjectPhoto(models.Model):
    """A photo of a check-in; `is_public` only when those who can be recognised agreed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="photos")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")
    alt = models.CharField(max_length=300)
    is_public = models.BooleanField(default=False)

    objects = Photos.as_manager()

    class Meta:
        ordering = ["check_in", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.check_in.project.network_id


class Reflection(models.Model):
    """What the team says at the end: what came of it, what was hard, what comes next; then the project is closed."""

    class State(models.TextChoices):
        HANDED_IN = "handed_in", _("Handed in")
        RETURNED = "returned", _("Returned to the team")
        ACCEPTED = "accepted", _("Accepted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="reflection")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HANDED_IN)
    moved_at = models.DateTimeField(default=timezone.now)
    why = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=8)
    came = models.TextField()
    hard = models.TextField(blank=True)
    next = models.TextField(blank=True)
    reached = models.PositiveIntegerField(default=0)
    measured = models.TextField(blank=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class SmallGrant(models.Model):
    """Money asked for by a team, approved by two people, paid outside, accounted for by receipts.

    `first_by` and `second_by` are two: the database says so. `returned` is what the team paid back, `accounted` the
    sum of accepted receipts: a grant is closed only when both together are the amount.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        HALFWAY = "halfway", _("Approved by one of two")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        PAID = "paid", _("Paid out")
        SETTLING = "settling", _("Receipts are being checked")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="small_grants")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    nudged_on = models.DateField(null=True, editable=False)
    amount = amount_field()
    currency = models.CharField(max_length=3)
    purpose = models.TextField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    first_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    first_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    second_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True, blank=True)
    paid_reference = models.CharField(max_length=120, blank=True)
    paid_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    returned = amount_field(default=0)
    returned_on = models.DateField(null=True, blank=True)
    returned_reference = models.CharField(max_length=120, blank=True)
    accounted = amount_field(default=0, editable=False)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = Insides.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="small_grant_is_something"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("amount")), name="small_grant_returned_fits"
            ),
            models.CheckConstraint(
                condition=Q(first_by__isnull=True) | Q(second_by__isnull=True) | ~Q(first_by=F("second_by")),
                name="small_grant_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paid", "settling", "closed"])
                | Q(first_at__isnull=False, second_at__isnull=False),
                name="small_grant_approved_twice",
            ),
            models.CheckConstraint(
                condition=Q(accounted__gte=0, accounted__lte=F("amount") - F("returned")),
                name="small_grant_accounts_fit",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(accounted=F("amount") - F("returned")), name="small_grant_closes_even"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["asked", "halfway", "approved", "paid", "settling"]) | Q(due_on__isnull=False),
                name="small_grant_wait_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "settling", "closed"]) | Q(paid_on__isnull=False),
                name="small_grant_paid_when",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=~Q(state__in=["refused", "withdrawn", "closed"]),
                name="small_grant_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=is_exact("amount", "returned", "accounted"), name="small_grant_money_is_exact"
            ),
            Guard(
                name="small_grant_in_money_of_call",
                on="INSERT OR UPDATE OF project_id, currency",
                refuse="NEW.currency IS DISTINCT FROM (SELECT c.currency FROM projects_project p JOIN projects_call c"
                " ON c.id = p.call_id WHERE p.id = NEW.project_id)",
            ),
            Frozen(name="small_grant_currency_stays", columns=["currency"]),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class Receipt(models.Model):
    """What part of a grant was spent on; the file is read by those who check it."""

    class State(models.TextChoices):
        HANDED_IN = "handed_in", _("Handed in")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned with a question")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.ForeignKey(SmallGrant, on_delete=models.CASCADE, related_name="receipts")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HANDED_IN)
    title = models.CharField(max_length=200)
    amount = amount_field()
    currency = models.CharField(max_length=3)
    spent_on = models.DateField()
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    checked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = Receipts.as_manager()

    class Meta:
        ordering = ["grant", "spent_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_is_something"),
            models.CheckConstraint(condition=is_exact("amount"), name="receipt_money_is_exact"),
            Guard(
                name="receipt_in_money_of_grant",
                on="INSERT OR UPDATE OF grant_id, currency",
                refuse="NEW.currency <> (SELECT g.currency FROM projects_smallgrant g WHERE g.id = NEW.grant_id)",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.grant.project.network_id
