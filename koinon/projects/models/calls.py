"""Calls for plans, and the jury that selects: criteria, scores, conflicts of interest, feedback to all."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit import money
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation, name_in
from koinon.projects.models.money import amount_field, is_exact
from koinon.projects.models.projects import Project

CALL_STEPS = steps(
    draft="open cancelled", open="judging cancelled", judging="ranked cancelled", ranked="decided cancelled",
    decided="closed",
)  # fmt: skip
"""`ranked`: the jury has finished, its points stay as they are, and those who run the call decide."""


TOLD = ("decided", "closed")
"""States in which everybody who was concerned knows the decisions."""


class Calls(models.QuerySet["Call"]):
    def visible_to(self, me: Actor) -> "Calls":
        """Public ones for everybody, those of my networks for me; drafts for those who run them."""
        seen = ~Q(state="draft") & (Q(is_public=True) | Q(network__in=list(me.roles)))
        if me.is_known:
            seen |= Q(pk__in=Juror.objects.filter(person=me.person).values("call")) | self._run_by(me)
        return self.filter(seen)

    def manageable_by(self, me: Actor) -> "Calls":
        return self.filter(self._run_by(me))

    @staticmethod
    def _run_by(me: Actor) -> Q:
        return Q(network__in=me.scopes("coordinator")) | Q(organisation__in=voices(me))


class Call(models.Model):
    """Teams are asked for plans until a day; a jury scores them; small grants follow."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open for plans")
        JUDGING = "judging", _("Before the jury")
        RANKED = "ranked", _("Jury has finished")
        DECIDED = "decided", _("Decided")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Called off")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="action_calls")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="action_calls")
    names = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    moved_at = models.DateTimeField(default=timezone.now)
    closes_on = models.DateField()
    decides_on = models.DateField()
    currency = models.CharField(max_length=3, default="EUR")
    budget = models.DecimalField(max_digits=13, decimal_places=money.FINEST, default=0)
    granted = models.DecimalField(max_digits=13, decimal_places=money.FINEST, default=0, editable=False)
    most_grant = amount_field(default=0)
    scores_needed = models.PositiveSmallIntegerField(default=2)
    nudged_on = models.DateField(null=True, editable=False)
    is_public = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Calls.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(decides_on__gte=F("closes_on")), name="call_decides_later"),
            models.CheckConstraint(condition=Q(budget__gte=0, most_grant__gte=0), name="call_gives_something"),
            models.CheckConstraint(condition=Q(granted__gte=0, granted__lte=F("budget")), name="call_budget_is_kept"),
            models.CheckConstraint(condition=Q(scores_needed__gte=1), name="call_needs_scores"),
            models.CheckConstraint(condition=is_exact("budget", "granted", "most_grant"), name="call_money_is_exact"),
            Frozen(name="call_currency_stays", columns=["currency"], once="OLD.state <> 'draft'"),
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class CallCriterion(models.Model):
    """A criterion of a call: jurors give 0 to `most` points for it, which count `weight` times."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    names = models.JSONField(default=dict)
    help = models.CharField(max_length=300, blank=True)
    most = models.PositiveSmallIntegerField(default=5)
    weight = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["call", "order", "id"]
        constraints = [models.CheckConstraint(condition=Q(most__gte=1, weight__gte=1), name="call_criterion_counts")]

    def __str__(self) -> str:
        return name_in(self.names, self.call.language)

    @property
    def scope_id(self) -> UUID:
        return self.call.network_id


class Juror(models.Model):
    """Somebody who scores the plans of a call."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="jurors")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["call", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="juror_once")]

    @property
    def scope_id(self) -> UUID:
        return self.call.network_id


JUDGEMENT_STEPS = steps(open="given conflict", conflict="open", given="open conflict")


class Judgements(models.QuerySet["Judgement"]):
    def visible_to(self, me: Actor) -> "Judgements":
        """A juror's own; all of a call for those who run it when the jury has finished, for its jurors when decided."""
        if not me.is_known:
            return self.none()
        ran = Q(project__call__in=Call.objects.manageable_by(me), project__call__state__in=["ranked", *TOLD])
        sat = Juror.objects.filter(person=me.person).values("call")
        return self.filter(Q(juror__person=me.person) | ran | Q(project__call__in=sat, project__call__state__in=TOLD))

    def counted(self) -> "Judgements":
        return self.filter(state="given")


class Judgement(models.Model):
    """What one juror thinks of one plan: points by criterion and words for the team, or a conflict of interest."""

    class State(models.TextChoices):
        OPEN = "open", _("Not given yet")
        GIVEN = "given", _("Given")
        CONFLICT = "conflict", _("Conflict of interest")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="judgements")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="judgements")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    points = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    conflict_why = models.CharField(max_length=300, blank=True)
    is_found = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True)

    objects = Judgements.as_manager()

    class Meta:
        ordering = ["project", "juror"]
        constraints = [
            models.UniqueConstraint(fields=["juror", "project"], name="judgement_once"),
            models.CheckConstraint(
                condition=~Q(state="conflict") | ~Q(conflict_why=""), name="judgement_conflict_has_reason"
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id


class Choice(models.Model):
    """What is decided about one plan, with words for its team; nobody is told before the whole call is decided."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CONDITIONAL = "conditional", _("Approved on conditions")
        REJECTED = "rejected", _("Not selected")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="choice")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    feedback = models.TextField()
    conditions = models.TextField(blank=True)
    conditions_until = models.DateField(null=True, blank=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(null=True)
    is_tied = models.BooleanField(default=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(feedback=""), name="choice_has_feedback"),
            models.CheckConstraint(
                condition=~Q(verdict="conditional") | ~Q(conditions="") & Q(conditions_until__isnull=False),
                name="choice_says_conditions",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.project.network_id
