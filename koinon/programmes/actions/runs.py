"""The run of the programme's course that belongs to a delivery: chosen or made, its learners, what it tells."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.kit import jobs
from koinon.kit.verbs import Actor, machine, only_machine, verb
from koinon.learning.actions import enrolments
from koinon.learning.actions import runs as courses
from koinon.learning.models import Enrolment, Run, Version
from koinon.programmes.actions import counting
from koinon.programmes.actions.deliveries import NOT_YOURS, check
from koinon.programmes.models import Delivery, Participant
from koinon.programmes.rules import cascade as rules

OPEN = ("open", "running")


@verb("programmes.run_chosen", rule=rules.gives, refusal=NOT_YOURS)
def choose(*, by: Actor, delivery: Delivery, run: Run | None) -> Delivery:
    """A run of the programme's course that I teach, or none: its learners are not told apart from the list any more."""
    held = _held(delivery)
    if run is not None:
        fits = Run.objects.select_for_update().filter(pk=run.pk, course=held.programme.course_id)
        is_mine = by.is_machine or Run.objects.taught_by(by).filter(pk=run.pk).exists()
        taken = Delivery.objects.filter(run=run).exclude(pk=held.pk).exists()
        if not is_mine or taken or not fits.exclude(state="cancelled").exists():
            raise ValidationError({"run": [_("Please choose one of the list.")]})
    return _link(held, run)


@verb("programmes.run_made", rule=rules.gives, refusal=NOT_YOURS)
def make(*, by: Actor, delivery: Delivery) -> Delivery:
    """A run for this delivery, from its first day to its last, taught by whoever opens it.

    Whose run it is sees who learns there, so it is that of the facilitator's organisation, never the programme's.
    """
    held, clerk = _held(delivery), machine("delivery")
    version = Version.objects.filter(course=held.programme.course_id, state="published").order_by("-number").first()
    if held.run_id is not None or version is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if held.organisation is None:
        raise ValidationError(_("Your grant names no organisation that could run a course: choose a run you teach."))
    if held.ends_on < date.today():
        raise ValidationError(_("Its last day has passed. Please set other days first."))
    known = version.languages or [version.language]
    made = courses.open_run(
        by=clerk, course=version.course, version=version, organisation=held.organisation, network=None,
        title=held.title, languages=[held.language] if held.language in known else known, starts_on=held.starts_on,
        ends_on=held.ends_on, capacity=max(held.expected, held.number_reached, 1) * 2,
        lead=Person.objects.filter(pk=by.person).first() if by.person else None,
    )  # fmt: skip
    courses.announce(by=clerk, run=made)
    if made.starts_on <= date.today():
        courses.start(by=clerk, run=made)
    return _link(held, made)


@verb("programmes.recounted", rule=only_machine)
def recount(*, by: Actor, delivery: Delivery) -> Delivery:
    """Figures once more, after somebody has finished the course; doing it twice gives the same."""
    return counting.recount(delivery)


@jobs.task("programmes.recount")
def recount_later(run: str) -> None:
    """Of the delivery to which a run belongs."""
    row = Delivery.objects.filter(run=UUID(run)).select_related("programme").first()
    if row is not None:
        recount(by=machine("course"), delivery=row)


def enrol(delivery: Delivery, people: Any) -> None:
    """Those with accounts learn in the run of the delivery; who left it or was taken off before is left alone."""
    run = delivery.run
    if run is None or run.state not in OPEN or run.ends_on < date.today():
        return
    there = {*Enrolment.objects.filter(run=run).values_list("person", flat=True)}
    there |= {*run.facilitations.values_list("person", flat=True)}
    for person in people:
        if person.pk not in there and person.is_active:
            enrolments.enrol(by=machine("delivery"), run=run, person=person, how="list", language=delivery.language)


def _held(delivery: Delivery) -> Delivery:
    held = Delivery.objects.select_for_update(of=("self",)).select_related("programme", "organisation", "run")
    row = held.get(pk=delivery.pk)
    check(row, "planned", "running", "returned")
    return row


def _link(held: Delivery, run: Run | None) -> Delivery:
    held.run = run
    held.save(update_fields=["run"])
    rows = Participant.objects.filter(delivery=held, person__isnull=False).select_related("person").order_by("pk")
    enrol(held, [row.person for row in rows])
    return counting.recount(held)
