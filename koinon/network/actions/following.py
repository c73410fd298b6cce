"""What of this app follows when one organisation goes into another: facts, dated memberships, mandates, asks.

No verbs; lent to the seam `merging`, as every app above lends its own.
"""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit.models import Upload
from koinon.network import seams
from koinon.network.actions.merging import Ledger
from koinon.network.engine import gazetteer
from koinon.network.engine.intervals import minus
from koinon.network.models import (
    Application,
    Claim,
    Invitation,
    Letter,
    Mandate,
    Membership,
    Merge,
    Organisation,
    Report,
    Succession,
)

FACTS = ("website", "size", "country", "logo_id", "confirmed_at")
MOST_ALIASES = 40
MOST_THEMES = 12


def facts(ledger: Ledger, kept: Organisation, gone: Organisation) -> None:
    """The names of the one that goes become other names; what the one that stays does not say is taken over."""
    spellings = [*gone.names.values(), *gone.aliases]
    known = {*kept.names.values(), *kept.aliases}
    aliases = [*kept.aliases, *(name for name in dict.fromkeys(spellings) if name not in known)][:MOST_ALIASES]
    changes: dict[str, Any] = {"aliases": aliases}
    changes |= {name: getattr(gone, name) for name in FACTS if not getattr(kept, name) and getattr(gone, name)}
    if "website" in changes:
        changes["domain"] = gone.domain
    if kept.place_id is None and gone.place_id is not None:
        changes |= {"place_id": gone.place_id, "country": gone.country}
    if not kept.about and gone.about and kept.language == gone.language:
        changes |= {"about": gone.about, "about_html": gone.about_html}
    changes["themes"] = list(dict.fromkeys([*kept.themes, *gone.themes]))[:MOST_THEMES]
    changes["languages"] = list(dict.fromkeys([*kept.languages, *gone.languages]))
    spoken = (*kept.names.values(), *aliases)
    changes["keys"] = gazetteer.joined(gazetteer.search_keys(kept.names[kept.language], spoken))
    different = {name: value for name, value in changes.items() if getattr(kept, name) != value}
    ledger.change(kept, **_without_id(different))
    ledger.change(gone, merged_into=kept.pk)
    new = [name for name in aliases if name not in known]
    ledger.groups[-1].changed = [_("Another name: %(name)s") % {"name": name} for name in new]


def dated(ledger: Ledger, kept: Organisation, gone: Organisation) -> None:
    """Each network: days on which both were members count once; the days before and after follow with their class."""
    group = ledger.groups[-1]
    for row in Membership.objects.filter(organisation=gone).select_related("network").order_by("period", "pk"):
        there = list(Membership.objects.filter(organisation=kept, network=row.network_id).order_by("period"))
        left = minus(_ends(row.period), [_ends(other.period) for other in there])
        if left == [_ends(row.period)]:
            ledger.change(row, organisation=kept.pk)
            group.moved += 1
            continue
        group.changed.append(
            _("%(network)s: both were members; the days they share count once.") % {"network": row.network}
        )
        _cut(ledger, row, kept, left)
        _hand_over_reports(ledger, row, there)


def parts() -> list[seams.Carry]:
    """What this app lends to the seam `merging`."""
    now = timezone.now
    withdrawn = {"state": "withdrawn"}
    return [
        seams.Carry(Organisation, "merged_into", gettext_lazy("Names and facts"), by_hand=facts),
        seams.Carry(Membership, "organisation", gettext_lazy("Memberships"), by_hand=dated),
        seams.Carry(
            Mandate,
            "organisation",
            gettext_lazy("Mandates"),
            otherwise=({"role": "deputy"},),
            staying={"cut_at": now},
        ),
        seams.Carry(
            Application,
            "organisation",
            gettext_lazy("Applications"),
            staying={**withdrawn, "due_on": None, "moved_at": now},
        ),
        seams.Carry(Letter, "organisation", gettext_lazy("Letters")),
        seams.Carry(Invitation, "organisation", gettext_lazy("Invitations"), staying=withdrawn),
        seams.Carry(Claim, "organisation", gettext_lazy("Claims"), staying=withdrawn),
        seams.Carry(Succession, "organisation", gettext_lazy("Searches for a successor"), staying={"state": "settled"}),
        seams.Carry(Person, "acting_for", gettext_lazy("People who act for it")),
        seams.Carry(Upload, "scope", gettext_lazy("Files")),
        seams.Carry(Merge, "kept", gettext_lazy("Earlier merges"), moves=False),
        seams.Carry(Merge, "gone", gettext_lazy("Earlier merges"), moves=False),
    ]


def _cut(ledger: Ledger, row: Membership, kept: Organisation, left: list[tuple[date, date | None]]) -> None:
    """The row itself takes the first days that are left; more of them become rows of their own; none: it ends here."""
    if not left:
        end = date.today()
        start = row.period.lower if row.period.lower < end else end - timedelta(days=1)
        _end_behind(ledger, row, start, end)
        return
    (since, until), *others = left
    ledger.change(row, organisation=kept.pk, period=DateRange(since, until, "[)"))
    for since, until in others:
        copy = Membership(
            network_id=row.network_id, organisation=kept, kind=row.kind, period=DateRange(since, until, "[)")
        )
        copy.ended_why = row.ended_why
        ledger.create(copy)


def _end_behind(ledger: Ledger, row: Membership, start: date, end: date) -> None:
    """It stays in the history of the one that goes, over since today (or since it began, if that is earlier)."""
    if row.period.upper is None or row.period.upper > end:
        while True:
            try:
                ledger.change(row, period=DateRange(start, end, "[)"), ended_why=_("Merged")[:300])
            except IntegrityError:
                start, end = start - timedelta(days=1), start
            else:
                break
    ledger.stay(row)


def _hand_over_reports(ledger: Ledger, row: Membership, there: list[Membership]) -> None:
    """Reports of a membership that stays behind go to the one it shares days with; what is owed twice ends."""
    row.refresh_from_db()
    running = next((other for other in there if other.period.upper is None), there[-1])
    for report in Report.objects.filter(membership=row) if row.organisation_id != running.organisation_id else []:
        try:
            ledger.change(report, membership=running.pk)
        except IntegrityError:
            if report.state in (*Report.OWED, "submitted"):
                ledger.change(report, state="excused")


def _ends(period: DateRange) -> tuple[date, date | None]:
    return period.lower, period.upper


def _without_id(changes: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in changes.items()}
