"""The demo's courses and cohorts load through the verbs, quickly, and once."""

from datetime import date

import pytest
from django.utils import timezone

from koinon.accounts.models import Notice, Person
from koinon.accounts.queries import actor_of
from koinon.kit.verbs import machine
from koinon.learning.clock.imports import read_file
from koinon.learning.demo import files, loader
from koinon.learning.demo import people as demo_people
from koinon.learning.engine import reading
from koinon.learning.models import (
    Announcement,
    Attempt,
    Attendance,
    Award,
    BadgeEndorsement,
    Course,
    CourseImport,
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
from koinon.learning.queries.documents import document_of
from tests import factories

pytestmark = pytest.mark.django_db
COUNTED = (
    Course, CourseImport, Version, Question, Run, Session, Enrolment, Attempt, Attendance, Evidence, Happening, Outcome,
    Post, Award, Announcement, Person,
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
    return list(loader.load(by=machine("demo")))


def counts():
    return [model.objects.count() for model in COUNTED]


def test_the_second_time_nothing_changes(demo):
    assert len(demo) == 4
    before = counts()
    assert list(loader.load(by=machine("demo"))) == []
    assert counts() == before


def a_course_from_elsewhere_tells_what_it_lost():
    sent = CourseImport.objects.get()
    read_file.func(work_id=str(sent.work_id))
    sent.refresh_from_db()
    assert (sent.state, sent.format, sent.organisation.slug) == ("read", "cartridge", "municipality-of-serres")
    assert {item["fate"] for item in sent.report["items"]} > {"kept"}


def nobody_gets_a_letter():
    assert not Notice.objects.exists()
    assert not Person.objects.filter(is_demo=False).exists()


def outcomes(person, course="reading-a-city-budget"):
    rows = Outcome.objects.filter(enrolment__person__name=person, enrolment__run__course__slug=course)
    names = {files.key(course, row["name"]): row["name"] for row in files.told(course).skeleton["node"]}
    return {names.get(str(row.node), ""): row.why for row in rows}


def learners_are_at_several_states():
    assert sorted(Run.objects.values_list("state", "taken")) == [("ended", 4), ("open", 3), ("running", 12)]
    finished = outcomes("School secretary")
    assert finished["figures"] == "accepted"
    assert finished["evening"] == "attended"
    assert Enrolment.objects.get(person__name="School secretary").state == "finished"
    assert outcomes("Primary school teacher")["figures"] == "handed_in"
    mine = outcomes("Museum guide")
    assert mine["figures"] == "returned"
    assert mine["quiz"] == "score_low"
    assert Attempt.objects.filter(state="open").count() == 1
    assert Enrolment.objects.get(person__name="Parent of two children", run__state="running").needs_help
    assert Enrolment.objects.filter(state="asked").count() == 1
    assert Enrolment.objects.filter(how="card").count() == 1
    tired = outcomes("Member of a residents' association")
    assert tired["quiz"] == "score_low"
    assert Attempt.objects.filter(enrolment__person__name="Member of a residents' association").count() == 3


def what_was_done_was_done_on_its_day():
    running = Run.objects.get(state="running")
    days = [(timezone.now() - row.at).days for row in Happening.objects.filter(enrolment__run=running)]
    assert min(days) < 2
    assert max(days) >= 15
    waiting = Evidence.objects.filter(state="handed_in").order_by("due_on")
    assert [(row.due_on - date.today()).days for row in waiting] == [1, 4]
    away = Enrolment.objects.get(run=running, person__name="Parent of two children")
    assert (timezone.now() - away.seen_at).days >= 12


def badges_were_given_to_those_who_finished():
    rows = Award.objects.order_by("person__name", "achievement")
    ended = [row.person.name for row in rows if row.run.state == "ended"]
    assert ended == ["Community host of a hub", "Manager of a digital hub", "Museum guide"]
    assert [row.person.name for row in rows if row.run.state == "running"] == ["School secretary"]
    assert all(row.signed and row.is_demo for row in rows)


def what_goes_on():
    drafts = {row.course.slug: row for row in Version.objects.exclude(state="published").select_related("course")}
    assert {slug: row.state for slug, row in drafts.items()} == {
        "reading-a-city-budget": "draft", "networking-for-hubs": "review",
    }  # fmt: skip
    assert drafts["reading-a-city-budget"].changelog
    stale = [
        (each.language, each.values["names"])
        for each in reading.check(document_of(drafts["reading-a-city-budget"]), files.LANGUAGES)
    ]
    assert stale == [(language, ["compare-1", "compare-5"]) for language in ("en", "sq", "lt", "mk")]
    assert reading.check(document_of(drafts["networking-for-hubs"]), files.LANGUAGES) == []
    published = Version.objects.get(course__slug="networking-for-hubs", state="published")
    assert [each.code for each in reading.check(document_of(published), files.LANGUAGES)] == ["stale"]
    assert BadgeEndorsement.objects.get().organisation.slug == "municipality-of-serres"


def one_click_makes_a_visitor_learner_or_facilitator():
    (group,) = demo_people.groups()
    assert [(row.name, row.role) for row in group.people] == [
        ("Museum guide", "Learner"), ("Facilitator of the budget course", "Facilitator"),
    ]  # fmt: skip
    learner, facilitator = (actor_of(person=Person.objects.get(pk=row.person)) for row in group.people)
    run = Run.objects.get(state="running")
    assert run in Run.objects.visible_to(learner)
    assert run not in Run.objects.taught_by(learner)
    assert run in Run.objects.taught_by(facilitator)


def people_speak_in_the_order_of_their_days():
    posts = list(Post.objects.filter(run__state="running").order_by("pk"))
    assert [row.at for row in posts] == sorted(row.at for row in posts)
    assert posts[0].person.name == "Facilitator of the budget course"
    assert posts[-1].answers.person.name == "School secretary"


def test_what_a_visitor_of_the_demo_finds(demo):
    """One test, since loading takes seconds."""
    nobody_gets_a_letter()
    a_course_from_elsewhere_tells_what_it_lost()
    learners_are_at_several_states()
    what_was_done_was_done_on_its_day()
    badges_were_given_to_those_who_finished()
    what_goes_on()
    one_click_makes_a_visitor_learner_or_facilitator()
    people_speak_in_the_order_of_their_days()


def test_without_the_network_nothing_is_written():
    assert list(loader.load(by=machine("demo"))) == ["Asked 17 people to learn and to teach."]
    assert not Course.objects.exists()
