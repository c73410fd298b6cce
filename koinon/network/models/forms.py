"""Questionnaires of a network: forms, and their versions that stay as they were once they are published."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.names import name_in
from koinon.network.models.networks import Network

FORM_STEPS = steps(draft="published", published="retired")


class Forms(models.QuerySet["Form"]):
    def manageable_by(self, me: Actor) -> "Forms":
        return self.filter(network__in=me.scopes("coordinator"))


class Form(models.Model):
    """What a network asks its applicants, or its members once a year; the questions are in its versions."""

    class Purpose(models.TextChoices):
        APPLICATION = "application", _("Application form")
        REPORT = "report", _("Report form")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="forms")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    names = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Forms.as_manager()

    class Meta:
        ordering = ["network", "purpose", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network"], condition=Q(purpose="application"), name="form_one_application_per_network"
            )
        ]

    def __str__(self) -> str:
        return name_in(self.names, self.network.language)

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class FormVersion(models.Model):
    """The questions of a form at one time: changed while it is a draft, never after that (see koinon.kit.questions)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Replaced")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    schema: Any = models.JSONField(default=dict)
    removed: Any = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["form", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="draft"), name="form_one_draft"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="published"), name="form_one_published"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="form_published_says_when"
            ),
            Frozen(
                name="form_version_stays",
                columns=["form_id", "number", "schema", "published_at"],
                once="OLD.state <> 'draft'",
            ),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.form.network_id
