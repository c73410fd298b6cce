"""How one organisation goes into another, row by row, and back: everything that is changed is written into a ledger.

No verbs (see merges): the same steps make the merge, and the preview, which is a merge that is rolled back.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from koinon.network import seams
from koinon.network.models import Organisation

MOST_NAMED = 20


@dataclass
class Group:
    """What became of the rows of one kind: how many moved, how many changed with it, which stay and why."""

    label: Any
    moved: int = 0
    changed: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    """Writes rows and remembers what was there before: `entries` are plain values, to be kept with the merge."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def change(self, row: Model, **changes: Any) -> None:
        """Write some fields of a row, past any automatic field, so that it can be put back to the letter.

        Raises IntegrityError (and leaves nothing behind) when a constraint refuses it.
        """
        before = {name: plain(row, name) for name in changes}
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**changes)
        for name, value in changes.items():
            setattr(row, row._meta.get_field(name).attname, value)  # type: ignore[union-attr]
        after = {name: plain(row, name) for name in changes}
        self.entries.append({"model": row._meta.label_lower, "pk": str(row.pk), "before": before, "after": after})

    def create(self, row: Model) -> None:
        """Save a new row; to undo is to delete it."""
        row.save(force_insert=True)
        self.entries.append({"model": row._meta.label_lower, "pk": str(row.pk), "made": True})

    def stay(self, row: Model) -> None:
        """Remember that a row stays behind, so that nobody tries again."""
        self.left.append({"model": row._meta.label_lower, "pk": str(row.pk)})


def carry_all(kept: Organisation, gone: Organisation, ledger: Ledger, *, again: bool = False) -> None:
    """Everything that apps lend follows; both rows must be locked by the caller. `again`: only rows that came late."""
    for part in parts():
        if again and part.by_hand is not None:
            continue
        group = Group(part.label)
        moved: list[Any] = []
        ledger.groups.append(group)
        if part.by_hand is not None:
            part.by_hand(ledger, kept, gone)
        elif part.moves:
            moved = [row.pk for row in _rows(part, gone, ledger) if _carry(part, row, kept, ledger, group)]
        if part.after is not None and moved:
            part.after(moved)
        if part.is_private:
            ledger.groups.pop()
    ledger.groups = [group for group in ledger.groups if group.moved or group.changed or group.stays]


def put_back(entries: list[dict[str, Any]]) -> list[str]:
    """Undo what a ledger wrote, last first. What somebody has changed since stays as it is; gives sentences on that."""
    stays: list[str] = []
    moved: dict[str, list[Any]] = {}
    for entry in reversed(entries):
        model = apps.get_model(entry["model"])
        row = model._base_manager.filter(pk=entry["pk"]).first()
        if row is None:
            continue
        if entry.get("made"):
            row.delete()
            continue
        same = {name: value for name, value in entry["after"].items() if plain(row, name) == value}
        changes = {name: value_of(model, name, entry["before"][name]) for name in same}
        if changes:
            model._base_manager.filter(pk=row.pk).update(**changes)
            moved.setdefault(entry["model"], []).append(row.pk)
        if len(same) < len(entry["after"]) and len(stays) < MOST_NAMED:
            stays.append(_name(row))
    for part in parts():
        if part.after is not None and (keys := moved.get(part.model._meta.label_lower)):
            part.after(keys)
    return stays


def _name(row: Model) -> str:
    """What people know a row by: its own name, else its title, else the network it belongs to."""
    if type(row).__str__ is not Model.__str__:
        return str(row)
    return next((str(value) for name in ("title", "subject", "network") if (value := getattr(row, name, None))), "")


def parts() -> Iterator[seams.Carry]:
    """Every model that follows, lowest app first."""
    for lent in seams.merging.gather():
        yield from lent


def plain(row: Model, name: str) -> Any:
    """A value of a row as JSON can keep it; None stays None."""
    known: Any = row._meta.get_field(name)
    value = getattr(row, known.attname)
    if value is None or isinstance(value, bool | int | float | dict):
        return value
    if isinstance(value, list):
        return [str(each) if isinstance(each, UUID) else each for each in value]
    return known.value_to_string(row)


def value_of(model: type[Model], name: str, kept: Any) -> Any:
    """The value that `plain` made plain."""
    known: Any = model._meta.get_field(name)
    target = known.target_field if known.is_relation else known
    return None if kept is None else target.to_python(kept)


def _rows(part: seams.Carry, gone: Organisation, ledger: Ledger) -> list[Model]:
    left = [entry["pk"] for entry in ledger.left if entry["model"] == part.model._meta.label_lower]
    rows = part.model._base_manager.filter(**{part.field: gone.pk}).exclude(pk__in=left)
    return list(rows.order_by("pk"))


def _carry(part: seams.Carry, row: Model, kept: Organisation, ledger: Ledger, group: Group) -> bool:
    """Move one row as it is, else changed, else leave it behind; True if it moved."""
    column = part.model._meta.get_field(part.field).attname  # type: ignore[union-attr]
    here = {column: kept.pk}
    for extra in ({}, *part.otherwise):
        with suppress(IntegrityError):
            ledger.change(row, **_worked_out(extra), **here)
            group.moved += 1
            if extra and len(group.changed) < MOST_NAMED:
                group.changed.append(_name(row) or str(group.label))
            return True
    staying = part.staying(row) if callable(part.staying) else part.staying
    if staying:
        ledger.change(row, **_worked_out(staying))
    ledger.stay(row)
    if len(group.stays) < MOST_NAMED:
        group.stays.append(_name(row) or str(group.label))
    return False


def _worked_out(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values may be functions (the moment of now)."""
    return {name: value() if callable(value) else value for name, value in changes.items()}
