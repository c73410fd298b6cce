"""Badges that follow from certificates of attendance, signed by a job so that certifying never waits."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from koinon.events.models import Certificate
from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.models import Award, EventBadge


@jobs.task("learning.give_attended")
def give_attended(certificate: str) -> None:
    """What one certified person gets."""
    rows = Certificate.objects.select_related("registration__event", "registration__person")
    row = rows.filter(pk=UUID(certificate)).first()
    if row is not None:
        give_with(row)


@jobs.task("learning.give_for_event")
def give_for_event(event: str) -> None:
    """What everybody gets who was certified before the badge was chosen; each by a job of their own."""
    rows = Certificate.objects.filter(registration__event=UUID(event), registration__person__isnull=False)
    for key in rows.filter(revoked_at=None).order_by("pk").values_list("pk", flat=True):
        jobs.later(give_attended, once=f"learning.give_attended:{key}", certificate=str(key))


def give_with(certificate: Certificate) -> list[Award]:
    """The badges of the event; who holds one, or had it taken back since the certificate, gets none. Guests have no
    account to keep a badge in."""
    from koinon.learning.actions import awards

    holder = certificate.registration
    if certificate.revoked_at is not None or holder.person is None or not holder.person.is_active:
        return []
    ever = Award.objects.filter(person=holder.person).filter(
        ~Q(state="revoked") | Q(since__gte=certificate.given_at.replace(microsecond=0))
    )
    rows = EventBadge.objects.filter(event=holder.event_id, achievement__is_retired=False)
    given = []
    for row in rows.exclude(achievement__in=ever.values("achievement")).select_related("achievement__organisation"):
        try:
            given.append(
                awards.give(
                    by=machine("badges"), achievement=row.achievement, person=holder.person, name=holder.name,
                    language=holder.language, is_demo=holder.is_demo,
                )
            )  # fmt: skip
        except ValidationError as problem:
            if problem.code != "held":
                raise
    return given
