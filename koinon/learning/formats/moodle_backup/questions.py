"""The question bank of a Moodle backup (3.x: questions in categories; 4.x: bank entries with versions)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from koinon.learning.engine import xml
from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.drafts import line, part, plain
from koinon.learning.engine.names import word
from koinon.learning.engine.reports import reasons
from koinon.learning.formats.moodle_backup.source import Backup, number, value

_RAW = 20_000
_GAP = re.compile(r"\{#(\d{1,3})\}")
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")

reasons(
    question_broken=_("The question lacks what belongs to it."),
    random_question=_("The place for a question drawn at random: its questions are in the question bank."),
)

FEEDBACK = {"right": "correctfeedback", "wrong": "incorrectfeedback", "partly": "partiallycorrectfeedback"}
Texts = dict[str, str]
Made = tuple[str, list[Part], Texts]


class Bank:
    """All questions of a backup by Moodle's ids; subquestions of a cloze stay inside it."""

    def __init__(self, backup: Backup) -> None:
        self.backup = backup
        self.by_id: dict[str, str] = {}
        self.by_entry: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self._elements: dict[str, Any] = {}
        self._contexts: dict[str, str] = {}
        self._read()

    def _read(self) -> None:
        root = self.backup.root("questions.xml")
        tops: list[tuple[Any, str, str]] = []
        for category in xml.children(root, "question_category"):
            name, context = line(value(category, "name")), value(category, "contextid")
            for entry, element, is_top in _elements(category):
                key = xml.attribute(element, "id")
                self._elements[key], self._contexts[key] = element, context
                self.kinds[key] = value(element, "qtype")
                if is_top and value(element, "parent") in ("", "0"):
                    tops.append((element, entry, name))
        for element, entry, name in tops:
            self._add(element, entry, name)

    def _add(self, element: Any, entry: str, category: str) -> None:
        number_, kind = xml.attribute(element, "id"), value(element, "qtype")
        title, where = line(value(element, "name")), f"questions.xml#{number_}"
        report = self.backup.draft.report
        if kind == "random":
            return None
        make = MAKERS.get(kind)
        if make is None:
            return report.dropped(where, title, "question", "kind_unknown", what=line(kind))
        said = self._resolver(number_)
        made = make(self, element, said)
        if made is None:
            return report.dropped(where, title, "question", "question_broken")
        question = self._question(element, made, said, category)
        self.by_id[number_] = self.backup.draft.question(question)
        if entry:
            self.by_entry[entry] = question.key
        report.kept(where, title, "question")
        return None

    def _question(self, element: Any, made: Made, said: Callable[[str], str], category: str) -> Question:
        kind, parts, texts = made
        texts.setdefault("stem", said(value(element, "questiontext")))
        if feedback := said(value(element, "generalfeedback")):
            texts["general"] = feedback
        for name, theirs in FEEDBACK.items():
            found = xml.every(element, theirs)
            if found and (words := said(value(found[0]))):
                texts[name] = words
        shuffles = [value(each) for each in xml.every(element, "shuffleanswers")]
        return Question(
            key=self.backup.draft.key(f"question {value(element, 'stamp') or xml.attribute(element, 'id')}"),
            kind=kind,
            parts=tuple(parts),
            texts=self.backup.draft.words(**texts),
            points=number(element, "defaultmark") or 1.0,
            shuffles=shuffles[:1] != ["0"],
            tags=(category,) if category and not category.startswith("top") else (),
            raw=etree.tostring(element, encoding="unicode")[:_RAW],
        )

    def _resolver(self, number_: str) -> Callable[[str], str]:
        context = self._contexts.get(number_, "")
        resolve = self.backup.resolver(context, "question", f"questions.xml#{number_}", number_)
        return lambda html: self.backup.draft.line(html, resolve)

    def inner(self, number_: str) -> Any:
        """A subquestion of a cloze."""
        return self._elements.get(number_)


def _elements(category: Any) -> Iterator[tuple[str, Any, bool]]:
    """(bank entry, question, whether it is the newest ready version) of a category, whichever way it is written."""
    for element in xml.children(xml.child(category, "questions"), "question"):
        yield "", element, True
    for entry in xml.children(xml.child(category, "question_bank_entries"), "question_bank_entry"):
        versions = [
            (number(each, "version"), question)
            for each in xml.every(entry, "question_versions")
            if value(each, "status") != "draft"
            for question in xml.children(xml.child(each, "questions"), "question")
        ]
        newest = max((version for version, _question in versions), default=0)
        last = [question for version, question in versions if version == newest][-1:]
        for _version, question in versions:
            yield xml.attribute(entry, "id"), question, question in last


def _answers(element: Any, said: Callable[[str], str], texts: Texts) -> list[tuple[Any, str, float]]:
    """(element, key, credit) of answers; their feedback goes into `texts`."""
    found = []
    for answer in xml.every(element, "answer"):
        if key := xml.attribute(answer, "id"):
            found.append((answer, f"a{word(key)}", max(-1.0, min(1.0, number(answer, "fraction")))))
            texts[f"a{word(key)}.feedback"] = said(value(answer, "feedback"))
    return found


