"""What came of an import, item by item: kept, changed or dropped, with the reason. Nothing is lost without a line."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Fate = Literal["kept", "changed", "dropped"]


class Refused(Exception):  # noqa: N818  (it reads as a sentence: raise Refused)
    """A file that cannot be taken at all: `code` is one of REASONS, `values` fill its sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return say(self.code, self.values)


@dataclass(frozen=True)
class Item:
    """One thing of the file: where it stood, what it was, what became of it and why (code of REASONS, or empty)."""

    where: str
    title: str
    kind: str
    fate: Fate
    code: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return say(self.code, self.values) if self.code else ""


@dataclass
class Report:
    """The report of one file; importers call kept(), changed(), dropped() as they go."""

    format: str
    items: list[Item] = field(default_factory=list)
    questions: Counter[str] = field(default_factory=Counter)
    refusal: Refused | None = None

    def kept(self, where: str, title: str, kind: str) -> None:
        self.items.append(Item(where, title, kind, "kept"))

    def changed(self, where: str, title: str, kind: str, code: str, **values: Any) -> None:
        self.items.append(Item(where, title, kind, "changed", code, values))

    def dropped(self, where: str, title: str, kind: str, code: str, **values: Any) -> None:
        self.items.append(Item(where, title, kind, "dropped", code, values))

    def as_json(self) -> dict[str, Any]:
        """What `koinon course check` prints: format, verdict, items by fate with reasons, questions by kind."""
        lines = [
            {"where": i.where, "title": i.title, "kind": i.kind, "fate": i.fate, "code": i.code, "reason": i.reason}
            for i in self.items
        ]
        refusal = {"code": self.refusal.code, "reason": str(self.refusal)} if self.refusal else None
        fates = Counter(item.fate for item in self.items)
        return {
            "format": self.format,
            "is_importable": self.refusal is None,
            "refused": refusal,
            "kept": fates["kept"],
            "changed": fates["changed"],
            "dropped": fates["dropped"],
            "questions": dict(sorted(self.questions.items())),
            "items": lines,
        }


REASONS: dict[str, str | Promise] = {}
"""code -> sentence with named places; each format adds its own by `reasons(…)` when it is loaded."""


def reasons(**sentences: str | Promise) -> None:
    """Say the sentences behind codes; a code means one thing everywhere."""
    for code, sentence in sentences.items():
        if REASONS.setdefault(code, sentence) != sentence:
            raise ValueError(f"two meanings of {code}")


def say(code: str, values: dict[str, Any]) -> str:
    """The sentence of a code in the language of the reader."""
    return str(REASONS[code]) % values


reasons(
    unknown_format=_("We do not know this kind of file."),
    not_an_archive=_("This file is damaged, or it is not a ZIP file."),
    outside=_("The archive names a file outside itself: %(name)s."),
    not_a_file=_("The archive holds something that is no plain file: %(name)s."),
    too_many=_("The archive holds more than %(limit)s files."),
    too_large=_("Unpacked, the archive is larger than %(limit)s MB."),
    a_bomb=_("The archive unpacks to far more than its size: we do not open it."),
    encrypted=_("The archive is locked with a password."),
    twice=_("The archive holds two files whose names differ by case only: %(name)s."),
    bad_name=_("The archive holds a file whose name cannot be read."),
    not_xml=_("%(name)s is not valid XML."),
    not_json=_("%(name)s is not valid JSON."),
    missing=_("%(name)s is missing in the archive."),
    too_deep=_("%(name)s is nested too deeply."),
    empty=_("There is nothing in this file that could be taken over."),
    no_kind=_("We have nothing of this kind."),
    kind_unknown=_("Questions of the kind “%(what)s” are not taken over."),
    outside_tool=_("It is a tool of another address, which this file only points to."),
    html_cleaned=_("Parts that could run or hide something were taken out of the text."),
)
