"""The toolkit on its pages: texts in a language, older-than-source marks, what changed between two versions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from koinon.programmes.models import Activity, Handout, Programme, Toolkit

PARTS = ("title", "goal", "text")


def digest(said: dict[str, str]) -> str:
    """The mark of a text: a translation keeps the mark of the original that it was made from."""
    return hashlib.sha256("\0".join(said.get(part, "") for part in PARTS).encode()).hexdigest()[:16]


@dataclass
class Shown:
    """An activity as somebody reads it: in which language, and whether that is older than the original."""

    activity: Activity
    language: str
    title: str
    goal: str
    text: str
    is_stale: bool = False
    handouts: list[Handout] = field(default_factory=list)
    state_of: list[tuple[str, str]] = field(default_factory=list)


def is_stale(activity: Activity, language: str) -> bool:
    """Whether the translation was made from an original that has changed since."""
    said = activity.texts.get(language)
    if not said or language == activity.language:
        return False
    return bool(said.get("source") != digest(activity.texts.get(activity.language, {})))


def shown(activity: Activity, language: str) -> Shown:
    """In the wanted language if it is there, else in the original."""
    found = language if activity.texts.get(language) else activity.language
    said = activity.texts.get(found, {})
    return Shown(
        activity, found, said.get("title", ""), said.get("goal", ""), said.get("text", ""), is_stale(activity, found)
    )


def read(toolkit: Toolkit, language: str) -> list[Shown]:
    """All activities of a version, in order, with the handouts of each. Two queries."""
    rows = toolkit.activities.order_by("order", "pk").prefetch_related("handouts__upload")
    found = []
    for row in rows:
        each = shown(row, language)
        each.handouts = sorted(row.handouts.all(), key=lambda one: (one.language != language, one.language, one.pk))
        each.state_of = [(code, state(row, code)) for code in toolkit.programme.languages]
        found.append(each)
    return found


def state(activity: Activity, language: str) -> str:
    """original | stale | there | missing."""
    if language == activity.language:
        return "original"
    if not activity.texts.get(language):
        return "missing"
    return "stale" if is_stale(activity, language) else "there"


@dataclass(frozen=True)
class Change:
    """One activity between two versions: new | gone | changed | moved; `parts`: (name, before, after) that differ."""

    kind: str
    title: str
    language: str
    parts: tuple[tuple[str, str, str], ...] = ()


def changes(before: Toolkit | None, after: Toolkit) -> list[Change]:
    """What changed in the originals, activity by activity. Two queries."""
    old = {row.key: row for row in before.activities.order_by("order", "pk")} if before else {}
    new = {row.key: row for row in after.activities.order_by("order", "pk")}
    found = [_change(old.get(key), row) for key, row in new.items()]
    gone = [Change("gone", _title(row), row.language) for key, row in old.items() if key not in new]
    return [each for each in found if each is not None] + gone


def _change(old: Activity | None, new: Activity) -> Change | None:
    if old is None:
        return Change("new", _title(new), new.language)
    one, two = _facts(old), _facts(new)
    parts = tuple((name, one[name], two[name]) for name in two if one[name] != two[name])
    return Change("changed", _title(new), new.language, parts) if parts else None


def _facts(row: Activity) -> dict[str, str]:
    said = row.texts.get(row.language, {})
    texts = {part: said.get(part, "") for part in PARTS}
    return {**texts, "minutes": str(row.minutes), "group_size": row.group_size, "materials": row.materials}


def _title(row: Activity) -> str:
    return str(row.texts.get(row.language, {}).get("title", ""))


def newest(programme: Programme) -> Toolkit | None:
    return programme.toolkits.filter(state="published").order_by("-number").first()


def titles(toolkit: Toolkit | None, language: str) -> list[tuple[str, str]]:
    """(key, title) of each activity, for a choice. One query."""
    if toolkit is None:
        return []
    rows = toolkit.activities.order_by("order", "pk")
    return [(str(row.key), shown(row, language).title) for row in rows]


def choices_of(rows: Sequence[Any]) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]
