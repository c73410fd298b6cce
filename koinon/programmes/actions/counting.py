"""The figures of a delivery, from its participants, its run, their answers and visits: kept right by one function."""

from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Q

from koinon.learning.models import Enrolment, Node, Outcome
from koinon.programmes.models import Delivery, Observation, Participant
from koinon.programmes.queries import opinions

CENT = Decimal("0.01")


def recount(delivery: Delivery) -> Delivery:
    """Count anew, in the caller's transaction; the row is locked first, so that two counts come one after the other."""
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    _read_run(held)
    told = Participant.objects.filter(delivery=held).aggregate(
        reached=Count("pk"), finished=Count("pk", filter=Q(has_finished=True)),
        became=Count("pk", filter=Q(has_become=True)), quiz=Avg("quiz"),
    )  # fmt: skip
    seen = Observation.objects.filter(delivery=held, state="done").aggregate(score=Avg("score"))
    said = opinions.whole(held).aggregate(quality=Avg("quality"))
    facts = {
        "number_reached": told["reached"], "number_finished": told["finished"], "number_became": told["became"],
        "quality": _rounded(said["quality"]), "quiz": _rounded(told["quiz"]), "observed": _rounded(seen["score"]),
    }  # fmt: skip
    Delivery.objects.filter(pk=held.pk).update(**facts)
    for row in (held, delivery):
        for name, value in facts.items():
            setattr(row, name, value)
    return held


def _read_run(held: Delivery) -> None:
    """Who finished the course took part to the end, and its quizzes say how well; noted with the participant, so that
    somebody who is ticked by hand as well counts once, and that it stays when names and accounts go."""
    if held.run_id is None:
        return
    rows = Participant.objects.filter(delivery=held, person__isnull=False)
    learnt = Enrolment.objects.filter(run=held.run_id, state="finished")
    rows.filter(has_finished=False, person__in=learnt.values("person")).update(has_finished=True)
    quizzes = Node.objects.filter(version__runs=held.run_id, kind="quiz").values("key")
    scored = Outcome.objects.filter(enrolment__run=held.run_id, node__in=quizzes, share__isnull=False).order_by()
    for person, share in scored.values_list("enrolment__person").annotate(share=Avg("share")):
        rows.filter(person=person).update(quiz=_rounded(share))


def _rounded(found: Any) -> Decimal | None:
    return None if found is None else Decimal(found).quantize(CENT)
