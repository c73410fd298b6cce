"""After admission: periodic reports, and how a membership stands."""

from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.memberships import Membership
from koinon.network.models.networks import Network
from koinon.network.models.organisations import SPEAKS

REPORT_STEPS = steps(
    due="draft submitted excused missed",
    draft="submitted excused missed",
    submitted="accepted returned missed",
    returned="submitted excused missed",
)
STANDING_STEPS = steps(
    active="due withdrawn",
    due="active late withdrawn",
    late="active due risk withdrawn",
    risk="active due inactive withdrawn",
    inactive="active due lapsed withdrawn",
)


class Cycle(models.Model):
    """How often the members of a network report, and how long each step after a missed deadline lasts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="cycle")
    months = models.PositiveSmallIntegerField(default=24)
    first_on = models.DateField()
    window_days = models.PositiveSmallIntegerField(default=60)
    young_days = models.PositiveSmallIntegerField(default=180)
    risk_days = models.PositiveSmallIntegerField(default=30)
    inactive_days = models.PositiveSmallIntegerField(default=90)
    lapse_days = models.PositiveSmallIntegerField(default=365)
    is_running = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["network"]
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=120), name="cycle_of_sensible_length"),
            models.CheckConstraint(condition=Q(window_days__gte=14), name="cycle_gives_time"),
            models.CheckConstraint(
                condition=Q(risk_days__gte=7)
                & Q(inactive_days__gt=models.F("risk_days"))
                & Q(lapse_days__gt=models.F("inactive_days")),
                name="cycle_steps_in_order",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class Reports(models.QuerySet["Report"]):
    def visible_to(self, me: Actor) -> "Reports":
        """For those who speak for the member, and for the network's coordinators and reviewers."""
        ours = [key for role in SPEAKS for key in me.scopes(role)]
        runs = me.scopes("coordinator") + me.scopes("reviewer")
        return self.filter(Q(membership__organisation__in=ours) | Q(network__in=runs))

    def of_members(self, me: Actor) -> "Reports":
        """Those I may write."""
        return self.filter(membership__organisation__in=[key for role in SPEAKS for key in me.scopes(role)])

    def manageable_by(self, me: Actor) -> "Reports":
        return self.filter(network__in=me.scopes("coordinator"))

    def owed(self) -> "Reports":
        """The member's turn."""
        return self.filter(state__in=Report.OWED)

    def open(self) -> "Reports":
        return self.filter(state__in=[*Report.OWED, "submitted"])


class Report(models.Model):
    """What a member tells about a period: filled in advance with what it did here, then in its own words."""

    class State(models.TextChoices):
        DUE = "due", _("Not begun yet")
        DRAFT = "draft", _("Begun")
        SUBMITTED = "submitted", _("Handed in")
        RETURNED = "returned", _("Returned for changes")
        ACCEPTED = "accepted", _("Accepted")
        EXCUSED = "excused", _("Not asked for")
        MISSED = "missed", _("Never handed in")

    OWED = ("due", "draft", "returned")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="reports")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="reports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    covers_since = models.DateField()
    covers_until = models.DateField()
    opened_on = models.DateField()
    due_on = models.DateField()
    extended_to = models.DateField(null=True)
    extended_why = models.CharField(max_length=300, blank=True)
    schema = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    reason = models.TextField(blank=True)
    answer_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    reminded_on = models.DateField(null=True, editable=False)

    objects = Reports.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["network", "state", "due_on"], name="report_in_network")]
        constraints = [
            models.UniqueConstraint(fields=["membership", "covers_until"], name="report_once_per_period"),
            models.CheckConstraint(condition=Q(covers_since__lt=models.F("covers_until")), name="report_has_a_period"),
            models.CheckConstraint(
                condition=Q(extended_to=None) | ~Q(extended_why=""), name="report_extension_says_why"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id

    @property
    def deadline(self) -> date:
        """The last day to hand it in, with what was given on top."""
        return max(self.due_on, self.extended_to) if self.extended_to else self.due_on

    @property
    def version(self) -> "Report":
        """The questions as they were asked: a report keeps its own, so it is its own version."""
        return self

    @property
    def organisation_id(self) -> UUID:
        return self.membership.organisation_id

    @property
    def is_owed(self) -> bool:
        return self.state in self.OWED

    @property
    def days_late(self) -> int:
        return max(0, (date.today() - self.deadline) // timedelta(days=1)) if self.is_owed else 0


class Standings(models.QuerySet["Standing"]):
    def silent(self) -> "Standings":
        """Members that may do less, because they have not answered for long."""
        return self.filter(state__in=Standing.SILENT)


class Standing(models.Model):
    """How a membership stands; a membership without a row is active. `until`: when the clock moves it on."""

    class State(models.TextChoices):
        ACTIVE = "active", _("In good standing")
        DUE = "due", _("Report due")
        LATE = "late", _("Late with its report")
        RISK = "risk", _("At risk")
        INACTIVE = "inactive", _("Inactive")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Has left")

    SILENT = ("inactive", "lapsed", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="standing")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    since = models.DateField()
    until = models.DateField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = Standings.as_manager()

    class Meta:
        ordering = ["membership"]
        indexes = [models.Index(fields=["state", "until"], name="standing_moves")]

    @property
    def scope_id(self) -> UUID:
        return self.membership.network_id


class StandingMove(models.Model):
    """One step in the standing of a membership, and why: its history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="moves")
    old = models.CharField(max_length=10, choices=Standing.State.choices)
    new = models.CharField(max_length=10, choices=Standing.State.choices)
    why = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["membership", "id"]

    @property
    def scope_id(self) -> UUID:
        return self.membership.network_id
