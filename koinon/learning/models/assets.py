"""Files of courses, with their words for who cannot see or hear; packages that others made; links that lead away."""

from django.db import models
from django.db.models import F

from koinon.kit.ids import uuid7
from koinon.kit.models import Upload
from koinon.network.models import Organisation


class Asset(models.Model):
    """A file used in courses, named by the hash of its bytes; `alt` and `transcript`: language -> text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="assets")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    alt = models.JSONField(default=dict)
    transcript = models.JSONField(default=dict)
    is_decoration = models.BooleanField(default=False)
    licence = models.CharField(max_length=20, blank=True)
    credit = models.CharField(max_length=300, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="asset_once_per_organisation")]


class Package(models.Model):
    """A SCORM or H5P package: its archive, what its manifest says, and the folder it is played from (by hash)."""

    class Kind(models.TextChoices):
        SCORM12 = "scorm12", "SCORM 1.2"
        SCORM2004 = "scorm2004", "SCORM 2004"
        H5P = "h5p", "H5P"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="package")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    manifest = models.JSONField(default=dict)
    launch = models.CharField(max_length=500, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]


class Elsewhere(models.Model):
    """An address outside that courses lead to, and whether it answered when it was asked last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(max_length=2000, unique=True)
    asked_at = models.DateTimeField(null=True)
    answers = models.BooleanField(null=True)

    class Meta:
        ordering = ["url"]
        indexes = [models.Index(F("asked_at").asc(nulls_first=True), name="elsewhere_to_ask")]
