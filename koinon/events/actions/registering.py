"""Registering: by oneself, as a guest, for a minor; confirming an address; changing what one said; leaving."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.actions import consents_asked, gates, given, lists, places
from koinon.events.models import ENDED, HOLDING, Event, EventForm, EventQuota, Registration
from koinon.events.notices import registering as notices
from koinon.events.queries import registering as questions
from koinon.events.rules import registering as rules
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.links import Link
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Organisation

NOT_FOR_YOU = gettext_lazy("You cannot register here. Please ask those who hold the event.")
NOT_YOURS = gettext_lazy("Only the person themselves may do this.")
WHY = 500

conflict("registration_once", None, gettext_lazy("You are registered for this event already."))
conflict("registration_of_guest_once", "email", gettext_lazy("Somebody is registered with this address already."))
conflict("registration_sent_once", None, gettext_lazy("Please open the form again and send it once more."))


@verb("events.registered", rule=rules.may_register, refusal=NOT_FOR_YOU, then=notices.registered)
def register(
    *, by: Actor, event: Event, key: UUID, name: str = "", email: str = "", person: Person | None = None,
    organisation: Organisation | None = None, organisation_name: str = "", country: str = "", gender: str = "",
    language: str = "", units: int = 1, chosen: Iterable[EventQuota] = (), answers: Mapping[str, Any] | None = None,
    form: EventForm | None = None, listed: str = "nobody", listed_until: date | None = None, is_minor: bool = False,
    guardian: str = "", guardian_email: str = "", care: Mapping[str, Any] | None = None, link: str = "",
) -> Registration:  # fmt: skip
    """One form, one registration: `key` is the form's, so that the same form sent twice gives the same row.

    `person`: the one who acts; None for guests, and for a minor whom an adult registers. `link`: the event's, where
    it is only for those who have it. A guest whose address is registered already gets that row (`was_there`), and
    a letter to that address; the page says the same as to everybody else.
    """
    _check_who(by, event, person, is_minor)
    facts = _facts(by, event, name, email, person, is_minor, guardian_email)
    facts |= {"country": given.country(country), "gender": given.gender(gender), "key": key}
    facts |= given.house(_own(by, organisation), organisation_name)
    facts["country"] = facts["country"] or (organisation.country if organisation else "")
    facts |= {"units": given.units(units, event, is_minor=is_minor), "language": given.language(language, event)}
    facts |= given.listing(listed, listed_until, event, is_minor=is_minor)
    held = places.hold(event) if person is not None else None
    if known := _there(event, facts):
        return known
    gates.must_be_open(held or event)
    parts = given.chosen(chosen, event)
    facts |= {"form": form, "answers": given.answers(form, answers or {}, event, facts["language"])}
    row, is_new = (_new(held, facts), True) if held else make(event, facts)
    if is_new:
        given.more(row, parts, care or {})
        if is_minor:
            consents_asked.ask(row, guardian=guardian, email=guardian_email, language=row.language)
        gates.pass_on(row, new_in=held)
    return row


@verb("events.address_confirmed", rule=rules.answers_for, refusal=NOT_YOURS, then=notices.moved)
def confirm_email(*, by: Actor, registration: Registration, link: Link | None = None) -> Registration:
    """The letter arrived: the registration goes on to whoever is next, or to its place. Twice changes nothing more."""
    event = places.hold(registration.event)
    if registration.state != "email":
        raise ValidationError(_("Your address is confirmed already."), code="step")
    gates.must_be_open(event)
    same = Registration.objects.filter(event=event, email=registration.email).exclude(pk=registration.pk)
    if same.filter(state="rejected").exists():
        raise ValidationError(_("Please ask the organisers: they decided on a registration of yours before."))
    _attach(registration, event)
    return gates.pass_on(registration, after="email")


@verb("events.registration_changed", rule=rules.answers_for, refusal=NOT_YOURS)
def change(*, by: Actor, registration: Registration, link: Link | None = None, **facts: Any) -> Registration:
    """Change what one said: name, house, country, gender, language, units, chosen, answers, listing, care.

    Who holds places keeps them when what they want now is full: then nothing is changed, and it is said.
    """
    event = places.hold(registration.event)
    row = Registration.objects.select_for_update(of=("self",)).select_related("event").get(pk=registration.pk)
    if row.state in ENDED or event.is_over:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    is_wish = {"units", "chosen", "organisation", "organisation_name", "country", "gender"} & set(facts)
    care = facts.pop("care", None)
    parts = facts.pop("chosen", None)
    for field, value in _changed(by, row, facts).items():
        setattr(row, field, value)
    row.sequence += 1
    row.save()
    if parts is not None:
        row.chosen.set(given.chosen(parts, event))
    if care is not None:
        given.care(row, care)
    if is_wish and row.state in HOLDING:
        _exchange(row)
    elif is_wish and row.state == "waiting":
        places.move_up(event)  # who wants less now may have room at once
        row.refresh_from_db(fields=["state", "due_at"])
    return row


@verb("events.withdrew", rule=rules.may_withdraw, refusal=NOT_YOURS, then=notices.left)
def withdraw(*, by: Actor, registration: Registration, why: str = "", link: Link | None = None) -> Registration:
    """They do not come. The place is free at once, and offered to who waits."""
    event = places.hold(registration.event)
    registration.refresh_from_db()
    if event.state in ("over", "reported"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    gates.leave(registration, "withdrawn", prose.line(why)[:WHY])
    lists.recall(registration)
    return registration


def make(event: Event, facts: Mapping[str, Any]) -> tuple[Registration, bool]:
    """A new row in draft, or the one that is there already for the same form or the same guest (False)."""
    try:
        with transaction.atomic():
            return _new(event, facts), True
    except IntegrityError as problem:
        known = _known(event, facts)
        if known is None:
            raise problem
        return known, False


def _new(event: Event, facts: Mapping[str, Any]) -> Registration:
    row = Registration(event=event, code=uuid4().hex, is_demo=event.is_demo, **facts)
    row.save(force_insert=True)
    return row


def _there(event: Event, facts: Mapping[str, Any]) -> Registration | None:
    """What this form made already; refused where the organisers decided on the same person before."""
    person = facts["person"]
    earlier = questions.all_of(event, person) if person is not None else []
    if any(row.state == "rejected" for row in earlier):
        raise ValidationError(_("Please ask the organisers: they decided on a registration of yours before."))
    if person is not None and not any(row.key == facts["key"] for row in earlier):
        return None
    return _known(event, facts)


def _known(event: Event, facts: Mapping[str, Any]) -> Registration | None:
    """The same form sent again by the same one ("form"); or a guest whose address is registered already ("address")."""
    person, email = facts.get("person"), facts["email"]
    rows = Registration.objects.filter(event=event).select_related("event", "person")
    row, was_there = rows.filter(key=facts["key"], person=person, email=email).first(), "form"
    if row is None and person is None and not facts.get("is_minor"):
        open_ = rows.exclude(state__in=ENDED).filter(is_minor=False)
        was_there = "address"
        row = open_.filter(person=None, email=email).first() or open_.filter(person__email__iexact=email).first()
    if row is not None:
        row.was_there = was_there  # type: ignore[attr-defined]
    return row


def _check_who(by: Actor, event: Event, person: Person | None, is_minor: bool) -> None:
    if person is not None and not by.is_machine and person.pk != by.person:
        raise ValidationError(_("You can register only yourself here."))
    if event.by_nomination and not by.is_machine:
        raise ValidationError(_("Organisations nominate the people for this event. Please ask yours."))
    if is_minor and not event.admits_minors:
        raise ValidationError({"is_minor": [_("This event is for adults only.")]})
    if person is None and not by.is_known and not by.is_machine and not event.admits_guests:
        raise ValidationError(_("Please sign in to register for this event."))
    if person is None and by.is_known and not is_minor:
        raise ValidationError(_("You can register only yourself here."))


def _facts(
    by: Actor, event: Event, name: str, email: str, person: Person | None, is_minor: bool, guardian_email: str
) -> dict[str, Any]:
    """Who it is; the address of a guest who is a minor is their guardian's."""
    if person is not None:
        facts = {"person": person, "name": given.name(name or person.name), "email": person.email, "how": "self"}
        return {**facts, "is_minor": is_minor}
    field = "guardian_email" if is_minor else "email"
    address = given.address(guardian_email if is_minor else email, field)
    return {"person": None, "name": given.name(name), "email": address, "how": "guest", "is_minor": is_minor}


