"""The figures of a delivery, from its participants and visits: kept right by one function. No verbs."""

from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q

from koinon.programmes.models import Delivery, Observation, Participant

CENT = Decimal("0.01")


def recount(delivery: Delivery) -> Delivery:
    """Count anew, in the caller's transaction; the row is locked first, so that two counts come one after the other."""
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    told = Participant.objects.filter(delivery=held).aggregate(
        reached=Count("pk"), finished=Count("pk", filter=Q(has_finished=True)),
        became=Count("pk", filter=Q(has_become=True)), quality=Avg("quality"), quiz=Avg("quiz"),
    )  # fmt: skip
    seen = Observation.objects.filter(delivery=held, state="done").aggregate(score=Avg("score"))
    facts = {
        "number_reached": told["reached"], "number_finished": told["finished"], "number_became": told["became"],
        "quality": _rounded(told["quality"]), "quiz": _rounded(told["quiz"]), "observed": _rounded(seen["score"]),
    }  # fmt: skip
    Delivery.objects.filter(pk=held.pk).update(**facts)
    for row in (held, delivery):
        for name, value in facts.items():
            setattr(row, name, value)
    return held


def _rounded(found: Any) -> Decimal | None:
    return None if found is None else Decimal(found).quantize(CENT)
