"""The generations of a programme as a sheet to take along: no more than its page tells."""

import io

from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.programmes.engine import suppression
from koinon.programmes.engine.lineage import Facilitator, Generation
from koinon.programmes.queries import lineage as questions
from koinon.programmes.queries.lineage import Asked, Seen
from koinon.programmes.queries.lineage_pages import Line, lines, people

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(found: Seen, question: Asked, kind: str) -> bytes:
    """Counts as XLSX (generations and facilitators on a sheet each), or the generations as CSV. No name past the first
    generation, no number of fewer than five people."""
    target = io.BytesIO()
    generations = sheets.Table(_("Generations"), _headings(), [_cells(line) for line in lines(found.generations)])
    if kind == "csv":
        sheets.write_csv(target, generations)
    else:
        sheets.write_xlsx(target, [generations, _facilitators(found, question)])
    return target.getvalue()


def _headings() -> list[str]:
    return [
        _("Generation"), _("Facilitators"), _("Delivered"), _("Deliveries"), _("People reached"),
        _("Took part to the end"), _("New facilitators"), _("New facilitators for each who delivered"), _("From"),
        _("To"), _("Survey of participants"), _("Quiz"), _("Observation"),
    ]  # fmt: skip


def _cells(line: Line) -> list[sheets.Cell]:
    """Numbers stay numbers, so that sheets can reckon with them; what is not told is a word."""
    row, factor = line.row, line.row.factor
    parts = [factor.value, factor.low, factor.high] if factor else [None, None, None]
    means = [each.value if each else None for each in (row.quality, row.quiz, row.observed)]
    told: list[float | None] = [None if each is None else round(each, 2) for each in [*parts, *means]]
    finished: sheets.Cell = row.finished if suppression.may_tell(row.finished, row.told) else _("too few to tell")
    return [row.number, row.facilitators, row.delivered, row.deliveries, _number(row), finished, row.became, *told]


def _number(row: Generation | Facilitator) -> sheets.Cell:
    """People as a number, where they may be told."""
    return people(row) if row.few and not row.told else row.reached


def _facilitators(found: Seen, question: Asked) -> sheets.Table:
    told = questions.names([row.key for row in found.rows if row.generation == 1]) if found.is_runner else {}
    heads = [
        _("Facilitator"), _("Name"), _("Organisation"), _("Generation"), _("Deliveries"), _("People reached"),
        _("New facilitators"), _("Facilitators after them"),
    ]  # fmt: skip
    rows = [
        [
            row.code, *told.get(row.key, ("", "")), row.generation, row.deliveries,
            _number(row), row.became,
            row.branch_facilitators - 1,
        ]
        for row in found.rows
        if not question.is_filtered or row.branch_deliveries
    ]  # fmt: skip
    return sheets.Table(_("Facilitators"), heads, rows)
