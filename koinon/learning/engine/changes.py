"""What is different between two versions of a course, as learners meet it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from koinon.learning.engine import blocks
from koinon.learning.engine.documents import Document, Node


@dataclass(frozen=True)
class Change:
    """One line: what happened (new, gone, words, asks, moved, questions) to which part, words before and after in the
    language of the course, or in the first one in which they are others."""

    what: str
    title: str
    key: str
    before: str = ""
    after: str = ""
    language: str = ""

    @property
    def sentence(self) -> str:
        return {
            "new": _("New here"),
            "gone": _("Taken out"),
            "words": _("Says something else"),
            "asks": _("Something else is asked for"),
            "moved": _("Stands elsewhere"),
            "questions": _("Other questions"),
        }[self.what]


def compared(old: Document, new: Document) -> list[Change]:
    """Parts by their stable keys, in the order of the new version; those that are gone come last."""
    before = {node.key: node for node in old.nodes}
    after = {node.key: node for node in new.nodes}
    kept_old = [key for key in before if key in after]
    kept_new = [key for key in after if key in before]
    moved = _moved(kept_old, kept_new)
    found: list[Change] = []
    for key, node in after.items():
        if key not in before:
            found.append(Change("new", _title(node, new), key))
        else:
            found += _of(before[key], node, old, new)
            if key in moved or before[key].parent != node.parent:
                found.append(Change("moved", _title(node, new), key))
    return found + [Change("gone", _title(node, old), key) for key, node in before.items() if key not in after]


def _of(before: Node, after: Node, old: Document, new: Document) -> list[Change]:
    title, key = _title(after, new), after.key
    found = []
    for language in dict.fromkeys((new.language, *after.texts, *before.texts)):
        one, two = before.texts.get(language, {}), after.texts.get(language, {})
        if {**one, "of": None} != {**two, "of": None}:
            found.append(Change("words", title, key, _words(one), _words(two), language))
            break
    if _asked(before) != _asked(after):
        found.append(Change("questions", title, key))
    if (_settings(before), before.rule, before.is_optional) != (_settings(after), after.rule, after.is_optional):
        found.append(Change("asks", title, key))
    asked = {question.key: question for question in old.questions}
    changed = [each for each in new.questions if each.key in _asked(after) and each.key in asked]
    if any((each.texts, each.parts) != (asked[each.key].texts, asked[each.key].parts) for each in changed):
        found.append(Change("questions", title, key))
    return list(dict.fromkeys(found))


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Keys that do not stand in the longest order that both share."""
    place = {key: number for number, key in enumerate(old)}
    best: dict[int, list[str]] = {}
    for key in new:
        before = [row for last, row in best.items() if last < place[key]]
        best[place[key]] = [*_longest(before), key]
    return set(new) - set(_longest(list(best.values())))


def _longest(rows: list[list[str]]) -> list[str]:
    return max(rows, key=lambda row: len(row)) if rows else []


def _title(node: Node, document: Document) -> str:
    return str(node.texts.get(document.language, {}).get("title", "")) or _("Without a title")


def _words(said: Any) -> str:
    return "\n".join(filter(None, [str(said.get("title", "")), blocks.text(said.get("blocks") or ())]))


def _asked(node: Node) -> list[str]:
    return list(node.settings.get("questions") or ())


def _settings(node: Node) -> dict[str, Any]:
    return {name: value for name, value in node.settings.items() if name not in ("questions",)}
