"""What organisers and sending coordinators decide: sent on, approved, rejected, put down."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.actions import consents_asked, gates, given, places, purging
from koinon.events.actions.registering import make
from koinon.events.models import Care, Event, EventQuota, GuardianConsent, Registration
from koinon.events.notices import registering as notices
from koinon.events.rules import events as organising
from koinon.events.rules import registering as rules
from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.models import Organisation

NOT_ORGANISER = gettext_lazy("Only those who organise this event may do this.")
NOT_SENDER = gettext_lazy("Only the coordinator of the network that sends may do this.")
WHY, MOST = 500, 100


@verb("events.sent_on", rule=rules.may_send, refusal=NOT_SENDER, then=notices.moved)
def send_on(*, by: Actor, registration: Registration) -> Registration:
    """The sending coordinator agrees."""
    event = places.hold(registration.event)
    _must_wait(registration, "sender")
    gates.must_be_open(event, is_organiser=True)
    Registration.objects.filter(pk=registration.pk).update(sent_by_id=by.person)
    registration.sent_by_id = by.person
    return gates.pass_on(registration, after="sender")


@verb("events.approved", rule=rules.may_decide, refusal=NOT_ORGANISER, then=notices.moved)
def approve(*, by: Actor, registration: Registration, why: str = "") -> Registration:
    """The organiser agrees: a place, or the waiting list when all are taken."""
    event = places.hold(registration.event)
    _must_wait(registration, "approval")
    gates.must_be_open(event, is_organiser=True)
    facts = {"decided_by_id": by.person, "why": prose.said(why, "why", WHY, is_line=True)}
    Registration.objects.filter(pk=registration.pk).update(**facts)
    return gates.pass_on(registration, after="approval")


@verb("events.rejected", rule=rules.may_reject, refusal=NOT_ORGANISER, then=notices.left)
def reject(*, by: Actor, registration: Registration, why: str) -> Registration:
    """Not admitted, or admitted no more, with a sentence; a place that was held goes to who waits."""
    places.hold(registration.event)
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    if registration.event.is_over:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if registration.state == "draft" or registration.state == "email":
        gates.leave(registration, "withdrawn", said, decided_by_id=by.person)
    else:
        gates.leave(registration, "rejected", said, decided_by_id=by.person)
    return registration


@verb("events.put_down", rule=organising.organises, refusal=NOT_ORGANISER, then=notices.put_down)
def put_down(
    *, by: Actor, event: Event, name: str, email: str = "", organisation: Organisation | None = None,
    organisation_name: str = "", country: str = "", gender: str = "", language: str = "", units: int = 1,
    chosen: Iterable[EventQuota] = (), is_minor: bool = False, guardian: str = "", guardian_email: str = "",
    care: Mapping[str, Any] | None = None, key: UUID | None = None,
) -> Registration:  # fmt: skip
    """The organiser puts somebody down who said so by telephone; a minor still waits for the guardian.

    Whoever has an account with this address finds it there, and can withdraw like anybody.
    """
    gates.must_be_open(places.hold(event), is_organiser=True)
    if is_minor and not event.admits_minors:
        raise ValidationError({"is_minor": [_("This event is for adults only.")]})
    field = "guardian_email" if is_minor else "email"
    address = given.address(guardian_email if is_minor else email, field) if (is_minor or email) else ""
    person = Person.objects.filter(email=address, is_active=True).first() if address and not is_minor else None
    facts = {
        "person": person, "name": given.name(name), "email": address, "how": "organiser", "is_minor": is_minor,
        "country": given.country(country), "gender": given.gender(gender), "key": key or uuid4(),
        "units": given.units(units, event, is_minor=is_minor), "decided_by_id": by.person,
        "language": given.language(language or (person.language if person else ""), event),
        **given.house(organisation, organisation_name),
    }  # fmt: skip
    row, is_new = make(event, facts)
    if is_new:
        given.more(row, given.chosen(chosen, event), care or {})
        if is_minor:
            consents_asked.ask(row, guardian=guardian, email=guardian_email, language=row.language)
        gates.pass_on(row)
    return row


@verb("events.list_taken", rule=organising.organises, refusal=NOT_ORGANISER, counts=lambda event: {"rows": event.rows})
def take_list(*, by: Actor, event: Event) -> Event:
    """The organiser's own spreadsheet leaves the house: that, and how many people stand in it, is remembered."""
    event.rows = float(event.registrations.filter(purged_at=None).count())  # type: ignore[attr-defined]
    return event


@verb("events.registration_lapsed", rule=only_machine, then=notices.left)
def lapse(*, by: Actor, registration: Registration) -> Registration:
    """Nobody answered in time, or the event came first. Whoever never said yes to being kept is forgotten."""
    places.hold(registration.event)
    is_unknown = registration.person_id is None and registration.state in ("draft", "email", "consent")
    gates.leave(registration, "lapsed")
    if is_unknown:
        Care.objects.filter(registration=registration).delete()
        GuardianConsent.objects.filter(registration=registration).update(guardian="", email="")
        purging.empty(Registration.objects.filter(pk=registration.pk))
        registration.refresh_from_db()
    return registration


@verb("events.registration_reminded", rule=only_machine, then=notices.reminded)
def remind(*, by: Actor, registration: Registration) -> Registration:
    """Whose turn it is hears it once more, once for each step of the way."""
    told = mark(registration.state)
    rows = Registration.objects.filter(pk=registration.pk, state=registration.state).exclude(told__contains=[told])
    if not rows.update(told=[*registration.told, told]):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    registration.told = [*registration.told, told]
    return registration


def mark(state: str) -> str:
    """What stands in `told` when they were reminded in this state."""
    return f"due-{state}"


def _must_wait(registration: Registration, state: str) -> None:
    if registration.state != state:
        raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
