"""An organisation nominates people; each says yes for themselves before anybody decides."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.events.actions import gates, given, places
from koinon.events.actions.registering import NOT_YOURS, make
from koinon.events.models import ENDED, Event, EventForm, EventQuota, Registration
from koinon.events.notices import registering as notices
from koinon.events.rules import registering as rules
from koinon.kit import prose
from koinon.kit.links import Link
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Organisation

NOT_SPEAKER = gettext_lazy("Only those who speak for an organisation may nominate its people here.")
MOST = 30


@verb("events.nominated", rule=rules.may_nominate, refusal=NOT_SPEAKER, then=notices.nominated)
def nominate(
    *, by: Actor, event: Event, organisation: Organisation, name: str, email: str, key: UUID, language: str = "",
    why: str = "", link: str = "",
) -> Registration:  # fmt: skip
    """Ask one of ours to say yes; with an address that is registered already the answer is the same (`was_there`)."""
    gates.must_be_open(event)
    now = timezone.now()
    ours = Registration.objects.filter(event=event, nominated_by=organisation).exclude(state__in=ENDED)
    if ours.exclude(key=key).count() >= MOST:
        raise ValidationError(_("At most %(most)s people of one organisation.") % {"most": MOST})
    address = given.address(email)
    if ours.filter(email=address).exclude(key=key).exists():
        raise ValidationError({"email": [_("You nominated somebody with this address already.")]})
    person = Person.objects.filter(email=address, is_active=True).first()
    mine = Registration.objects.filter(event=event, person=person).exclude(state__in=ENDED).exclude(key=key)
    if person is not None and (known := mine.select_related("event", "person").first()):
        known.was_there = "address"  # type: ignore[attr-defined]
        return known
    facts = {
        "person": person, "name": given.name(name), "email": address, "how": "nominated", "key": key,
        "nominated_by": organisation, "language": given.language(language, event), "country": organisation.country,
        "why": prose.said(why, "why", 500, is_line=True), "due_at": gates.due("draft", event, now),
        **given.house(organisation, ""),
    }  # fmt: skip
    return make(event, facts)[0]


@verb("events.nomination_accepted", rule=rules.answers_for, refusal=NOT_YOURS, then=notices.moved)
def accept(
    *, by: Actor, registration: Registration, link: Link | None = None, name: str = "",
    answers: Mapping[str, Any] | None = None, form: EventForm | None = None, chosen: Iterable[EventQuota] = (),
    gender: str = "", listed: str = "nobody", care: Mapping[str, Any] | None = None,
) -> Registration:  # fmt: skip
    """The person says yes, and answers what the organiser asks; the sending coordinator is next."""
    event = places.hold(registration.event)
    if registration.state != "draft":
        raise ValidationError(_("This is no longer possible: it has moved on."), code="step")
    gates.must_be_open(event, is_organiser=True)
    facts: dict[str, Any] = {
        "name": given.name(name or registration.name), "gender": given.gender(gender), "form": form,
        "answers": given.answers(form, answers or {}, event, registration.language),
        **given.listing(listed, None, event, is_minor=registration.is_minor),
    }  # fmt: skip
    if registration.person_id is None and by.is_known:
        facts["person_id"] = _own(by, registration, event)
    Registration.objects.filter(pk=registration.pk).update(**facts)
    for field, value in facts.items():
        setattr(registration, field, value)
    registration.chosen.set(given.chosen(chosen, event))
    given.care(registration, care or {})
    return gates.pass_on(registration, after="email")


def _own(by: Actor, registration: Registration, event: Event) -> UUID | None:
    """Whoever holds the link and is signed in says yes as themselves, once in one event."""
    rows = Registration.objects.filter(event=event, person=by.person).exclude(state__in=ENDED)
    if rows.exclude(pk=registration.pk).exists():
        raise ValidationError(_("You are registered for this event with your account already."))
    return by.person
