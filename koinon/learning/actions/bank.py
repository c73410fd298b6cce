"""The question bank: a question changes in place until it is used, then gets the next number; and stands in quizzes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.courses import NOT_YOURS
from koinon.learning.actions.drafts import open_node
from koinon.learning.engine import blocks, documents, reading
from koinon.learning.models import Course, Node, Placed, Question
from koinon.learning.queries.trees import form_of, question_of
from koinon.network.models import Organisation

NOT_BANK = gettext_lazy("Only authors of this organisation may use its questions.")
TAG, MOST_TAGS = 60, 20


@verb("learning.question_kept", rule=rules.keeps_bank, refusal=NOT_BANK)
def put(
    *, by: Actor, organisation: Organisation, question: documents.Question, language: str,
    of: Mapping[str, Any] | None = None,
) -> Question:  # fmt: skip
    """Keep a question under its key: in place while nobody has used it, as the next number once it is in use. What is
    already so changes nothing. A key that is no UUID becomes one, always the same."""
    return kept(organisation, question, language, of)


def kept(
    organisation: Organisation, question: documents.Question, language: str, of: Mapping[str, Any] | None = None
) -> Question:
    """Inside a verb: the row of a question."""
    key = as_uuid(question.key, str(organisation.pk))
    latest = Question.objects.select_for_update().filter(organisation=organisation, key=key, is_latest=True).first()
    facts = _facts(question, language, of)
    if latest is not None and all(getattr(latest, name) == value for name, value in facts.items()):
        return latest
    if latest is not None and not latest.is_used:
        for name, value in facts.items():
            setattr(latest, name, value)
        latest.save()
        return latest
    number = Question.objects.filter(organisation=organisation, key=key).aggregate(top=Max("number"))["top"] or 0
    if latest is not None:
        Question.objects.filter(pk=latest.pk).update(is_latest=False)
    made = Question.objects.create(organisation=organisation, key=key, number=number + 1, **facts)
    if latest is not None:
        _renew_drafts(latest, made)
    return made


@verb("learning.question_placed", rule=rules.may_write_node, refusal=NOT_YOURS)
def place(*, by: Actor, node: Node, question: Question, points: float = 1.0) -> Placed:
    """At the end of a quiz or a survey; once only."""
    open_node(node)
    if node.kind not in ("quiz", "survey"):
        raise ValidationError(_("Questions stand in quizzes and surveys."))
    if question.organisation_id != node.version.course.organisation_id:
        raise ValidationError(_("This question is not in the bank of the course's organisation."))
    if not 0 < points <= 1000:
        raise ValidationError({"points": [_("Please give a number above 0.")]})
    top = node.placed.aggregate(top=Max("order"))["top"] or 0
    made, is_new = Placed.objects.get_or_create(
        node=node, question=question, defaults={"order": top + 1, "points": points}
    )
    if not is_new and made.points != points:
        made.points = points
        made.save(update_fields=["points"])
    return made


@verb("learning.questions_placed", rule=rules.may_write_node, refusal=NOT_YOURS)
def place_all(*, by: Actor, node: Node, questions: Sequence[str], points: float = 1.0) -> Node:
    """Several at once, by their ids."""
    rows = Question.objects.filter(organisation=node.version.course.organisation_id, pk__in=questions)
    for row in rows.order_by("-pk"):
        place(by=by, node=node, question=row, points=points)
    return node


@verb("learning.question_translated", rule=rules.may_translate, refusal=NOT_YOURS)
def translate(
    *, by: Actor, course: Course, language: str, question: Question, said: Mapping[str, str], fits: Collection[str] = ()
) -> Question:
    """The words of a question of this course in another language; what changed or still `fits` belongs to the source
    as it is now."""
    if (
        language == question.language
        or not Placed.objects.filter(question=question, node__version__course=course).exists()
    ):
        raise ValidationError(_("There is nothing to translate here."))
    source, before = question.texts.get(question.language, {}), question.texts.get(language, {})
    words = {name: blocks.inline(said.get(name, before.get(name, ""))) for name in source}
    words = {name: text for name, text in words.items() if text}
    now, old = reading.marks(question.texts, question.language), question.of.get(language, {})
    marks = {
        name: now[name] if name in fits or words[name] != before.get(name) else old.get(name, "")
        for name in words if name in now
    }  # fmt: skip
    whole = question_of(question)
    changed = documents.Question(
        whole.key, whole.kind, whole.parts, {**whole.texts, language: words}, whole.points, whole.shuffles, whole.tags,
        whole.raw,
    )  # fmt: skip
    return kept(question.organisation, changed, question.language, {**question.of, language: marks})


@verb("learning.question_unplaced", rule=rules.may_unplace, refusal=NOT_YOURS)
def unplace(*, by: Actor, placed: Placed) -> Node:
    """Out of the quiz; the question stays in the bank."""
    node = open_node(placed.node)
    placed.delete()
    return node


@verb("learning.question_moved", rule=rules.may_unplace, refusal=NOT_YOURS)
def move(*, by: Actor, placed: Placed, step: str) -> Node:
    """Up or down among the questions of its quiz."""
    node = open_node(placed.node)
    rows = list(node.placed.order_by("order", "id"))
    here = next(number for number, row in enumerate(rows) if row.pk == placed.pk)
    there = here + (-1 if step == "up" else 1)
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for number, row in enumerate(rows, start=1):
        row.order = number
    Placed.objects.bulk_update(rows, ["order"])
    return node


def as_uuid(key: str, seed: str) -> UUID:
    """A key of a document as a row's: itself when it is a UUID, else one that follows from seed and key; new for ""."""
    if not key:
        return uuid4()
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"koinon:{seed}:{key}")


def _facts(question: documents.Question, language: str, of: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a row keeps: words cleaned, tags short, marks of translations (given, or made of what is there now)."""
    if question.kind not in documents.QUESTION_KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    texts: dict[str, dict[str, str]] = {}
    for code, said in question.texts.items():
        kept = {name: blocks.inline(text) for name, text in said.items() if isinstance(text, str) and text.strip()}
        texts |= {code: kept} if kept else {}
    source = reading.marks(texts, language)
    made = {
        code: {name: source[name] for name in said if name in source}
        for code, said in texts.items()
        if code != language
    }
    tags = sorted({prose.line(tag)[:TAG] for tag in question.tags if prose.line(tag)})[:MOST_TAGS]
    given = {code: dict(marks) for code, marks in (of or {}).items()}
    return {
        "kind": question.kind, "language": language, "form": form_of(question), "texts": texts,
        "of": given or made, "tags": tags, "raw": question.raw,
    }  # fmt: skip


def _renew_drafts(old: Question, new: Question) -> None:
    """Quizzes of drafts ask the newest number."""
    rows = Placed.objects.filter(question=old, node__version__published_at=None)
    there = set(Placed.objects.filter(question=new).values_list("node", flat=True))
    rows.exclude(node__in=there).update(question=new)
