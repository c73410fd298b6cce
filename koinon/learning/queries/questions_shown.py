"""Questions as a page asks them, without JavaScript: names of fields, choices in the order of the attempt, what was
answered, and after the marking what was right. And back: answers from what a browser sends.

Fields are named by keys: `a.<question>` or `a.<question>.<part>`; `on.<question>` says that the page asked it. Keys of
parts go out as cover names, for a key may tell what is right: by its place, its words, or its fellow on the other side.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from koinon.learning.engine import blocks, fallback, grading
from koinon.learning.engine.blocks import Shown
from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.questions import GAP

Shows = Callable[[str], Shown | None]
CHOICES = ("single", "multiple", "true_false")


@dataclass
class Choice:
    """One thing to tick or to pick. `is_right`: None while nothing is told."""

    value: str
    label: SafeString | str
    is_chosen: bool = False
    is_right: bool | None = None
    feedback: SafeString | str = ""


@dataclass
class Input:
    """One field: of kind text, number, words or pick (with its choices), with the words before it."""

    name: str
    ident: str
    kind: str
    label: SafeString | str = ""
    value: str = ""
    choices: list[Choice] = field(default_factory=list)
    is_right: bool | None = None
    feedback: SafeString | str = ""


@dataclass
class Asking:
    """A question on a page. `pieces`: a cloze as text and fields in turn."""

    key: str
    place: int
    kind: str
    stem: SafeString
    language: str
    points: float
    choices: list[Choice] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    pieces: list[tuple[SafeString, Input | None]] = field(default_factory=list)
    is_answered: bool = False
    mark: Mapping[str, Any] | None = None
    feedback: list[SafeString] = field(default_factory=list)
    solution: list[SafeString | str] = field(default_factory=list)
    advice: str = ""

    @property
    def name(self) -> str:
        return f"a.{self.key}"

    @property
    def earned(self) -> float | None:
        if self.mark is None or self.mark.get("share") is None:
            return None
        return round(float(self.mark["share"]) * float(self.mark["points"]), 2)


@dataclass(frozen=True)
class Telling:
    """What a page may say of answers: whether each was right, and what would have been."""

    marks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    says_right: bool = False
    says_solution: bool = False


def asking(
    questions: Iterable[Question], languages: Sequence[str], shows: Shows, *, seed: str = "",
    answers: Mapping[str, Any] | None = None, telling: Telling = Telling(),
) -> list[Asking]:  # fmt: skip
    """The questions in their order, ready for the page."""
    return [
        _Page(question, place, languages, shows, seed, (answers or {}).get(question.key), telling).made()
        for place, question in enumerate(questions, 1)
    ]


def answers_from(questions: Iterable[Question], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of the questions that the page asked, from a form (a QueryDict); {} for one left empty."""
    return {question.key: _answer(question, sent) for question in questions if f"on.{question.key}" in sent}


def assets_of(questions: Iterable[Question]) -> list[str]:
    """Keys of all pictures that questions show."""
    words = [text for each in questions for said in each.texts.values() for text in said.values()]
    paragraphs = [{"type": "paragraph", "data": {"text": text}} for text in words if isinstance(text, str)]
    return blocks.assets(paragraphs)


def cover(question: str, side: str, key: str) -> str:
    """The name under which a part stands in a page: of the field or of the choice, so that no two look alike."""
    return salted_hmac("koinon.learning.part", f"{question}\n{side}\n{key}", algorithm="sha256").hexdigest()[:16]


def _answer(question: Question, sent: Any) -> dict[str, Any]:
    name = f"a.{question.key}"
    if question.kind in CHOICES:
        ticked = set(sent.getlist(name))
        return {
            part.key: True for part in question.parts if {part.key, cover(question.key, "choice", part.key)} & ticked
        }
    if question.kind in ("match", "order", "cloze"):
        given = {part.key: _chosen(question, part, sent)[: grading.LONGEST_ANSWER] for part in question.parts}
        return {key: value for key, value in given.items() if value.strip()}
    text = str(sent.get(name, ""))[: grading.LONGEST_ANSWER]
    return {"": text} if text.strip() else {}


