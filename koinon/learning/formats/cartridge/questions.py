"""QTI 1.2 as Common Cartridge allows it: single, multiple, true/false, short text, pattern, long text; both ways."""

from typing import Any

from lxml import etree

from koinon.learning.engine import xml
from koinon.learning.engine.documents import Part, Question
from koinon.learning.engine.drafts import Draft, Resolve, line, paragraph, part
from koinon.learning.engine.names import word

_RAW = 20_000
_TRUE = {"true"}
_FALSE = {"false"}


def questions_of(draft: Draft, root: Any, name: str, resolve: Resolve) -> tuple[list[str], dict[str, Any]]:
    """(keys in order, settings of the quiz) of an assessment or a question bank; what cannot be taken is said."""
    facts = {
        xml.text(each, "fieldlabel").lower(): xml.text(each, "fieldentry")
        for each in xml.every(xml.child(root, "assessment", "qtimetadata"), "qtimetadatafield")
    }
    keys = []
    for item in xml.every(root, "item"):
        where, title = f"{name}#{xml.attribute(item, 'ident')}", line(xml.attribute(item, "title"))
        kind = _profile(item)
        question = _question(draft, item, where, kind, resolve)
        if question is None:
            draft.report.dropped(where, title, "question", "kind_unknown", what=line(kind) or "?")
            continue
        keys.append(draft.question(question))
        draft.report.kept(where, title, "question")
    settings: dict[str, Any] = {}
    if (attempts := facts.get("cc_maxattempts", "")).isdigit():
        settings["attempts"] = int(attempts)
    if (minutes := facts.get("qmd_timelimit", "")).isdigit():
        settings["minutes"] = float(minutes)
    return keys, settings


def _profile(item: Any) -> str:
    fields = xml.every(xml.child(item, "itemmetadata"), "qtimetadatafield")
    found = [xml.text(each, "fieldentry") for each in fields if xml.text(each, "fieldlabel") == "cc_profile"]
    return found[0].lower() if found else ""


def _points(item: Any) -> float:
    fields = xml.every(xml.child(item, "itemmetadata"), "qtimetadatafield")
    found = [xml.text(each, "fieldentry") for each in fields if xml.text(each, "fieldlabel") == "cc_weighting"]
    try:
        return max(0.0, min(1e6, float(found[0])))
    except (IndexError, ValueError):
        return 1.0


def _question(draft: Draft, item: Any, where: str, kind: str, resolve: Resolve) -> Question | None:
    texts = {"stem": _material(draft, xml.child(item, "presentation", "material"), resolve)}
    choices = xml.every(xml.child(item, "presentation"), "response_label")
    if "essay" in kind:
        ours, parts = "long", list[Part]()
    elif choices:
        ours, parts = _chosen(draft, item, kind, choices, texts, resolve)
    else:
        ours, parts = "short", _accepted(item, texts)
    if ours != "long" and not any(each.credit > 0 for each in parts):
        return None
    feedback = {xml.attribute(each, "ident"): _material(draft, xml.every(each, "material")[:1], resolve)
                for each in xml.every(item, "itemfeedback")}  # fmt: skip
    _feedback(item, feedback, parts, texts)
    return Question(
        key=draft.key(f"question {xml.attribute(item, 'ident') or where}"), kind=ours, parts=tuple(parts),
        texts=draft.words(**texts), points=_points(item), raw=etree.tostring(item, encoding="unicode")[:_RAW],
    )  # fmt: skip


def _material(draft: Draft, found: Any, resolve: Resolve) -> str:
    element = found[0] if isinstance(found, list) and found else found
    mattext = xml.child(element, "mattext") if element is not None and not isinstance(element, list) else None
    if mattext is None:
        return ""
    said = xml.text(mattext)
    return draft.line(said if xml.attribute(mattext, "texttype") == "text/html" else paragraph(said), resolve)


def _conditions(item: Any) -> list[tuple[Any, float]]:
    """(condition, score it sets as a share) of the ways to earn, best first in the file's order."""
    found = []
    for condition in xml.every(item, "respcondition"):
        for setting in xml.children(condition, "setvar"):
            try:
                found.append((condition, max(-1.0, min(1.0, float(xml.text(setting)) / 100))))
            except ValueError:
                continue
    return found


def _yes(element: Any) -> list[Any]:
    """Conditions that are not inside a <not>."""
    found = xml.every(element, "varequal") + xml.every(element, "varsubstring")
    return [each for each in found if not any(xml.local(above) == "not" for above in each.iterancestors())]


def _chosen(
    draft: Draft, item: Any, kind: str, choices: list[Any], texts: dict[str, str], resolve: Resolve
) -> tuple[str, list[Part]]:
    credit: dict[str, float] = {}
    for condition, share in _conditions(item):
        for each in _yes(xml.child(condition, "conditionvar")):
            credit[xml.text(each)] = max(share, credit.get(xml.text(each), 0.0))
    holder = xml.every(item, "response_lid")
    many = "multiple_response" in kind or (bool(holder) and xml.attribute(holder[0], "rcardinality") == "Multiple")
    said = {xml.attribute(each, "ident"): _material(draft, xml.child(each, "material"), resolve) for each in choices}
    names = {ident: word(ident) for ident in said}
    is_true_false = "true_false" in kind and len(said) == 2 and _is_true_false(said)
    if is_true_false:
        first, second = said
        is_first = first.lower() in _TRUE or said[first].lower() in _TRUE
        names = {first: "true" if is_first else "false", second: "false" if is_first else "true"}
    right = sum(1 for ident in said if credit.get(ident, 0) > 0)
    parts = [
        part(names[ident], (1 / right if many else credit[ident]) if credit.get(ident, 0) > 0 else 0.0)
        for ident in said
    ]
    if is_true_false:
        return "true_false", sorted(parts, key=lambda each: each.key != "true")
    texts |= {f"{names[ident]}.text": text for ident, text in said.items()}
    return ("multiple" if many else "single"), parts


def _is_true_false(said: dict[str, str]) -> bool:
    """Cartridges call any question with two choices true/false; ours is one only where it says so."""
    names, words = {each.lower() for each in said}, {each.lower() for each in said.values()}
    return _TRUE | _FALSE in (names, words)


def _accepted(item: Any, texts: dict[str, str]) -> list[Part]:
    """Accepted words; part of an answer ("varsubstring") becomes words between stars."""
    parts: list[Part] = []
    for condition, share in _conditions(item):
        for each in _yes(xml.child(condition, "conditionvar")):
            key, said = f"a{len(parts) + 1}", line(xml.text(each))
            if said and share > 0:
                texts[f"{key}.text"] = f"*{said}*" if xml.local(each) == "varsubstring" else said
                parts.append(part(key, share, is_case_sensitive=xml.attribute(each, "case").lower() == "yes"))
    return parts


def _feedback(item: Any, said: dict[str, str], parts: list[Part], texts: dict[str, str]) -> None:
    """Feedback of the whole by its usual names, of a choice by the condition that shows it."""
    for ident, name in (("general_fb", "general"), ("correct_fb", "right"), ("general_incorrect_fb", "wrong")):
        if said.get(ident):
            texts[name] = said[ident]
    keys = {each.key for each in parts}
    for condition in xml.every(item, "respcondition"):
        shown = [xml.attribute(each, "linkrefid") for each in xml.children(condition, "displayfeedback")]
        for each in _yes(xml.child(condition, "conditionvar")):
            for ident in shown:
                key = word(xml.text(each))
                if key in keys and ident not in ("general_fb", "correct_fb", "general_incorrect_fb"):
                    texts[f"{key}.feedback"] = said.get(ident, "")