def _own(by: Actor, organisation: Organisation | None) -> Organisation | None:
    """One of those they belong to: nobody comes in the name of an organisation that does not know them."""
    if organisation is not None and not by.is_machine and organisation.pk not in by.roles:
        raise ValidationError({"organisation": [_("Please choose one of the list.")]})
    return organisation


def _attach(row: Registration, event: Event) -> None:
    """Whoever reads the letters of an address that has an account is that person, once in one event."""
    person = Person.objects.filter(email__iexact=row.email, is_active=True).first()
    if person is None:
        return
    if Registration.objects.filter(event=event, person=person).exclude(state__in=ENDED).exists():
        raise ValidationError(_("You are registered for this event with your account already."))
    Registration.objects.filter(pk=row.pk).update(person=person)
    row.person = person


def _changed(by: Actor, row: Registration, facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    event, said = row.event, dict(facts)
    if "organisation" in said or "organisation_name" in said:
        house = said.pop("organisation", None)
        own = house if house is not None and house.pk == row.organisation_id else _own(by, house)
        found |= given.house(own, said.pop("organisation_name", ""))
    if "answers" in said:
        form = said.pop("form", row.form)
        language = said.get("language", row.language)
        found |= {"form": form, "answers": given.answers(form, said.pop("answers"), event, language)}
    if "listed" in said:
        until = said.pop("listed_until", None)
        found |= given.listing(said.pop("listed"), until, event, is_minor=row.is_minor)
    tidy: dict[str, Callable[[Any], Any]] = {
        "name": given.name, "country": given.country, "gender": given.gender,
        "language": lambda value: given.language(value, event),
        "units": lambda value: given.units(value, event, is_minor=row.is_minor),
    }  # fmt: skip
    if unknown := set(said) - set(tidy):
        raise TypeError(f"cannot be changed: {sorted(unknown)}")
    return found | {field: tidy[field](value) for field, value in said.items()}


def _exchange(row: Registration) -> None:
    row._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    if full := places.exchange(row):
        field = "chosen" if full.rule == "chosen" else "units"
        raise ValidationError({field: [_("There is no room for this: %(quota)s.") % {"quota": full}]})
    places.move_up(row.event)