def _chosen(question: Question, part: Part, sent: Any) -> str:
    """What was written or picked in one field; keys without cover names are understood too."""
    name = f"a.{question.key}"
    said = str(sent.get(f"{name}.{cover(question.key, 'field', part.key)}", sent.get(f"{name}.{part.key}", "")))
    parts = question.parts if question.kind == "match" else ()
    if question.kind == "cloze":
        small = grading.gap(question, part)
        parts = small.parts if small.kind in CHOICES else ()
    return {cover(question.key, "choice", each.key): each.key for each in parts}.get(said, said)


class _Page:
    """One question being laid out."""

    def __init__(
        self, question: Question, place: int, languages: Sequence[str], shows: Shows, seed: str, answer: Any,
        telling: Telling,
    ) -> None:  # fmt: skip
        self.question, self.place, self.shows, self.seed = question, place, shows, seed
        self.answer: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
        self.language, self.said = fallback.whole(question.texts, languages)
        self.mark = telling.marks.get(question.key)
        self.says_right = telling.says_right and self.mark is not None
        self.says_solution = telling.says_solution and self.mark is not None
        self.advice = telling.advice.get(question.key, "")
        self.parts = {part.key: part for part in question.parts}

    def made(self) -> Asking:
        question = self.question
        found = Asking(
            question.key, self.place, question.kind, self.html("stem"), self.language, question.points,
            is_answered=grading.is_answered(question, self.answer), mark=self.mark, advice=self.advice,
        )  # fmt: skip
        if question.kind in CHOICES:
            found.choices = [self.choice(self.parts[key]) for key in grading.shuffled(question, self.seed)]
        elif question.kind == "cloze":
            found.pieces = self.gaps()
        else:
            found.inputs = self.inputs()
        if self.says_right:
            found.feedback = [self.html(name) for name in ("right", "wrong") if name in (self.mark or {})["feedback"]]
            found.feedback = [each for each in found.feedback if each]
        if self.says_solution and question.kind not in CHOICES:
            found.solution = _solution(self)
        return found

    def html(self, name: str) -> SafeString:
        text = self.said.get(name, "")
        cleaned = blocks.inline(text if isinstance(text, str) else "")
        return SafeString(blocks.shown(cleaned, self.shows))

    def plain(self, name: str) -> str:
        return blocks.line(str(self.said.get(name, "")))

    def is_right(self, key: str) -> bool | None:
        if not self.says_right or self.mark is None:
            return None
        part = self.mark["parts"].get(key)
        return part["is_right"] if part else None

    def feedback(self, name: str) -> SafeString | str:
        told = self.says_right and self.mark is not None and name in self.mark["feedback"]
        return self.html(name) if told else ""

    def choice(self, part: Part) -> Choice:
        label: SafeString | str = self.html(f"{part.key}.text")
        if not label and self.question.kind == "true_false":
            label = _("True") if part.key == "true" else _("False")
        is_right = self.is_right(part.key)
        if self.says_solution:
            is_right = part.credit > 0
        is_chosen = self.answer.get(part.key) in (True, "true", "on", 1)
        value = cover(self.question.key, "choice", part.key)
        return Choice(value, label or part.key, is_chosen, is_right, self.feedback(f"{part.key}.feedback"))

    def inputs(self) -> list[Input]:
        kind = self.question.kind
        if kind == "match":
            keys = grading.options(self.question, self.language, self.seed)
            sides = [(key, self.plain(f"{key}.other")) for key in keys]
            return [self.pick(number, part, sides) for number, part in enumerate(self.pairs())]
        if kind == "order":
            places = [(str(number), str(number)) for number in range(1, len(self.question.parts) + 1)]
            keys = grading.shuffled(self.question, self.seed)
            return [self.pick(number, self.parts[key], places) for number, key in enumerate(keys)]
        shape = {"long": "words", "numeric": "number"}.get(kind, "text")
        return [Input(f"a.{self.question.key}", f"q{self.place}", shape, value=self.written(""))]

    def pairs(self) -> list[Part]:
        return grading.pairs(self.question)

    def pick(self, number: int, part: Part, choices: Sequence[tuple[str, str]]) -> Input:
        """One of several fields of which each picks; `number` counts as they stand on the page."""
        value = self.written(part.key) or self.place_in_row(part.key)
        return Input(
            self.field(part), f"q{self.place}-{number}", "pick", self.html(f"{part.key}.text"), value,
            [Choice(self.value(key), label, key == value) for key, label in choices], self.is_right(part.key),
            self.feedback(f"{part.key}.feedback"),
        )  # fmt: skip

    def field(self, part: Part) -> str:
        return f"a.{self.question.key}.{cover(self.question.key, 'field', part.key)}"

    def value(self, key: str) -> str:
        """Of a choice: its cover name; of a place in an order: its number."""
        return key if self.question.kind == "order" else cover(self.question.key, "choice", key)

    def place_in_row(self, key: str) -> str:
        row = self.answer.get("")
        return str(row.index(key) + 1) if self.question.kind == "order" and isinstance(row, list) and key in row else ""

    def gaps(self) -> list[tuple[SafeString, Input | None]]:
        """The text with its fields in place; a gap that is not in the text stands at the end."""
        pieces, left, at = [], dict(self.parts), 0
        stem = self.html("stem")
        for found in GAP.finditer(stem):
            part = left.pop(found[1], None)
            if part is not None:
                pieces.append((SafeString(stem[at : found.start()]), self.gap(part)))
                at = found.end()
        pieces += [(SafeString(" "), self.gap(part)) for part in left.values()]
        return [*pieces, (SafeString(stem[at:]), None)] if at else [(SafeString(stem), None), *pieces]

    def gap(self, part: Part) -> Input:
        small = grading.gap(self.question, part)
        label = _("Gap %(number)s") % {"number": list(self.parts).index(part.key) + 1}
        value = self.written(part.key)
        kind = "pick" if small.kind in CHOICES else "number" if small.kind == "numeric" else "text"
        keys = (
            grading.ordered([each.key for each in small.parts], f"{self.seed}\n{small.key}") if kind == "pick" else []
        )
        choices = [Choice(self.value(key), self.plain(f"{part.key}.{key}.text"), key == value) for key in keys]
        said = [self.feedback(f"{part.key}.{each.key}.feedback") for each in small.parts]
        return Input(
            self.field(part), self.ident(part), kind, label, value, choices,
            self.is_right(part.key), SafeString(" ".join(filter(None, said))),
        )  # fmt: skip

    def ident(self, part: Part) -> str:
        return f"q{self.place}-{list(self.parts).index(part.key)}"

    def written(self, key: str) -> str:
        given = self.answer.get(key)
        return str(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else ""


def _solution(page: _Page) -> list[SafeString | str]:
    """What would have been right, in words."""
    question = page.question
    if question.kind == "order":
        return [page.html(f"{part.key}.text") for part in question.parts]
    if question.kind == "match":
        return [
            SafeString(f"{page.html(f'{part.key}.text')} → {page.html(f'{part.key}.other')}") for part in page.pairs()
        ]
    if question.kind == "short":
        best = [page.plain(f"{part.key}.text") for part in question.parts if part.credit > 0.99]
        return [each for each in best if each and "*" not in each][:3]
    if question.kind == "numeric":
        return [_number(part.facts) for part in question.parts if part.credit > 0.99 and _number(part.facts)][:3]
    if question.kind == "cloze":
        return [each for part in question.parts if (each := _of_gap(page, part))]
    return []


def _of_gap(page: _Page, part: Part) -> str:
    small = grading.gap(page.question, part)
    for each in small.parts:
        if each.credit > 0.99:
            said = _number(each.facts) if small.kind == "numeric" else page.plain(f"{part.key}.{each.key}.text")
            if said:
                return str(said)
    return ""


def _number(facts: Mapping[str, Any]) -> str:
    if facts.get("value") not in (None, "*"):
        return str(facts["value"])
    if facts.get("low") is not None and facts.get("high") is not None:
        return _("%(low)s to %(high)s") % {"low": facts["low"], "high": facts["high"]}
    return ""
