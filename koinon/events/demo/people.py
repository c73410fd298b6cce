"""Who comes to the events of the demo: its people and guests with names of roles, in every state there is."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from koinon.accounts.models import Person
from koinon.events.actions import certificates, events, nominations, people, presence, registering
from koinon.events.demo.organising import first_day, told
from koinon.events.engine import clocks
from koinon.events.models import Event, EventSession, Registration, Scan
from koinon.events.queries.presence import verdicts
from koinon.kit.mail import NOWHERE
from koinon.kit.verbs import Actor
from koinon.network.models import Mandate, Membership, Organisation

DAY = timedelta(days=1)
GUARDIANS = {"sq": "Prind i një pjesëmarrësi", "lt": "Dalyvio tėvas", "mk": "Родител на учесник", "en": "A parent"}
GUESTS = {
    "sq": ["Mësuese e një gjimnazi", "Drejtues i një habi", "Zyrtare e komunës", "Studente", "Punonjës social"],
    "lt": ["Bibliotekininkė", "Savivaldybės darbuotojas", "Mokytoja", "Socialinė darbuotoja", "Studentas"],
    "mk": ["Наставничка", "Претставник на фирма", "Советник во општина", "Студентка", "Раководител на центар"],
    "en": ["Teacher at a secondary school", "Head of a hub", "City officer", "Student", "Social worker"],
}
IN_ORDER = ("confirmed", "attended", "missed", "waiting", "approval", "rejected", "draft", "sender", "consent", "email",
            "lapsed", "withdrawn", "offered")  # fmt: skip
"""Who takes places comes first; who is offered one comes last, when somebody has given theirs back."""
COMES = ("confirmed", "attended", "missed", "waiting")
NOT_THIS_TIME = {
    "sq": "Kësaj here vendet janë për ata që ishin në takimin e parë.",
    "en": "This time the places are for those who were at the first meeting.",
    "lt": "Šį kartą vietos skirtos tiems, kurie buvo pirmame susitikime.",
    "mk": "Овој пат местата се за оние што беа на првата средба.",
}


def load(*, by: Actor, made: Mapping[str, Event]) -> int:
    """Register people for the events that were just made; those whose day has passed are over afterwards."""
    number = 0
    for row in told():
        event = made.get(row["slug"])
        if event is None or event.state != "open":
            continue
        came = _register(by, event, row["people"])
        number += event.registrations.count()
        if row.get("in_days", 0) < 0:
            _past(by, event, row, came)
    return number


def _register(by: Actor, event: Event, states: Mapping[str, int]) -> list[Registration]:
    """Through the verbs of everybody; gives those who are to have attended."""
    who, came = _people(event), []
    for state in IN_ORDER:
        for _number in range(states.get(state, 0)):
            if state == "offered":
                _give_back(by, event)
            else:
                row = _one(by, event, state, next(who))
                came += [row] if state == "attended" else []
    return came


def _one(by: Actor, event: Event, state: str, facts: dict[str, Any]) -> Registration:
    """One registration, as far as its state in the file."""
    if state in ("draft", "sender"):
        return _nominated(by, event, state, facts)
    if state in ("email", "lapsed", "consent"):
        facts = _guest(event, facts["key"], is_minor=state == "consent")
    row = registering.register(by=by, event=event, **facts)
    if row.state == "email" and state not in ("email", "lapsed"):
        row = registering.confirm_email(by=by, registration=row)
    if row.state == "approval" and state in COMES:
        row = people.approve(by=by, registration=row)
    ends: dict[str, Any] = {
        "rejected": lambda: people.reject(by=by, registration=row, why=NOT_THIS_TIME[event.language]),
        "lapsed": lambda: people.lapse(by=by, registration=row),
        "withdrawn": lambda: registering.withdraw(by=by, registration=row),
    }
    if state in ends:
        ends[state]()
    return row


def _nominated(by: Actor, event: Event, state: str, facts: dict[str, Any]) -> Registration:
    """Named by an organisation; who said yes waits for the sending coordinator."""
    guest = _guest(event, facts["key"], is_minor=False)
    house = facts["organisation"] or event.organisation
    row = nominations.nominate(
        by=by, event=event, organisation=house, name=guest["name"], email=guest["email"], key=facts["key"],
        language=guest["language"],
    )  # fmt: skip
    return nominations.accept(by=by, registration=row) if state == "sender" else row


def _give_back(by: Actor, event: Event) -> None:
    """Somebody who had a place cannot come: it is offered to the first in line."""
    row = Registration.objects.filter(event=event, state="confirmed").select_related("event").order_by("-pk").first()
    if row is not None:
        registering.withdraw(by=by, registration=row)


def _past(by: Actor, event: Event, row: dict[str, Any], came: list[Registration]) -> None:
    """Its day was so many days ago: it is over, who came was scanned, and certificates went out."""
    back = timedelta(days=(clocks.local(event.starts_at, event.zone).date() - first_day(row)).days)
    starts, ends = (clocks.later(at, -back, event.zone) for at in (event.starts_at, event.ends_at))
    Event.objects.filter(pk=event.pk).update(starts_at=starts, ends_at=ends, made_at=starts - DAY * 40)
    for session in event.sessions.all():
        EventSession.objects.filter(pk=session.pk).update(
            starts_at=clocks.later(session.starts_at, -back, session.zone),
            ends_at=clocks.later(session.ends_at, -back, session.zone),
        )
    Registration.objects.filter(event=event).update(at=starts - DAY * 20, moved_at=starts - DAY * 19)
    _scanned(event, came)
    event.refresh_from_db()
    events.end(by=by, event=event)
    presence.count(event.pk)
    presence.settle(by=by, event=event)
    attended = event.registrations.filter(state="attended").order_by("pk")
    earned = verdicts(event, [row.pk for row in attended])
    for registration in attended:
        if earned[registration.pk].is_earned:
            certificates.issue(by=by, registration=registration)


def _scanned(event: Event, came: list[Registration]) -> None:
    """In at the beginning of each session and out at its end; the last one forgot to check out of the last session."""
    sessions = list(event.sessions.filter(is_cancelled=False).order_by("starts_at", "pk"))
    rows = []
    for row in came:
        for session in sessions:
            rows.append(Scan(session=session, registration=row, way="in", at=session.starts_at))
            if row != came[-1] or session != sessions[-1]:
                rows.append(Scan(session=session, registration=row, way="out", at=session.ends_at))
    Scan.objects.bulk_create(rows)


def _people(event: Event) -> Iterator[dict[str, Any]]:
    """Those who speak for members of the network, each once; then guests."""
    key = _keys(event)
    mandates = Mandate.objects.in_force().filter(person__is_demo=True).select_related("organisation").order_by("pk")
    houses: dict[UUID, Organisation] = {}
    for mandate in mandates:
        houses.setdefault(mandate.person_id, mandate.organisation)
    near = set(Membership.objects.active().filter(network=event.network_id).values_list("organisation", flat=True))
    taken = {row.person_id for row in event.helpers.all()}
    for person in (
        Person.objects.filter(is_demo=True, is_active=True).exclude(email__endswith=NOWHERE).order_by("email")
    ):
        if person.pk not in taken and person.pk in houses and (houses[person.pk].pk in near or event.by_nomination):
            yield {"person": person, "organisation": houses.get(person.pk), "language": "", "key": next(key)}
    while True:
        yield {**_guest(event, next(key), is_minor=False), "organisation": None}


def _keys(event: Event) -> Iterator[UUID]:
    return (uuid5(event.pk, str(number)) for number in count())


def _guest(event: Event, key: UUID, *, is_minor: bool) -> dict[str, Any]:
    """Somebody without an account: a role for a name, an address of the demo's own mailbox."""
    language = event.language if event.language in GUESTS else "en"
    name = GUESTS[language][key.int % len(GUESTS[language])]
    address = f"guest-{key.hex[:8]}@demo.koinon.example"
    facts = {"name": name, "language": language, "key": key}
    if is_minor:
        return {**facts, "is_minor": True, "guardian": GUARDIANS[language], "guardian_email": address}
    return {**facts, "email": address}
