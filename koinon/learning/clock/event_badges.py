"""Badges that follow from certificates of attendance and go with them; by jobs, so that certifying never waits."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.events.models import Certificate
from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.learning.models import Award, EventBadge


@jobs.task("learning.give_attended")
def give_attended(certificate: str) -> None:
    """What one certified person gets."""
    with transaction.atomic():
        if (row := _held(certificate)) is not None:
            give_with(row)


@jobs.task("learning.take_attended")
def take_attended(certificate: str) -> None:
    """What came with a certificate that was revoked. Whoever earned the same badge elsewhere is given it from there."""
    with transaction.atomic():
        row = _held(certificate)
        if row is None or row.revoked_at is None:
            return
        gone = take_with(row)
        others = Certificate.objects.filter(registration__person=row.registration.person_id, revoked_at=None)
        others = others.filter(registration__event__badges__achievement__in=gone).distinct()
        for key in others.values_list("pk", flat=True):
            jobs.later(give_attended, once=f"learning.give_attended:{key}", certificate=str(key))


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
    here = Q(certificate=None) | Q(certificate=certificate)
    ever = Award.objects.filter(person=holder.person).filter(
        ~Q(state="revoked") | here & Q(moved_at__gte=certificate.given_at)
    )
    rows = EventBadge.objects.filter(event=holder.event_id, achievement__is_retired=False)
    given = []
    for row in rows.exclude(achievement__in=ever.values("achievement")).select_related("achievement__organisation"):
        try:
            given.append(
                awards.give(
                    by=machine("badges"), achievement=row.achievement, person=holder.person, name=holder.name,
                    language=holder.language, is_demo=holder.is_demo, certificate=certificate,
                )
            )  # fmt: skip
        except ValidationError as problem:
            if problem.code != "held":
                raise
    return given


def take_with(certificate: Certificate) -> list[UUID]:
    """Badges that came with it are revoked, for its reason, which the holder reads; which ones."""
    from koinon.learning.actions import awards

    rows = Award.objects.filter(certificate=certificate).exclude(state="revoked").select_related("achievement")
    gone = []
    for row in rows.order_by("pk"):
        with translation.override(row.language):
            why = _("The certificate of attendance was revoked: %(reason)s") % {"reason": certificate.revoked_why}
        awards.revoke(by=machine("badges"), award=row, why=why)
        gone.append(row.achievement_id)
    return gone


def _held(certificate: str) -> Certificate | None:
    """The certificate, locked: what gives and what takes come one after the other."""
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("registration__event")
    return rows.filter(pk=UUID(certificate)).first()
