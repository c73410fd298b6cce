"""Badges that events give: whoever is certified to have attended gets them too."""

from uuid import UUID

from django.db import models

from koinon.accounts.models import Person
from koinon.events.models import Event
from koinon.kit.ids import uuid7
from koinon.learning.models.credentials import Achievement


class EventBadge(models.Model):
    """This event gives this badge with its certificate of attendance."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="badges")
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="event_badges")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["event", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "achievement"], name="event_badge_once")]

    @property
    def scope_id(self) -> UUID | None:
        return self.event.network_id
