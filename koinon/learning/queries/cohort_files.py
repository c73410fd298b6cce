"""A cohort as a spreadsheet: one row for each learner, one column for each part of the course."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.learning.engine import progress
from koinon.learning.models import Outcome, Run
from koinon.learning.queries.trees import tree_of

KINDS = ("xlsx", "ods", "csv")
AT_ONCE = 300
BATCH = 200


def name_of(run: Run, kind: str) -> str:
    """The name of the file."""
    return f"{run.course.slug}-{run.starts_on:%Y-%m-%d}.{kind}"


def as_file(run: Run, kind: str, language: str, step: Callable[[int], Any] | None = None) -> IO[bytes]:
    """In a temporary file that is gone when it is closed; `step` hears how many learners are written."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    with translation.override(language):
        table = sheets.Table(run.title, header(run, language), rows(run, step))
        if kind == "csv":
            sheets.write_csv(file, table)
        else:
            (sheets.write_xlsx if kind == "xlsx" else sheets.write_ods)(file, [table])
    file.seek(0)
    return file


def header(run: Run, language: str) -> list[str]:
    """Names of the columns: of the learner, then of each part."""
    tree = tree_of(run.version)
    first = [
        _("Name"), _("E-mail"), _("Organisation"), _("Language"), _("State"), _("Since"), _("Last here"), _("Done"),
        _("Of"),
    ]  # fmt: skip
    return [*first, *(tree.title(key, (language, *run.languages))[0] for key in _parts(run))]


def rows(run: Run, step: Callable[[int], Any] | None = None) -> Iterator[list[Any]]:
    """A row for each learner; two queries for each two hundred."""
    parts = _parts(run)
    found = run.enrolments.select_related("person", "organisation").order_by("pk")
    last, done = None, 0
    while batch := list(found.filter(pk__gt=last)[:BATCH] if last else found[:BATCH]):
        last = batch[-1].pk
        said: dict[Any, dict[str, str]] = {row.pk: {} for row in batch}
        outcomes = Outcome.objects.filter(enrolment__in=list(said)).exclude(node=None).order_by()
        for key, node, why, values in outcomes.values_list("enrolment", "node", "why", "values"):
            said[key][str(node)] = progress.said(why, values)
        for row in batch:
            address = "" if row.person.is_assisted else row.person.email
            where = str(row.organisation) if row.organisation else ""
            facts = [row.person.name, address, where, row.language, row.get_state_display(), _day(row.at)]
            yield [*facts, _day(row.seen_at), row.done, row.total, *(said[row.pk].get(key, "") for key in parts)]
        done += len(batch)
        if step:
            step(done)


def _parts(run: Run) -> list[str]:
    return [node.key for node in tree_of(run.version).nodes if node.kind != "section"]


def _day(at: Any) -> date | None:
    return timezone.localdate(at) if at else None
