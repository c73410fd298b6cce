"""How a network admits: its rules, windows, quotas, classes of membership, criteria of review, first steps."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor
from koinon.network.models.memberships import Application
from koinon.network.models.names import name_in
from koinon.network.models.networks import Network


class Admission(models.Model):
    """What a network asks of applications, and how long each turn may take. No row: the defaults below."""

    class Deemed(models.TextChoices):
        ENDORSED = "endorsed", _("It counts as endorsed")
        REFUSED = "refused", _("It counts as not endorsed")
        DECIDE = "decide", _("The coordinator decides")

    class TieBreak(models.TextChoices):
        EARLIER = "earlier", _("Who handed in first")
        SMALLER = "smaller", _("The smaller place")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="admission")
    is_endorsed = models.BooleanField(default=False)
    deemed = models.CharField(max_length=10, choices=Deemed.choices, default=Deemed.DECIDE)
    reviewers = models.PositiveSmallIntegerField(default=0)
    tie_break = models.CharField(max_length=10, choices=TieBreak.choices, default=TieBreak.EARLIER)
    days_to_check = models.PositiveSmallIntegerField(default=30)
    days_to_change = models.PositiveSmallIntegerField(default=30)
    days_to_endorse = models.PositiveSmallIntegerField(default=21)
    days_to_review = models.PositiveSmallIntegerField(default=30)
    days_to_begin = models.PositiveSmallIntegerField(default=60)

    class Meta:
        ordering = ["network"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    days_to_check__gte=1, days_to_change__gte=1, days_to_endorse__gte=1,
                    days_to_review__gte=1, days_to_begin__gte=1,
                ),
                name="admission_gives_a_day_at_least",
            )
        ]  # fmt: skip

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Windows(models.QuerySet["Window"]):
    def manageable_by(self, me: Actor) -> "Windows":
        return self.filter(network__in=me.scopes("coordinator"))

    def open_on(self, day: date) -> "Windows":
        return self.filter(period__contains=day)


class Window(models.Model):
    """Days in which a network takes applications; without any window it always does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="windows")
    period = DateRangeField()
    planned_until = models.DateField()
    extended_why = models.CharField(max_length=300, blank=True)

    objects = Windows.as_manager()

    class Meta:
        ordering = ["network", "-period"]
        constraints = [
            ExclusionConstraint(
                name="window_one_at_a_time",
                expressions=[("network", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="window_opens_and_closes",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Quotas(models.QuerySet["Quota"]):
    def manageable_by(self, me: Actor) -> "Quotas":
        return self.filter(network__in=me.scopes("coordinator"))

    def that_count(self, network: Network, country: str, day: date) -> "Quotas":
        """Those an admission of this country on this day takes a place of: its country's and the whole network's."""
        return self.filter(network=network, country__in=["", country], period__contains=day)


class Quota(models.Model):
    """How many are admitted from a country ("": all together) in a period; `taken` never exceeds `places`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="quotas")
    country = models.CharField(max_length=2, blank=True)
    period = DateRangeField()
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, editable=False)

    objects = Quotas.as_manager()

    class Meta:
        ordering = ["network", "-period", "country"]
        constraints = [
            ExclusionConstraint(
                name="quota_one_per_country_and_time",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="quota_never_over"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="quota_begins_and_ends",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Seat(models.Model):
    """An admitted application takes one place of a quota; given back when the membership ends within the period."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="seats")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="seats")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["quota", "id"]
        constraints = [models.UniqueConstraint(fields=["quota", "application"], name="seat_once")]


class Right(models.TextChoices):
    """What a class may. Asked through `rules.class_allows`, nowhere else."""

    OFFER = "offer", _("Write offers")
    NEED = "need", _("Write needs")
    REPLY = "reply", _("Reply to offers and needs")
    VOTE = "vote", _("Take part in votes")


class MembershipClasses(models.QuerySet["MembershipClass"]):
    def manageable_by(self, me: Actor) -> "MembershipClasses":
        return self.filter(network__in=me.scopes("coordinator"))

    def in_use(self) -> "MembershipClasses":
        return self.filter(is_retired=False)


class MembershipClass(models.Model):
    """A class of membership with its rule: the first class (by position) whose rule fits an organisation is its class.

    Empty kinds or countries and missing limits fit everybody; all that is given must fit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="classes")
    names = models.JSONField(default=dict)
    explains = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=1)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    people_from = models.PositiveIntegerField(null=True, blank=True)
    people_to = models.PositiveIntegerField(null=True, blank=True)
    rights = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    is_retired = models.BooleanField(default=False)

    objects = MembershipClasses.as_manager()

    class Meta:
        ordering = ["network", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people_from__isnull=True) | Q(people_to__isnull=True) | Q(people_from__lt=F("people_to")),
                name="class_from_less_than_to",
            )
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.network.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Criterion(models.Model):
    """What reviewers give 1 to 5 points for, and how much it counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="criteria")
    names = models.JSONField(default=dict)
    weight = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=1)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["network", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=10), name="criterion_weight_1_to_10")
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.network.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class FirstStep(models.Model):
    """What is done with every new member before it is active, by the member or by the coordinator."""

    class Who(models.TextChoices):
        MEMBER = "member", _("The new member")
        COORDINATOR = "coordinator", _("The coordinator")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="first_steps")
    names = models.JSONField(default=dict)
    who = models.CharField(max_length=12, choices=Who.choices, default=Who.MEMBER)
    position = models.PositiveSmallIntegerField(default=1)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["network", "position", "id"]

    def __str__(self) -> str:
        return name_in(self.names, self.network.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id