def _choices(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    texts: Texts = {}
    parts = []
    for answer, key, credit in _answers(element, said, texts):
        parts.append(part(key, credit))
        texts[f"{key}.text"] = said(value(answer, "answertext"))
    is_single = [value(each) for each in xml.every(element, "single")][:1] != ["0"]
    return ("single" if is_single else "multiple", parts, texts) if parts else None


def _true_false(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    answers: Texts = {}
    found = _answers(element, said, answers)
    right = [value(each) for each in xml.every(element, "trueanswer")][:1]
    if len(found) != 2:
        return None
    first = right[0] if right else found[0][1][1:]
    names = {key: "true" if key[1:] == first else "false" for _answer, key, _credit in found}
    parts = sorted((part(names[key], credit) for _answer, key, credit in found), key=lambda each: each.key != "true")
    texts = {f"{names[key]}.feedback": answers[f"{key}.feedback"] for _answer, key, _credit in found}
    return ("true_false", parts, texts) if {each.key for each in parts} == {"true", "false"} else None


def _short(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    texts: Texts = {}
    minds = [value(each) for each in xml.every(element, "usecase")][:1] == ["1"]
    parts = []
    for answer, key, credit in _answers(element, said, texts):
        parts.append(part(key, credit, is_case_sensitive=minds))
        texts[f"{key}.text"] = plain(value(answer, "answertext"))
    return ("short", parts, texts) if parts else None


def _numeric(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    texts: Texts = {}
    loose = {value(each, "answer"): abs(number(each, "tolerance")) for each in xml.every(element, "numerical_record")}
    parts = []
    for answer, key, credit in _answers(element, said, texts):
        words = value(answer, "answertext")
        if words == "*":
            continue
        try:
            parts.append(part(key, credit, value=float(words.replace(",", ".")), tolerance=loose.get(key[1:], 0.0)))
        except ValueError:
            return None
    return ("numeric", parts, texts) if parts else None


def _match(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    texts: Texts = {}
    pairs = [each for each in xml.every(element, "match") if xml.attribute(each, "id")]
    for pair in pairs:
        key = f"m{word(xml.attribute(pair, 'id'))}"
        texts[f"{key}.text"], texts[f"{key}.other"] = (
            said(value(pair, "questiontext")),
            plain(value(pair, "answertext")),
        )
    earning = sum(1 for pair in pairs if value(pair, "questiontext"))
    keys = [
        (f"m{word(xml.attribute(pair, 'id'))}", 1 / earning if value(pair, "questiontext") else 0.0)
        for pair in pairs
        if earning
    ]
    return ("match", [part(key, credit) for key, credit in keys], texts) if earning else None


def _long(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    return "long", [], {}


def _order(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    texts: Texts = {}
    found = []
    for answer in xml.every(element, "answer"):
        if key := xml.attribute(answer, "id"):
            found.append((number(answer, "fraction"), f"a{word(key)}"))
            texts[f"a{word(key)}.text"] = said(value(answer, "answertext"))
    return ("order", [part(key, 1 / len(found)) for _place, key in sorted(found)], texts) if len(found) > 1 else None


def _cloze(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    """A text with gaps: each gap is a question of its own in the backup, named in `sequence`."""
    sequence = [each.strip() for found in xml.every(element, "sequence") for each in value(found).split(",")]
    gaps: list[Part] = []
    texts: Texts = {}
    for place, number_ in enumerate(sequence, 1):
        inner = bank.inner(number_)
        made = (
            GAPS[value(inner, "qtype")](bank, inner, said)
            if inner is not None and value(inner, "qtype") in GAPS
            else None
        )
        if made is None:
            return None
        kind, parts, words = made
        below = [{"key": each.key, "credit": each.credit, **each.facts} for each in parts]
        kind = "single" if kind == "multiple" else kind
        gaps.append(part(f"g{place}", number(inner, "defaultmark") or 1.0, kind=kind, parts=below))
        texts |= {f"g{place}.{name}": text for name, text in words.items() if "." in name}
    stem = said(value(element, "questiontext"))
    texts["stem"] = _GAP.sub(lambda found: f"[[g{found.group(1)}]]", stem)
    return ("cloze", gaps, texts) if gaps else None


def _places(bank: Bank, element: Any, said: Callable[[str], str]) -> Made | None:
    """Words to be chosen or dragged into a text: place n wants answer n; answers of one group are its choices."""
    answers = [each for each in xml.every(element, "answer") if xml.attribute(each, "id")]
    stem = said(value(element, "questiontext"))
    gaps: list[Part] = []
    texts: Texts = {"stem": _PLACE.sub(lambda found: f"[[g{found.group(1)}]]", stem)}
    for place in dict.fromkeys(int(found) for found in _PLACE.findall(stem)):
        if not 1 <= place <= len(answers):
            return None
        right = answers[place - 1]
        same = [each for each in answers if _group(each) == _group(right)]
        below = [{"key": f"a{word(xml.attribute(each, 'id'))}", "credit": float(each is right)} for each in same]
        gaps.append(part(f"g{place}", 1.0, kind="single", parts=below))
        texts |= {f"g{place}.a{word(xml.attribute(each, 'id'))}.text": said(value(each, "answertext")) for each in same}
    return ("cloze", gaps, texts) if gaps else None


def _group(answer: Any) -> str:
    """gapselect writes the group of a word as its feedback, ddwtos as serialised PHP."""
    found = re.search(r'draggroup";[is]:(?:\d+:")?(\d+)', value(answer, "feedback"))
    return found.group(1) if found else value(answer, "feedback")


Maker = Callable[[Bank, Any, Callable[[str], str]], Made | None]
GAPS: dict[str, Maker] = {"multichoice": _choices, "shortanswer": _short, "numerical": _numeric}
MAKERS: dict[str, Maker] = GAPS | {
    "truefalse": _true_false, "match": _match, "essay": _long, "multianswer": _cloze, "ordering": _order,
    "gapselect": _places, "ddwtos": _places,
}  # fmt: skip
