"""The members of a network as a spreadsheet with the columns an import reads; and an example to fill in."""

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import IO, Any

from django.utils import translation

from koinon.kit import sheets
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.network import seams
from koinon.network.engine import columns
from koinon.network.models import Kind, Network, Organisation
from koinon.network.queries.directory import members_of

BATCH = 500
Step = Callable[[int], None]
EXAMPLE = {
    "name": "Qendra e mësimit, Shkodër",
    "names": "en: Learning centre, Shkodra",
    "country": "AL",
    "city": "Shkodër",
    "kind": "school",
    "website": "https://www.example.org",
    "languages": "sq, en",
    "about": "Kurse për të rritur dhe punishte druri.",
    "language": "sq",
    "offer_title": "Punishte druri",
    "offer_text": "Presim për dy javë grupe nxënësish.",
    "offer_kind": "learning place",
    "need_title": "Praktikë jashtë vendit",
    "need_text": "Kërkojmë ndërmarrje që marrin për një muaj nxënësit tanë.",
    "need_kind": "partner",
}


def count(network: Network) -> int:
    """How many organisations a spreadsheet of this network would hold."""
    return members_of(network).count()


def as_file(*, network: Network, me: Actor, kind: str, language: str, step: Step | None = None) -> IO[bytes]:
    """The members as `kind` "xlsx" or "ods", in a temporary file that is gone when it is closed.

    `step` is told how many organisations are written.
    """
    rows = rows_of(network=network, me=me, language=language, step=step)
    table = sheets.Table(str(network), columns.headings_of(language), rows)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    (sheets.write_xlsx if kind == "xlsx" else sheets.write_ods)(file, [table])
    file.seek(0)
    return file


def as_lines(*, network: Network, me: Actor, language: str) -> Iterator[bytes]:
    """The members as CSV, piece by piece."""
    buffer = io.BytesIO()
    rows = rows_of(network=network, me=me, language=language)
    header: Sequence[str] = columns.headings_of(language)
    sheets.write_csv(buffer, sheets.Table("", header, ()))
    yield buffer.getvalue()
    for row in rows:
        buffer = io.BytesIO()
        sheets.write_csv(buffer, sheets.Table("", row, ()))
        yield buffer.getvalue().removeprefix(b"\xef\xbb\xbf")


def rows_of(*, network: Network, me: Actor, language: str, step: Step | None = None) -> Iterator[list[str]]:
    """One row for each organisation, and more where it has several offers or needs; a few queries for each 500."""
    members = members_of(network).select_related("place").order_by("slug")
    with translation.override("en"):
        kinds = {str(value): str(label) for value, label in Kind.choices}
    last, done = "", 0
    while batch := list(members.filter(slug__gt=last)[:BATCH]):
        last = batch[-1].slug
        listings: dict[Any, list[dict[str, Any]]] = {}
        for lent in seams.exported_listings.gather(me, network, [row.pk for row in batch]):
            for key, rows in lent.items():
                listings.setdefault(key, []).extend(rows)
        for organisation in batch:
            yield from _rows(organisation, listings.get(organisation.pk, []), kinds, language)
        done += len(batch)
        if step:
            step(done)


def example(language: str) -> IO[bytes]:
    """A workbook with our headings and one row that shows how to fill them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    row = [EXAMPLE.get(field, "") for field in columns.FIELDS]
    sheets.write_xlsx(file, [sheets.Table("Koinon", columns.headings_of(language), [row])])
    file.seek(0)
    return file


def _rows(
    organisation: Organisation, listings: Sequence[dict[str, Any]], kinds: dict[str, str], language: str
) -> Iterator[list[str]]:
    place = organisation.place
    own = organisation.language
    facts = {
        "name": organisation.names[own],
        "names": "; ".join(f"{code}: {name}" for code, name in sorted(organisation.names.items()) if code != own),
        "country": countries.country_name(organisation.country, language) if organisation.country else "",
        "city": (place.native or place.name) if place else "",
        "kind": kinds.get(organisation.kind, organisation.kind),
        "size": organisation.size,
        "website": organisation.website,
        "languages": ", ".join(organisation.languages),
        "themes": "; ".join(eurovoc.label(theme, language) for theme in organisation.themes),
        "about": organisation.about,
        "language": own,
    }
    sides = [[row for row in listings if row["side"] == side] for side in ("offer", "need")]
    pairs = list(zip_longest(*sides)) or [(None, None)]
    for offer, need in pairs:
        said = facts | _listing("offer", offer) | _listing("need", need)
        yield [str(said.get(field, "")) for field in columns.FIELDS]


def _listing(side: str, row: dict[str, Any] | None) -> dict[str, str]:
    if row is None:
        return {}
    until = row.get("until")
    return {
        f"{side}_title": row["title"],
        f"{side}_text": row.get("text", ""),
        f"{side}_kind": str(row.get("kind", "")).replace("_", " "),
        f"{side}_until": until.isoformat() if isinstance(until, date) else str(until or ""),
    }


__all__ = ["as_file", "as_lines", "count", "example", "rows_of"]
