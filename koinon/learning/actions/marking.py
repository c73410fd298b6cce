"""What facilitators say of what learners did: evidence accepted or sent back, long answers read, excused, reopened."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import attempts, progress
from koinon.learning.engine.documents import digest
from koinon.learning.models import EVIDENCE_STEPS, Answered, Attempt, Enrolment, Evidence
from koinon.learning.notices import learning as learners
from koinon.learning.notices import teaching as notices
from koinon.learning.queries.trees import questions_of, tree_of
from koinon.learning.rules import runs as rules
from koinon.learning.rules import teaching

NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
FEEDBACK, WHY = 5000, 300


def _to_learner(*, by: Actor, result: Evidence) -> None:
    learners.evidence_answered(by=by, result=result)


@verb("learning.evidence_looked_at", rule=teaching.may_look, refusal=NOT_YOURS, then=_to_learner)
def look_at(
    *, by: Actor, evidence: Evidence, says: str, points: Mapping[str, float] | None = None, feedback: str = "",
    seen: str | None = None,
) -> Evidence:  # fmt: skip
    """Accept it, or send it back with advice; `points` by the keys of the rubric. An acceptance can be taken back.

    `seen` is mark_of() what the facilitator read: when the learner has changed it since, nothing is said of it.
    """
    if says not in ("accepted", "returned"):
        raise ValidationError({"says": [_("Please choose one of the list.")]})
    advice = prose.clean(feedback)[:FEEDBACK]
    if says == "returned" and not advice:
        raise ValidationError({"feedback": [_("Please say in a few words what would make it better.")]})
    _hold(evidence.enrolment_id)
    if seen is not None and seen != mark_of(Evidence.objects.get(pk=evidence.pk)):
        raise ValidationError(_("Somebody else was quicker: please look again."), code="overtaken")
    given = _points(evidence, points or {})
    EVIDENCE_STEPS.move(
        evidence, says, moved_at=timezone.now(), due_on=None, points=given, feedback=advice, looked_at_by_id=by.person
    )
    data = {"evidence": str(evidence.pk), "round": evidence.round}
    progress.write(evidence.enrolment, [progress.happening(by, evidence.enrolment, evidence.node, says, data)])
    return evidence


def mark_of(evidence: Evidence) -> str:
    """What of the evidence is read before somebody decides: another mark, and it is something else."""
    files = [str(key) for key in evidence.files.order_by("id").values_list("pk", flat=True)]
    return digest([evidence.round, evidence.text, evidence.witness, evidence.witness_email, files])


def _hold(enrolment: UUID) -> None:
    """First, as whoever hands something in does: so that nobody waits for somebody who waits for them."""
    Enrolment.objects.select_for_update().get(pk=enrolment)


def _answers_read(*, by: Actor, result: Answered) -> None:
    if result.attempt.state == "marked":
        learners.answers_read(by=by, result=result.attempt)


@verb("learning.answer_read", rule=teaching.may_read, refusal=NOT_YOURS, then=_answers_read)
def read_answer(*, by: Actor, answered: Answered, points: float, feedback: str = "") -> Answered:
    """Points for a long answer, of those that the question is worth; with the last one the attempt is marked."""
    _hold(answered.attempt.enrolment_id)
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__run__version")
        .get(pk=answered.attempt_id)
    )
    if attempt.state == "open":
        raise ValidationError(_("This has not been handed in yet."))
    worth = worth_of(attempt, answered.question)
    if not 0 <= points <= worth:
        raise ValidationError({"points": [_("Between 0 and %(most)s.") % {"most": f"{worth:g}"}]})
    answered.share, answered.feedback = points / worth if worth else 1.0, prose.clean(feedback)[:FEEDBACK]
    answered.by_id = by.person
    answered.save(update_fields=["share", "feedback", "by"])
    answered.attempt = attempts.settle(by=by, attempt=attempt)
    return answered


def worth_of(attempt: Attempt, question: UUID) -> float:
    """The points a question is worth in this attempt: as it was marked, else as the quiz has it now."""
    said = (attempt.marks or {}).get(str(question), {}).get("points")
    if said is not None:
        return float(said)
    node = tree_of(attempt.enrolment.run.version).rows.get(str(attempt.node))
    return next((each.points for each in questions_of(node) if each.key == str(question)), 1.0) if node else 1.0


@verb("learning.part_excused", rule=teaching.may_decide, refusal=NOT_YOURS, then=notices.decided)
def excuse(*, by: Actor, enrolment: Enrolment, node: UUID | str, why: str) -> Enrolment:
    """It counts as done, for a reason that the learner reads."""
    return _decide(by, enrolment, node, "excused", why)


@verb("learning.part_reopened", rule=teaching.may_decide, refusal=NOT_YOURS, then=notices.decided)
def reopen(*, by: Actor, enrolment: Enrolment, node: UUID | str, why: str) -> Enrolment:
    """To be done anew, for a reason that the learner reads; what was handed in stays, and counts no more."""
    return _decide(by, enrolment, node, "reopened", why)


@verb("learning.helped", rule=rules.may_answer, refusal=NOT_YOURS)
def helped(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """Somebody who had asked for help has been answered."""
    Enrolment.objects.filter(pk=enrolment.pk).update(needs_help=False)
    enrolment.needs_help = False
    return enrolment


@verb("learning.evidence_waits", rule=only_machine, then=notices.evidence_waits)
def remind(*, by: Actor, evidence: Evidence) -> Evidence:
    """Its day has come and nobody has looked at it: who teaches hears of it once more."""
    rows = Evidence.objects.filter(pk=evidence.pk, state="handed_in", reminded_on=None)
    if not rows.update(reminded_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return evidence


def _decide(by: Actor, enrolment: Enrolment, node: UUID | str, kind: str, why: str) -> Enrolment:
    said = prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please write a few words.")]})
    found = tree_of(enrolment.run.version).node(node)
    if found is None or enrolment.state not in ("enrolled", "finished"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if kind == "reopened":
        waiting = Evidence.objects.filter(enrolment=enrolment, node=found.key, state__in=["accepted", "handed_in"])
        for row in waiting:
            _return(row, by, said)
    progress.write(enrolment, [progress.happening(by, enrolment, found.key, kind, {"why": said})])
    enrolment.told = (found.key, kind, said)  # type: ignore[attr-defined]
    return enrolment


def _return(row: Evidence, by: Actor, why: str) -> None:
    EVIDENCE_STEPS.move(row, "returned", moved_at=timezone.now(), due_on=None, feedback=why, looked_at_by_id=by.person)


def _points(evidence: Evidence, said: Mapping[str, float]) -> dict[str, float]:
    """Points by the rubric of the task; other keys are left out, too many or too few are said beside the field."""
    node = tree_of(evidence.enrolment.run.version).node(evidence.node)
    rubric: list[dict[str, Any]] = list(node.settings.get("rubric", ())) if node else []
    given, wrong = {}, {}
    for line in rubric:
        key, most = str(line["key"]), float(line.get("points", 1))
        if key in said:
            given[key] = float(said[key])
            if not 0 <= given[key] <= most:
                wrong[f"points_{key}"] = [_("Between 0 and %(most)s.") % {"most": f"{most:g}"}]
    if wrong:
        raise ValidationError(wrong)
    return given
