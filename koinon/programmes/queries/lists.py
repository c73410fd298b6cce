"""Lists of participants: read from a spreadsheet row by row, written out for those who give the delivery."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.kit.meaning.folding import fold
from koinon.learning.queries.lists import FIELDS as KNOWN
from koinon.programmes.models import Delivery, Participant

LIMITS = sheets.Limits(size=5 * 2**20, rows=500, columns=30)
FIELDS = {
    "email": KNOWN["email"],
    "name": KNOWN["name"],
    "age": sheets.Field(("age", "mosha", "amžius", "возраст", "ηλικία")),
    "gender": sheets.Field(("gender", "sex", "gjinia", "lytis", "пол", "φύλο")),
}
GENDERS = {
    "woman": "woman|female|f|w|grua|femër|moteris|жена|женски|γυναίκα",
    "man": "man|male|m|burrë|mashkull|vyras|маж|машки|άνδρας",
    "other": "other|tjetër|kita|друго|άλλο",
}


@dataclass
class Listed:
    """One row: its number as the spreadsheet shows it, what it says, what is wrong with it."""

    number: int
    name: str = ""
    email: str = ""
    age: str = ""
    gender: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return not self.faults

    def as_row(self) -> dict[str, str]:
        return {"name": self.name, "email": self.email, "age": self.age, "gender": self.gender}


def read(file: Any, delivery: Delivery) -> list[Listed]:
    """The rows of a spreadsheet. Raises ValidationError when it cannot be read or has no names."""
    try:
        with sheets.read(file, limits=LIMITS) as sheet:
            guessed = sheets.guess_columns(sheet.header, sheet.head(), FIELDS)
            found = {name: guess.column for name, guess in guessed.items()}
            rows = [_listed(row, found) for row in sheet]
    except sheets.SheetError as problem:
        raise ValidationError(str(problem)) from problem
    if "name" not in found:
        raise ValidationError(_("We find no column with names. Please call it “name”."))
    rows = [row for row in rows if row.name or row.email]
    there = delivery.participants.exclude(email="").values_list("email", flat=True)
    _check(rows, set(there))
    return rows


def _listed(row: sheets.Row, found: dict[str, int]) -> Listed:
    said = {name: sheets.as_text(row.cells[column]).strip()[:160] for name, column in found.items()}
    return Listed(
        row.number, said.get("name", ""), said.get("email", "").lower(), _age(said.get("age", "")),
        _gender(said.get("gender", "")),
    )  # fmt: skip


def _check(rows: Iterable[Listed], there: set[str]) -> None:
    for row in rows:
        if not row.name:
            row.faults.append(_("The name is missing."))
        if row.email:
            try:
                validate_email(row.email)
            except ValidationError:
                row.faults.append(_("“%(said)s” is no e-mail address.") % {"said": row.email})
        if row.email and row.email in there:
            row.faults.append(_("This address is on the list already."))
        if row.email and row.age == "u18":
            row.faults.append(_("Of somebody under 18 we keep no address. A name is enough."))
        there.add(row.email)


def _age(said: str) -> str:
    """A band, or an age in years; anything else is not said."""
    if said in Participant.Age.values:
        return said
    if not said.isdecimal() or not 0 < int(said[:4]) < 120:
        return ""
    years = int(said)
    return "u18" if years < 18 else "18-29" if years < 30 else "30-64" if years < 65 else "65+"


def _gender(said: str) -> str:
    wanted = fold(said)
    return next((key for key, words in GENDERS.items() if wanted in {fold(each) for each in words.split("|")}), "")


def write(delivery: Delivery) -> bytes:
    """A CSV that a spreadsheet opens as text; names of people under 18 are not in it. One query."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow([_("Name"), _("E-mail"), _("Age"), _("Gender"), _("Took part to the end")])
    for row in delivery.participants.order_by("name", "pk"):
        name = "" if row.age == "u18" else row.name
        sheet.writerow([_safe(name), _safe(row.email), row.get_age_display(), row.gender, int(row.has_finished)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(said: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{said}" if said[:1] in "=+-@\t\r" and said else said


def keys_of(said: Iterable[str]) -> list[UUID]:
    """Those that are ids at all."""
    found = []
    for each in list(said)[:1000]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
