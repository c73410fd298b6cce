"""What happened at an event, counted: drafted for its report, frozen when that is published, shown in words."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.engine.reports import hidden
from koinon.events.models import Certificate, Event, EventReport, Presence, Registration, ReportPart, VisitSlot
from koinon.events.queries import feedback, photos
from koinon.events.queries.certificates import days_of, hours
from koinon.kit import files, moments, pdf, questions
from koinon.kit.vocabularies.countries import country_name, language_name
from koinon.network.models import Kind, Organisation

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "report.typ"
ON_PAPER = 4
GROUPS: dict[str, Any] = {
    "countries": gettext_lazy("Countries"),
    "kinds": gettext_lazy("Kinds of organisation"),
    "languages": gettext_lazy("Languages"),
}
NUMBERS: list[tuple[str, Any]] = [
    ("registered", gettext_lazy("Registered")),
    ("attended", gettext_lazy("Attended")),
    ("missed", gettext_lazy("Did not come")),
    ("organisations", gettext_lazy("Organisations they came from")),
    ("sessions", gettext_lazy("Sessions held")),
    ("certified", gettext_lazy("Certificates of attendance")),
    ("answers", gettext_lazy("Answers about what they thought")),
]


@dataclass(frozen=True)
class Group:
    """How many came from where: (words, number or None when it is hidden)."""

    title: str
    rows: list[tuple[str, int | None]]


def figures(event: Event) -> dict[str, Any]:
    """What happened, as plain data: people are counted, never named. The same number of queries for any event.

    Who came: those who attended; where nobody was counted at the door, those who were expected. Minutes are those that
    count. Groups below five are hidden, with so many others that nothing can be found by subtracting.
    """
    rows = list(
        Registration.objects.filter(event=event)
        .exclude(state__in=["draft", "email"])
        .values_list("state", "organisation", "organisation_name", "organisation__kind", "organisation__country",
                     "country", "language", "units")
    )  # fmt: skip
    states = Counter(row[0] for row in rows)
    is_counted = states["attended"] + states["missed"] > 0
    came = [row for row in rows if row[0] == "attended" or (not is_counted and row[0] == "confirmed")]
    held = event.sessions.filter(is_cancelled=False)
    return {
        "registered": len(rows), "attended": len(came), "missed": states["missed"], "is_counted": is_counted,
        "organisations": len({row[1] or row[2].casefold() for row in came if row[1] or row[2]}),
        "sessions": held.count(), "minutes": _minutes(event),
        "certified": Certificate.objects.filter(registration__event=event, revoked_at=None).count(),
        "groups": {
            "countries": _cells(row[5] or row[4] for row in came),
            "kinds": _cells(row[3] for row in came),
            "languages": _cells(row[6] for row in came),
        },
        "answers": feedback.number_of(event)[1], "means": feedback.means(event),
        "at": timezone.now().astimezone(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip


def figures_of(report: EventReport) -> dict[str, Any]:
    """As they were when it was published; as they are while it is a draft."""
    return report.figures if report.state == "published" else figures(report.event)


def numbers(found: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(label, number) of what is more than nothing; hours of attendance at the end."""
    rows = [(label, found.get(key, 0)) for key, label in NUMBERS if found.get(key) or key in ("registered", "attended")]
    if found.get("minutes"):
        rows.append((_("Time attended, all together"), hours(found["minutes"])))
    return rows


def groups(found: dict[str, Any], language: str) -> list[Group]:
    """The groups in the reader's language; a table of which every number is hidden would say nothing."""
    kinds = {str(value): str(label) for value, label in Kind.choices}
    words: dict[str, Callable[[str], str]] = {
        "countries": lambda key: country_name(key, language),
        "kinds": lambda key: kinds.get(key, key),
        "languages": lambda key: language_name(key, language),
    }
    return [
        Group(str(GROUPS[name]), [(words[name](key) if key else _("Not said"), number) for key, number in cells])
        for name, cells in found.get("groups", {}).items()
        if any(number is not None for _key, number in cells)
    ]


def means(found: dict[str, Any], language: str, original: str) -> list[tuple[str, float, int]]:
    """(question, mean of 5, answers)."""
    return [
        (questions.said(each["labels"], language, original), each["mean"], each["number"])
        for each in found.get("means", [])
    ]


def first_words(event: Event) -> str:
    """The draft of the text, in the language of the event, from what is known: to be written on by people."""
    with translation.override(event.language):
        found = figures(event)
        where = ", ".join(part for part in (event.venue, event.address) if part)
        parts = [
            _("%(event)s was held by %(organisation)s: %(days)s.")
            % {"event": event, "organisation": event.organisation, "days": days_of(event, event.language)}
        ]
        if where:
            parts.append(_("It took place here: %(where)s.") % {"where": where})
        parts.append(_came(found))
        held = [f"- {session}" for session in event.sessions.filter(is_cancelled=False)[:40]]
        ask = [_("What we wanted:"), _("What came of it:"), _("What we shall do next:")]
        return "\n\n".join([" ".join(parts), _("Sessions:") + "\n\n" + "\n".join(held) if held else "", *ask]).replace(
            "\n\n\n\n", "\n\n"
        )


