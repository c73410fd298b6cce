"""What time and chance do to the cascade: the clock, two clicks at the same instant, people who leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.accounts import actions as accounts
from koinon.kit.models import Statement
from koinon.kit.verbs import machine
from koinon.programmes.actions import counting, deliveries, grants, participants, qualifying
from koinon.programmes.clock import programmes as clock
from koinon.programmes.engine.suppression import hidden
from koinon.programmes.lends import programmes as lends
from koinon.programmes.models import CascadeGrant, Delivery, Participant, Qualification
from tests import factories
from tests.people import told

TODAY = date.today()


def ready(programme, person, **facts):
    """Everything is there: no course is asked for, one session was observed."""
    type(programme).objects.filter(pk=programme.pk).update(course=None)
    programme.refresh_from_db()
    way = factories.qualification(programme=programme, person=person, **facts)
    factories.practice(qualification=way)
    return qualifying.look(by=machine("test"), qualification=way)


def at_once(*acts):
    """Do all of them at the same instant; how many went well."""

    def tried(act):
        try:
            act()
            return True
        except (ValidationError, IntegrityError):
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return sum(crowd.map(tried, acts, timeout=60))


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_are_one(programme, delivery, luka):
    way = ready(programme, luka, came_from=delivery)
    act = lambda: grants.give(by=machine("test"), qualification=Qualification.objects.get(pk=way.pk))  # noqa: E731
    assert at_once(act, act, act, act) == 1
    assert CascadeGrant.objects.filter(person=luka).count() == 1
    delivery.refresh_from_db()
    assert delivery.number_became == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_database_still_gives_one(programme, luka):
    """The race is real: two rows are written at once, and the constraint lets one of them stay."""
    made = lambda: factories.cascadegrant(programme=programme, person=luka)  # noqa: E731
    assert at_once(made, made, made) == 1


@pytest.mark.django_db(transaction=True)
def test_people_who_join_at_once_are_all_counted(delivery):
    key, by = delivery.join_key, machine("test")
    acts = [
        lambda name=f"Person {n}": participants.join(by=by, delivery=delivery, key=key, name=name) for n in range(8)
    ]
    assert at_once(*acts) == 8
    delivery.refresh_from_db()
    assert delivery.number_reached == 8


@pytest.mark.django_db(transaction=True)
def test_verified_and_sent_back_at_once_is_one_of_them(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(state="reported", due_on=TODAY)
    by = machine("test")
    row = lambda: Delivery.objects.get(pk=delivery.pk)  # noqa: E731
    went = at_once(
        lambda: deliveries.verify(by=by, delivery=row()),
        lambda: deliveries.hand_back(by=by, delivery=row(), why="How many?"),
    )
    delivery.refresh_from_db()
    assert delivery.state in ("verified", "returned")
    assert went in (1, 2)
    assert went == 1 or delivery.state == "returned"


@pytest.mark.django_db(transaction=True)
def test_a_delivery_opened_while_the_grant_is_withdrawn_does_not_go_on_unseen(grant, fatmir, acting):
    """Either it was there and is called off, or it was refused: never a delivery that nobody may give."""
    by, facts = acting(fatmir), {"title": "Evening", "starts_on": TODAY, "ends_on": TODAY, "language": "en"}
    at_once(
        lambda: grants.withdraw(by=machine("test"), grant=CascadeGrant.objects.get(pk=grant.pk), why="Because"),
        lambda: _opened(by, grant, facts),
    )
    assert CascadeGrant.objects.get(pk=grant.pk).state == "withdrawn"
    assert not Delivery.objects.filter(grant=grant, state__in=["planned", "running"]).exists()


def _opened(by, grant, facts):
    from koinon.kit.verbs import Refused

    try:
        deliveries.open_delivery(by=by, grant=grant, **facts)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


@pytest.mark.django_db
def test_the_clock_turns_what_is_due(grant, delivery, programme, luka):
    Delivery.objects.filter(pk=delivery.pk).update(state="planned")
    late = factories.cascadegrant(programme=programme, since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
    way = factories.qualification(programme=programme, person=luka)
    factories.practice(qualification=way)
    type(programme).objects.filter(pk=programme.pk).update(course=None)
    clock.turn(timestamp=0)
    for row in (delivery, late, way):
        row.refresh_from_db()
    assert (delivery.state, late.state, way.state) == ("running", "expired", "ready")
    before = Statement.objects.count()
    clock.turn(timestamp=0)
    assert Statement.objects.count() == before


@pytest.mark.django_db
def test_the_clock_reminds_60_and_14_days_before_once_each(grant, fatmir, mara):
    for days, more in ((61, 0), (60, 1), (30, 1), (14, 2), (2, 2)):
        CascadeGrant.objects.filter(pk=grant.pk).update(until=TODAY + timedelta(days=days), nudged_on=TODAY)
        clock.remind(timestamp=0)
        clock.remind(timestamp=0)
        assert len([title for title in told(fatmir) if "ends soon" in title]) == more


@pytest.mark.django_db
def test_a_quiet_facilitator_is_nudged_once_in_a_while(grant, fatmir):
    CascadeGrant.objects.filter(pk=grant.pk).update(since=TODAY - timedelta(days=90))
    clock.remind(timestamp=0)
    clock.remind(timestamp=0)
    assert len([title for title in told(fatmir) if "deliver next" in title]) == 1


@pytest.mark.django_db
def test_who_delivers_is_not_nudged(grant, delivery, fatmir):
    CascadeGrant.objects.filter(pk=grant.pk).update(since=TODAY - timedelta(days=90))
    clock.remind(timestamp=0)
    assert not [title for title in told(fatmir) if "deliver next" in title]


@pytest.mark.django_db
def test_reports_that_are_due_are_told_once_to_whose_turn_it_is(delivery, fatmir, mara):
    over = TODAY - timedelta(days=5)
    Delivery.objects.filter(pk=delivery.pk).update(starts_on=over, ends_on=over)
    clock.remind(timestamp=0)
    clock.remind(timestamp=0)
    assert len([title for title in told(fatmir) if "report is due" in title]) == 1
    Delivery.objects.filter(pk=delivery.pk).update(state="reported", due_on=TODAY, nudged_on=None)
    clock.remind(timestamp=0)
    assert len([title for title in told(mara) if "A report to verify" in title]) == 1


@pytest.mark.django_db
def test_the_course_finished_is_found_at_once(programme, luka):
    type(programme).objects.filter(pk=programme.pk).update(practice_needed=0, evidence_needed=0)
    way = factories.qualification(programme=programme, person=luka)
    version = factories.version(course=programme.course, state="published")
    enrolment = factories.enrolment(run=factories.run(version=version), person=luka, state="finished")
    lends.looked_at(enrolment)
    way.refresh_from_db()
    assert way.state == "ready"


@pytest.mark.django_db
def test_who_is_forgotten_leaves_counts_and_no_name(grant, fatmir, delivery, luka, next_grant, next_delivery, acting):
    factories.participant(delivery=next_delivery, name="By address", email=luka.email)
    counting.recount(next_delivery)
    accounts.forget(by=acting(luka), person=luka)
    assert not Participant.objects.filter(name__in=["Luka", "By address"]).exists()
    next_grant.refresh_from_db()
    next_delivery.refresh_from_db()
    delivery.refresh_from_db()
    assert (next_grant.person, next_grant.state, next_delivery.state) == (None, "withdrawn", "cancelled")
    assert delivery.number_reached == delivery.participants.count() == 1


@pytest.mark.django_db
def test_all_that_is_mine_comes_with_me(luka, delivery, next_grant, next_delivery):
    data = lends.data(luka)
    assert data["deliveries_taken_part_in"][0]["title"] == delivery.title
    assert data["deliveries_given"][0]["id"] == next_delivery.pk
    assert data["grants_to_deliver"]


@pytest.mark.django_db
def test_what_i_give_and_supervise_stands_in_my_calendar(acting, fatmir, supervisor, delivery, stranger):
    factories.observation(delivery=delivery, on=TODAY)
    assert [entry.title for entry in lends.dates(acting(fatmir))] == [delivery.title]
    assert len(lends.dates(acting(supervisor))) == 2
    assert lends.dates(acting(stranger)) == []


@pytest.mark.django_db
def test_a_former_representative_runs_nothing_any_more(mara, programme, enter):
    from django.urls import reverse

    client = enter(mara)
    assert client.get(reverse("programmes:people", args=[programme.slug])).status_code == 200
    mara.mandates.all().delete()
    assert client.get(reverse("programmes:people", args=[programme.slug])).status_code == 404


@pytest.mark.django_db
def test_a_former_supervisor_sees_no_names_any_more(delivery, supervisor, luka, enter, acting, mara):
    from django.urls import reverse

    client, listed = enter(supervisor), reverse("programmes:participants", args=[delivery.pk])
    assert client.get(listed).status_code == 200
    CascadeGrant.objects.filter(person=supervisor).update(state="withdrawn")
    assert client.get(listed).status_code == 404
    Delivery.objects.filter(pk=delivery.pk).update(supervisor=mara)
    client = enter(mara)
    assert client.get(listed).status_code == 200
    mara.mandates.all().delete()
    assert client.get(listed).status_code == 404


@pytest.mark.django_db
def test_a_withdrawn_facilitator_supervises_and_helps_no_more(grant, fatmir, programme, acting, mara):
    other = factories.delivery(programme=programme, supervisor=fatmir, state="verified")
    helped = factories.delivery(programme=programme, state="verified")
    helped.helpers.add(fatmir)
    grants.withdraw(by=acting(mara), grant=grant, why="Because")
    for row in (other, helped):
        assert not Delivery.objects.visible_to(acting(fatmir)).filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_a_grant_withdrawn_after_the_rule_was_asked_opens_nothing(grant, fatmir, acting, monkeypatch):
    """The rule was asked before the grant was withdrawn: the row is read again under its lock."""
    CascadeGrant.objects.filter(pk=grant.pk).update(state="withdrawn")
    facts = {"title": "Evening", "starts_on": TODAY, "ends_on": TODAY, "language": "en"}
    with pytest.raises(ValidationError, match="does not hold"):
        deliveries.open_delivery(by=machine("late"), grant=grant, **facts)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
@settings(max_examples=200)
def test_no_hidden_cell_can_be_found_by_subtraction(numbers):
    """Beside a total of five and more, what is left after the shown cells never tells one cell of a few."""
    left_out = hidden(numbers)
    assert all(numbers[place] == 0 or numbers[place] >= 5 for place in range(len(numbers)) if place not in left_out)
    if left_out and sum(numbers) >= 5:
        assert sum(numbers[place] for place in left_out) >= 5
