"""Fills one database with a network of so many organisations: `python -m bench.filling 2000 NOTE` (see world.py)."""

import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from bench import living, synthetic, world

NEIGHBOURS = 3
LISTED = 3
SHOWN = 300


def main(size: int, note: Path) -> None:
    django.setup()
    from django.core.management import call_command

    from koinon.kit.verbs import machine
    from koinon.network.actions.places import load_places

    begun = time.perf_counter()
    call_command("migrate", verbosity=0)
    load_places(by=machine("bench"))
    made = Filling(size)
    for step in (made.belong, made.list, made.match, made.speak, made.live, made.index):
        start = time.perf_counter()
        step()
        print(f"    {size:>6} organisations: {step.__name__} {time.perf_counter() - start:.1f} s", file=sys.stderr)
    world.save(made.world(time.perf_counter() - begun), note)


class Filling:
    """One network: organisations, members, people who speak for them, an offer or need each, matches, the index."""

    def __init__(self, size: int) -> None:
        from koinon.network.models import Network

        self.size = size
        self.draw = random.Random(size)
        self.texts = synthetic.said()
        self.abouts = synthetic.abouts(self.texts)
        self.bodies = list(synthetic.bodies(size, self.texts, self.abouts))
        self.network = Network.objects.create(
            slug="bench",
            names={"en": "Measured network", "lt": "Matuojamas tinklas"},
            purpose="Towns that learn from each other.",
            languages=sorted(synthetic.KINDS),
            is_public=True,
        )
        self.now = datetime.now(UTC)
        self.counts: dict[str, int] = {}
        self.organisations: list[Any] = []
        self.memberships: list[Any] = []
        self.listings: list[Any] = []
        self.people: list[Any] = []
        self.session = {"member": "", "coordinator": ""}

    @property
    def measured(self) -> int:
        """The organisation whose representative signs in: one in the middle that writes Lithuanian."""
        middle = self.size // 2
        return next(body.number for body in self.bodies[middle:] if body.language == "lt")

    def belong(self) -> None:
        """Organisations and their memberships."""
        from django.db.backends.postgresql.psycopg_any import DateRange

        from bench.rows import copy
        from koinon.kit import prose
        from koinon.network.models import Membership, Organisation

        html = [prose.html_of(about.text) for about in self.abouts]
        self.organisations = [self._organisation(body, html[body.about]) for body in self.bodies]
        self.counts["organisations"] = copy(Organisation, self.organisations)
        since = [date(2019, 1, 1) + timedelta(days=self.draw.randrange(2000)) for _ in self.bodies]
        kinds = living.classes(self.network)
        self.memberships = [
            Membership(
                network=self.network,
                organisation=one,
                period=DateRange(day, None, "[)"),
                in_class=self.draw.choice(kinds),
            )
            for one, day in zip(self.organisations, since, strict=True)
        ]
        self.counts["memberships"] = copy(Membership, self.memberships)

    def _organisation(self, body: synthetic.Body, html: str) -> Any:
        from koinon.network.models import Organisation

        return Organisation(
            slug=body.slug,
            names={body.language: body.name, "en": body.english},
            language=body.language,
            languages=sorted({body.language, "en"}),
            kind=body.kind,
            size=body.size,
            place_id=body.place.id,
            country=body.place.country,
            website=f"https://www.{body.slug}.example/",
            about=self.abouts[body.about].text,
            about_html=html,
            themes=list(body.themes),
            keys="",
        )

    def list(self) -> None:
        """An offer or a need of each; the measured one has three of either."""
        from bench.rows import copy
        from koinon.matching.models import Listing

        own = self.bodies[self.measured]
        extra = [(own, side) for side in ("need", "offer") for _ in range(LISTED)]
        rows = [self._listing(body, body.side) for body in self.bodies] + [self._listing(*each) for each in extra]
        self.listings = rows
        self.counts["listings"] = copy(Listing, rows)

    def _listing(self, body: synthetic.Body, side: str) -> Any:
        from koinon.kit import prose
        from koinon.matching.models import Listing

        number = body.listing if body.number != self.measured else self.draw.randrange(len(self.texts))
        said = self.texts[number]
        row = Listing(
            network=self.network,
            organisation=self.organisations[body.number],
            side=side,
            kind=body.listing_kind,
            state="open",
            opened_at=self.now,
            title=said.title[:160],
            text=said.text,
            text_html=prose.html_of(said.text),
            language=said.language,
            themes=list(body.themes),
            languages=sorted({said.language, "en"}),
            until=date.today() + timedelta(days=self.draw.randrange(400, 800)),
        )
        row.said = number
        return row

    def match(self) -> None:
        """Matches as the index job leaves them, drawn at random; the pages only read them."""
        from bench.rows import copy
        from koinon.matching.models import Match

        needs = [row for row in self.listings if row.side == "need"]
        offers = [row for row in self.listings if row.side == "offer"]
        pairs = {}
        for asked, others in ((needs, offers), (offers, needs)):
            for row in asked:
                for rank, other in enumerate(self.draw.sample(others, NEIGHBOURS), start=1):
                    need, offer = (row, other) if row.side == "need" else (other, row)
                    fact = {"need": need, "offer": offer, "score": 3.0 - rank / 10 + self.draw.random() / 100}
                    known = pairs.setdefault((need.pk, offer.pk), {**fact, "reasons": _reasons(need, offer)})
                    known[f"rank_for_{row.side}"] = rank
        self.counts["matches"] = copy(Match, (Match(network=self.network, **fact) for fact in pairs.values()))

    def index(self) -> None:
        """The search index, by kit.search's own functions; only vectors come from the texts the rows were made of."""
        from bench.indexing import fill

        self.counts["search records"] = fill(self)

    def speak(self) -> None:
        """A representative for each organisation, a coordinator, and sessions of two of them."""
        from django.db.backends.postgresql.psycopg_any import DateRange

        from bench.rows import copy
        from koinon.accounts.models import Person
        from koinon.network.models import Coordination, Mandate

        since = DateRange(date(2020, 1, 1), None, "[)")
        self.people = [
            Person(
                email=f"person{body.number}@bench.example",
                name=f"Representative {body.number}",
                password="!",
                language=body.language if body.language in ("sq", "lt", "mk", "el") else "en",
                acting_for=organisation.pk,
            )
            for body, organisation in zip(self.bodies, self.organisations, strict=True)
        ]
        self.counts["people"] = copy(Person, self.people)
        rows = (
            Mandate(organisation=one, person=person, role="representative", period=since)
            for one, person in zip(self.organisations, self.people, strict=True)
        )
        copy(Mandate, rows)
        runs = Person.objects.create(email="coordinator@bench.example", name="Coordinator", has_second_factor=True)
        Coordination.objects.create(network=self.network, person=runs, period=since)
        self._wait_for_the_measured_one()
        self.session = {"member": _session(self.people[self.measured]), "coordinator": _session(runs)}

    def _wait_for_the_measured_one(self) -> None:
        """Replies, introductions and notices: a desk that somebody left alone for a month."""
        from koinon.accounts.models import Notice
        from koinon.matching.models import Introduction, Reply

        own = [row for row in self.listings if row.organisation_id == self.organisations[self.measured].pk]
        others = self.draw.sample(self.organisations[: self.measured], 12)
        for listing, other in zip(own * 2, others, strict=False):
            Reply.objects.create(
                listing=listing, organisation=other, brings="We have done this.", language=other.language
            )
        for other in others[:3]:
            one = self.organisations[self.measured]
            soon = date.today() + timedelta(days=30)
            Introduction.objects.create(network=self.network, one=other, other=one, state="proposed", closes_on=soon)
        for number in range(30):
            kind = "matching.replied"
            Notice.objects.create(
                person=self.people[self.measured], kind=kind, title=f"A reply ({number})", address="/desk/"
            )

    def live(self) -> None:
        """What comes with the years: ties, answers, applications, reports."""
        living.fill(self, self.memberships)

    def world(self, seconds: float) -> world.World:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        shown = self.draw.sample(self.bodies, SHOWN)
        return world.World(
            size=self.size,
            network="bench",
            slugs=[body.slug for body in shown],
            places=[body.place.id for body in shown],
            seconds=round(seconds, 1),
            rows=self.counts,
            **self.session,
        )


def _reasons(need: Any, offer: Any) -> list[dict[str, Any]]:
    """As the engine writes them."""
    themes = sorted(set(need.themes) & set(offer.themes))
    found = [{"kind": "themes", "values": themes}] if themes else []
    return [*found, {"kind": "meaning", "values": []}, {"kind": "languages", "values": ["en"]}]


def _session(person: Any) -> str:
    """The key of a session in which this person has signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "koinon.accounts.adapter.Backend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.set_expiry(timedelta(days=3650))
    store.save()
    return str(store.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
