"""What guardians agreed to: whose pictures may be shown, and the words they agreed to."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from koinon.events.models import Event, GuardianConsent, Registration


def may_be_shown(row: Registration) -> bool:
    """True if a picture of them may be published: adults say so otherwise, of minors a guardian did, until today."""
    if not row.is_minor:
        return True
    given = GuardianConsent.objects.filter(registration=row, state="given", may_be_published=True)
    return given.filter(Q(until=None) | Q(until__gte=date.today())).exists()


def without_pictures(event: Event) -> set[UUID]:
    """Registrations of minors of whom no picture may be published; one query."""
    shown = GuardianConsent.objects.filter(state="given", may_be_published=True)
    shown = shown.filter(Q(until=None) | Q(until__gte=date.today()))
    minors = Registration.objects.filter(event=event, is_minor=True)
    return set(minors.exclude(pk__in=shown.values("registration")).values_list("pk", flat=True))
