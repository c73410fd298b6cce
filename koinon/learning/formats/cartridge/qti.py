"""Questions as QTI 1.2 in the profile of Common Cartridge, keeping to the rules that its schemas check."""

from typing import TYPE_CHECKING, Any

from lxml import etree

from koinon.learning.engine import fallback
from koinon.learning.engine.documents import Node, Question
from koinon.learning.engine.markup import addressed

if TYPE_CHECKING:
    from koinon.learning.formats.cartridge.writing import Writer

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_WHERE = f"{QTI} http://www.imsglobal.org/profile/cc/ccv1p3/ccv1p3_qtiasiv1p2p1_v1p0.xsd"
SAYABLE = {
    "single": "cc.multiple_choice.v0p1", "multiple": "cc.multiple_response.v0p1", "true_false": "cc.true_false.v0p1",
    "short": "cc.fib.v0p1", "long": "cc.essay.v0p1",
}  # fmt: skip
"""Kinds that a cartridge can say -> name of its profile."""
_ATTEMPTS = range(1, 6)
_WEIGHTS = range(1, 100)


def profile(question: Question, said: dict[str, str]) -> str:
    """The profile of a question: one with two choices is a true/false, words with stars are a pattern."""
    if question.kind == "single" and len(question.parts) == 2:
        return SAYABLE["true_false"]
    if question.kind == "short" and any(_is_pattern(said.get(f"{part.key}.text", "")) for part in question.parts):
        return "cc.pattern_match.v0p1"
    return SAYABLE[question.kind]


def unsayable(question: Question) -> bool:
    """Whether its points are none that a cartridge can say (whole ones, below 100)."""
    return question.points not in _WEIGHTS


def _is_pattern(words: str) -> bool:
    return words[:1] == words[-1:] == "*" and len(words) > 2


def assessment(node: Node, title: str, questions: list[Question], writer: "Writer") -> Any:
    """A quiz as an assessment: attempts and minutes go with it; what passes has no place in the profile."""
    root = _root()
    outer = _tag(root, "assessment", ident=f"q-{node.key}", title=title or node.key)
    fields = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"}
    if node.settings.get("attempts"):
        attempts = int(node.settings["attempts"])
        fields["cc_maxattempts"] = str(attempts) if attempts in _ATTEMPTS else "unlimited"
    if node.settings.get("minutes"):
        fields["qmd_timelimit"] = str(max(1, round(float(node.settings["minutes"]))))
    _fields(_tag(outer, "qtimetadata"), fields)
    section = _tag(outer, "section", ident="root_section")
    for question in questions:
        _item(section, question, writer)
    return root


def bank(questions: list[Question], writer: "Writer") -> Any:
    """Questions outside of quizzes as a question bank."""
    root = _root()
    outer = _tag(root, "objectbank", ident=f"b-{writer.document.key}")
    for question in questions:
        _item(outer, question, writer)
    return root


_WHOLE = {"general": "general_fb", "right": "correct_fb", "wrong": "general_incorrect_fb"}


