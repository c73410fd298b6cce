"""From one version of a questionnaire to the next: what changed, and which answers can come along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from koinon.kit.questions.reading import shown
from koinon.kit.questions.schema import KINDS, Question, each, find, said
from koinon.kit.questions.values import Values, is_empty

CARRIES = {"file": {"file", "signature"}, "signature": {"file", "signature"}}
"""Kinds whose answers another kind can take over, besides the same kind."""


@dataclass
class Changes:
    """Questions by label: what is new, gone, different (with how), and what only stands elsewhere."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


@dataclass(frozen=True)
class Lost:
    """An answer that could not come along, as text so that its people can use it elsewhere, and why."""

    key: str
    label: str
    text: str
    why: str


@dataclass(frozen=True)
class Carried:
    values: Values
    lost: list[Lost]


def changes(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> Changes:
    """What is different in the new version, as sentences in the reader's language."""
    result, original = Changes(), new.get("language", "en")
    before = {question["key"]: (part["key"], question) for part, question in each(old)}
    after = {question["key"]: (part["key"], question) for part, question in each(new)}
    result.removed = [said(q["labels"], language, original) for key, (_p, q) in before.items() if key not in after]
    for key, (part, question) in after.items():
        label = said(question["labels"], language, original)
        if key not in before:
            result.added.append(label)
        elif how := _differs(before[key][1], question):
            result.changed.append(_("%(question)s: %(what)s") % {"question": label, "what": ", ".join(how)})
        elif before[key][0] != part:
            result.moved.append(label)
    stay = [key for key in after if key in before]
    if not result.moved and stay != [key for key in before if key in after]:
        result.moved = [said(after[key][1]["labels"], language, original) for key in _displaced(list(before), stay)]
    return result


def _displaced(before: list[str], stay: list[str]) -> list[str]:
    """The fewest questions whose move explains the new order (all but a longest row that kept its order)."""
    place = {key: number for number, key in enumerate(before)}
    best: list[list[str]] = []
    for key in stay:
        rows = [row for row in best if place[row[-1]] < place[key]]
        longest: list[str] = max(rows, key=len) if rows else []
        best.append([*longest, key])
    kept: list[str] = []
    for row in best:
        kept = row if len(row) > len(kept) else kept
    return [key for key in stay if key not in kept]


def _differs(old: Question, new: Question) -> list[str]:
    how = []
    if old["kind"] != new["kind"]:
        how.append(_("another kind of question"))
    if old["labels"] != new["labels"] or old.get("helps") != new.get("helps"):
        how.append(_("other words"))
    if bool(old.get("required")) != bool(new.get("required")):
        how.append(_("must be answered now") if new.get("required") else _("may be left out now"))
    if bool(old.get("published")) != bool(new.get("published")):
        how.append(_("published now") if new.get("published") else _("private now"))
    if old["kind"] == new["kind"] and _settings(old) != _settings(new):
        how.append(_("other limits or choices"))
    return how


def _settings(question: Question) -> dict[str, Any]:
    plain = {"key", "kind", "labels", "helps", "required", "published"}
    return {name: value for name, value in question.items() if name not in plain and value not in (None, "", {}, [])}


def carry(old: Mapping[str, Any], new: Mapping[str, Any], values: Mapping[str, Any], language: str = "en") -> Carried:
    """Take the answers over into the new version; each that has no place there is in `lost`. Nothing is dropped unsaid.

    Texts that are too long now, and numbers out of the new bounds, come along: `check` names them.
    """
    result, lost = Values(), []
    for key, value in values.items():
        before, after = find(old, key), find(new, key)
        if before is None or is_empty(value):
            continue
        fits, why = _fits(before, after, value)
        if not is_empty(fits):
            result[key] = fits
        if why:
            label = said(before["labels"], language, old.get("language", "en"))
            lost.append(Lost(key, label, shown(before, value, language, old.get("language", "en")), why))
    return Carried(result, lost)


def _fits(before: Question, after: Question | None, value: Any) -> tuple[Any, str]:
    """What of a value the new question takes, and why not all of it ("" when all)."""
    if after is None:
        return None, _("This question is not asked any more.")
    if after["kind"] not in CARRIES.get(before["kind"], {before["kind"]}):
        facts = {"kind": KINDS[after["kind"]]}
        return None, _("The question asks for something else now: %(kind)s.") % facts
    if after["kind"] != "choice":
        return value, ""
    known = {choice["key"] for choice in after["choices"]}
    stays = [key for key in value if key in known]
    most = (after.get("most") or len(known)) if after.get("many") else 1
    if len(stays) > most:
        return None, _("Please choose again: fewer may be chosen now.")
    return stays, "" if len(stays) == len(value) else _("Something you chose is not on the list any more.")
