"""A certificate as it is shown, checked and printed. Its page shows what the holder has already, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from koinon.accounts.notices import absolute
from koinon.events.models import Certificate, Event, Registration
from koinon.events.queries.codes import svg
from koinon.kit import pdf
from koinon.kit.addresses import to
from koinon.kit.moments import long_day
from koinon.network.models import name_in

PAGE = 50
TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "certificate.typ"


def whole(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With all that its page shows."""
    return rows.select_related("registration__event__organisation", "registration__event__network", "given_by")


def key_of(row: Certificate) -> str:
    """What opens the name and the paper: in the letter to the holder, never in the code on the paper."""
    return salted_hmac("koinon.events.certificate", row.code).hexdigest()[:32]


def opens(row: Certificate, key: str) -> bool:
    return bool(key) and constant_time_compare(key, key_of(row))


def page_of(row: Certificate) -> str:
    """The page as its holder opens it."""
    return f"{to('events:certificate', row.code)}?key={key_of(row)}"


def paper_of(row: Certificate) -> str:
    return to("events:certificate_file", row.code, key_of(row))


def check_address(row: Certificate) -> str:
    """What the code on the paper leads to."""
    return absolute(to("events:certificate", row.code))


def of_event(event: Event) -> QuerySet[Certificate]:
    """All of an event for its organisers, those of minors too."""
    rows = Certificate.objects.filter(registration__event=event).select_related("registration", "given_by")
    return rows.order_by("registration__name", "pk")


@dataclass(frozen=True)
class Page:
    """Some certificates of an event, and where the next and the last ones are."""

    rows: list[Certificate]
    total: int
    after: str
    before: str


def page(event: Event, after: str = "") -> Page:
    """Fifty by name. Two queries."""
    rows = of_event(event)
    begin = int(after) if after.isdecimal() and len(after) < 8 else 0
    some = list(rows[begin : begin + PAGE + 1])
    more = str(begin + PAGE) if len(some) > PAGE else ""
    return Page(some[:PAGE], rows.count(), more, str(max(0, begin - PAGE)) if begin else "")


def language_of(row: Certificate, asked: str) -> str:
    """The language of the paper: the one that is asked for, if we write it, else the holder's."""
    return asked if asked in dict(settings.LANGUAGES) else row.language


def name_shown(row: Certificate, *, is_open: bool) -> str:
    """The name for whoever checks; of a minor only with the holder's key, and of nobody when it was purged."""
    holder = row.registration
    return holder.name if is_open or not holder.is_minor else ""


def facts_of(row: Certificate, language: str, *, is_open: bool) -> dict[str, Any]:
    """What the page and the paper say, in one language."""
    event = row.registration.event
    house = event.organisation
    return {
        "name": name_shown(row, is_open=is_open), "event": name_in(event.names, event.language, language),
        "organisation": name_in(house.names, house.language, language), "kind": str(event.get_kind_display()),
        "when": days_of(event, language), "where": event.venue, "time": hours(row.minutes),
        "given_on": long_day(row.given_at.astimezone(ZoneInfo(event.zone)).date(), language),
    }  # fmt: skip


def days_of(event: Event, language: str) -> str:
    """The days of the event by its own clocks."""
    first, last = _day(event.starts_at, event), _day(event.ends_at, event)
    if first == last:
        return long_day(first, language)
    return _("%(first)s to %(last)s") % {"first": long_day(first, language), "last": long_day(last, language)}


def hours(minutes: int) -> str:
    """Five hours and a half are 5 h 30 min."""
    words = {"hours": minutes // 60, "minutes": minutes % 60}
    if not words["hours"]:
        return _("%(minutes)s min") % words
    return _("%(hours)s h %(minutes)s min") % words if words["minutes"] else _("%(hours)s h") % words


def paper(row: Certificate, language: str) -> bytes:
    """The PDF in the reader's language."""
    with translation.override(language):
        return pdf.write(TEMPLATE, words_of(row, language), language=language)


def words_of(row: Certificate, language: str) -> dict[str, Any]:
    """All that stands on the paper."""
    facts, address = facts_of(row, language, is_open=True), check_address(row)
    event = row.registration.event
    return {
        **facts, "title": _("Certificate of attendance"), "confirms": _("This is to confirm that"),
        "attended": _("has attended"), "name": facts["name"] or _("A person without a name"),
        "time_label": _("Time attended"), "when_label": _("Days"), "where_label": _("Place"),
        "given": _("Given on %(date)s") % {"date": facts["given_on"]}, "check": _("Check this certificate"),
        "address": address, "code": row.code, "qr": svg(address),
        "qr_alt": _("QR code: %(address)s") % {"address": address},
        "funder": " · ".join(part for part in (event.funder, event.funder_code) if part),
        "revoked": _("Not valid any more") if row.revoked_at else "",
    }  # fmt: skip


def mine(registration: Registration) -> Certificate | None:
    """The certificate of somebody's own registration."""
    return Certificate.objects.filter(registration=registration).first()


def _day(at: datetime, event: Event) -> Any:
    return at.astimezone(ZoneInfo(event.zone)).date()
