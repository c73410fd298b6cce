"""What the pages of an import show."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from koinon.kit.models import Work
from koinon.kit.vocabularies.countries import country_name
from koinon.network.actions import intake_reading
from koinon.network.engine import columns
from koinon.network.models import Intake, IntakeRow, Kind

SIZE = 25
SHOWN = {
    "all": Q(),
    "faults": ~Q(faults=[]),
    "twins": ~Q(twins=[]),
    "undecided": Q(choice="", faults=[]),
    "skip": Q(choice="skip"),
}


@dataclass(frozen=True)
class Stand:
    """Where an import stands: which page shows it, whether it moves by itself, what that page needs."""

    template: str
    is_moving: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


def stands(intake: Intake) -> Stand:
    """The page an import is at; one query or two."""
    work = Work.objects.filter(pk=intake.work).first() if intake.work else None
    is_moving = work is not None and not work.is_over
    if is_moving and intake.state in ("uploaded", "importing"):
        return Stand("network/intake_running.html", True, {"work": work})
    if intake.state in ("imported", "undone"):
        is_undoing = is_moving and intake.state == "imported"
        facts = {"work": work, "made": results(intake), "is_undoing": is_undoing}
        return Stand("network/intake_done.html", is_undoing, facts)
    is_lost = intake.state in ("uploaded", "failed")
    return Stand("network/intake_failed.html" if is_lost else "network/intake_rows.html")


def counts(intake: Intake) -> dict[str, int]:
    """How many rows each way of showing has; one query."""
    conditions = {
        **SHOWN,
        "stopping": ~Q(faults=[]) & ~Q(choice="skip"),
        "new": Q(choice="new", faults=[]),
        "same": Q(choice="same", faults=[]),
    }
    counted = {f"of_{name}": Count("pk", filter=condition or None) for name, condition in conditions.items()}
    found = intake.rows.aggregate(**counted)
    return {name: found[f"of_{name}"] for name in conditions}


def page(intake: Intake, *, shown: str, after: str, language: str) -> dict[str, Any]:
    """What the page of rows shows: counts, the rows asked for, ways to show others, is all ready; two queries."""
    counted = counts(intake)
    if shown not in SHOWN:
        shown = "faults" if counted["stopping"] else "all"
    start = int(after) if after.isdecimal() and len(after) < 9 else 0
    rows, go_on = page_of_rows(intake, shown=shown, after=start, language=language)
    return {
        "counts": counted,
        "rows": rows,
        "go_on": go_on,
        "shown": shown,
        "tabs": _tabs(counted, shown),
        "is_ready": counted["all"] and not counted["stopping"] and not counted["undecided"],
    }


def page_of_rows(intake: Intake, *, shown: str, after: int, language: str) -> tuple[list[dict[str, Any]], int]:
    """Rows after row number `after`, ready to show, and the number to go on from (0 at the end); one query."""
    rows: QuerySet[IntakeRow] = intake.rows.filter(SHOWN.get(shown, Q()), number__gt=after).order_by("number")
    found = list(rows[: SIZE + 1])
    titles = dict(zip(columns.FIELDS, columns.headings_of(language), strict=True))
    go_on = found[SIZE - 1].number if len(found) > SIZE else 0
    return [_shown(row, titles, language) for row in found[:SIZE]], go_on


def results(intake: Intake) -> dict[str, int]:
    """What an import made, for its page."""
    made = {"organisations": 0, "memberships": 0, "listings": 0}
    for result in intake.rows.exclude(made={}).values_list("made", flat=True).iterator(chunk_size=1000):
        made["organisations"] += bool(result.get("organisation"))
        made["memberships"] += bool(result.get("membership"))
        made["listings"] += len(result.get("listings", ()))
    return made


def _shown(row: IntakeRow, titles: dict[str, str], language: str) -> dict[str, Any]:
    facts = row.facts
    kinds = {str(value): str(label) for value, label in Kind.choices}
    where = ", ".join(
        filter(None, (facts["city"], country_name(facts["country"], language) if facts["country"] else ""))
    )
    return {
        "number": row.number,
        "name": facts["name"],
        "kind": kinds.get(facts["kind"], ""),
        "where": where,
        "listings": [listing["title"] for listing in facts["listings"]],
        "faults": [
            {"field": titles.get(fault["field"], ""), "problem": intake_reading.in_words(fault)} for fault in row.faults
        ],
        "twins": [{"says": _says(twin), "why": why(twin)} for twin in row.twins],
        "options": _options(row),
        "is_waiting": not row.choice,
    }


def _options(row: IntakeRow) -> list[tuple[str, str, bool]]:
    """(value, words, is chosen) of the choice of a row."""
    if row.faults:
        is_out = row.choice == "skip"
        return [("new", _("To be put right in the file"), not is_out), ("skip", _("Leave this row out"), is_out)]
    chosen = f"same:{row.twin}" if row.choice == "same" else row.choice
    options = [] if row.choice else [("", _("Please choose"), True)]
    twins = [twin for twin in row.twins if intake_reading.may_be_chosen(twin)]
    options += [(f"same:{twin['key']}", _says(twin), chosen == f"same:{twin['key']}") for twin in twins]
    options += [("new", _("A new organisation"), chosen == "new"), ("skip", _("Leave this row out"), chosen == "skip")]
    return options


def _says(twin: dict[str, Any]) -> str:
    facts = {"name": twin["name"], "where": twin["where"], "row": twin.get("row", 0)}
    if not intake_reading.may_be_chosen(twin):
        return _("%(name)s has people who speak for it. Ask them to apply, and leave this row out.") % facts
    if twin.get("row"):
        return _("The same as row %(row)s: %(name)s") % facts
    if twin["where"]:
        return _("The same as %(name)s, %(where)s") % facts
    return _("The same as %(name)s") % facts


def why(twin: dict[str, Any]) -> str:
    """Why two may be one, in words."""
    return {
        "name": _("same name"),
        "similar": _("similar name"),
        "website": _("same web site"),
        "place": _("same kind in the same place"),
    }.get(twin["why"], "")


def _tabs(counted: dict[str, int], shown: str) -> list[dict[str, Any]]:
    labels = {
        "all": _("All rows"),
        "faults": _("Faults"),
        "twins": _("Perhaps known"),
        "undecided": _("To decide"),
        "skip": _("Left out"),
    }
    return [
        {"url": f"?show={name}", "label": label, "count": counted[name], "current": name == shown}
        for name, label in labels.items()
    ]
