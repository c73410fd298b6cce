"""Reading a spreadsheet: its rows as facts, what is wrong with each, and who each may be already."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _lazy

from koinon.accounts.queries import actor_of
from koinon.kit import files, sheets
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies.countries import country_name
from koinon.network import rules
from koinon.network.actions.naming import domain_of, tidy_website
from koinon.network.engine import columns, gazetteer
from koinon.network.engine.columns import Fault
from koinon.network.engine.twins import Known, Register
from koinon.network.models import (
    INTAKE_STEPS,
    Intake,
    IntakeRow,
    Mandate,
    Membership,
    Organisation,
    Place,
    name_in,
)

Step = Callable[[int, int], None]
LIMITS = sheets.Limits(rows=20_000)
BATCH = 200
CELL_KEPT = 6000
CLEARLY_LARGER = 10
"""Of places called alike one is meant for sure when it has so many times the inhabitants of any other."""

FAULTS = {
    "no_name": _lazy("The organisation has no name."),
    "no_kind": _lazy("Please say what kind of organisation it is."),
    "unknown_kind": _lazy("“%(said)s” is no kind we know."),
    "unknown_country": _lazy("“%(said)s” is no country we know."),
    "unknown_place": _lazy("“%(said)s” is no place we know in this country."),
    "unknown_language": _lazy("“%(said)s” is no language we know."),
    "unknown_theme": _lazy("“%(said)s” is no theme we know."),
    "no_address": _lazy("“%(said)s” is no web address."),
    "past_day": _lazy("Please choose a day in the future."),
    "no_day": _lazy("“%(said)s” is no day. Write it like 2026-05-31."),
    "refused": _lazy("%(said)s"),
}


@verb("network.intake_read", rule=only_machine)
def read(*, by: Actor, intake: Intake, step: Step | None = None) -> Intake:
    """Read the file again from its beginning; choices made before are kept by row number.

    Raises SheetError when the file cannot be read.
    """
    chosen = intake.rows.exclude(Q(choice="new") & ~Q(faults=[])).values_list("number", "choice", "twin")
    before = {number: (choice, twin) for number, choice, twin in chosen}
    intake.rows.all().delete()
    with _opened(intake) as sheet:
        found = intake.columns or _guessed(sheet)
        facts = {"name": sheet.name, "sheets": list(sheet.sheets), "encoding": sheet.encoding}
        reader = _Reader(intake, found, before)
        rows = (reader.row(row) for row in sheet)
        done = 0
        while batch := list(islice(rows, BATCH)):
            IntakeRow.objects.bulk_create(batch)
            done += len(batch)
            if step:
                step(done, sheet.count)
        headings = _headings(sheet.header)
    INTAKE_STEPS.move(intake, "checked", headings=headings, columns=found, sheet={**intake.sheet, **facts})
    return intake


@verb("network.intake_unreadable", rule=only_machine)
def give_up(*, by: Actor, intake: Intake, problem: str) -> Intake:
    """The file cannot be read: say why."""
    INTAKE_STEPS.move(intake, "failed", problem=problem)
    return intake


def faults_in_words(intake: Intake) -> list[dict[str, Any]]:
    """Every fault that stands in the way, in the reader's language."""
    rows = intake.rows.exclude(faults=[]).exclude(choice="skip")
    return [
        {"row": row.number, "field": fault["field"], "problem": in_words(fault)} for row in rows for fault in row.faults
    ]


def in_words(fault: dict[str, str]) -> str:
    """One fault in the reader's language."""
    return str(FAULTS[fault["code"]]) % {"said": fault["said"]}