def _root() -> Any:
    root = etree.Element(f"{{{QTI}}}questestinterop", nsmap={None: QTI, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", _WHERE)
    return root


def _tag(above: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(above, f"{{{QTI}}}{name}", **attributes)
    element.text = text
    return element


def _fields(metadata: Any, fields: dict[str, str]) -> None:
    for name, said in fields.items():
        field = _tag(metadata, "qtimetadatafield")
        _tag(field, "fieldlabel", name)
        _tag(field, "fieldentry", said)


def _item(above: Any, question: Question, writer: "Writer") -> None:
    texts = fallback.whole(question.texts, (writer.language, writer.document.language))[1]
    shows = writer.shows("$IMS-CC-FILEBASE$/../")
    said = {name: addressed(str(text), shows) for name, text in texts.items() if isinstance(text, str)}
    item = _tag(above, "item", ident=question.key)
    facts = {"cc_profile": profile(question, said)}
    if not unsayable(question):
        facts["cc_weighting"] = f"{question.points:g}"
    if question.kind == "long":
        facts["qmd_computerscored"] = "No"
    _fields(_tag(_tag(item, "itemmetadata"), "qtimetadata"), facts)
    presentation = _tag(item, "presentation")
    _material(presentation, said.get("stem", ""))
    if question.kind in ("short", "long"):
        _tag(_tag(presentation, "response_str", ident="response1", rcardinality="Single"), "render_fib", prompt="Box")
    else:
        _choices(presentation, question, said)
    _processing(item, question, said)
    for name, ident in _WHOLE.items():
        if said.get(name) and (name == "general" or question.kind != "long"):
            _feedback(item, ident, said[name])
    for part in question.parts:
        if said.get(f"{part.key}.feedback"):
            _feedback(item, f"{part.key}_fb", said[f"{part.key}.feedback"])


def _material(above: Any, html: str) -> None:
    _tag(_tag(above, "material"), "mattext", html, texttype="text/html")


def _feedback(item: Any, ident: str, html: str) -> None:
    _material(_tag(_tag(item, "itemfeedback", ident=ident), "flow_mat"), html)


def _choices(presentation: Any, question: Question, said: dict[str, str]) -> None:
    cardinality = "Multiple" if question.kind == "multiple" else "Single"
    response = _tag(presentation, "response_lid", ident="response1", rcardinality=cardinality)
    many = {"maxnumber": str(len(question.parts))} if question.kind == "multiple" else {}
    render = _tag(response, "render_choice", **many)
    for part in question.parts:
        label = _tag(render, "response_label", ident=part.key)
        _material(label, said.get(f"{part.key}.text") or part.key)


def _processing(item: Any, question: Question, said: dict[str, str]) -> None:
    processing = _tag(item, "resprocessing")
    _tag(_tag(processing, "outcomes"), "decvar", varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")
    if said.get("general"):
        _otherwise(processing, "general_fb")
    for part in question.parts:
        if said.get(f"{part.key}.feedback"):
            condition = _tag(processing, "respcondition")
            condition.set("continue", "Yes")
            _tag(_tag(condition, "conditionvar"), "varequal", part.key, respident="response1")
            _tag(condition, "displayfeedback", feedbacktype="Response", linkrefid=f"{part.key}_fb")
    if question.kind == "multiple":
        _all(processing, question, said)
    elif question.kind != "long":
        _each(processing, question, said)
    if said.get("wrong") and question.kind != "long":
        _otherwise(processing, "general_incorrect_fb")
    if len(processing) == 1:
        _otherwise(processing)


def _otherwise(processing: Any, ident: str = "") -> None:
    """Whatever was answered; without feedback it only keeps the rule that there is a condition."""
    condition = _tag(processing, "respcondition")
    condition.set("continue", "Yes")
    _tag(_tag(condition, "conditionvar"), "other")
    if ident:
        _tag(condition, "displayfeedback", feedbacktype="Response", linkrefid=ident)


def _earned(condition: Any, share: float, said: dict[str, str]) -> None:
    _tag(condition, "setvar", f"{share * 100:g}", action="Set", varname="SCORE")
    if said.get("right") and share >= 1:
        _tag(condition, "displayfeedback", feedbacktype="Response", linkrefid="correct_fb")


def _all(processing: Any, question: Question, said: dict[str, str]) -> None:
    """All that earn and none that do not: cartridges know no partial credit."""
    condition = _tag(processing, "respcondition")
    condition.set("continue", "No")
    both = _tag(_tag(condition, "conditionvar"), "and")
    for part in question.parts:
        above = both if part.credit > 0 else _tag(both, "not")
        _tag(above, "varequal", part.key, respident="response1")
    _earned(condition, 1.0, said)


def _each(processing: Any, question: Question, said: dict[str, str]) -> None:
    for part in question.parts:
        if part.credit <= 0:
            continue
        condition = _tag(processing, "respcondition")
        condition.set("continue", "No")
        words = said.get(f"{part.key}.text", "") if question.kind == "short" else part.key
        is_pattern = question.kind == "short" and _is_pattern(words)
        above, name = _tag(condition, "conditionvar"), "varsubstring" if is_pattern else "varequal"
        found = _tag(above, name, words.strip("*") if is_pattern else words, respident="response1")
        if question.kind == "short":
            found.set("case", "Yes" if part.facts.get("is_case_sensitive") else "No")
        _earned(condition, part.credit, said)
