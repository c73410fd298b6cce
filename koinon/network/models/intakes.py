"""Imports of spreadsheets."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.network.models.networks import Network

INTAKE_STEPS = steps(
    uploaded="checked failed discarded",
    checked="checked importing discarded",
    importing="imported checked",
    imported="undone",
)


class Intake(models.Model):
    """An import of a spreadsheet: file, guessed columns, checked rows, what it made (to undo it)."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        CHECKED = "checked", _("Ready to look at")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")
        FAILED = "failed", _("Could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="intakes")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    columns = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    faults = models.PositiveIntegerField(default=0)
    twins = models.PositiveIntegerField(default=0)
    made = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    work = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