class _Reader:
    """Turns rows into facts; holds what is known already, and every place that was looked up."""

    def __init__(self, intake: Intake, found: dict[str, int], before: dict[int, tuple[str, str]]) -> None:
        self._intake, self._columns, self._before = intake, found, before
        self._places: dict[tuple[str, str], Place | None] = {}
        self._unsure: set[str] = set()
        self._shown: dict[str, dict[str, Any]] = {}
        self._register = Register(self._known())

    def row(self, row: sheets.Row) -> IntakeRow:
        """Read one row: facts, faults, twins, and the choice that seems right."""
        facts, faults = columns.read_row(row.cells, self._columns)
        place = self._place(facts, faults)
        faults += _refused_later(facts)
        made = IntakeRow(
            intake=self._intake,
            number=row.number,
            cells=[sheets.as_text(cell)[:CELL_KEPT] for cell in row.cells],
            facts={**facts, "place": place.pk if place else None},
            faults=[asdict(fault) for fault in faults],
        )
        if facts["name"]:
            self._look_for_twins(made, place)
        self._choose(made)
        return made

    def has_news_of(self, row: IntakeRow) -> bool:
        """True when somebody registered a likely twin since the row was read: it waits for a choice again."""
        shown = {twin["key"] for twin in row.twins}
        found = self._twins(row.facts, f"row:{row.number}", self._place(row.facts, []))
        news = [twin for twin in found if twin["is_likely"] and twin["key"] not in shown]
        if news:
            row.twins, row.choice = [*news, *row.twins], ""
        return bool(news)

    def _place(self, facts: dict[str, Any], faults: list[Fault]) -> Place | None:
        if not facts["city"]:
            return None
        asked = facts["city"], facts["country"]
        if asked not in self._places:
            self._places[asked], is_sure = _resolved(*asked)
            self._unsure |= set() if is_sure else {facts["city"]}
        place = self._places[asked]
        if place is None and not any(fault.field == "country" for fault in faults):
            faults.append(Fault("city", "unknown_place", facts["city"][:60]))
        if place and not facts["country"]:
            facts["country"] = place.country
        return place

    def _look_for_twins(self, row: IntakeRow, place: Place | None) -> None:
        facts, key = row.facts, f"row:{row.number}"
        row.twins = self._twins(facts, key, place)
        self._register.add(self._known_as(facts, key, place))
        self._shown[key] = {"key": key, "name": facts["name"], "row": row.number, "where": facts["city"]}

    def _twins(self, facts: dict[str, Any], key: str, place: Place | None) -> list[dict[str, Any]]:
        town = f"{place.name} {place.native} {facts['city']}" if place else facts["city"]
        return [
            {**self._shown[twin.key], "likeness": twin.likeness, "why": twin.why, "is_likely": twin.is_likely}
            for twin in self._register.twins_of(self._known_as(facts, key, place), town)
        ]

    def _known_as(self, facts: dict[str, Any], key: str, place: Place | None) -> Known:
        """The row as twins are looked for; a name that several places bear says nothing about where it is."""
        return Known(
            key=key,
            names=(facts["name"], *facts["names"].values()),
            place=place.pk if place and facts["city"] not in self._unsure else 0,
            country=facts["country"],
            kind=facts["kind"],
            domain=domain_of(facts["website"]),
        )

    def _choose(self, row: IntakeRow) -> None:
        """What was chosen before, else what is plain: new when nobody is like it, the same with little doubt."""
        choice, twin = self._before.get(row.number, ("", ""))
        is_known = twin in {each["key"] for each in row.twins if may_be_chosen(each)}
        if choice in ("new", "skip") or (choice == "same" and is_known):
            row.choice, row.twin = choice, twin if choice == "same" else ""
        elif not row.twins:
            row.choice = "new"
        elif row.twins[0]["is_likely"] and may_be_chosen(row.twins[0]):
            row.choice, row.twin = "same", row.twins[0]["key"]

    def _known(self) -> Iterator[Known]:
        """Organisations this person may see; the members of the network in any case."""
        me = actor_of(person=self._intake.person) if self._intake.person else None
        mine = Organisation.objects.visible_to(me) if me else Organisation.objects.all()
        members = Q(memberships__network=self._intake.network)
        seen = Organisation.objects.filter(members | Q(pk__in=mine.values("pk")), merged_into=None).order_by("pk")
        values = seen.distinct().values_list(
            "pk", "slug", "names", "aliases", "language", "kind", "country", "domain", "place_id", "place__name"
        )
        led = set(self._led_elsewhere()) if me else set()
        for key, slug, names, aliases, own, kind, country, domain, place, town in values.iterator(chunk_size=2000):
            where = ", ".join(filter(None, (town, country_name(country, self._intake.language) if country else "")))
            shown = {"key": str(key), "name": name_in(names, own, own), "slug": slug, "where": where}
            self._shown[str(key)] = {**shown, "is_led": True} if key in led else shown
            yield Known(str(key), (*names.values(), *aliases), place or 0, country, kind, domain)

    def _led_elsewhere(self) -> "QuerySet[Mandate, UUID]":
        """Those who have somebody to say whether they want to belong here, and do not yet: they apply."""
        members = Membership.objects.active().filter(network=self._intake.network).values("organisation")
        led = Mandate.objects.in_force().filter(role__in=rules.LEADS).exclude(organisation__in=members)
        return led.order_by().values_list("organisation", flat=True)


