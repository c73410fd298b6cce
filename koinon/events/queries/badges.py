"""Name badges to print: ten on a sheet, with the code that doors scan; many of them by a job."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.events.models import COMING, Event, Registration
from koinon.events.queries.certificates import days_of
from koinon.events.queries.codes import svg, text
from koinon.kit import pdf
from koinon.network.models import name_in

TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "badges.typ"
AT_ONCE = 40
"""Badges that are set while somebody waits; more of them by a job."""
SECONDS = 300


def wanted(event: Event, since: date | None = None) -> QuerySet[Registration]:
    """Whose badges: everybody with a place, by name."""
    rows = event.registrations.filter(state__in=COMING).select_related("organisation")
    return (rows.filter(at__date__gte=since) if since else rows).order_by("name", "pk")


def name_of(event: Event) -> str:
    return f"{event.slug[:60]}-badges.pdf"


def write(event: Event, rows: Iterable[Registration], language: str, step: Callable[[int], Any] | None = None) -> bytes:
    """The sheets; `step` hears how many codes are drawn."""
    with translation.override(language):
        people = []
        for number, row in enumerate(rows, 1):
            people.append(_badge(row))
            if step and number % 100 == 0:
                step(number)
        data = {
            "title": _("Name badges"), "event": name_in(event.names, event.language, event.language),
            "organisation": str(event.organisation), "people": people,
        }  # fmt: skip
        data["event"] = f"{data['event']} · {days_of(event, language)}"
        return pdf.write(TEMPLATE, data, language=language, seconds=SECONDS)


def size_of(name: str) -> float:
    """Points in which a name fits beside its code: its longest word on one line, all of it on three."""
    longest = max((len(word) for word in name.replace("-", "- ").split()), default=1)
    return round(max(7.0, min(19.0, 310 / longest, 800 / max(len(name), 1))), 1)


def _badge(row: Registration) -> dict[str, Any]:
    where = str(row.organisation) if row.organisation else row.organisation_name
    chosen = _("%(units)s places") % {"units": row.units} if row.units > 1 else ""
    name = row.name or _("Guest")
    return {
        "name": name, "size": size_of(name), "organisation": where[:90], "qr": svg(text(row)),
        "alt": _("Code for the door"), "below": chosen,
    }  # fmt: skip
