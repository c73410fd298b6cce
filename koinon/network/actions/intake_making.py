"""Making and unmaking what an import brings: all rows in one transaction, or none."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.kit.meaning import detect
from koinon.kit.verbs import Actor, Refused, only_machine, verb
from koinon.network import seams
from koinon.network.actions import intake_reading, memberships, merging, organisations
from koinon.network.actions.intake_reading import Step
from koinon.network.models import (
    INTAKE_STEPS,
    Intake,
    IntakeRow,
    Membership,
    Organisation,
    Place,
    Report,
    StandingMove,
    name_in,
)

EVERY = 25


class _Asked(Exception):  # noqa: N818
    """Rows may be organisations that others made meanwhile: nothing is made before somebody says so."""

    def __init__(self, rows: list[IntakeRow]) -> None:
        super().__init__()
        self.rows = rows


class _Stopped(Exception):  # noqa: N818
    """A row cannot be made: everything is taken back, and the row says why."""

    def __init__(self, row: IntakeRow, problem: str) -> None:
        super().__init__(problem)
        self.row, self.problem = row, problem


def carry_out(*, by: Actor, intake: Intake, step: Step | None = None) -> Intake:
    """Make every row that is not left out; when one is refused none is made and the refusal stands beside it.

    Safe to run again: what is imported already is not touched.
    """
    intake.refresh_from_db()
    if intake.state != Intake.State.IMPORTING:
        return intake
    with translation.override(intake.language):
        try:
            return make(by=by, intake=intake, step=step)
        except _Asked as asked:
            return ask_again(by=by, intake=intake, rows=asked.rows)
        except _Stopped as stopped:
            return stop(by=by, intake=intake, number=stopped.row.number, problem=stopped.problem)


@verb("network.intake_imported", rule=only_machine)
def make(*, by: Actor, intake: Intake, step: Step | None = None) -> Intake:
    """Make all rows in one transaction, one import after the other: two networks may bring the same organisation."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('intake', 0))")
    rows = list(intake.rows.exclude(choice="skip"))
    if met := intake_reading.met_since(intake, rows):
        raise _Asked(met)
    owners: dict[str, Organisation] = {}
    for done, row in enumerate(rows, start=1):
        owners[f"row:{row.number}"] = _make_row(by, intake, row, owners)
        if step and (done % EVERY == 0 or done == len(rows)):
            step(done, len(rows))
    IntakeRow.objects.bulk_update(rows, ["made"], batch_size=500)
    INTAKE_STEPS.move(locked, "imported")
    intake.state = locked.state
    return intake


@verb("network.intake_asked_again", rule=only_machine)
def ask_again(*, by: Actor, intake: Intake, rows: list[IntakeRow]) -> Intake:
    """Nothing was imported: these rows wait for a choice again."""
    IntakeRow.objects.bulk_update(rows, ["twins", "choice"], batch_size=500)
    INTAKE_STEPS.move(intake, "checked")
    return intake


@verb("network.intake_stopped", rule=only_machine)
def stop(*, by: Actor, intake: Intake, number: int, problem: str) -> Intake:
    """Write beside the row why nothing was imported."""
    row = intake.rows.get(number=number)
    row.faults = [*row.faults, {"field": "", "code": "refused", "said": problem[:300]}]
    row.save(update_fields=["faults"])
    INTAKE_STEPS.move(intake, "checked")
    return intake


@verb("network.intake_undone", rule=only_machine)
def unmake(*, by: Actor, intake: Intake, step: Step | None = None) -> Intake:
    """Take back exactly what was made, unless somebody changed or used it since; say what stays."""
    intake.refresh_from_db(from_queryset=Intake.objects.select_for_update(of=("self",)).select_related("network"))
    if intake.state != Intake.State.IMPORTED:
        return intake
    with translation.override(intake.language):
        rows = list(intake.rows.exclude(made={}).order_by("-number"))
        stays = _take_back_listings(by, intake, rows, step) + _take_back(rows)
    INTAKE_STEPS.move(intake, "undone", stays=stays)
    return intake


def _make_row(by: Actor, intake: Intake, row: IntakeRow, owners: dict[str, Organisation]) -> Organisation:
    try:
        with transaction.atomic():
            organisation, is_new = _organisation(by, intake, row, owners)
            membership = _membership(by, intake, organisation)
            listings = _listings(by, intake, row, organisation)
    except (ValidationError, Refused) as problem:
        said = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        raise _Stopped(row, said) from problem
    row.made = {
        "owner": str(organisation.pk),
        "organisation": str(organisation.pk) if is_new else "",
        "changed_at": organisation.changed_at.isoformat() if is_new else "",
        "membership": str(membership.pk) if membership else "",
        "listings": [str(key) for key in listings],
    }
    return organisation


