"""Questions into GIFT: every sign that means something is escaped; several languages as {mlang}."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from koinon.learning.engine import embedded
from koinon.learning.engine.documents import Document, Part, Question
from koinon.learning.engine.multilingual import joined


def write(document: Document, target: Path, language: str) -> None:
    """A file with all questions; pages and other nodes cannot be said in GIFT."""
    pieces: list[str] = []
    category: tuple[str, ...] = ()
    for question in document.questions:
        if question.tags != category:
            category = question.tags
            pieces.append("$CATEGORY: " + ("/".join(tag.replace("/", "//") for tag in category) or "top"))
        pieces.append(written(question, language or document.language))
    target.write_text("\n\n".join(pieces) + "\n", encoding="utf-8")


def written(question: Question, language: str) -> str:
    """One question: title, text in HTML, answers in braces."""
    title = escaped(title_of(question, language))
    start = f"::{title}::[html]" if title else "[html]"
    if question.kind == "cloze":
        said = question.texts.get(language) or next(iter(question.texts.values()), {})
        return start + _gaps(question, said)
    body = _WRITERS[question.kind](question, language)
    general = _text(question, "general", language)
    stem = _text(question, "stem", language)
    return f"{start}{stem} {{{body}{f'####{general}' if general else ''}}}"


def title_of(question: Question, language: str) -> str:
    """The name of a question, for authors: in one language."""
    said = [question.texts.get(language, {}), *question.texts.values()]
    return next((str(each["title"]) for each in said if each.get("title")), "")


def _gaps(question: Question, said: Mapping[str, str]) -> str:
    marks = {f"[[{part.key}]]": embedded.written(
        Question("", "cloze", (part,)), {**said, "stem": f"[[{part.key}]]"}) for part in question.parts}  # fmt: skip
    pieces = re.split(r"(\[\[[^\[\]]{1,80}\]\])", said.get("stem", ""))
    return "".join(_inline(marks[each]) if each in marks else escaped(each) for each in pieces)


def _inline(gap: str) -> str:
    return gap.replace("\n", " ")


def escaped(text: str) -> str:
    r"""Text with \ before every sign that GIFT reads; line ends as \n."""
    text = re.sub(r"([\\~=#{}:])", r"\\\1", text.replace("\r", ""))
    text = re.sub(r"^\[", r"\\[", text)
    return text.replace("->", "-\\>").replace("\n", "\\n")


def _text(question: Question, name: str, language: str) -> str:
    texts = {code: str(said.get(name, "")) for code, said in question.texts.items()}
    return escaped(joined(texts, language)) if any(texts.values()) else ""


def _told(question: Question, key: str, language: str) -> str:
    feedback = _text(question, f"{key}.feedback", language)
    return f"#{feedback}" if feedback else ""


def _choices(question: Question, language: str) -> str:
    lines, has_right = [], False
    for part in question.parts:
        sign = "~%100%" if has_right and part.credit == 1 else _sign(part, question.kind)
        has_right = has_right or sign == "="
        words = _guarded(_text(question, f"{part.key}.text", language))
        lines.append(f"\n{sign}{words}{_told(question, part.key, language)}")
    return "".join(lines)


def _guarded(text: str) -> str:
    return f"\\{text}" if text.startswith("%") else text


def _sign(part: Part, kind: str) -> str:
    if part.credit == 1 and kind != "multiple":
        return "="
    weight = f"%{part.credit * 100:.7g}%"
    return ("=" if kind in ("short", "numeric") else "~") + (weight if part.credit or kind != "single" else "")


def _short(question: Question, language: str) -> str:
    """Accepted answers of every language stand beside one another: each is accepted."""
    lines = []
    for part in question.parts:
        texts = dict.fromkeys(str(said.get(f"{part.key}.text", "")) for said in question.texts.values())
        lines += [
            f"\n{_sign(part, 'short')}{_guarded(escaped(text))}{_told(question, part.key, language)}"
            for text in texts if text
        ]  # fmt: skip
    return "".join(lines)


def _numbers(question: Question, language: str) -> str:
    return "#" + "".join(
        f"\n{_sign(part, 'numeric')}{number(part.facts)}{_told(question, part.key, language)}"
        for part in question.parts
    )


def number(facts: Mapping[str, Any]) -> str:
    """An accepted number as GIFT has it: a range, or a value with its tolerance, which is never relative here."""
    if "low" in facts:
        return f"{float(facts['low'])!r}..{float(facts['high'])!r}"
    if facts.get("value") == "*":
        return "*"
    value, near = float(facts.get("value") or 0), float(facts.get("tolerance") or 0)
    return f"{value!r}:{(near * abs(value) if facts.get('is_relative') else near)!r}"


def _truth(question: Question, language: str) -> str:
    is_true = any(part.key == "true" and part.credit > 0 for part in question.parts)
    right, wrong = ("true", "false") if is_true else ("false", "true")
    told = [_text(question, f"{key}.feedback", language) for key in (wrong, right)]
    return str(is_true).upper() + (f"#{told[0]}" if any(told) else "") + (f"#{told[1]}" if told[1] else "")


def _pairs(question: Question, language: str) -> str:
    return "".join(
        f"\n={_text(question, f'{part.key}.text', language)} -> {_text(question, f'{part.key}.other', language)}"
        for part in question.parts
    )


def _row(question: Question, language: str) -> str:
    """One step a line; a line that begins with // would be a note."""
    lines = [_text(question, f"{part.key}.text", language) for part in question.parts]
    return ">ALL\n" + "\n".join(f"&#47;{each[1:]}" if each.startswith("/") else each for each in lines) + "\n"


_WRITERS: Mapping[str, Callable[[Question, str], str]] = {
    "single": _choices, "multiple": _choices, "short": _short, "numeric": _numbers, "true_false": _truth,
    "match": _pairs, "order": _row, "long": lambda question, language: "",
}  # fmt: skip
