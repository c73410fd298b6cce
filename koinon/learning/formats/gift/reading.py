"""GIFT into questions. Each piece of the file between empty lines gives a line in the report."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import embedded
from koinon.learning.engine.documents import Document, Node, Part, Question
from koinon.learning.engine.drafts import Draft
from koinon.learning.engine.drafts import line as one_line
from koinon.learning.engine.multilingual import Words, decoded, formatted
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.engine.written import as_number, plain

reasons(
    text_too_large=_("The file is larger than %(limit)s MB."),
    too_many_questions=_("The file holds more than %(limit)s questions."),
    gift_unclear=_("The answers of this question could not be read."),
    note_left=_("A note of the author; it stays in the original file."),
    no_answers=_("A text without a question: it became a page."),
    encoding_changed=_("The file was not in UTF-8; it was read as %(encoding)s."),
)
MB, LIMIT, MOST = 1024 * 1024, 16, 20_000
_ESCAPES = {"~": "\ufdd0", "=": "\ufdd1", "#": "\ufdd2", "{": "\ufdd3", "}": "\ufdd4", ":": "\ufdd5", "n": "\ufdd6",
            "\\": "\ufdd7", "%": "\ufdd8", "[": "\ufdd9", ">": "\ufdda"}  # fmt: skip
_BACK = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in _ESCAPES.items()})
_FORM = re.compile(r"\s*\[(html|markdown|moodle|plain)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:[.,]\d{1,7})?)\s*%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_BLANK = "_____"


def read(path: Path, report: Report, language: str, progress: object = None) -> Document:
    """The questions of a file, in a quiz; categories become tags, texts without answers pages."""
    if path.stat().st_size > LIMIT * MB:
        raise Refused("text_too_large", limit=LIMIT)
    text, encoding = decoded(path.read_bytes(), language)
    if not encoding.startswith("utf-8"):
        report.changed("1", path.name, "file", "encoding_changed", encoding=encoding)
    draft = Draft("gift", language, report)
    reader, lines = _Reader(draft), text.count("\n") + 1
    for count, (number, chunk) in enumerate(chunks(text)):
        if count >= MOST:
            raise Refused("too_many_questions", limit=MOST)
        reader.take(number, chunk)
        if callable(progress):
            progress(number, lines)
    if draft.questions:
        title = {language: {"title": one_line(path.stem) or "GIFT"}}
        draft.nodes.append(Node(draft.key("quiz"), "quiz", "", title, {"questions": list(draft.questions)}))
    return draft.document(path.stem)


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """(line, piece): pieces between empty lines; braces that are still open join the next piece when it closes them."""
    text = re.sub("[\ufdd0-\ufdda\ufeff]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    found: list[tuple[int, list[str]]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            if not is_open:
                found.append((number, []))
            found[-1][1].append(line)
            is_open = True
        else:
            is_open = False
    joined: list[tuple[int, list[str]]] = []
    last = ""
    for number, lines in found:
        piece = "\n".join(lines)
        braces = re.findall(r"(?<!\\)[{}]", _without_notes(piece))
        if last == "{" and braces[:1] == ["}"]:
            joined[-1][1].append(piece)
        else:
            joined.append((number, [piece]))
        last = braces[-1] if braces else ""
    for number, pieces in joined:
        yield number, "\n\n".join(pieces)


def _without_notes(piece: str) -> str:
    return "\n".join(line for line in piece.split("\n") if not line.lstrip().startswith("//"))


def _said(text: str) -> str:
    return text.translate(_BACK)


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self.draft, self.report, self.language = draft, draft.report, draft.language
        self.category: tuple[str, ...] = ()
        self.seen: dict[str, int] = {}

    def take(self, number: int, chunk: str) -> None:
        """One piece: a category, a note, a question, or a text; whatever it is, the report says it."""
        where, notes = str(number), [line for line in chunk.split("\n") if line.lstrip().startswith("//")]
        lines = _without_notes(chunk).split("\n")
        while lines and (match := re.match(r"\s*\$(CATEGORY|COURSE):(.*)", lines[0], re.IGNORECASE)):
            self._categorise(where, match[2])
            lines = lines[1:]
        text = "\n".join(lines).strip()
        if not text:
            if notes:
                self.report.dropped(where, one_line(notes[0].strip("/ ")), "note", "note_left")
            return
        tags = (
            *self.category,
            *(one_line(tag)[:60] for note in notes for tag in re.findall(r"\[tag:([^\]]+)\]", note)),
        )
        self._question(where, text, chunk, tuple(dict.fromkeys(tags)))

    def _categorise(self, where: str, said: str) -> None:
        path = [one_line(re.sub(r"<[^<>]*>", "", each))[:60] for each in re.split(r"(?<!/)/(?!/)", said.strip())]
        names = [
            each.replace("//", "/") for each in path if each and each not in ("$course$", "$system$", "$module$", "top")
        ]
        self.category = tuple(names)
        self.report.kept(where, "/".join(names) or said.strip()[:100], "category")

    def _question(self, where: str, text: str, raw: str, tags: tuple[str, ...]) -> None:
        words = Words(self.language)
        text = re.sub(r"\\([~=#{}:n\\%\[>])", lambda match: _ESCAPES[match[1]], text)
        title = ""
        if match := re.match(r"\s*::(.*?)::", text, re.DOTALL):
            title, text = one_line(_said(match[1])), text[match.end() :]
        form = ""
        if match := _FORM.match(text):
            form, text = match[1], text[match.end() :]
        said = title or one_line(plain(_said(text.split("{")[0])))[:80]
        if embedded.has_gaps(text.replace("\ufdd5", ":")):
            restored = text
            for sign, mark in _ESCAPES.items():
                restored = restored.replace(mark, "\n" if sign == "n" else f"\\{sign}" if sign in "~#}=%\\" else sign)
            found: tuple[str, tuple[Part, ...]] | None = ("cloze", embedded.taken(formatted(restored, form), words))
        else:
            match = re.search(r"\{([^{}]*)\}", text)
            if match is None:
                self._text(where, said, text, form, words)
                return
            before, after = text[: match.start()].rstrip(), text[match.end() :].strip()
            stem = f"{before} {_BLANK}{' ' if after[:1].isalnum() else ''}{after}" if after else before
            words.put("stem", formatted(_said(stem).strip(), form))
            found = _answers(match[1], words, form)
        if found is None:
            self.report.dropped(where, said, "question", "gift_unclear")
            return
        self._keep(where, said, found, (title, raw, tags), words)

    def _text(self, where: str, said: str, text: str, form: str, words: Words) -> None:
        if re.search(r"[{}]", text):
            self.report.dropped(where, said, "question", "gift_unclear")
            return
        blocks, _code = self.draft.blocks(formatted(_said(text), form), where, lambda address: None)
        self.draft.node(where, "page", said, blocks=blocks, code="no_answers")

    def _keep(
        self, where: str, said: str, found: tuple[str, tuple[Part, ...]], about: tuple[str, str, tuple[str, ...]],
        words: Words,
    ) -> None:  # fmt: skip
        kind, parts = found
        title, raw, tags = about
        if title:
            words.texts.setdefault(self.language, {})["title"] = title
        name = f"question {title or raw}"
        self.seen[name] = self.seen.get(name, 0) + 1
        key = self.draft.key(f"{name} {self.seen[name]}" if self.seen[name] > 1 else name)
        self.draft.question(Question(key, kind, parts, words.texts, tags=tags, raw=raw))
        if words.codes:
            self.report.changed(where, said, kind, sorted(words.codes)[0])
        else:
            self.report.kept(where, said, kind)


def _answers(content: str, words: Words, form: str) -> tuple[str, tuple[Part, ...]] | None:
    """Kind and parts of what stands in braces; None when it cannot be read."""
    content, general = _cut(content, "####")
    words.put("general", _text_of(general, form))
    content = content.strip()
    if not content:
        return "long", ()
    truth, _sep, told = content.partition("#")
    if truth.strip().upper() in _TRUTH:
        return _truth(_TRUTH[truth.strip().upper()], told.split("#"), words, form)
    if content.startswith("#"):
        return _numbers(content[1:], words, form)
    if content.startswith(">"):
        return _row(content[1:], words, form)
    pieces = _marked(content)
    if not pieces or content.lstrip()[:1] not in ("=", "~"):
        return None
    if all(sign == "=" for sign, _piece in pieces):
        if all("->" in piece for _sign, piece in pieces):
            return _pairs([piece for _sign, piece in pieces], words, form)
        return "short", tuple(_part(place, sign, piece, words, form) for place, (sign, piece) in enumerate(pieces, 1))
    parts = tuple(_part(place, sign, piece, words, form) for place, (sign, piece) in enumerate(pieces, 1))
    return "single" if any(sign == "=" for sign, _piece in pieces) else "multiple", parts


def _marked(content: str) -> list[tuple[str, str]]:
    """Answers with their signs; "~=" is a right choice, as some programs write it. Signs inside tags are text."""
    content = re.sub(r"<[A-Za-z][^<>]*>", lambda match: match[0].replace("=", "\ufdd1").replace("~", "\ufdd0"), content)
    found = re.findall(r"(~=|=|~)([^=~]*)", content)
    return [("=" if "=" in sign else "~", piece.strip()) for sign, piece in found if piece.strip()]


def _cut(text: str, mark: str) -> tuple[str, str]:
    before, _sep, after = text.partition(mark)
    return before, after


def _text_of(text: str, form: str) -> str:
    if match := _FORM.match(text):
        form, text = match[1], text[match.end() :]
    return formatted(_said(text).strip(), form)


def _part(place: int, sign: str, piece: str, words: Words, form: str) -> Part:
    credit = 1.0 if sign == "=" else 0.0
    if match := _WEIGHT.match(piece):
        credit, piece = (as_number(match[1]) or 0.0) / 100, piece[match.end() :]
    said, feedback = _cut(piece, "#")
    key = f"a{place}"
    words.put(f"{key}.text", _text_of(said, form))
    words.put(f"{key}.feedback", _text_of(feedback, form))
    return Part(key, round(credit, 7))


def _truth(is_true: bool, told: list[str], words: Words, form: str) -> tuple[str, tuple[Part, ...]]:
    """The first feedback is for who is wrong, the second for who is right."""
    right, wrong = ("true", "false") if is_true else ("false", "true")
    for name, feedback in zip((wrong, right), told, strict=False):
        words.put(f"{name}.feedback", _text_of(feedback, form))
    return "true_false", (Part("true", float(is_true)), Part("false", float(not is_true)))


def _pairs(pieces: list[str], words: Words, form: str) -> tuple[str, tuple[Part, ...]]:
    parts = []
    for place, piece in enumerate(pieces, 1):
        left, right = _cut(piece, "->")
        words.put(f"a{place}.text", _text_of(left, form))
        words.put(f"a{place}.other", _text_of(right, form))
        parts.append(Part(f"a{place}"))
    return "match", tuple(parts)


def _row(content: str, words: Words, form: str) -> tuple[str, tuple[Part, ...]] | None:
    """An order: a first line of settings, then one step a line."""
    lines = [line.strip() for line in content.split("\n")[1:] if line.strip()]
    for place, line in enumerate(lines, 1):
        words.put(f"a{place}.text", _text_of(line, form))
    return ("order", tuple(Part(f"a{place}") for place in range(1, len(lines) + 1))) if len(lines) > 1 else None


def _numbers(content: str, words: Words, form: str) -> tuple[str, tuple[Part, ...]] | None:
    pieces = _marked(content) if content.lstrip()[:1] in ("=", "~") else [("=", content.strip())]
    parts: list[Part] = []
    for place, (sign, piece) in enumerate(pieces, 1):
        part = _part(place, sign, piece, words, form)
        said = unescape(plain(words.texts.get(words.language, {}).pop(f"{part.key}.text", "")))
        facts = numeric(said) if said or sign == "=" else {"value": "*"}
        if facts is None:
            return None
        parts.append(Part(part.key, part.credit, facts))
    return ("numeric", tuple(parts)) if parts else None


def numeric(said: str) -> dict[str, object] | None:
    """Facts of an accepted number: "3", "3:0.5", "1..5", or "*"; None when it is none of these."""
    said = said.strip()
    if said == "*":
        return {"value": "*"}
    low, sep, high = said.partition("..")
    if sep:
        ends = as_number(low.strip()), as_number(high.strip())
        return None if None in ends else {"low": ends[0], "high": ends[1]}
    value, _sep, tolerance = said.partition(":")
    number, near = as_number(value.strip()), as_number(tolerance.strip() or "0")
    return None if number is None or near is None else {"value": number, "tolerance": near}
