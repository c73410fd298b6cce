"""What stays of an event: feedback without names, photos with consent, what was shown, the report, lists given away."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.events.models.events import Event, EventForm
from koinon.events.models.registrations import Registration
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.network.models import Organisation

EVENT_REPORT_STEPS = steps(draft="published", published="draft")


class Feedback(models.Model):
    """What somebody thought, without their name; that they answered stands in `told` of their registration.

    `group` counts groups of five answers: a group is shown when it is whole, so that nobody sees one answer come.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="feedback")
    form = models.ForeignKey(EventForm, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    group = models.PositiveIntegerField(default=0)
    on = models.DateField(auto_now_add=True)

    class Meta:
        ordering = ["event", "id"]


class Photo(models.Model):
    """A picture of an event; who can be recognised is named, so that a consent taken back reaches it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="photos")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")
    alt = models.CharField(max_length=300)
    credit = models.CharField(max_length=160, blank=True)
    people = models.ManyToManyField(Registration, blank=True, related_name="photos")
    nobody_is_seen = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    hidden_why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(is_public=False) | Q(hidden_why=""), name="photo_hidden_is_not_public")
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id


class Shown(models.Model):
    """Something that was shown at a dissemination event, or came of another: what it is, and where it can be had."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shown")
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    link = models.URLField(max_length=400, blank=True)
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["event", "order", "id"]


class EventReport(models.Model):
    """The report of an event, drafted from what happened. Once published its figures stay as they were."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="report")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            Frozen(
                name="event_report_stays",
                columns=["figures"],
                once="OLD.state = 'published' AND NEW.state = OLD.state",
            )
        ]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id


class ReportPart(models.Model):
    """What one host or one visiting organisation writes into the joint report of a study visit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(EventReport, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    text_html = models.TextField(blank=True)
    is_done = models.BooleanField(default=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["report", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "organisation"], name="event_report_part_once")]

    @property
    def scope_id(self) -> UUID | None:
        return self.report.event.network_id


class ListGiven(models.Model):
    """A list of participants that left the house: for whom, by whom, which fields; its mark is on each page.

    `people`: the registrations that stand on it, so that who holds it can be told when one of them takes it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="lists_given")
    for_whom = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    people = ArrayField(models.UUIDField(), default=list, editable=False)
    rows = models.PositiveIntegerField()
    mark = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id


class ListRecall(models.Model):
    """Somebody on a list that was given away has taken back their consent: who holds it must be told, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    given = models.ForeignKey(ListGiven, on_delete=models.CASCADE, related_name="recalls")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["given", "id"]
        constraints = [models.UniqueConstraint(fields=["given", "registration"], name="list_recall_once")]

    @property
    def scope_id(self) -> UUID | None:
        return self.given.event.network_id
