"""Fills one database with a school: `python -m bench.schooling NOTE` (see learning.py). Rows by COPY.

A course of 24 pages, a quiz of ten questions and a task; a run with 1,000 learners who are somewhere in it, one whose
learners have the quiz open before them, and 18 small ones; one person teaches all twenty.
"""

import json
import random
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import django

SECTIONS, PAGES, QUESTIONS = 3, 8, 10
COHORT, RUNS, SMALL = 1_000, 20, 30
PLACES = 50
WORDS = "A budget says what a town does with its money, from whom it comes, and who decides. " * 12


@dataclass
class School:
    """What a run needs to know: addresses, sessions, and the learners whose quiz is open (session, attempt)."""

    run: str = ""
    pages: list[str] = field(default_factory=list)
    quiz: str = ""
    learner: str = ""
    facilitator: str = ""
    places: list[int] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    takers: list[list[str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, str]:
        """What a browser sends for the whole quiz: the first choice of each question."""
        return {f"on.{key}": "1" for key in self.questions} | {f"a.{key}": "a" for key in self.questions}


def read(note: Path) -> School:
    return School(**json.loads(note.read_text("utf-8")))


def main(note: Path, takers: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    made = Filling(takers)
    for step in (made.course, made.runs, made.learn, made.take):
        step()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    note.write_text(json.dumps(asdict(made.school)), "utf-8")


class Filling:
    """The school, made step by step."""

    def __init__(self, takers: int) -> None:
        self.draw, self.takers, self.school = random.Random(4), takers, School()
        self.now = datetime.now(UTC)
        self.nodes: list[Any] = []
        self.all_runs: list[Any] = []

    def course(self) -> None:
        """One course, published, with an organisation and places beside it."""
        from koinon.learning.models import Course, Placed, Question, Version
        from koinon.network.models import Network, Organisation, Place

        here = {"country": "GR", "latitude": 41, "longitude": 23, "zone": "Europe/Athens"}
        towns = [(900_000 + each, f"Town {each}") for each in range(PLACES)]
        rows = [Place(id=key, name=name, native=name, keys=name.lower(), **here) for key, name in towns]
        Place.objects.bulk_create(rows)
        self.school.places = [key for key, _name in towns]
        self.network = Network.objects.create(slug="school", names={"en": "School"}, languages=["en"], is_public=True)
        self.owner = Organisation.objects.create(slug="library", names={"en": "Library"}, language="en", country="GR")
        course = Course.objects.create(
            slug="budget", title="Reading a budget", organisation=self.owner, network=self.network, language="en",
            languages=["en"],
        )  # fmt: skip
        self.version = Version.objects.create(
            course=course, number=1, language="en", languages=["en"], texts={"en": {"title": "Reading a budget"}}
        )
        quiz = self._tree()
        asked = [_question(Question, self.owner) for _each in range(QUESTIONS)]
        Placed.objects.bulk_create(Placed(node=quiz, question=each, order=n) for n, each in enumerate(asked, 1))
        self.school.questions, self.school.quiz = [str(each.key) for each in asked], str(quiz.key)
        Version.objects.filter(pk=self.version.pk).update(state="published", published_at=self.now)
        Course.objects.filter(pk=course.pk).update(is_published=True)

    def _tree(self) -> Any:
        from koinon.learning.models import Node, Text

        for _section in range(SECTIONS):
            section = self._node("section")
            self.nodes += [self._node("page", section.key) for _page in range(PAGES)]
        quiz, task = self._node("quiz"), self._node("task")
        self.nodes += [quiz, task]
        self.school.pages = [str(each.key) for each in self.nodes if each.kind == "page"]
        said = [{"id": f"b{n}", "type": "paragraph", "data": {"text": WORDS}} for n in range(6)]
        Text.objects.bulk_create(
            Text(node=each, language="en", said={"title": f"Part {each.order}", "blocks": said})
            for each in Node.objects.filter(version=self.version)
        )
        return quiz

    def _node(self, kind: str, parent: UUID | None = None) -> Any:
        from koinon.learning.models import Node

        order = Node.objects.filter(version=self.version).count() + 1
        return Node.objects.create(version=self.version, kind=kind, key=uuid4(), parent=parent, order=order)

    def runs(self) -> None:
        """Twenty runs, all taught by one person."""
        from koinon.accounts.models import Person
        from koinon.learning.models import Facilitation, Run

        taken = [COHORT, self.takers, *[SMALL] * (RUNS - 2)]
        self.all_runs = [
            Run(course=self.version.course, version=self.version, organisation=self.owner, network=self.network,
                title=f"Run {n}", state="running", languages=["en"], starts_on=date.today() - timedelta(days=20),
                ends_on=date.today() + timedelta(days=40), capacity=5000, taken=number, link_key=f"key-{n}")
            for n, number in enumerate(taken)
        ]  # fmt: skip
        self.count(Run, self.all_runs)
        teacher = Person.objects.create(email="teacher@bench.example", name="Facilitator", password="!", language="en")
        self.count(Facilitation, (Facilitation(run=each, person=teacher, is_lead=True) for each in self.all_runs))
        self.school.run, self.school.facilitator = str(self.all_runs[0].pk), _session(teacher)

    def learn(self) -> None:
        """The cohort and the small runs: people, enrolments, where each stands at each part."""
        from koinon.accounts.models import Person
        from koinon.learning.models import Enrolment, Outcome

        people = self._people("learner", COHORT)
        self.count(Person, people)
        rows = [self._enrolment(self.all_runs[0], person) for person in people]
        for run in self.all_runs[2:]:
            rows += [self._enrolment(run, person) for person in self.draw.sample(people[1:], SMALL - 1)]
        rows += [self._enrolment(run, people[0]) for run in self.all_runs[2:4]]
        self.count(Enrolment, rows)
        self.count(Outcome, (outcome for row in rows[:COHORT] for outcome in self._outcomes(Outcome, row)))
        self.school.learner = _session(people[0])

    def take(self) -> None:
        """Learners with the quiz open before them, each with a session of their own."""
        from django.contrib.sessions.models import Session

        from koinon.accounts.models import Person
        from koinon.learning.models import Attempt, Enrolment

        people = self._people("taker", self.takers)
        self.count(Person, people)
        rows = [self._enrolment(self.all_runs[1], person) for person in people]
        self.count(Enrolment, rows)
        self._begin(rows)
        tries = [
            Attempt(enrolment=row, node=UUID(self.school.quiz), number=1, language="en", seed=f"{n:016}")
            for n, row in enumerate(rows)
        ]
        self.count(Attempt, tries)
        sessions = [_session_row(person) for person in people]
        self.count(Session, sessions)
        self.school.takers = [[one.session_key, str(row.pk)] for one, row in zip(sessions, tries, strict=True)]

    def count(self, model: Any, rows: Iterable[Any]) -> None:
        from bench.rows import copy

        name = str(model._meta.verbose_name_plural)
        self.school.rows[name] = self.school.rows.get(name, 0) + copy(model, rows)

    def _people(self, kind: str, number: int) -> list[Any]:
        from koinon.accounts.models import Person

        return [
            Person(email=f"{kind}{n}@bench.example", name=f"{kind.title()} {n}", password="!", language="en")
            for n in range(number)
        ]

    def _enrolment(self, run: Any, person: Any) -> Any:
        from koinon.learning.models import Enrolment

        seen = self.now - timedelta(hours=self.draw.randrange(400))
        done = self.draw.randrange(len(self.nodes))
        facts = {"seen_at": seen, "done": done, "total": len(self.nodes)}
        return Enrolment(run=run, person=person, language="en", how="link", **facts)

    def _begin(self, rows: list[Any]) -> None:
        """Where somebody stands who has done nothing yet, as enrolling writes it: computed once, then copied."""
        from django.db import connection

        from koinon.learning.actions import progress

        progress.recompute(rows[0])
        with connection.cursor() as cursor:
            cursor.execute(
                'INSERT INTO learning_outcome (id, enrolment_id, node, state, share, why, "values", at) '
                'SELECT gen_random_uuid(), e.id, o.node, o.state, o.share, o.why, o."values", o.at '
                "FROM learning_enrolment e CROSS JOIN learning_outcome o "
                "WHERE e.run_id = %s AND e.id <> %s AND o.enrolment_id = %s",
                [rows[0].run_id, rows[0].pk, rows[0].pk],
            )
            self.school.rows["outcomes"] += cursor.rowcount

    def _outcomes(self, model: Any, row: Any) -> Iterable[Any]:
        yield model(enrolment=row, node=None, state="under_way")
        for n, node in enumerate(self.nodes):
            is_done = n < row.done
            why = "viewed" if is_done else ""
            yield model(enrolment=row, node=node.key, state="done" if is_done else "not_started", why=why)


def _question(model: Any, owner: Any) -> Any:
    form = {"points": 1, "shuffles": True, "parts": [{"key": key, "credit": float(key == "a")} for key in "abcd"]}
    said = {"stem": "Who decides on a budget?", **{f"{key}.text": f"Answer {key}" for key in "abcd"}}
    return model.objects.create(
        organisation=owner, key=uuid4(), kind="single", language="en", form=form, texts={"en": said}, is_used=True
    )


def _session_row(person: Any) -> Any:
    """A session in which this person has signed in, as a row to be copied."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session

    from koinon.kit.sessions import SessionStore

    said = {
        SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: "koinon.accounts.adapter.Backend",
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }  # fmt: skip
    until = datetime.now(UTC) + timedelta(days=300)
    return Session(session_key=uuid4().hex, session_data=SessionStore().encode(said), expire_date=until)


def _session(person: Any) -> str:
    row = _session_row(person)
    row.save(force_insert=True)
    return str(row.session_key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
