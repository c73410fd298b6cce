"""Drift is told to those who run a programme, answered by them, and forgotten when it is no longer so."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.programmes.engine.drift import Drift
from koinon.programmes.models import DRIFT_STEPS, DriftWarning, Programme
from koinon.programmes.notices import lineage as notices
from koinon.programmes.rules import lineage as rules

DAYS = timedelta(days=30)


@verb("programmes.drift_found", rule=only_machine, then=notices.found)
def warn(*, by: Actor, programme: Programme, drift: Drift) -> DriftWarning:
    """Something gets worse from generation to generation: those who run the programme hear of it once."""
    due = timezone.localdate() + DAYS
    return DriftWarning.objects.create(
        programme=programme, measure=drift.measure, facts=drift.facts(), due_on=due
    )  # fmt: skip


@verb("programmes.drift_answered", rule=rules.may_answer_drift)
def answer(*, by: Actor, warning: DriftWarning, answer: str) -> DriftWarning:
    """What is done about it, in words; it leaves the desk."""
    if not answer.strip():
        raise ValidationError({"answer": _("Please say it in a sentence.")})
    DRIFT_STEPS.move(
        warning, "answered", answer=answer.strip(), answered_by_id=by.person, moved_at=timezone.now()
    )  # fmt: skip
    return warning


@verb("programmes.drift_gone", rule=only_machine)
def forget_drift(*, by: Actor, warning: DriftWarning) -> DriftWarning:
    """It is no longer so: nobody has to answer."""
    DRIFT_STEPS.move(warning, "gone", moved_at=timezone.now())
    return warning


@verb("programmes.drift_reminded", rule=only_machine, then=notices.found)
def remind_of_drift(*, by: Actor, warning: DriftWarning) -> DriftWarning:
    """Once, when the last day has come and nobody has answered."""
    fresh = DriftWarning.objects.filter(pk=warning.pk, state="open", nudged_on=None)
    if not fresh.update(nudged_on=timezone.localdate()):
        raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
    return warning