def parties(event: Event) -> list[Organisation]:
    """Who writes a part of the joint report of a study visit: hosts of days that took place, and who visited."""
    hosts = VisitSlot.objects.filter(event=event, state="offered").values("host")
    came = Registration.objects.filter(event=event, state__in=feedback.CAME, organisation__isnull=False)
    who = Q(pk__in=hosts) | Q(pk__in=came.values("organisation"))
    return list(Organisation.objects.filter(who).order_by("slug"))


def parts(report: EventReport) -> list[ReportPart]:
    """Parts with whose turn it is; one query."""
    return list(report.parts.select_related("organisation").order_by("organisation__slug"))


def published(event: Event) -> EventReport | None:
    return EventReport.objects.filter(event=event, state="published").first()


def paper(report: EventReport, language: str) -> bytes:
    """The PDF in the reader's language; what people wrote stays in theirs."""
    with translation.override(language):
        return pdf.write(TEMPLATE, words_of(report, language), language=language)


def words_of(report: EventReport, language: str) -> dict[str, Any]:
    """All that stands on the paper."""
    event, found = report.event, figures_of(report)
    as_of = timezone.localtime(report.published_at or timezone.now(), ZoneInfo(event.zone)).date()
    written = [
        {"title": str(part.organisation), "paragraphs": _paragraphs(part.text)}
        for part in parts(report) if part.is_done and part.text
    ]  # fmt: skip
    return {
        "title": str(event), "kicker": _("Event report"), "organisation": str(event.organisation),
        "days": days_of(event, language), "where": ", ".join(each for each in (event.venue, event.address) if each),
        "funder": " · ".join(each for each in (event.funder, event.funder_code) if each),
        "paragraphs": _paragraphs(report.text), "parts": written, "photos": _pictures(event),
        "numbers_title": _("In figures"), "numbers": [[str(label), str(number)] for label, number in numbers(found)],
        "groups": [
            {"title": group.title, "rows": [[words, shown(number)] for words, number in group.rows]}
            for group in groups(found, language)
        ],
        "means_title": _("What participants thought"), "mean_label": _("Mean, of 5"), "number_label": _("Answers"),
        "means": [[each, f"{mean:.1f}", str(number)] for each, mean, number in means(found, language, event.language)],
        "hidden": _("Numbers below five are hidden, and so are those from which they could be found."),
        "state": "" if report.state == "published" else _("Draft"),
        "as_of": _("As of %(day)s") % {"day": moments.long_day(as_of, language)},
        "who_label": _("Participants"),
    }  # fmt: skip


def shown(number: int | None) -> str:
    return _("hidden") if number is None else str(number)


def _pictures(event: Event) -> list[dict[str, Any]]:
    """The first few that everybody sees, small enough for paper; consent is asked for anew."""
    from PIL import Image  # only whoever writes a report needs it

    found = []
    for row in photos.shown(event)[:ON_PAPER]:
        data = io.BytesIO()
        with Image.open(files.path_of(row.upload)) as picture:
            picture.thumbnail((900, 900))
            picture.convert("RGB").save(data, "JPEG", quality=75)
        found.append({"data": list(data.getvalue()), "alt": row.alt, "credit": row.credit})
    return found


def _paragraphs(text: str) -> list[str]:
    return [block.strip() for block in text.split("\n\n") if block.strip()]


def _came(found: dict[str, Any]) -> str:
    facts = {"registered": found["registered"], "attended": found["attended"]}
    if found["is_counted"]:
        return _("Registered: %(registered)s. Attended: %(attended)s.") % facts
    return _("Registered: %(registered)s. Expected: %(attended)s; nobody was counted at the door.") % facts


def _minutes(event: Event) -> int:
    rows = Presence.objects.filter(session__event=event, session__is_cancelled=False)
    return int(rows.aggregate(sum=Sum(Coalesce("said_minutes", "minutes")))["sum"] or 0)


def _cells(keys: Any) -> list[list[Any]]:
    """[key, number or None], the largest first; a list, because JSON keeps its order."""
    counts = Counter(str(key or "") for key in keys)
    found = hidden(dict(sorted(counts.items(), key=lambda row: (-row[1], row[0]))))
    ordered = [[key, number] for key, number in found.items() if number is not None]
    return ordered + [[key, None] for key in sorted(key for key, number in found.items() if number is None)]
