"""A list of people from a spreadsheet, row by row: what we read, what is wrong with it, who may be here already."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from koinon.kit import sheets
from koinon.kit.meaning.folding import fold
from koinon.kit.vocabularies.countries import find_language
from koinon.learning.actions.enrolments import IN
from koinon.learning.models import Enrolment, Invited, Run
from koinon.network.models import Organisation

LIMITS = sheets.Limits(size=5 * 2**20, rows=1000, columns=30)
_HEADINGS = {
    "email": "e-mail|email|mail|e-mail address|posta elektronike|el. paštas|е-пошта|ηλεκτρονικό ταχυδρομείο",
    "name": "name|full name|emri|emri dhe mbiemri|vardas|vardas ir pavardė|име|име и презиме|όνομα|ονοματεπώνυμο",
    "language": "language|gjuha|kalba|јазик|γλώσσα",
    "organisation": "organisation|organization|school|organizata|shkolla|organizacija|mokykla|организација|училиште"
    "|οργανισμός|σχολείο",
}
FIELDS = {
    "email": sheets.Field(tuple(_HEADINGS["email"].split("|")), sheets.looks_like_email),
    "name": sheets.Field(tuple(_HEADINGS["name"].split("|"))),
    "language": sheets.Field(tuple(_HEADINGS["language"].split("|")), sheets.looks_like_languages, False),
    "organisation": sheets.Field(tuple(_HEADINGS["organisation"].split("|"))),
}


@dataclass
class Listed:
    """One row: its number as the spreadsheet shows it, what it says, what is wrong, and who this may be already."""

    number: int
    name: str = ""
    email: str = ""
    language: str = ""
    organisation: str = ""
    organisation_id: UUID | None = None
    faults: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether an invitation goes out for it."""
        return not self.faults and not self.twins

    def as_row(self) -> dict[str, Any]:
        """What `actions.lists.invite_all` takes."""
        where = str(self.organisation_id) if self.organisation_id else None
        return {"email": self.email, "name": self.name, "language": self.language, "organisation": where}


def read(file: Any, run: Run) -> list[Listed]:
    """The rows of a spreadsheet. Raises ValidationError for the field when it cannot be read or has no addresses."""
    try:
        with sheets.read(file, limits=LIMITS) as sheet:
            found = {
                name: guess.column for name, guess in sheets.guess_columns(sheet.header, sheet.head(), FIELDS).items()
            }
            rows = [_listed(row, found) for row in sheet]
    except sheets.SheetError as problem:
        raise ValidationError(str(problem)) from problem
    if "email" not in found:
        raise ValidationError(_("We find no column with e-mail addresses. Please call it “e-mail”."))
    rows = [row for row in rows if row.email or row.name]
    _check(rows, run)
    return rows


def _listed(row: sheets.Row, found: dict[str, int]) -> Listed:
    said = {name: sheets.as_text(row.cells[column]).strip()[:200] for name, column in found.items()}
    return Listed(
        row.number, said.get("name", "")[:120], said.get("email", "").lower(), said.get("language", ""),
        said.get("organisation", ""),
    )  # fmt: skip


def _check(rows: list[Listed], run: Run) -> None:
    """Mistakes and twins; three queries, whatever the number of rows."""
    emails = [row.email for row in rows if row.email]
    here = Enrolment.objects.filter(run=run, state__in=IN)
    learning = set(here.filter(person__email__in=emails).values_list("person__email", flat=True))
    names = {fold(name) for name in here.exclude(person__name="").values_list("person__name", flat=True)}
    open_ = Invited.objects.filter(run=run, role="learner", state="open", email__in=emails)
    asked = set(open_.values_list("email", flat=True))
    places = _organisations(run) if any(row.organisation for row in rows) else {}
    seen: dict[str, int] = {}
    for row in rows:
        _check_one(row, run, places)
        if row.email in learning:
            row.twins.append(_("Is on the list already."))
        elif row.email in asked:
            row.twins.append(_("Is invited already and has not answered yet."))
        elif row.email in seen:
            row.twins.append(_("The same address as in row %(row)s.") % {"row": seen[row.email]})
        elif row.name and fold(row.name) in names:
            row.doubts.append(_("Somebody of this name is on the list with another address. Is it the same person?"))
        seen.setdefault(row.email, row.number)


def _check_one(row: Listed, run: Run, places: dict[str, UUID]) -> None:
    if not row.email:
        row.faults.append(_("The e-mail is missing. Without one, a card is the way."))
    else:
        try:
            validate_email(row.email)
        except ValidationError:
            row.faults.append(_("“%(said)s” is no e-mail address.") % {"said": row.email})
    if row.language:
        code = find_language(row.language) or ""
        if code not in run.languages:
            row.faults.append(_("This run is not taught in “%(said)s”.") % {"said": row.language})
        row.language = code
    if row.organisation:
        row.organisation_id = places.get(fold(row.organisation))
        if row.organisation_id is None:
            row.faults.append(_("We know no organisation “%(said)s” in this network.") % {"said": row.organisation})


def _organisations(run: Run) -> dict[str, UUID]:
    """Members of the network of the run, and who runs it, by each of their names."""
    rows = (
        Organisation.objects.filter(memberships__network=run.network) if run.network_id else Organisation.objects.none()
    )
    known = [*rows.only("pk", "names", "slug"), run.organisation]
    return {fold(name): row.pk for row in known for name in [*row.names.values(), row.slug]}
