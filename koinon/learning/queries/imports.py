"""The report of a file as it is kept, as pages show it, and as others read it."""

import csv
import io
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor
from koinon.learning import formats
from koinon.learning.engine import reports
from koinon.learning.models import CourseImport

SIZE = 50
FATES = {"kept": gettext_lazy("Kept"), "changed": gettext_lazy("Changed"), "dropped": gettext_lazy("Left out")}
TONES = {"kept": "good", "changed": "waiting", "dropped": "bad"}
STATES = {"waiting": "plain", "read": "waiting", "refused": "bad", "taken": "good", "unpacked": "good"}
QUESTIONS = {
    "single": gettext_lazy("Single choice"), "multiple": gettext_lazy("Multiple choice"),
    "true_false": gettext_lazy("True or false"), "short": gettext_lazy("Short answer"),
    "numeric": gettext_lazy("Number"), "match": gettext_lazy("Matching"), "order": gettext_lazy("Ordering"),
    "cloze": gettext_lazy("Text with gaps"), "long": gettext_lazy("Long answer"),
}  # fmt: skip
KINDS = {
    "section": gettext_lazy("Section"), "page": gettext_lazy("Page"), "media": gettext_lazy("Media"),
    "file": gettext_lazy("File"), "quiz": gettext_lazy("Quiz"), "task": gettext_lazy("Practice task"),
    "discussion": gettext_lazy("Discussion"), "session": gettext_lazy("Session"), "survey": gettext_lazy("Survey"),
    "package": gettext_lazy("Package"), "link": gettext_lazy("Link"), "question": gettext_lazy("Question"),
    "part": gettext_lazy("Part"), "library": gettext_lazy("Program of the package"),
    "image": gettext_lazy("Picture"), "lti": gettext_lazy("Outside tool"), **QUESTIONS,
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def kept(report: reports.Report) -> dict[str, Any]:
    """A report as a row keeps it: codes and values, no sentences, so that each reader has it in their language."""
    why = report.refusal
    refusal = {"code": why.code, "values": {name: str(value) for name, value in why.values.items()}} if why else None
    return {
        "items": [
            {"where": i.where, "title": i.title, "kind": i.kind, "fate": i.fate, "code": i.code, "values": _plain(i)}
            for i in report.items
        ],
        "questions": dict(sorted(report.questions.items())),
        "refusal": refusal,
    }  # fmt: skip


def report_of(row: CourseImport) -> reports.Report:
    """The report of a row; sentences come when they are asked for."""
    formats.all_formats()
    facts = row.report or {}
    report = reports.Report(row.format)
    report.items = [reports.Item(**each) for each in facts.get("items", ())]
    report.questions.update(facts.get("questions", {}))
    if refusal := facts.get("refusal"):
        report.refusal = reports.Refused(refusal["code"], **refusal["values"])
    return report


def page(row: CourseImport, *, shown: str, number: str) -> dict[str, Any]:
    """What the page of a report shows: counts, items of one fate, questions by kind. No query."""
    report = report_of(row)
    counts = {fate: sum(item.fate == fate for item in report.items) for fate in FATES}
    shown = shown if shown in FATES else ""
    items = [item for item in report.items if not shown or item.fate == shown]
    pages = Paginator(items, SIZE).get_page(number)
    everything = [{"url": "?", "label": _("Everything"), "count": len(report.items), "current": not shown}]
    return {
        "report": report,
        "title": _format_title(row.format),
        "counts": counts,
        "shown": shown,
        "items": [(item, KINDS.get(item.kind, item.kind), FATES[item.fate], TONES[item.fate]) for item in pages],
        "pages": pages,
        "tabs": everything
        + [
            {"url": f"?show={fate}", "label": label, "count": counts[fate], "current": fate == shown}
            for fate, label in FATES.items()
        ],
        "questions": [(QUESTIONS.get(kind, kind), count) for kind, count in sorted(report.questions.items())],
        "is_quiz_file": row.format in ("gift", "moodle_xml"),
        "is_package": row.format in ("scorm", "h5p"),
    }


def as_csv(row: CourseImport) -> str:
    """The report as a sheet, in the reader's language; words that a spreadsheet would run stay words."""
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow([_("Place in the file"), _("Title"), _("Kind"), _("What became of it"), _("Reason")])
    for item in report_of(row).items:
        said = (item.where, item.title, KINDS.get(item.kind, item.kind), FATES[item.fate], item.reason)
        lines.writerow([_harmless(str(each)) for each in said])
    return "\ufeff" + sheet.getvalue()


def mine(me: Actor) -> Any:
    """Files that people of my organisations sent, newest first."""
    rows = CourseImport.objects.visible_to(me).select_related("organisation", "work", "course")
    return rows.exclude(state="dropped").defer("report")


def _format_title(name: str) -> str:
    return next((each.title for each in formats.all_formats() if each.name == name), name)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(item: reports.Item) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float) else str(value) for key, value in item.values.items()}