def _organisation(
    by: Actor, intake: Intake, row: IntakeRow, owners: dict[str, Organisation]
) -> tuple[Organisation, bool]:
    if row.choice == IntakeRow.Choice.SAME:
        if row.twin in owners:
            return owners[row.twin], False
        found = None if row.twin.startswith("row:") else Organisation.objects.filter(pk=row.twin).first()
        found = found and found.heir
        if found is None:
            raise ValidationError(_("The organisation this row was said to be is not there any more."))
        return found, False
    facts = row.facts
    own = facts["language"] or _language(intake, facts, f"{facts['name']}. {facts['about']}")
    place = Place.objects.filter(pk=facts["place"]).first() if facts["place"] else None
    made = organisations.register(
        by=by,
        names={**facts["names"], own: facts["name"]},
        language=own,
        kind=facts["kind"],
        country=facts["country"],
        place=place,
        website=facts["website"],
        about=facts["about"],
        size=facts["size"],
        languages=facts["languages"] or [own],
        themes=facts["themes"],
    )
    return made, True


def _membership(by: Actor, intake: Intake, organisation: Organisation) -> Membership | None:
    """One from today, unless it is a member; where one begins later already, up to the day before."""
    held = Membership.objects.filter(network=intake.network_id, organisation=organisation)
    if held.active().exists():
        return None
    begins = held.filter(period__startswith__gt=date.today()).aggregate(day=Min("period__startswith"))["day"]
    until = begins - timedelta(days=1) if begins else None
    return memberships.begin(by=by, network=intake.network, organisation=organisation, until=until)


def _listings(by: Actor, intake: Intake, row: IntakeRow, organisation: Organisation) -> list[UUID]:
    rows: list[dict[str, Any]] = [
        {
            **listing,
            "until": date.fromisoformat(listing["until"]) if listing["until"] else None,
            "language": row.facts["language"] or _language(intake, row.facts, f"{listing['title']}. {listing['text']}"),
            "themes": row.facts["themes"],
            "countries": [],
        }
        for listing in row.facts["listings"]
    ]
    if not rows:
        return []
    return [key for keys in seams.imported_listings.gather(by, intake.network, organisation, rows) for key in keys]


def _language(intake: Intake, facts: dict[str, Any], text: str) -> str:
    """The language a text is in: of those the organisation or the network speaks, else the network's own."""
    likely = [*facts["languages"], *intake.network.languages, intake.network.language]
    return detect.language_of(text, among=likely) or (facts["languages"] or [intake.network.language])[0]


def _take_back_listings(by: Actor, intake: Intake, rows: list[IntakeRow], step: Step | None) -> list[str]:
    stays = []
    for done, row in enumerate(rows, start=1):
        if keys := [UUID(key) for key in row.made["listings"]]:
            stays += [said for part in seams.imported_listings_undone.gather(by, intake.network, keys) for said in part]
        if step and (done % EVERY == 0 or done == len(rows)):
            step(done, len(rows))
    return stays


def _take_back(rows: list[IntakeRow]) -> list[str]:
    """Memberships and organisations that nobody changed or used since go, all at once; says which stay, and why."""
    begun = {row.made["membership"] for row in rows if row.made["membership"]}
    made = {row.made["organisation"] for row in rows if row.made["organisation"]}
    owners = Organisation.objects.in_bulk({UUID(row.made["owner"]) for row in rows})
    used, lived = _used(made, begun), _lived(begun)
    stays, gone = [], []
    for row in rows:
        owner = owners.get(UUID(row.made["owner"]))
        if owner is None:
            continue
        if reason := _why_it_stays(owner, row.made, used, lived):
            stays.append(reason)
        else:
            gone.append(row)
    Membership.objects.filter(pk__in=[row.made["membership"] for row in gone if row.made["membership"]]).delete()
    seams.organisation_changed.gather([UUID(row.made["owner"]) for row in gone if row.made["membership"]])
    Organisation.objects.filter(pk__in=[row.made["organisation"] for row in gone if row.made["organisation"]]).delete()
    return stays


def _why_it_stays(organisation: Organisation, made: dict[str, Any], used: set[str], lived: set[str]) -> str:
    """Why all of a row must stay: changed since, or something of others depends on it; "" if nothing does."""
    name = {"name": name_in(organisation.names, organisation.language)}
    if made["organisation"] and organisation.changed_at.isoformat() != made["changed_at"]:
        return _("“%(name)s” stays: it has been changed since.") % name
    if made["organisation"] in used or made["membership"] in lived:
        return _("“%(name)s” stays: others use it by now.") % name
    return ""


def _used(organisations: set[str], memberships: set[str]) -> set[str]:
    """Those on which anything but these memberships hangs; what jobs work out by themselves does not count."""
    computed = {part.model for part in merging.parts() if part.is_computed}
    found: set[str] = set()
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in computed:
            continue
        field = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{field}__in": organisations})
        if relation.related_model is Membership:
            rows = rows.exclude(pk__in=memberships)
        found.update(map(str, rows.order_by().values_list(field, flat=True)))
    return found


def _lived(memberships: set[str]) -> set[str]:
    """Those that have ended, or moved in their standing, or with a report that was begun: that is kept."""
    begun = Report.objects.filter(membership=OuterRef("pk")).exclude(state=Report.State.DUE)
    moved = StandingMove.objects.filter(membership=OuterRef("pk"))
    lived = Q(Exists(begun)) | Q(Exists(moved)) | Q(period__endswith__lte=date.today())
    return set(map(str, Membership.objects.filter(lived, pk__in=memberships).values_list("pk", flat=True)))
