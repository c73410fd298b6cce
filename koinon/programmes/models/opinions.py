"""What those who took part thought: answers to the programme's short form, without a name, an hour or an order."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q

from koinon.programmes.models.deliveries import Delivery


class Opinion(models.Model):
    """One answer. Its id is random, not made of the time, and it leads to nobody; that somebody answered stands with
    the participant. `quality` (1 to 5) is the question by which generations are compared; `group` counts fives, because
    whole groups are shown and counted, and no single answer can be reckoned out of two looks.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="opinions")
    quality = models.PositiveSmallIntegerField()
    answers = models.JSONField(default=dict)
    group = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["delivery", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quality__gte=1, quality__lte=5), name="opinion_quality_fits"),
        ]

    @property
    def scope_id(self) -> UUID:
        return self.delivery.programme.network_id
