"""Badges by the clock: linked forms, lists signed before they end, courses that give badges, questions that lapse."""

from datetime import date
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.engine.badges import statuses
from koinon.learning.models import Achievement, Award, BadgeEndorsement, Enrolment, PublishedList, StatusList

log = structlog.get_logger(__name__)
AT_ONCE = 200
"""Linked forms made in one run of the clock: twenty a second, so that other jobs wait no longer than that."""


@jobs.task("learning.prove")
def prove_award(award: str) -> None:
    """The linked form of one badge."""
    from koinon.learning.actions import awards

    row = Award.objects.select_related("status_list__organisation", "art").filter(pk=UUID(award), proved="").first()
    if row is not None:
        awards.prove(by=machine("badges"), award=row)


@jobs.task("learning.give_finished")
def give_finished(enrolment: str) -> None:
    """What somebody gets who has finished a course."""
    row = Enrolment.objects.select_related("person", "run__course").filter(pk=UUID(enrolment)).first()
    if row is not None:
        give_for(row)


def give_for(enrolment: Enrolment) -> list[Award]:
    """Badges that the course gives by itself; who holds one already, or is not finished any more, gets none."""
    from koinon.learning.actions import awards

    if enrolment.state != "finished" or not enrolment.person.is_active:
        return []
    run = enrolment.run
    rows = Achievement.objects.offered().filter(
        Q(organisation=run.organisation_id) | Q(organisation=run.course.organisation_id),
        course=run.course, is_automatic=True,
    )  # fmt: skip
    ever = Award.objects.filter(Q(enrolment=enrolment) | Q(person=enrolment.person) & ~Q(state="revoked"))
    given = []
    for row in rows.select_related("organisation").exclude(pk__in=ever.values("achievement")):
        by, person = machine("badges"), enrolment.person
        try:
            given.append(awards.give(by=by, achievement=row, person=person, enrolment=enrolment, is_demo=run.is_demo))
        except ValidationError as problem:
            if problem.code != "held":
                raise
    return given


@jobs.every("20 * * * *", "learning.sign_lists")
def sign_lists() -> None:
    """Each hour: status lists before they end, and linked forms whose job failed."""
    now = timezone.now()
    again = now + statuses.LASTS * 2 / 3
    due = PublishedList.objects.filter(until__lte=again).order_by().values("list").distinct()
    from koinon.learning.actions import issuers

    for row in StatusList.objects.filter(pk__in=due).select_related("organisation"):
        try:
            issuers.sign_again(by=machine("badges"), status_list=row)
        except ValidationError as problem:
            log.warning("status list not signed", list=str(row.pk), problem=str(problem))
    for key in Award.objects.filter(proved="").order_by("since").values_list("pk", flat=True)[:AT_ONCE]:
        jobs.later(prove_award, once=f"learning.prove:{key}", award=str(key))


@jobs.every("35 4 * * *", "learning.lapse_endorsements")
def lapse_endorsements() -> None:
    """Nightly: questions that nobody answered in time."""
    from koinon.learning.actions import endorsements

    for row in BadgeEndorsement.objects.filter(state="asked", due_on__lt=date.today()).order_by("pk"):
        endorsements.lapse(by=machine("badges"), endorsement=row)
