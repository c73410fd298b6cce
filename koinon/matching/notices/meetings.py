"""Letters about meetings: times in each reader's own zone, and the invitation that calendars understand."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute, tell_all
from koinon.kit import calendars, links, mail
from koinon.kit.templatetags.kit import moment
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Availability, Meeting
from koinon.matching.notices import named
from koinon.network.models import Organisation

KIND = "matching.meeting"


def proposed(*, by: Actor, result: Meeting) -> None:
    for side, person in _readers(result):
        if side.pk != result.organiser_id:
            _tell(
                result, person, title=_("%(organiser)s proposes times for a meeting"),
                text=_("%(title)s\n\n%(times)s\n\nSay which of them suit you: one tap for each."),
                facts={"times": _list(result, person)}, action=_("Answer"),
            )  # fmt: skip


def moved(*, by: Actor, result: Meeting) -> None:
    for side, person in _readers(result):
        if side.pk != result.organiser_id:
            _tell(
                result, person, title=_("%(organiser)s would like another time for the meeting"),
                text=_("%(title)s\n\n%(times)s\n\nSay which of them suit you: one tap for each."),
                facts={"times": _list(result, person)}, action=_("Answer"),
            )  # fmt: skip


def answered(*, by: Actor, result: Meeting) -> None:
    """Whoever called it hears when the others have said when they can."""
    if by.acting_for == result.organiser_id:
        return
    for person in queries.speakers_of(result.organiser_id):
        _tell(
            result, person, title=_("There is an answer to your times for “%(title)s”"),
            text=_("It is your turn: choose one of the times, or propose others."), action=_("Choose"),
        )  # fmt: skip


def reminded(*, by: Actor, result: Meeting) -> None:
    """Those who have not answered; the organiser, when everybody has."""
    rows = Availability.objects.filter(slot__meeting=result, slot__round=result.round)
    told = set(rows.order_by().values_list("organisation", flat=True).distinct())
    silent = [pair for pair in _readers(result) if pair[0].pk not in told]
    waited_for = silent or [pair for pair in _readers(result) if pair[0].pk == result.organiser_id]
    for _side, person in waited_for:
        _tell(
            result, person, title=_("It is your turn: a time for “%(title)s”"),
            text=_("%(times)s\n\nThe others wait for your word."), facts={"times": _list(result, person)},
            action=_("Open the meeting"),
        )  # fmt: skip


def fixed(*, by: Actor, result: Meeting) -> None:
    for _side, person in _readers(result):
        _tell(
            result, person, title=_("The meeting is set: %(when)s"),
            text=_("%(title)s\n\n%(when)s, %(minutes)s minutes\n%(link)s"), action=_("Open the meeting"),
            invitation=_invitation(result, person),
        )  # fmt: skip


def cancelled(*, by: Actor, result: Meeting) -> None:
    for _side, person in _readers(result):
        _tell(
            result, person, title=_("The meeting “%(title)s” is called off"), text=_("The reason: %(reason)s"),
            action=_("Open the meeting"), invitation=_invitation(result, person) if result.starts_at else b"",
        )  # fmt: skip


def asked(*, by: Actor, result: Meeting) -> None:
    """A link for each reader that answers without signing in: it names the person, whose mandate is checked again."""
    for _side, person in _readers(result):
        token = links.make("matching.meeting", meeting=str(result.pk), person=str(person.pk))
        _tell(
            result, person, title=_("Did you meet?"), text=_("%(title)s\n%(when)s\n\nOne tap is enough: yes or no."),
            action=_("Tell us"), address=reverse("matching:meeting_by_link", args=[token]),
        )  # fmt: skip


def lapsed(*, by: Actor, result: Meeting) -> None:
    for person in queries.speakers_of(result.organiser_id):
        _tell(
            result, person, title=_("No time was found for “%(title)s”"),
            text=_("The last of the times has passed and none was chosen. You can propose a new meeting."),
            action=_("Open the meeting"),
        )  # fmt: skip


def _tell(
    meeting: Meeting, person: Person, *, title: Any, text: Any, action: Any, facts: dict[str, Any] | None = None,
    address: str = "", invitation: bytes = b"",
) -> None:  # fmt: skip
    tell_all(
        people=[person],
        kind=KIND,
        title=title,
        text=text,
        facts={
            "title": meeting.title,
            "organiser": named(meeting.organiser),
            "when": _time(meeting.starts_at, person),
            "minutes": meeting.minutes,
            "link": meeting.link,
            "reason": meeting.reason,
            **(facts or {}),
        },
        address=address or reverse("matching:meeting", args=[meeting.pk]),
        action=action,
        invitation=invitation,
    )


def _readers(meeting: Meeting) -> Iterator[tuple[Organisation, Person]]:
    """Each person who speaks for one of the parties, once."""
    seen = set()
    for party in meeting.parties.select_related("organisation").order_by("pk"):
        for person in queries.speakers_of(party.organisation_id):
            if person.pk not in seen:
                seen.add(person.pk)
                yield party.organisation, person


def _time(at: datetime | None, person: Person) -> str:
    """In the reader's own zone and language, the zone named."""
    with timezone.override(ZoneInfo(person.zone)), translation.override(person.language):
        return moment(at)


def _list(meeting: Meeting, person: Person) -> str:
    slots = meeting.slots.filter(round=meeting.round).order_by("starts_at", "pk")
    return "\n".join(f"- {_time(slot.starts_at, person)}" for slot in slots)


def _invitation(meeting: Meeting, person: Person) -> bytes:
    """Names only the reader as a guest: nobody learns an address from it."""
    assert meeting.starts_at is not None
    address = absolute(reverse("matching:meeting", args=[meeting.pk]))
    entry = calendars.Entry(
        uid=meeting.uid, title=meeting.title, starts=meeting.starts_at, ends=meeting.ends_at,
        text="\n".join(each for each in (meeting.note, address) if each), url=meeting.link or address,
        place=meeting.link, is_cancelled=meeting.state == "cancelled",
    )  # fmt: skip
    guest = (person.name or person.email, person.email)
    return calendars.invitation(calendars.Invitation(entry, mail.sender(), guest, meeting.sequence))
