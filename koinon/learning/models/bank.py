"""The question bank of an organisation: a question keeps its key; each change after use makes a new number."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.learning.models.courses import Node
from koinon.network.models import Organisation


class Question(models.Model):
    """One number of a question: `form` and `texts` as engine.documents.Question has them; `of`: marks of translations
    (language -> name -> mark of the source)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="questions")
    key = models.UUIDField(default=uuid4)
    number = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    form = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    of = models.JSONField(default=dict)
    tags = ArrayField(models.CharField(max_length=60), default=list)
    raw = models.TextField(blank=True)
    is_latest = models.BooleanField(default=True)
    is_used = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [GinIndex(fields=["tags"], name="question_by_tag")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key", "number"], name="question_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "key"], condition=models.Q(is_latest=True), name="question_one_latest"
            ),
            Frozen(name="question_used_stays", columns=["form", "texts", "kind"], once="OLD.is_used"),
        ]


class Placed(models.Model):
    """A question stands in a quiz, at a place; the number it had then stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="placed")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="placed")
    order = models.PositiveIntegerField(default=0)
    points = models.FloatField(default=1.0)

    class Meta:
        ordering = ["node", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["node", "question"], name="question_once_in_quiz"),
            models.CheckConstraint(condition=models.Q(points__gt=0), name="question_points_above_zero"),
        ]
