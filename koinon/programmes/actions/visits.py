"""Supervision visits: planned, done with a sheet of points, or missed."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.programmes.actions import counting, qualifying
from koinon.programmes.actions.deliveries import NOT_CHECKER
from koinon.programmes.models import OBSERVATION_STEPS, Delivery, Observation
from koinon.programmes.notices import cascade as notices
from koinon.programmes.rules import cascade as rules


@verb("programmes.visit_planned", rule=rules.supervises, refusal=NOT_CHECKER, then=notices.visit_planned)
def plan(*, by: Actor, delivery: Delivery, on: date) -> Observation:
    """The supervisor comes on this day, and the facilitator knows it."""
    if delivery.state not in ("planned", "running"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if not delivery.starts_on <= on <= delivery.ends_on:
        raise ValidationError({"on": [_("Please choose a day on which the delivery takes place.")]})
    return Observation.objects.create(delivery=delivery, on=on, supervisor_id=by.person)


@verb("programmes.visited", rule=rules.may_watch, refusal=NOT_CHECKER, then=notices.visit_done)
def write(*, by: Actor, observation: Observation, sheet: dict[str, int], words: str) -> Observation:
    """What was seen: points by the sheet, and words for the facilitator. The score is the mean."""
    given = qualifying.points(sheet)
    if not given:
        raise ValidationError(_("Give points for at least one line."))
    if observation.on > timezone.localdate():
        raise ValidationError(_("This day is still to come."))
    score = (Decimal(sum(given.values())) / len(given)).quantize(Decimal("0.01"))
    said = prose.said(words, "words", 4000, is_needed=True)
    OBSERVATION_STEPS.move(observation, "done", sheet=given, score=score, words=said, supervisor_id=by.person)
    counting.recount(observation.delivery)
    return observation


@verb("programmes.visit_missed", rule=rules.may_watch, refusal=NOT_CHECKER)
def miss(*, by: Actor, observation: Observation) -> Observation:
    """It did not take place."""
    OBSERVATION_STEPS.move(observation, "missed")
    return observation


@verb("programmes.visit_planned_anew", rule=rules.may_watch, refusal=NOT_CHECKER, then=notices.visit_planned)
def plan_anew(*, by: Actor, observation: Observation, on: date) -> Observation:
    """Another day for a visit that was missed."""
    OBSERVATION_STEPS.move(observation, "planned", on=on)
    return observation
