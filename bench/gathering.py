"""Fills one database with events and with people who may come: `python -m bench.gathering NOTE PEOPLE NAME=PLACES …`.

Used by race.py and attending.py. Places are said as an organiser says them, by the verbs' own function, so that the
counters are those of the site; people are copied, each with a session in which they have signed in.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

PLACES = 50


@dataclass
class Gathering:
    """What a run needs to know: events (name -> slug and id), sessions of the people, of the organiser, places."""

    events: dict[str, list[str]] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    organiser: str = ""
    places: list[int] = field(default_factory=list)
    session: str = ""
    codes: list[str] = field(default_factory=list)


def read(note: Path) -> Gathering:
    return Gathering(**json.loads(note.read_text("utf-8")))


def main(note: Path, people: int, events: dict[str, int]) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    made = Gathering()
    _land(made)
    house, network = _house()
    _people(made, people)
    made.organiser = _organiser(house)
    for name, places in events.items():
        made.events[name] = _event(name, places, house, network)
    if "door" in events:
        _at_the_door(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    note.write_text(json.dumps(asdict(made)), "utf-8")


def _land(made: Gathering) -> None:
    """Rows for the bare view."""
    from koinon.network.models import Place

    here = {"country": "ME", "latitude": 42, "longitude": 19, "zone": "Europe/Podgorica"}
    towns = [(900_000 + each, f"Town {each}") for each in range(PLACES)]
    Place.objects.bulk_create(Place(id=key, name=name, native=name, keys=name.lower(), **here) for key, name in towns)
    made.places = [key for key, _name in towns]


def _house() -> tuple[Any, Any]:
    from koinon.network.models import Network, Organisation

    network = Network.objects.create(slug="lakes", names={"en": "Lakes"}, languages=["en"], is_public=True)
    house = Organisation.objects.create(slug="house", names={"en": "House of hubs"}, language="en", country="ME")
    return house, network


def _people(made: Gathering, number: int) -> None:
    from django.contrib.sessions.models import Session

    from bench.rows import copy
    from bench.schooling import _session_row
    from koinon.accounts.models import Person

    people = [
        Person(email=f"guest{n}@bench.example", name=f"Guest {n}", password="!", language="en") for n in range(number)
    ]
    copy(Person, people)
    sessions = [_session_row(person) for person in people]
    copy(Session, sessions)
    made.people = [each.session_key for each in sessions]


def _organiser(house: Any) -> str:
    from bench.schooling import _session
    from koinon.accounts.models import Person

    return _session(
        Person.objects.create(email="organiser@bench.example", name="Organiser", password="!", language="en")
    )


def _event(name: str, places: int, house: Any, network: Any) -> list[str]:
    """A published conference of one day in a month, for everybody, with one session and one rule."""
    from django.db import transaction

    from koinon.accounts.models import Person
    from koinon.events.actions import quotas
    from koinon.events.models import Event, EventSession, Helper

    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=0 if name == "door" else 30)
    ends = begins + timedelta(hours=8)
    when = {"starts_at": begins, "ends_at": ends, "zone": "Europe/Podgorica"}
    made = Event.objects.create(
        slug=f"conference-{name}", kind="conference", state="open", names={"en": f"Conference {name}"}, language="en",
        languages=["en"], audience="public", organisation=house, network=network, about="What we learned. " * 40,
        about_html="<p>" + "What we learned. " * 40 + "</p>", venue="House of culture", address="Main street 1", **when,
    )  # fmt: skip
    EventSession.objects.create(event=made, names={"en": "Opening"}, **when)
    Helper.objects.create(event=made, person=Person.objects.get(email="organiser@bench.example"))
    with transaction.atomic():
        quotas.put(made, rule="all", places=places)
    return [made.slug, str(made.pk)]


def _at_the_door(made: Gathering) -> None:
    """Everybody has a place at the event of today, each with a code to be scanned."""
    from bench.rows import copy
    from koinon.accounts.models import Person
    from koinon.events.models import EventSession, Registration

    _slug, key = made.events["door"]
    people = Person.objects.filter(email__startswith="guest").order_by("pk")
    made.codes = [f"code{n:08}" for n in range(len(people))]
    copy(
        Registration,
        (
            Registration(event_id=key, person=person, name=person.name, language="en", state="confirmed", code=code)
            for person, code in zip(people, made.codes, strict=True)
        ),
    )
    made.session = str(EventSession.objects.get(event=key).pk)


if __name__ == "__main__":
    given = dict(each.rsplit("=", 1) for each in sys.argv[3:])
    main(Path(sys.argv[1]), int(sys.argv[2]), {name: int(places) for name, places in given.items()})
