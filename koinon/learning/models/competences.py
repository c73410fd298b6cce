"""Frameworks of competences: what somebody can do, named by URI, so that others understand it too."""

from django.db import models
from django.db.models import Q

from koinon.kit.ids import uuid7
from koinon.network.models import Organisation


class Framework(models.Model):
    """A list of competences: one that the product ships, or an organisation's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="frameworks"
    )
    name = models.CharField(max_length=200)
    uri = models.URLField(max_length=400)
    credit = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "uri"], nulls_distinct=False, name="framework_uri_once")
        ]


class Competence(models.Model):
    """One competence; `names`: language -> name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="competences")
    code = models.CharField(max_length=60, blank=True)
    uri = models.URLField(max_length=400)
    names = models.JSONField(default=dict)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["framework", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "uri"], name="competence_uri_once"),
            models.CheckConstraint(condition=~Q(uri=""), name="competence_has_a_uri"),
        ]
