"""Making and unmaking what an import brings: all rows in one transaction, or none."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.kit.meaning import detect
from koinon.kit.verbs import Actor, Refused, only_machine, verb
from koinon.network import seams
from koinon.network.actions import memberships, organisations
from koinon.network.actions.intake_reading import Step
from koinon.network.models import INTAKE_STEPS, Intake, IntakeRow, Membership, Organisation, Place, name_in

EVERY = 25


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
        except _Stopped as stopped:
            return stop(by=by, intake=intake, number=stopped.row.number, problem=stopped.problem)


@verb("network.intake_imported", rule=only_machine)
def make(*, by: Actor, intake: Intake, step: Step | None = None) -> Intake:
    """Make all rows in one transaction."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    rows = list(intake.rows.exclude(choice="skip"))
    owners: dict[str, Organisation] = {}
    for done, row in enumerate(rows, start=1):
        owners[f"row:{row.number}"] = _make_row(by, intake, row, owners)
        if step and (done % EVERY == 0 or done == len(rows)):
            step(done, len(rows))
    IntakeRow.objects.bulk_update(rows, ["made"], batch_size=500)
    INTAKE_STEPS.move(locked, "imported")
    intake.state = locked.state
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
    if intake.state != Intake.State.IMPORTED:
        return intake
    with translation.override(intake.language):
        rows = list(intake.rows.exclude(made={}).order_by("-number"))
        stays: list[str] = []
        for done, row in enumerate(rows, start=1):
            stays += _unmake_row(by, intake, row)
            if step and (done % EVERY == 0 or done == len(rows)):
                step(done, len(rows))
    INTAKE_STEPS.move(intake, "undone", stays=stays)
    return intake


def _make_row(by: Actor, intake: Intake, row: IntakeRow, owners: dict[str, Organisation]) -> Organisation:
    try:
        with transaction.atomic():
            organisation, is_new = _organisation(by, intake, row, owners)
            membership = _membership(by, intake, organisation)
            listings = _listings(by, intake, row, organisation)
    except (ValidationError, Refused, IntegrityError) as problem:
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
    there = Membership.objects.active().filter(network=intake.network_id, organisation=organisation)
    if there.exists():
        return None
    return memberships.begin(by=by, network=intake.network, organisation=organisation)


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


def _unmake_row(by: Actor, intake: Intake, row: IntakeRow) -> list[str]:
    made, stays = row.made, []
    if made.get("listings"):
        keys = [UUID(key) for key in made["listings"]]
        stays += [said for part in seams.imported_listings_undone.gather(by, intake.network, keys) for said in part]
    owner = Organisation.objects.filter(pk=made["owner"]).first()
    if owner is None:
        return stays
    if made["organisation"] and (reason := _why_it_stays(owner, made)):
        return [*stays, reason]
    if made["membership"]:
        Membership.objects.filter(pk=made["membership"]).delete()
        seams.organisation_changed.gather([owner.pk])
    if made["organisation"]:
        owner.delete()
    return stays


def _why_it_stays(organisation: Organisation, made: dict[str, Any]) -> str:
    """Why an organisation must stay: changed since, or something of others depends on it; "" if nothing does."""
    name = {"name": name_in(organisation.names, organisation.language)}
    if organisation.changed_at.isoformat() != made["changed_at"]:
        return _("“%(name)s” stays: it has been changed since.") % name
    for relation in Organisation._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: organisation})
        if relation.related_model is Membership:
            rows = rows.exclude(pk=made["membership"] or None)
        if rows.exists():
            return _("“%(name)s” stays: others use it by now.") % name
    return ""
