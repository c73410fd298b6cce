"""What arrived from devices that had no connection: each thing counts once, whatever is sent again."""

from django.db import models

from koinon.accounts.models import Person
from koinon.kit.frozen import Frozen
from koinon.kit.ids import uuid7
from koinon.learning.models.runs import Run


class Received(models.Model):
    """One thing taken from the outbox of a device; `key` is the client's, `client_at` what its clock said then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="received")
    key = models.UUIDField()
    kind = models.CharField(max_length=10)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    node = models.UUIDField(null=True)
    device = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField(default=0)
    client_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="received_once"),
            Frozen(name="received_stays", columns=["person_id", "key", "kind", "sequence", "client_at", "at"]),
        ]
