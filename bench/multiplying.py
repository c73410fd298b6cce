"""Fills one database with a cascade: `python -m bench.multiplying NOTE` (see lineage.py). Rows by COPY and SQL.

A programme with about 50,000 participants in six generations: who runs it, a facilitator of each generation, places
in five countries, a toolkit in four versions.
"""

import json
import random
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

SIZES = (30, 75, 180, 400, 800, 1_200)
"""Facilitators of each generation."""
PEOPLE = 50_000
PLACES = 60
COUNTRIES = ("AL", "GR", "LT", "MK", "RS")

TAKE_PART = """
INSERT INTO programmes_participant
  (id, delivery_id, name, email, age, gender, has_finished, has_become, has_answered, quiz, at)
SELECT gen_random_uuid(), d.id, 'Participant ' || n, '', '', '', random() < .8, false, true,
  round(random()::numeric, 2), now()
FROM programmes_delivery d
CROSS JOIN generate_series(1, (SELECT ceil(%s::numeric / count(*))::int FROM programmes_delivery)) n
"""
COUNT = """
UPDATE programmes_delivery d SET number_reached = p.reached, number_finished = p.finished,
  quality = 2 + round((random() * 3)::numeric, 2),
  quiz = p.quiz, observed = 3.5,
  number_became = least(p.reached, (SELECT count(*) FROM programmes_cascadegrant g WHERE g.parent_id = d.id))
FROM (
  SELECT delivery_id, count(*) AS reached, count(*) FILTER (WHERE has_finished) AS finished,
    avg(quiz) AS quiz
  FROM programmes_participant GROUP BY 1
) p WHERE p.delivery_id = d.id
"""


@dataclass
class Cascade:
    """What a run needs to know: the programme, sessions, grants to be opened, and places for the bare view."""

    programme: str = "multiplying"
    runner: str = ""
    facilitator: str = ""
    branches: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def read(note: Path) -> Cascade:
    return Cascade(**json.loads(note.read_text("utf-8")))


def main(note: Path) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    made = Filling()
    for step in (made.programme, made.generations, made.participants):
        step()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    note.write_text(json.dumps(asdict(made.cascade)), "utf-8")


class Filling:
    """The cascade, made step by step."""

    def __init__(self) -> None:
        self.draw, self.cascade = random.Random(5), Cascade()
        self.today = date.today()
        self.kits: list[Any] = []

    def programme(self) -> None:
        """One public programme in a network, with its places and four versions of its toolkit."""
        from django.db.backends.postgresql.psycopg_any import DateRange

        from bench.schooling import _session
        from koinon.accounts.models import Person
        from koinon.network.models import Mandate, Membership, Network, Organisation, Place
        from koinon.programmes.models import Programme, Toolkit

        always = DateRange(self.today - timedelta(days=1000), None)
        here = {"latitude": 41, "longitude": 21, "zone": "Europe/Skopje"}
        Place.objects.bulk_create(
            Place(
                id=800_000 + n, name=f"Town {n}", native=f"Town {n}", keys=f"town {n}", country=COUNTRIES[n % 5], **here
            )
            for n in range(PLACES)
        )
        self.cascade.places = [800_000 + n for n in range(PLACES)]
        network = Network.objects.create(slug="hubs", names={"en": "Hubs"}, languages=["en"], is_public=True)
        hub = Organisation.objects.create(slug="hub", names={"en": "Hub"}, language="en", country="MK")
        Membership.objects.create(organisation=hub, network=network, period=always)
        runner = Person.objects.create(email="runner@bench.example", name="Runner", password="!", language="en")
        Mandate.objects.create(person=runner, organisation=hub, role="representative", period=always)
        self.cascade.runner = _session(runner)
        self.made = Programme.objects.create(
            slug=self.cascade.programme, names={"en": "Multiplying"}, network=network, organisation=hub, language="en",
            languages=["en", "sq", "mk"], state="running", starts_on=self.today - timedelta(days=900),
            ends_on=self.today + timedelta(days=300),
        )  # fmt: skip
        for number in range(1, 5):
            at = datetime.now(UTC) - timedelta(days=900 - 200 * number)
            kit = Toolkit.objects.create(programme=self.made, number=number, state="published", published_at=at)
            self.kits.append(kit)

    def generations(self) -> None:
        """Generation after generation: each grant comes from a delivery of the one before, some bring many."""
        from bench.schooling import _session
        from koinon.accounts.models import Person
        from koinon.programmes.models import CascadeGrant, Delivery

        above: list[Any] = []
        each = PEOPLE // (sum(SIZES) * 4 // 3)
        for generation, size in enumerate(SIZES, 1):
            people = [
                Person(email=f"g{generation}n{n}@bench.example", name=f"Facilitator {n}", password="!", language="en")
                for n in range(size if generation == 1 else 1)
            ]
            Person.objects.bulk_create(people)
            grants = [self._grant(CascadeGrant, generation, above, people, n) for n in range(size)]
            CascadeGrant.objects.bulk_create(grants)
            above = [
                self._delivery(Delivery, grant, each) for grant in grants for _n in range(self.draw.choice((1, 1, 2)))
            ]
            Delivery.objects.bulk_create(above)
            self.cascade.branches += [str(grant.pk) for grant in grants[:: max(1, size // 12)]]
            self._add("facilitators", len(grants))
            self._add("deliveries", len(above))
            if generation == 2:
                self.cascade.facilitator = _session(people[0])

    def _grant(self, model: Any, generation: int, above: list[Any], people: list[Any], n: int) -> Any:
        parent = above[int(len(above) * self.draw.random() ** 2)] if above else None
        return model(
            programme=self.made, person=people[n] if n < len(people) else None, parent=parent, generation=generation,
            until=self.today + timedelta(days=200),
        )  # fmt: skip

    def _delivery(self, model: Any, grant: Any, people: int) -> Any:
        on = self.today - timedelta(days=self.draw.randint(1, 120) + 120 * (len(SIZES) - grant.generation))
        above = grant.parent
        return model(
            programme=self.made, grant=grant, parent=above, path=[*above.path, above.pk] if above else [],
            generation=grant.generation, title="An evening", language=self.draw.choice(("en", "sq", "mk")),
            state="verified", starts_on=on, ends_on=on, place_id=self.draw.choice(self.cascade.places),
            toolkit=self.kits[self.draw.randint(0, 3)], expected=people, join_key=uuid4().hex,
        )  # fmt: skip

    def participants(self) -> None:
        """Written by the database, and counted by it as counting.recount does."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT setseed(0.5)")
            cursor.execute(TAKE_PART, [PEOPLE])
            self._add("participants", cursor.rowcount)
            cursor.execute(COUNT)
        self._sheet()

    def _sheet(self) -> None:
        """As the clock makes it."""
        from koinon.programmes.actions.lineage_sheet import renew

        renew(self.made)

    def _add(self, name: str, number: int) -> None:
        self.cascade.rows[name] = self.cascade.rows.get(name, 0) + number


if __name__ == "__main__":
    main(Path(sys.argv[1]))
