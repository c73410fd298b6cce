"""The demo's courses and cohorts load through the verbs, quickly, and once."""

import time

import pytest

from koinon.accounts.models import Notice, Person
from koinon.accounts.queries import actor_of
from koinon.kit.verbs import machine
from koinon.learning.demo import files, loader
from koinon.learning.demo import people as demo_people
from koinon.learning.models import (
    Announcement,
    Attempt,
    Attendance,
    Award,
    Course,
    Enrolment,
    Evidence,
    Happening,
    Outcome,
    Post,
    Question,
    Run,
    Session,
    Version,
)
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = (
    Course, Version, Question, Run, Session, Enrolment, Attempt, Attendance, Evidence, Happening, Outcome, Post, Award,
    Announcement, Person,
)  # fmt: skip


@pytest.fixture
def houses():
    """The networks and organisations of the courses and runs, as the network's own loader would have left them."""
    courses = [files.told(slug).skeleton for slug in files.SLUGS]
    places = {(row["network"], row["organisation"]) for row in [*courses, *demo_people.told()["run"]]}
    networks = {slug: factories.network(slug=slug, is_demo=True) for slug in sorted({slug for slug, _ in places})}
    found = {slug: factories.organisation(slug=slug, is_demo=True) for slug in sorted({slug for _, slug in places})}
    for network, house in sorted(places):
        factories.membership(network=networks[network], organisation=found[house])
    for email in ("coordinator.learning-cities@demo.koinon.example", "reviewer@demo.koinon.example"):
        factories.person(email=email, is_demo=True)
    factories.representative(found["municipality-of-serres"], is_demo=True)
    return found


@pytest.fixture
def demo(houses):
    start = time.process_time()
    said = list(loader.load(by=machine("demo")))
    return said, time.process_time() - start


def counts():
    return [model.objects.count() for model in COUNTED]


def test_the_second_time_nothing_changes_and_the_first_is_quick(demo):
    said, seconds = demo
    assert len(said) == 3
    assert seconds < 6
    before = counts()
    assert list(loader.load(by=machine("demo"))) == []
    assert counts() == before


def test_nobody_gets_a_letter(demo):
    assert not Notice.objects.exists()
    assert not Person.objects.filter(is_demo=False).exists()


def test_without_the_network_nothing_is_written():
    assert list(loader.load(by=machine("demo"))) == ["Asked 17 people to learn and to teach."]
    assert not Course.objects.exists()
