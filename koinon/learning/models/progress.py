"""What learners did (events, for ever), attempts at quizzes, evidence of practice, and what follows: outcomes."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.learning.models.runs import Enrolment

EVIDENCE_STEPS = steps(handed_in="accepted returned", returned="handed_in", accepted="returned")
ATTEMPT_STEPS = steps(open="handed_in", handed_in="marked", marked="")


class Happening(models.Model):
    """An event of one enrolment (engine.progress.Event): the id is the client's, so the same twice is one."""

    id = models.UUIDField(primary_key=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="happenings")
    node = models.UUIDField()
    kind = models.CharField(max_length=12)
    data = models.JSONField(default=dict)
    device = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    client_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["enrolment", "at", "id"]
        constraints = [
            Frozen(
                name="happening_stays",
                columns=["enrolment_id", "node", "kind", "data", "device", "sequence", "client_at", "at"],
            ),
        ]


class Attempt(models.Model):
    """One try at a quiz: what was answered (saved as it is written), until when, and how it was marked."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        HANDED_IN = "handed_in", _("Handed in")
        MARKED = "marked", _("Marked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    node = models.UUIDField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    language = models.CharField(max_length=8)
    seed = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    points = models.FloatField(null=True)
    of_points = models.FloatField(null=True)
    ends_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["enrolment", "node", "number"]
        indexes = [models.Index(fields=["ends_at"], condition=Q(state="open"), name="attempt_that_ends")]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "node", "number"], name="attempt_number_once"),
            models.UniqueConstraint(fields=["enrolment", "node"], condition=Q(state="open"), name="attempt_one_open"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(handed_in_at__isnull=False), name="attempt_has_moment"
            ),
            Frozen(
                name="attempt_answers_stay",
                columns=["answers", "seed", "language"],
                once="OLD.state <> 'open' AND NEW.answers <> '{}'::jsonb",
            ),
        ]


class Answered(models.Model):
    """One question of one attempt as it was marked: what statistics over all languages are made of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answered")
    question = models.UUIDField()
    number = models.PositiveIntegerField()
    parts = models.JSONField(default=list)
    share = models.FloatField(null=True)
    feedback = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["attempt", "id"]
        indexes = [models.Index(fields=["question", "number"], name="answered_question")]
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="answered_once")]


class Evidence(models.Model):
    """Practice shown: words, photos, files, a witness; looked at by a facilitator with a rubric. `history`: for each
    earlier round {"round", "text", "points", "feedback", "at"}, so that the way stays readable."""

    class State(models.TextChoices):
        HANDED_IN = "handed_in", _("Handed in")
        RETURNED = "returned", _("Sent back with advice")
        ACCEPTED = "accepted", _("Accepted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="evidence")
    node = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HANDED_IN)
    moved_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True)
    text = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    witness = models.CharField(max_length=200, blank=True)
    witness_email = models.EmailField(blank=True)
    witness_agrees = models.BooleanField(null=True)
    witness_says = models.CharField(max_length=500, blank=True)
    witness_asked_at = models.DateTimeField(null=True)
    witness_reminded_at = models.DateTimeField(null=True)
    witnessed_at = models.DateTimeField(null=True)
    points = models.JSONField(default=dict)
    feedback = models.TextField(blank=True)
    looked_at_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    history = models.JSONField(default=list)
    reminded_on = models.DateField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "node"], name="evidence_once"),
            models.CheckConstraint(
                condition=~Q(state="handed_in") | Q(due_on__isnull=False), name="evidence_wait_has_day"
            ),
        ]


class EvidenceFile(models.Model):
    """A photo or file shown as evidence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="files")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["evidence", "id"]


class Outcome(models.Model):
    """Derived from events and rebuilt at any time: where an enrolment stands at a node, with the reason as data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="outcomes")
    node = models.UUIDField(null=True)
    state = models.CharField(max_length=12)
    share = models.FloatField(null=True)
    why = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["enrolment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "node"], nulls_distinct=False, name="outcome_once"),
        ]


class PlayState(models.Model):
    """Where somebody stopped in a package (SCORM data, H5P state), as the package last said it.

    `sitting` is the opening that said it and `number` the place of that word in it: an older word, or the same again,
    changes nothing. `told` is the result that the last event of progress carries.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="play_states")
    node = models.UUIDField()
    data = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    sitting = models.UUIDField(null=True)
    number = models.PositiveIntegerField(default=0)
    commits = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["enrolment", "id"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "node"], name="play_state_once")]
