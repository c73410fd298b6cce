"""What a cohort does together: sessions with attendance, discussion, surveys."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.learning.models.runs import Enrolment, Run


class Session(models.Model):
    """A meeting of the cohort, in a room or online, that belongs to a node of the course."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="sessions")
    node = models.UUIDField()
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=400, blank=True)
    is_cancelled = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_later")]

    @property
    def scope_id(self) -> UUID | None:
        return self.run.network_id

    @property
    def uid(self) -> str:
        """The name by which calendars know it for ever."""
        return f"session-{self.pk}@koinon"


class Attendance(models.Model):
    """Somebody was there, or was not; written by a facilitator, also offline (`id` is the client's)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendance")
    is_there = models.BooleanField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    client_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["session", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once")]


class Post(models.Model):
    """What somebody says in a discussion of a run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="posts")
    node = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField()
    text_html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    hidden_why = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "node", "id"], name="post_in_run")]


class SurveyAnswer(models.Model):
    """Answers to a survey, without a name; that somebody answered is an event of their enrolment.

    `group` counts groups of items.FEW answers: a group is shown when it is whole, so that nobody sees one answer come.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="survey_answers")
    node = models.UUIDField()
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    group = models.PositiveIntegerField(default=0)
    on = models.DateField(auto_now_add=True)

    class Meta:
        ordering = ["run", "node", "id"]
