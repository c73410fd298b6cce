"""The cascade: on the way, ready, granted, delivered, reported, verified; who may, who may not, what it leaves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.programmes.actions import counting, deliveries, grants, participants, qualifying
from koinon.programmes.models import CascadeGrant, Delivery, Participant
from koinon.programmes.queries.standing import standing
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


def observed(by, way, **facts):
    said = {"on": date.today(), "where": "Library", "sheet": {"aim": 4}, "words": "Well led.", "counts": True}
    return qualifying.observe(by=by, qualification=way, **{**said, **facts})


def finished(person, programme, evidence=1):
    version = factories.version(course=programme.course, state="published")
    enrolment = factories.enrolment(run=factories.run(version=version), person=person, state="finished")
    for _each in range(evidence):
        factories.evidence(enrolment=enrolment, state="accepted", due_on=None)


@pytest.fixture
def way(acting, mara, programme, luka):
    return qualifying.put_on_way(by=acting(mara), programme=programme, person=luka)


def test_the_whole_way(acting, mara, programme, delivery, luka, way):
    assert way.came_from == delivery
    assert "Finish the course" in standing(way).sentence
    finished(luka, programme)
    observed(acting(mara), way)
    way.refresh_from_db()
    assert way.state == "ready"
    assert way.due_on
    assert any("all that is asked for" in title for title in told(luka))
    grant = grants.give(by=acting(mara), qualification=way)
    assert (grant.generation, grant.parent) == (2, delivery)
    delivery.refresh_from_db()
    assert delivery.number_became == 1
    made = deliveries.open_delivery(
        by=acting(luka), grant=grant, title="In our street", starts_on=date.today(), ends_on=date.today(), language="sq"
    )
    assert (made.generation, made.parent, made.path) == (2, delivery, [delivery.pk])
    assert Statement.objects.filter(verb="programmes.granted", network=programme.network_id).exists()


def test_what_is_missing_is_one_sentence_for_both_readers(way):
    said = standing(way).sentence
    assert "Finish the course" in said
    assert "practice task" in said
    assert "observes" in said


def test_practice_that_does_not_count_does_not_count(acting, mara, programme, luka, way):
    finished(luka, programme)
    observed(acting(mara), way, counts=False)
    way.refresh_from_db()
    assert way.state == "open"


def test_evidence_of_another_course_does_not_count(acting, mara, programme, luka, way):
    finished(luka, programme, evidence=0)
    factories.evidence(enrolment=factories.enrolment(person=luka), state="accepted", due_on=None)
    observed(acting(mara), way)
    way.refresh_from_db()
    assert way.state == "open"


def test_nobody_grants_to_themselves_or_from_elsewhere(acting, mara, programme, rival, fatmir, stranger, way):
    own = qualifying.put_on_way(by=acting(mara), programme=programme, person=mara)
    with pytest.raises(Refused):
        grants.give(by=acting(mara), qualification=own)
    for other in (rival, fatmir, stranger):
        with pytest.raises(Refused):
            grants.give(by=acting(other), qualification=way)
    with pytest.raises(Refused):
        qualifying.put_on_way(by=acting(stranger), programme=programme, person=fatmir)
    with pytest.raises(Refused):
        observed(acting(stranger), way)
    with pytest.raises(Refused):
        observed(acting(mara), own)


def test_a_grant_needs_all_that_is_asked_for(acting, mara, way):
    with pytest.raises(ValidationError, match="missing"):
        grants.give(by=acting(mara), qualification=way)


def test_what_was_taken_back_meanwhile_stops_the_grant(acting, mara, programme, luka, way):
    """Ready yesterday is not ready today: evidence is looked at again when the grant is given."""
    finished(luka, programme)
    observed(acting(mara), way)
    way.refresh_from_db()
    way.practices.update(counts=False)
    with pytest.raises(ValidationError, match="missing"):
        grants.give(by=acting(mara), qualification=way)


def test_a_facilitator_does_not_come_from_their_own_line(acting, mara, programme, grant, fatmir, next_delivery):
    factories.participant(delivery=next_delivery, person=fatmir, has_finished=True)
    CascadeGrant.objects.filter(pk=grant.pk).update(state="withdrawn")
    with pytest.raises(ValidationError, match="delivered themselves"):
        qualifying.put_on_way(by=acting(mara), programme=programme, person=fatmir)


def test_a_child_does_not_become_a_facilitator(acting, mara, programme, delivery):
    child = factories.person()
    factories.participant(delivery=delivery, person=child, age="u18", has_finished=True)
    way = qualifying.put_on_way(by=acting(mara), programme=programme, person=child)
    assert way.came_from is None
    with pytest.raises(ValidationError, match="grown-ups"):
        qualifying.check_line(programme, child, delivery)


def test_the_cascade_ends_at_the_last_generation(acting, mara, programme, delivery, luka):
    type(programme).objects.filter(pk=programme.pk).update(most_generations=1)
    programme.refresh_from_db()
    with pytest.raises(ValidationError, match="at most 1"):
        qualifying.put_on_way(by=acting(mara), programme=programme, person=luka)


def test_only_a_grant_in_force_opens_a_delivery(acting, grant, fatmir, luka, mara):
    facts = {"title": "Evening", "starts_on": date.today(), "ends_on": date.today(), "language": "en"}
    for other in (luka, mara):
        with pytest.raises(Refused):
            deliveries.open_delivery(by=acting(other), grant=grant, **facts)
    CascadeGrant.objects.filter(pk=grant.pk).update(since="2020-01-01", until="2020-12-31")
    with pytest.raises(Refused):
        deliveries.open_delivery(by=acting(fatmir), grant=grant, **facts)


def test_a_grant_withdrawn_hands_on_or_calls_off(acting, mara, grant, fatmir, delivery, programme):
    helper = factories.cascadegrant(programme=programme).person
    helped, supervised = factories.delivery(grant=grant), factories.delivery(grant=grant)
    over = factories.delivery(grant=grant, state="verified")
    helped.helpers.add(helper)
    sofia = factories.person()
    Delivery.objects.filter(pk=supervised.pk).update(supervisor=sofia)
    factories.participant(delivery=delivery, email="comes@example.org")
    grants.withdraw(by=acting(mara), grant=grant, why="No longer in the country")
    states = {row.pk: row.state for row in Delivery.objects.all()}
    assert states == {delivery.pk: "cancelled", helped.pk: "running", supervised.pk: "running", over.pk: "verified"}
    assert Delivery.objects.given_by(acting(sofia)).get() == supervised
    assert not Delivery.objects.given_by(acting(fatmir)).exists()
    with pytest.raises(Refused):
        participants.add(by=acting(fatmir), delivery=helped, name="Somebody")
    assert any("withdrawn" in title for title in told(fatmir))


def test_nobody_withdraws_from_another_network(acting, rival, fatmir, grant):
    for other in (rival, fatmir):
        with pytest.raises(Refused):
            grants.withdraw(by=acting(other), grant=grant, why="Because")


def test_reports_are_verified_by_somebody_else(acting, mara, fatmir, delivery, supervisor, luka, rival):
    deliveries.report(by=acting(fatmir), delivery=delivery, words="It went well.", used=[])
    assert delivery.due_on
    for other in (fatmir, luka, rival):
        with pytest.raises(Refused):
            deliveries.verify(by=acting(other), delivery=delivery)
    deliveries.hand_back(by=acting(supervisor), delivery=delivery, why="How many came?")
    deliveries.report(by=acting(fatmir), delivery=delivery, words="Fifteen.", used=[])
    deliveries.verify(by=acting(supervisor), delivery=delivery)
    assert delivery.state == "verified"


def test_who_runs_the_programme_does_not_verify_what_they_give(acting, mara, programme):
    own = factories.delivery(grant=factories.cascadegrant(programme=programme, person=mara), state="reported")
    with pytest.raises(Refused):
        deliveries.verify(by=acting(mara), delivery=own)


def test_the_clock_ends_grants_and_reminds_twice(acting, grant):
    clock = machine("clock")
    CascadeGrant.objects.filter(pk=grant.pk).update(until=date.today() + timedelta(days=50))
    grant.refresh_from_db()
    grants.remind(by=clock, grant=grant, days=60)
    with pytest.raises(ValidationError):
        grants.remind(by=clock, grant=grant, days=60)
    with pytest.raises(ValidationError):
        grants.remind(by=clock, grant=grant, days=14)
    CascadeGrant.objects.filter(pk=grant.pk).update(until=date.today() + timedelta(days=10))
    grants.remind(by=clock, grant=grant, days=14)
    with pytest.raises(ValidationError):
        grants.expire(by=clock, grant=grant)
    CascadeGrant.objects.filter(pk=grant.pk).update(since="2020-01-01", until=date.today() - timedelta(days=1))
    grant.refresh_from_db()
    grants.expire(by=clock, grant=grant)
    assert grant.state == "expired"


def test_counts_are_those_of_the_rows(delivery):
    for number in range(4):
        factories.participant(delivery=delivery, has_finished=number > 1)
    counting.recount(delivery)
    assert (delivery.number_reached, delivery.number_finished) == (4, 2)
    Participant.objects.filter(delivery=delivery).delete()
    counting.recount(delivery)
    assert delivery.number_reached == 0
