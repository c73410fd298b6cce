"""Imports of spreadsheets: a file, its rows with what is wrong with each, what was made of them."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.kit.steps import steps
from koinon.kit.verbs import Actor
from koinon.network.models.networks import Network

INTAKE_STEPS = steps(
    uploaded="checked failed",
    checked="uploaded importing",
    importing="imported checked",
    imported="undone",
    failed="uploaded",
)


class Intakes(models.QuerySet["Intake"]):
    def visible_to(self, me: Actor) -> "Intakes":
        """For those who coordinate the network."""
        return self.filter(network__in=me.scopes("coordinator"))

    def manageable_by(self, me: Actor) -> "Intakes":
        return self.visible_to(me)


class Intake(models.Model):
    """An import of a spreadsheet: file, columns, counts, what came of it. `person` is empty for the command line."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        CHECKED = "checked", _("Ready to look at")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="intakes")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    language = models.CharField(max_length=8, default="en")
    sheet = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    stays = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    work = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Intakes.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["network", "-id"], name="intake_of_network")]

    @property
    def scope_id(self) -> UUID:
        return self.network_id


class IntakeRow(models.Model):
    """One row: its cells, what they mean, what is wrong, who it may be already, what was chosen, what came of it."""

    class Choice(models.TextChoices):
        NEW = "new", _("A new organisation")
        SAME = "same", _("The same organisation")
        SKIP = "skip", _("Leave this row out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    twins = models.JSONField(default=list)
    choice = models.CharField(max_length=4, choices=Choice.choices, blank=True)
    twin = models.CharField(max_length=40, blank=True)
    made = models.JSONField(default=dict)

    class Meta:
        ordering = ["intake", "number"]
        constraints = [models.UniqueConstraint(fields=["intake", "number"], name="intake_row_once")]

    @property
    def scope_id(self) -> UUID:
        return self.intake.network_id
