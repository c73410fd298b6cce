"""Quizzes, feedbacks and choices of a Moodle backup: their questions by id, their settings in our words."""

from typing import Any

from koinon.learning.engine import xml
from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.drafts import line, part
from koinon.learning.formats.moodle_backup.activities import Activity
from koinon.learning.formats.moodle_backup.completion import share_to_pass
from koinon.learning.formats.moodle_backup.source import number, value

_ASKING = {"multichoice", "multichoicerated", "textarea", "textfield", "numeric"}


def take_quiz(activity: Activity) -> None:
    """A quiz node with the keys of its questions in the order of their slots."""
    root, keys = activity.root, []
    points: dict[str, float] = {}
    slots = xml.children(xml.child(root, "question_instances"), "question_instance")
    for slot in sorted(slots, key=lambda each: number(each, "slot")):
        key = _key(activity, slot)
        if key:
            keys.append(key)
            worth = number(slot, "maxmark") or number(slot, "grade")
            question = activity.backup.draft.questions[key]
            if worth and abs(worth - question.points) > 1e-6:
                points[key] = worth
    passes = share_to_pass(activity.backup.root(f"{activity.where}/grades.xml"))
    minutes = number(root, "timelimit") / 60
    settings: dict[str, Any] = {
        "questions": keys,
        "attempts": int(number(root, "attempts_number") or number(root, "attempts")) or None,
        "minutes": round(minutes, 2) if minutes else None,
        "pass": passes,
        "shuffles": value(root, "shuffleanswers") != "0",
        "points": points,
    }
    blocks, code = activity.blocks("intro")
    activity.node(
        "quiz", code, blocks=blocks, settings={name: said for name, said in settings.items() if said not in (None, {})}
    )


def _key(activity: Activity, slot: Any) -> str:
    """The question of a slot; what cannot be had is said."""
    bank, report = activity.course.bank, activity.backup.draft.report
    where = f"{activity.where}#{value(slot, 'slot') or xml.attribute(slot, 'id')}"
    entry = value(xml.child(slot, "question_reference"), "questionbankentryid")
    number_ = value(slot, "questionid")
    key = bank.by_entry.get(entry) if entry else bank.by_id.get(number_)
    if key:
        return key
    is_random = xml.child(slot, "question_set_reference") is not None or bank.kinds.get(number_) == "random"
    report.dropped(where, activity.title, "question", "random_question" if is_random else "question_broken")
    return ""


def take_survey(activity: Activity) -> None:
    """A feedback or a choice as a survey: questions without right answers."""
    made = _feedback(activity) if activity.kind == "feedback" else _choice(activity)
    keys = [activity.backup.draft.question(question) for question in made]
    blocks, _code = activity.blocks("intro")
    activity.node("survey", "as_survey", blocks=blocks, settings={"questions": keys})


def _feedback(activity: Activity) -> list[Question]:
    found = []
    for item in sorted(xml.every(activity.root, "item"), key=lambda each: number(each, "position")):
        kind, where = value(item, "typ"), f"{activity.where}#{xml.attribute(item, 'id')}"
        title = line(value(item, "name"))
        if kind in _ASKING:
            found.append(_asked(activity, where, title, kind, value(item, "presentation")))
            activity.backup.draft.report.kept(where, title, "question")
        elif kind not in ("pagebreak", "captcha"):
            activity.backup.draft.report.dropped(where, title, "question", "kind_unknown", what=line(kind))
    return found


def _asked(activity: Activity, where: str, title: str, kind: str, presentation: str) -> Question:
    plain_kinds = {"textarea": "long", "textfield": "short", "numeric": "numeric"}
    if kind in plain_kinds:
        return _question(activity, where, plain_kinds[kind], title, [])
    head, _sign, rest = presentation.partition(">>>>>")
    options = rest.split("<<<<<", 1)[0].split("|")
    options = [each.split("####", 1)[-1] for each in options]
    return _question(activity, where, "multiple" if head == "c" else "single", title, options)


def _choice(activity: Activity) -> list[Question]:
    options = [value(each, "text") for each in xml.every(activity.root, "option")]
    kind = "multiple" if value(activity.root, "allowmultiple") == "1" else "single"
    return [_question(activity, f"{activity.where}#choice", kind, activity.title, options)]


def _question(activity: Activity, where: str, kind: str, title: str, options: list[str]) -> Question:
    draft = activity.backup.draft
    said = {f"o{place}.text": draft.line(option) for place, option in enumerate(options, 1) if option.strip()}
    parts: tuple[Part, ...] = tuple(part(name.removesuffix(".text")) for name in said)
    texts = draft.words(stem=draft.line(title), **said)
    return Question(key=draft.key(where), kind=kind, parts=parts, texts=texts, points=0.0, shuffles=False)
