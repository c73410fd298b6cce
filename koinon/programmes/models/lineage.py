"""The sheet that pages of a lineage read; drift: what falls with the generations, and what is done about it."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.programmes.models.programmes import Programme

DRIFT_STEPS = steps(open="answered gone")


class LineageSheet(models.Model):
    """What the pages of a programme's lineage read, as of a moment (engine/sheet.py): derived, by one function, from
    its grants and deliveries; counts of one to four people are not in it."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, primary_key=True, related_name="sheet")
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id


class DriftWarnings(models.QuerySet["DriftWarning"]):
    def manageable_by(self, me: Actor) -> "DriftWarnings":
        """Those of programmes I run: nobody else is warned."""
        return self.filter(programme__in=Programme.objects.manageable_by(me))

    visible_to = manageable_by

    def open(self) -> "DriftWarnings":
        return self.filter(state="open")


class DriftWarning(models.Model):
    """One measure of a programme that gets worse with the generations.

    `facts` has the numbers of the sentence: first and last generation with their means, change with each, chance.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for those who run the programme")
        ANSWERED = "answered", _("Answered")
        GONE = "gone", _("No longer so")

    class Measure(models.TextChoices):
        QUALITY = "quality", _("Survey of participants")
        QUIZ = "quiz", _("Quiz")
        OBSERVED = "observed", _("Observation")
        FINISHED = "finished", _("Completion")
        BEHIND = "behind", _("Age of the toolkit")
        CHANGED = "changed", _("Changed activities")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="drift_warnings")
    measure = models.CharField(max_length=10, choices=Measure.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    nudged_on = models.DateField(null=True, editable=False)
    facts = models.JSONField(default=dict)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = DriftWarnings.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "measure"], condition=Q(state="open"), name="drift_warning_open_once"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(answer=""), name="drift_answer_has_words"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.programme.network_id
