"""Results of a run: each question over all languages, and surveys without names."""

from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext as _

from koinon.learning.engine import blocks, items
from koinon.learning.engine.documents import Question
from koinon.learning.engine.questions import GAP
from koinon.learning.models import Answered, Placed, Run, SurveyAnswer
from koinon.learning.queries.trees import question_of, tree_of

WORDS = 300
"""Free answers of a survey shown at most."""


def results(run: Run, language: str) -> dict[str, Any]:
    """Every quiz and survey of the course in its order; four queries, whatever the number of learners."""
    tree = tree_of(run.version)
    languages = (language, *run.languages, tree.language)
    asked: dict[str, list[Question]] = defaultdict(list)
    placed = Placed.objects.filter(node__version=run.version).select_related("question", "node")
    for row in placed.order_by("order", "id"):
        asked[str(row.node.key)].append(question_of(row.question, row.points))
    given, said = _given(run), _said(run)
    quizzes, surveys = [], []
    for node in tree.nodes:
        title = tree.title(node.key, languages)[0]
        if node.kind == "quiz":
            rows = [_question(each, given.get((node.key, each.key), []), languages) for each in asked[node.key]]
            quizzes.append({"title": title, "rows": rows})
        if node.kind == "survey":
            surveys.append({"title": title, **_survey(asked[node.key], said.get(node.key, []), languages)})
    return {"quizzes": quizzes, "surveys": surveys, "few": items.FEW, "enough": items.ENOUGH}


def _given(run: Run) -> dict[tuple[str, str], list[items.Given]]:
    """Answers by quiz and question. The rest of an attempt is what it earned beside this question."""
    rows = Answered.objects.filter(attempt__enrolment__run=run).exclude(attempt__state="open").order_by()
    names = ("attempt", "attempt__node", "question", "parts", "share", "attempt__language")
    values = list(rows.values_list(*names))
    sums: dict[Any, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for attempt, _node, _question, _parts, share, _language in values:
        if share is not None:
            total, number = sums[attempt]
            sums[attempt] = (total + share, number + 1)
    found: dict[tuple[str, str], list[items.Given]] = defaultdict(list)
    for attempt, node, question, parts, share, spoken in values:
        total, number = sums[attempt]
        others = number - (share is not None)
        rest = (total - (share or 0.0)) / others if others else None
        found[str(node), str(question)].append(items.Given(share, rest, items.keys_of(parts), spoken))
    return found


def _said(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Answers of surveys by survey, in no order of arrival; only groups that are whole, so none is seen to come."""
    rows = list(SurveyAnswer.objects.filter(run=run).order_by("id").values_list("node", "answers", "group"))
    whole = {node: number // items.FEW for node, number in Counter(node for node, _said, _group in rows).items()}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node, answers, group in rows:
        if group < whole[node]:
            found[str(node)].append(answers)
    return found


def _question(question: Question, given: list[items.Given], languages: tuple[str, ...]) -> dict[str, Any]:
    found = items.item(given)
    parts = []
    for part in question.parts if question.kind in ("single", "multiple", "true_false") else ():
        number = found.chosen.get(part.key, 0)
        share = number / found.number if found.number else 0
        parts.append({"words": _choice(question, part.key, languages), "number": number,
                      "share": round(share * 100), "is_right": part.credit > 0,
                      "is_idle": part.credit <= 0 and found.number >= items.ENOUGH and not number})  # fmt: skip
    return {
        "stem": _words(question, "stem", languages), "item": found, "parts": parts,
        "difficulty": None if found.difficulty is None else round(found.difficulty * 100),
        "discrimination": found.discrimination, "advice": _advice(found),
        "languages": sorted(found.languages.items()),
    }  # fmt: skip


def _advice(found: items.Item) -> str:
    """A code for the sentence under a question: what an author should look at."""
    if found.number < items.ENOUGH:
        return "few"
    if found.discrimination is not None and found.discrimination < 0:
        return "against"
    if found.difficulty is not None and found.difficulty < 0.3:
        return "hard"
    return "easy" if found.difficulty is not None and found.difficulty > 0.95 else ""


def _survey(questions: list[Question], said: list[dict[str, Any]], languages: tuple[str, ...]) -> dict[str, Any]:
    """Numbers of each choice with those below FEW hidden; words only when enough people have answered."""
    if len(said) < items.FEW:
        return {"is_hidden": True, "rows": [], "number": None}
    return {"is_hidden": False, "number": len(said), "rows": [_opinion(each, said, languages) for each in questions]}


def _opinion(question: Question, said: list[dict[str, Any]], languages: tuple[str, ...]) -> dict[str, Any]:
    answers = [each[question.key] for each in said if question.key in each]
    row: dict[str, Any] = {"stem": _words(question, "stem", languages), "choices": [], "words": []}
    if question.kind in ("single", "multiple", "true_false"):
        counted: Counter[Hashable] = Counter({part.key: 0 for part in question.parts})
        counted.update(
            part.key for each in answers for part in question.parts if isinstance(each, dict) and each.get(part.key)
        )
        shown = items.hidden(counted)
        row["choices"] = [(_choice(question, part.key, languages), shown[part.key]) for part in question.parts]
    elif len(answers) >= items.FEW:
        texts = [str(each.get("", "")) for each in answers if isinstance(each, dict)]
        row["words"] = [text for text in texts if text][:WORDS]
    return row


def _choice(question: Question, key: str, languages: tuple[str, ...]) -> str:
    """What stands beside a choice; true and false need no words of their author."""
    words = _words(question, f"{key}.text", languages)
    if words or question.kind != "true_false":
        return words or key
    return _("True") if key == "true" else _("False")


def _words(question: Question, name: str, languages: tuple[str, ...]) -> str:
    for each in (*languages, *question.texts):
        if said := question.texts.get(each, {}).get(name):
            return GAP.sub("…", blocks.line(str(said)))
    return ""
