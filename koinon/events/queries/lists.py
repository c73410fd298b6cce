"""A list of participants for somebody outside, such as the funder: chosen fields, its mark in each row and page."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.notices import absolute
from koinon.events.models import COMING, Event, ListGiven, Presence, Registration
from koinon.events.queries.certificates import days_of
from koinon.kit import files, moments, pdf, sheets
from koinon.kit.addresses import to
from koinon.kit.vocabularies.countries import country_name, language_name

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "lists.typ"
FIELDS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "organisation": gettext_lazy("Organisation"),
    "country": gettext_lazy("Country"),
    "email": gettext_lazy("E-mail address"),
    "language": gettext_lazy("Language"),
    "attended": gettext_lazy("Attended"),
    "minutes": gettext_lazy("Minutes attended"),
    "signature": gettext_lazy("Signature"),
}
"""What a list may hold. Never what people need (food, access, travel), their answers, or whether they are minors."""

KINDS = ("pdf", "xlsx")
CHUNK = 200
MOST_ON_PAPER = 5000


def people(event: Event) -> QuerySet[Registration]:
    """Whom a list holds: everybody who came or is to come, by name."""
    rows = Registration.objects.filter(event=event, state__in=COMING).select_related("organisation")
    return rows.order_by("name", "pk")


def given(event: Event) -> QuerySet[ListGiven]:
    """What has left the house already, the last first, with how many were taken back and are not told yet."""
    taken = Count("recalls")
    untold = Count("recalls", filter=Q(recalls__told_at=None))
    rows = ListGiven.objects.filter(event=event).select_related("person")
    return rows.annotate(taken_back=taken, untold=untold).order_by("-pk")


def held(mark: str) -> ListGiven | None:
    """The list that carries this mark, with how many have taken it back."""
    rows = ListGiven.objects.filter(mark=mark).select_related("event__organisation")
    return rows.annotate(taken_back=Count("recalls")).first()


def header(row: ListGiven) -> list[str]:
    return [str(label) for key, label in FIELDS.items() if key in row.fields]


def cells(row: ListGiven, step: Callable[[int], None] = lambda _done: None) -> Iterator[list[Any]]:
    """The rows in the order of FIELDS, in words of the current language; read in pieces."""
    rows = people(row.event).filter(pk__in=row.people)
    minutes = _minutes(row.event) if "minutes" in row.fields else {}
    for number, person in enumerate(rows.iterator(chunk_size=CHUNK), 1):
        if number % CHUNK == 0:
            step(number)
        yield [_cell(key, person, minutes) for key in FIELDS if key in row.fields]


def as_file(row: ListGiven, kind: str, language: str, step: Callable[[int], None]) -> Any:
    """The list in a file, from its beginning; the caller closes it."""
    with translation.override(language):
        target: Any = tempfile.TemporaryFile(dir=files.drafts())  # noqa: SIM115 - given to the caller
        if kind == "xlsx":
            marked = ([*found, row.mark] for found in cells(row, step))
            table = sheets.Table(str(row.event), [*header(row), _("Mark of this list")], marked)
            about = sheets.Table(_("About this list"), [_("About this list"), ""], about_of(row, language))
            sheets.write_xlsx(target, [table, about])
        else:
            target.write(pdf.write(TEMPLATE, words_of(row, language, step), language=language, seconds=120))
        target.seek(0)
        return target


def about_of(row: ListGiven, language: str) -> list[list[str]]:
    """For whom, why, by whom, when: what stands beside the names."""
    said = {"for_whom": row.for_whom, "purpose": row.purpose}
    return [
        [_("Event"), str(row.event)],
        [_("Days"), days_of(row.event, language)],
        [_("For whom"), row.for_whom],
        [_("Purpose"), row.purpose],
        [_("Given by"), str(row.event.organisation)],
        [_("Given on"), moments.long_day(row.at.date(), language)],
        [_("Mark of this list"), row.mark],
        [_("Still good?"), absolute(to("events:list_held", row.mark))],
        [_("Please note"), _("Given to %(for_whom)s only, for this purpose: %(purpose)s") % said],
    ]


def words_of(row: ListGiven, language: str, step: Callable[[int], None]) -> dict[str, Any]:
    """All that stands on the paper."""
    event = row.event
    return {
        "title": _("List of participants"), "event": str(event), "days": days_of(event, language),
        "organisation": str(event.organisation),
        "funder": " · ".join(each for each in (event.funder, event.funder_code) if each),
        "header": ["", *header(row)],
        "rows": [[str(number), *("" if each is None else str(each) for each in found)]
                 for number, found in enumerate(cells(row, step), 1)],
        "mark": _("For %(for_whom)s · %(mark)s") % {"for_whom": row.for_whom, "mark": row.mark},
        "about": about_of(row, language), "has_signature": "signature" in row.fields,
    }  # fmt: skip


def name_of(row: ListGiven, kind: str) -> str:
    return f"participants-{row.event.slug[:60]}-{row.mark[:6]}.{kind}"


def _minutes(event: Event) -> dict[Any, int]:
    rows = Presence.objects.filter(session__event=event, session__is_cancelled=False).order_by()
    return dict(rows.values_list("registration").annotate(sum=Sum(Coalesce("said_minutes", "minutes"))))


def _cell(key: str, row: Registration, minutes: dict[Any, int]) -> Any:
    language = translation.get_language() or "en"
    home = row.organisation
    country = row.country or (home.country if home else "")
    said: dict[str, Callable[[], Any]] = {
        "name": lambda: row.name,
        "organisation": lambda: str(home) if home else row.organisation_name,
        "country": lambda: country_name(country, language) if country else "",
        "email": lambda: "" if row.is_minor else row.email,
        "language": lambda: language_name(row.language, language),
        "attended": lambda: {"attended": _("Yes"), "missed": _("No")}.get(row.state, ""),
        "minutes": lambda: minutes.get(row.pk, 0),
        "signature": lambda: "",
    }
    return said[key]()
