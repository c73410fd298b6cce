"""One way to tell somebody who is registered: a member by a notice as they wish, a guest by a letter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute, tell, tell_all
from koinon.events.models import Event, GuardianConsent, Helper, Registration
from koinon.events.rules.registering import CONSENT
from koinon.kit import links, mail
from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import moment
from koinon.kit.verbs import Actor
from koinon.network.queries import speakers_of

KINDS: list[tuple[str, Any, str]] = [
    ("events.registration", _("Events I am registered for: places, changes, calendars"), "now"),
    ("events.message", _("Messages from the organisers of my events"), "now"),
    ("events.reminder", _("Reminders before my events"), "now"),
    ("events.organising", _("Events I organise: what waits for me"), "now"),
]
NOTHING: Mapping[str, Any] = {}
OPEN_EVENT, OPEN_DESK = _("Open the event"), _("Open the desk of the event")
SEE_CONSENT = _("See your consent")


class Teller(Protocol):
    def __call__(self, *, by: Actor, result: Any) -> None: ...


def unless_demo(tell: Teller) -> Teller:
    """The demo writes no letters: its people have just been made up."""

    @wraps(tell)
    def silent(*, by: Actor, result: Any) -> None:
        if by.role != "demo":
            tell(by=by, result=result)

    return silent


def page_of(row: Registration) -> str:
    """Where somebody sees their registration: a member on the platform, a guest by the signed link of the letter."""
    if row.person_id is not None:
        return to("events:registration", row.pk)
    return reverse("events:guest", args=[links.make("events.guest", registration=str(row.pk))])


def tell_registered(
    row: Registration, *, kind: str = "events.registration", title: Any, text: Any = "",
    facts: Mapping[str, Any] = NOTHING, address: str = "", action: Any = OPEN_EVENT, invitation: bytes = b"",
) -> None:  # fmt: skip
    """Tell one who is registered, in their language; `title` and `text` are lazy, `facts` fills them.

    Known facts: event, when (in the event's zone, and the reader's beside it), place, why (of the event).
    `address`: a path instead of the page of their registration. `invitation`: see kit.calendars. The guardian of a
    minor with an account of their own hears the same, as long as their consent stands.
    """
    event = row.event
    known = {
        "event": lambda language: name_of(event, language), "place": place_of(event), "why": event.why,
        "when": lambda language: when(event.starts_at, event.zone, row.person, language),
    }  # fmt: skip
    filled, where = {**known, **facts}, address or page_of(row)
    if row.person is not None:
        tell(
            person=row.person, kind=kind, title=title, text=text, facts=filled, address=where, action=action,
            invitation=invitation,
        )  # fmt: skip
        if guardian := _guardian(row):
            why = _("This is what we wrote to %(name)s, for whom you agreed.")
            tell_guardian(guardian, row, title=title, text=(text, why), facts={**filled, "name": row.name})
    elif row.email:
        _write(row, title, text, filled, where, action, invitation)


def tell_guardian(
    consent: GuardianConsent, row: Registration, *, title: Any, text: Sequence[Any], facts: Mapping[str, Any],
    action: Any = SEE_CONSENT,
) -> None:  # fmt: skip
    """A letter in the guardian's language, with the link to their consent; the child's own page stays the child's.

    `text`: paragraphs, lazy, filled with `facts` like the title.
    """
    language = consent.language
    said = {key: value(language) if callable(value) else value for key, value in facts.items()}
    with translation.override(language):
        context = {
            "heading": str(title) % said, "text": "\n\n".join(str(part) % said for part in text if part),
            "address": absolute(to("events:consent", links.make(CONSENT, consent=str(consent.pk)))),
            "action": str(action), "event": row.event, "guardian": consent.guardian,
            "has_agreed": consent.state == "given",
        }  # fmt: skip
    mail.send(to=consent.email, template="events/mail/guardian", language=language, context=context)


def organisers(event: Event) -> list[Person]:
    """Who organises; with nobody named, those who speak for the organisation that holds it."""
    rows = Helper.objects.filter(event=event, role="organiser").select_related("person").order_by("pk")
    return [row.person for row in rows] or list(speakers_of(event.organisation_id))


def tell_organisers(
    event: Event, *, title: Any, text: Any = "", facts: Mapping[str, Any] = NOTHING, address: str = "",
    by: Actor | None = None,
) -> None:  # fmt: skip
    """Tell those who organise, but not the one who did it."""
    people = [person for person in organisers(event) if by is None or person.pk != by.person]
    known = {"event": lambda language: name_of(event, language), "why": event.why}
    tell_all(
        people=people, kind="events.organising", title=title, text=text, facts={**known, **facts},
        address=address or to("events:desk", event.slug), action=OPEN_DESK,
    )  # fmt: skip


def name_of(event: Event, language: str) -> str:
    with translation.override(language):
        return str(event)


def place_of(event: Event) -> str:
    """The house and its address on one line; the address of the call is only on the page."""
    return ", ".join(part for part in (event.venue, event.address) if part)


def when(at: datetime, zone: str, person: Person | None, language: str) -> str:
    """The time by the event's clocks, and by the reader's own where they differ; each with its zone."""
    with translation.override(language):
        with timezone.override(ZoneInfo(zone)):
            said = str(moment(at))
        if (
            person is None
            or at.astimezone(ZoneInfo(person.zone)).utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset()
        ):
            return said
        with timezone.override(ZoneInfo(person.zone)):
            return f"{said} · {moment(at)}"


def _guardian(row: Registration) -> GuardianConsent | None:
    """Whoever consented, and has not taken it back."""
    consent = getattr(row, "consent", None) if row.is_minor else None
    return consent if consent is not None and consent.state == "given" and consent.email else None


def _write(
    row: Registration, title: Any, text: Any, facts: Mapping[str, Any], address: str, action: Any, invitation: bytes
) -> None:
    language = (_guardian(row) or row).language
    said = {key: value(language) if callable(value) else value for key, value in facts.items()}
    with translation.override(language):
        context = {
            "heading": str(title) % said, "text": str(text) % said if text else "", "address": absolute(address),
            "action": str(action), "event": row.event, "organisation": str(row.event.organisation),
        }  # fmt: skip
    mail.send(to=row.email, template="events/mail/told", language=language, context=context, invitation=invitation)
