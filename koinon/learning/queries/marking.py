"""What waits to be looked at, one after the other: evidence and long answers of a run, and their neighbours."""

from dataclasses import dataclass
from typing import Any

from koinon.kit.addresses import to
from koinon.learning.actions import marking
from koinon.learning.engine import blocks
from koinon.learning.models import Answered, Evidence, Question, Run
from koinon.learning.queries.cohorts import answers_waiting, evidence_waiting
from koinon.learning.queries.trees import question_of, tree_of


@dataclass(frozen=True)
class Beside:
    """Where one goes from here: addresses of the ones before and after, and how many wait."""

    before: str = ""
    after: str = ""
    place: int = 0
    total: int = 0


def line(run: Run) -> list[str]:
    """Addresses of all that waits in a run: evidence first, what is due first; then long answers. Two queries."""
    seen = evidence_waiting([run.pk]).values_list("pk", flat=True)[:500]
    read = answers_waiting([run.pk]).values_list("pk", flat=True)[:500]
    return [*(to("learning:evidence", key) for key in seen), *(to("learning:answer", key) for key in read)]


def beside(run: Run, here: str) -> Beside:
    """The neighbours of a page in that line; one that was looked at already stands before the first."""
    waiting = line(run)
    if here not in waiting:
        return Beside(after=waiting[0] if waiting else "", total=len(waiting))
    at = waiting.index(here)
    before = waiting[at - 1] if at else ""
    after = waiting[at + 1] if at + 1 < len(waiting) else ""
    return Beside(before, after, at + 1, len(waiting))


def rubric_of(evidence: Evidence, language: str) -> list[tuple[str, str, float]]:
    """(key, what is looked at, most points) for each line of the rubric of its task."""
    tree = tree_of(evidence.enrolment.run.version)
    node = tree.node(evidence.node)
    if node is None:
        return []
    return [
        (str(each["key"]), _words(tree, evidence, str(each["key"]), language), float(each.get("points", 1)))
        for each in node.settings.get("rubric", ())
    ]


def _words(tree: Any, evidence: Evidence, key: str, language: str) -> str:
    """The line of the rubric in the reader's language, else in one that has it; its key when nobody wrote one."""
    from koinon.learning.models import Text

    row = tree.rows.get(str(evidence.node))
    said = dict(Text.objects.filter(node=row).values_list("language", "said")) if row else {}
    for each in (language, *evidence.enrolment.run.languages, tree.language, *said):
        for name in (f"rubric.{key}", f"{key}.text"):
            words = said.get(each, {}).get(name)
            if words:
                return blocks.line(str(words))
    return key


def answer(answered: Answered, language: str) -> dict[str, Any]:
    """A long answer with its question, as a facilitator reads them. Two queries."""
    attempt = answered.attempt
    row = Question.objects.filter(key=answered.question, number=answered.number).first()
    row = row or Question.objects.filter(key=answered.question).order_by("-number").first()
    said = attempt.answers.get(str(answered.question)) or {}
    words = said.get("", "") if isinstance(said, dict) else ""
    found = question_of(row) if row else None
    texts = (found.texts if found else {}) or {}
    wanted = (language, attempt.language, *texts)
    spoken = next((each for each in wanted if texts.get(each, {}).get("stem")), "")
    return {
        "stem": blocks.line(str(texts.get(spoken, {}).get("stem", ""))), "stem_language": spoken,
        "words": str(words), "worth": marking.worth_of(attempt, answered.question),
        "title": tree_of(attempt.enrolment.run.version).title(attempt.node, (language, attempt.language))[0],
    }  # fmt: skip
