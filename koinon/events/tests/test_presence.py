"""Presence follows from scans by one function; an organiser decides where they do not say enough."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.events.actions import presence
from koinon.events.engine import presence as engine
from koinon.events.models import Presence, Registration, Scan
from koinon.events.queries import presence as questions
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db
LENGTH = 8 * 60


@pytest.fixture
def session(gathering):
    return gathering.sessions.get()


def scans(session, registration, *rows, source="door", device=""):
    """(minute of the session, way)"""
    for minute, way in rows:
        at = session.starts_at + timedelta(minutes=minute)
        factories.scan(
            session=session, registration=registration, way=way, at=at, source=source, device=device, id=uuid4()
        )


def counted(session, registration):
    presence.count(session.event_id)
    row = Presence.objects.filter(session=session, registration=registration).first()
    return (row.minutes, row.is_open) if row else None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(0, "in"), (60, "out")], (60, False)),
        ([(-30, "in"), (60, "out")], (60, False)),
        ([(0, "in"), (9999, "out")], (LENGTH, False)),
        ([(0, "in"), (60, "out"), (90, "in"), (120, "out")], (90, False)),
        ([(0, "in")], (0, True)),
        ([(60, "out")], (0, True)),
        ([(0, "in"), (60, "out"), (90, "in")], (60, True)),
        ([(0, "in"), (0.5, "in"), (60, "out"), (60.5, "out")], (60, False)),
        ([(0, "in"), (30, "in"), (60, "out")], (30, True)),
        ([(0, "in"), (30, "out"), (60, "out")], (30, True)),
        ([(LENGTH + 5, "in")], (0, False)),
        ([(-60, "in"), (-30, "out")], (0, False)),
        ([(0, "in"), (0.75, "out")], (0, False)),
    ],
)
def test_a_stay_is_a_check_in_with_its_check_out(session, registration, rows, expected):
    scans(session, registration, *rows)
    assert counted(session, registration) == expected


def test_stays_of_door_and_call_are_one_union(session, registration):
    scans(session, registration, (0, "in"), (60, "out"))
    scans(session, registration, (30, "in"), (90, "out"), source="online", device="a")
    scans(session, registration, (80, "in"), (100, "out"), source="online", device="b")
    assert counted(session, registration) == (100, False)


def test_who_was_never_scanned_has_no_presence(session, registration):
    assert counted(session, registration) is None


def test_counting_again_changes_nothing_and_what_was_said_stays(session, registration, acting, mara):
    scans(session, registration, (0, "in"))
    counted(session, registration)
    presence.say(by=acting(mara), session=session, registration=registration, minutes=200, why="Seen by the host")
    assert presence.count(session.event_id) == 0
    row = Presence.objects.get()
    assert (row.minutes, row.counted, row.is_open) == (0, 200, True)


def test_one_registration_alone_can_be_counted(session, registration):
    other = factories.registration(event=session.event)
    for each in (registration, other):
        scans(session, each, (0, "in"), (30, "out"))
    presence.count(session.event_id, other.pk)
    assert list(Presence.objects.values_list("registration", flat=True)) == [other.pk]


minute = st.integers(min_value=-120, max_value=LENGTH + 120)
log = st.lists(st.tuples(minute, st.sampled_from(["in", "out"])), max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=log, seed=st.randoms(use_true_random=False))
def test_presence_is_bounded_and_does_not_depend_on_the_order_in_which_scans_arrive(session, registration, rows, seed):
    found = []
    for _turn in range(2):
        Scan.objects.all().delete()
        Presence.objects.all().delete()
        scans(session, registration, *rows)
        found.append(counted(session, registration))
        counted(session, registration)
        seed.shuffle(rows)
    assert len({(row or ())[:1] for row in found}) == 1 or len({at for at, _ in rows}) < len(rows)
    assert all(row is None or 0 <= row[0] <= LENGTH for row in found)


@pytest.mark.parametrize(("minutes", "why"), [(-1, "x"), (LENGTH + 1, "x"), (10, " ")])
def test_what_is_said_fits_the_session_and_has_a_reason(session, registration, acting, mara, minutes, why):
    with pytest.raises(ValidationError):
        presence.say(by=acting(mara), session=session, registration=registration, minutes=minutes, why=why)


def test_who_may_say_and_what_is_left(session, registration, acting, anna, petrit, luka, rival):
    facts = {"session": session, "registration": registration, "minutes": 30, "why": "Came late"}
    for each in (petrit, luka, rival):
        with pytest.raises(Refused, match="Only those who organise"):
            presence.say(by=acting(each), **facts)
    row = presence.say(by=acting(anna), **facts)
    assert (row.said_by, row.said_why, row.counted) == (anna, "Came late", 30)
    assert Statement.objects.filter(verb="events.presence_said").count() == 1
    presence.unsay(by=acting(anna), session=session, registration=registration)
    assert Presence.objects.get().counted == 0
    with pytest.raises(ValidationError):
        presence.unsay(by=acting(anna), session=session, registration=registration)


def test_somebody_of_another_event_has_no_presence_here(session, acting, mara):
    with pytest.raises(ValidationError, match="not registered"):
        presence.say(
            by=acting(mara), session=session, registration=factories.registration(), minutes=5, why="A mistake"
        )


def test_missing_check_outs_are_decided_for_everybody_at_once(session, acting, mara):
    stayed, left, without = (factories.registration(event=session.event) for _ in range(3))
    scans(session, stayed, (0, "in"), (60, "out"), (120, "in"))
    scans(session, left, (0, "in"), (60, "out"))
    scans(session, without, (60, "out"))
    presence.count(session.event_id)
    _session, number = presence.decide(by=acting(mara), session=session, way="end", why="The scanner broke")
    said = dict(Presence.objects.values_list("registration", "said_minutes"))
    assert (number, said) == (1, {stayed.pk: 60 + LENGTH - 120, left.pk: None, without.pk: None})
    assert presence.decide(by=acting(mara), session=session, way="certain", why="Nobody saw them")[1] == 1


def test_without_scans_the_organiser_says_that_all_were_there(session, registration, acting, mara):
    other = factories.registration(event=session.event, state="withdrawn")
    assert presence.all_there(by=acting(mara), session=session, why="We counted heads")[1] == 1
    assert Presence.objects.get(registration=registration).counted == LENGTH
    assert not Presence.objects.filter(registration=other).exists()


def test_the_end_says_who_attended_and_late_scans_say_it_again(session, registration):
    other = factories.registration(event=session.event)
    event = _over(session.event)
    by = machine("attendance")
    assert presence.settle(by=by, event=event)[1:] == (0, 0), "nobody was scanned: nothing is said about anybody"
    scans(session, registration, (0, "in"), (30, "out"))
    presence.count(event.pk)
    assert presence.settle(by=by, event=event)[1:] == (1, 1)
    assert _states(registration, other) == ["attended", "missed"]
    scans(session, other, (0, "in"))
    presence.count(event.pk)
    assert presence.settle(by=by, event=event)[1:] == (1, 0)
    assert _states(registration, other) == ["attended", "attended"]
    assert presence.settle(by=by, event=event)[1:] == (0, 0)


def _over(event):
    type(event).objects.filter(pk=event.pk).update(state="over", report_due_on=event.ends_at.date())
    event.refresh_from_db()
    return event


def _states(*rows):
    return [Registration.objects.get(pk=row.pk).state for row in rows]


part = st.builds(
    engine.Part, length=st.integers(1, 600), minutes=st.integers(0, 900), is_open=st.booleans(),
    is_mandatory=st.booleans(), name=st.just("Opening"),
)  # fmt: skip


@given(parts=st.lists(part, max_size=6), percent=st.integers(1, 100))
def test_the_rule_is_consistent(parts, percent):
    verdict = engine.judge(parts, percent)
    assert 0 <= verdict.minutes <= verdict.required
    assert questions.said(verdict)
    if verdict.is_earned:
        assert verdict.minutes * 100 >= verdict.required * percent
        assert all(part.counted for part in parts if part.is_mandatory)
    if verdict.state in ("short", "absent"):
        best = [engine.Part(each.length, each.length if each.is_open else each.minutes) for each in parts]
        enough = sum(each.counted for each in best) * 100 >= verdict.required * percent
        assert not enough or verdict.missed


def test_a_mandatory_session_that_was_missed_is_named():
    opening = engine.Part(60, 0, is_mandatory=True, name="Opening")
    verdict = engine.judge([opening, engine.Part(540, 540)], 80)
    assert verdict.state == "short"
    assert "Opening" in questions.said(verdict)


def test_a_workshop_counts_for_those_who_chose_it(gathering, registration):
    quota = factories.eventquota(event=gathering, rule="chosen", places=5)
    factories.eventsession(event=gathering, quota=quota)
    other = factories.registration(event=gathering)
    other.chosen.add(quota)
    found = questions.verdicts(gathering, [registration.pk, other.pk])
    assert found[other.pk].required == found[registration.pk].required + 60


def test_verdicts_ask_as_many_questions_for_three_as_for_one(gathering, registration, django_assert_num_queries):
    people = [registration.pk, factories.registration(event=gathering).pk, factories.registration(event=gathering).pk]
    for some in (people[:1], people):
        with django_assert_num_queries(3):
            questions.verdicts(gathering, some)