def met_since(intake: Intake, rows: list[IntakeRow]) -> list[IntakeRow]:
    """Rows that were to be new, and may be organisations that others made since the file was read."""
    reader = _Reader(intake, {}, {})
    return [row for row in rows if row.choice == IntakeRow.Choice.NEW and reader.has_news_of(row)]


def may_be_chosen(twin: dict[str, Any]) -> bool:
    """An organisation of other networks that has its own voice is not made a member by a file."""
    return not twin.get("is_led")


def _refused_later(facts: dict[str, Any]) -> Iterator[Fault]:
    """What the verbs that make the row would refuse: said of all rows at once, before anything is made."""
    for listing in facts["listings"]:
        if listing["until"] and date.fromisoformat(listing["until"]) < date.today():
            yield Fault(f"{listing['side']}_until", "past_day", listing["until"])
    try:
        tidy_website(facts["website"])
    except ValidationError:
        yield Fault("website", "no_address", facts["website"][:60])


def _opened(intake: Intake) -> sheets.Sheet:
    """The sheet that the person chose, else the first that has the columns an import cannot do without."""
    path = files.path_of(intake.upload)
    if wanted := intake.sheet.get("wanted", ""):
        return sheets.read(path, sheet=wanted, limits=LIMITS)
    return columns.open_sheet(path, fits=lambda found: all(name in found for name in columns.REQUIRED), limits=LIMITS)


def _guessed(sheet: sheets.Sheet) -> dict[str, int]:
    guesses = columns.guess(sheet.header, [row.cells for row in sheet.head(columns.SAMPLE)])
    return {field: guess.column for field, guess in guesses.items()}


def _headings(header: tuple[str, ...]) -> list[str]:
    """Headings to choose from: two of one name, or one without, get their letter as in the spreadsheet."""
    return [f"{_letter(at)}: {heading}"[:80] if heading else _letter(at) for at, heading in enumerate(header)]


def _letter(at: int) -> str:
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def _resolved(city: str, country: str) -> tuple[Place | None, bool]:
    """The place a name means exactly, in any script, the largest when several are called so; is it the only likely?"""
    asked = gazetteer.query_keys(city)
    if not asked:
        return None, True
    exact = Q()
    for key in asked:
        exact |= Q(keys__contains=f"|{key}|")
    rows = Place.objects.filter(exact, **({"country": country} if country else {})).order_by("-population")[:20]
    ranked = [(gazetteer.rank([key for key in row.keys.split("|") if key], row.population, city), row) for row in rows]
    if not ranked:
        return None, True
    (best, _weight), found = min(ranked, key=lambda pair: (pair[0], pair[1].pk))
    alike = [row for (closeness, _), row in ranked if closeness == best and row != found]
    return found, all(row.population * CLEARLY_LARGER < found.population for row in alike)


def language_of(intake: Intake) -> str:
    """The language in which this import speaks to its person."""
    return intake.language if translation.check_for_language(intake.language) else "en"
