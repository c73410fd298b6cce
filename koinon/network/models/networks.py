"""Networks and the people who coordinate them."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.kit.ids import uuid7
from koinon.kit.verbs import Actor
from koinon.network.models.names import name_in


class Networks(models.QuerySet["Network"]):
    def visible_to(self, me: Actor) -> "Networks":
        """Public sites for everybody; closed ones for those who belong and for those who run them."""
        return self.filter(Q(is_public=True) | Q(pk__in=list(me.roles)))

    def manageable_by(self, me: Actor) -> "Networks":
        return self.filter(pk__in=me.scopes("coordinator"))

    def staffed_by(self, me: Actor) -> "Networks":
        """Those whose applications I read: as coordinator or as reviewer."""
        return self.filter(pk__in=me.scopes("coordinator") + me.scopes("reviewer"))


class Network(models.Model):
    """A network of places that learn; almost everything is scoped by it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    purpose = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    accent = models.CharField(max_length=20, default="aegean")
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    is_public = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    founded_at = models.DateTimeField(auto_now_add=True)

    objects = Networks.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return name_in(self.names, self.language)

    @property
    def scope_id(self) -> UUID:
        return self.pk


class Coordinations(models.QuerySet["Coordination"]):
    def in_force(self) -> "Coordinations":
        return self.filter(period__contains=date.today(), cut_at=None)

    def manageable_by(self, me: Actor) -> "Coordinations":
        return self.filter(network__in=me.scopes("coordinator"))


class Coordination(models.Model):
    """A person who coordinates (or reviews applications of) a network, from a day to a day."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        REVIEWER = "reviewer", _("Reviewer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="coordinations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="coordinations")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.COORDINATOR)
    period = DateRangeField()
    cut_at = models.DateTimeField(null=True, editable=False)

    objects = Coordinations.as_manager()

    class Meta:
        ordering = ["network", "id"]
        constraints = [
            ExclusionConstraint(
                name="coordination_once_at_a_time",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(cut_at=None),
            )
        ]

    @property
    def scope_id(self) -> UUID:
        return self.network_id
