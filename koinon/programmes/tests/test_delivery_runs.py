"""The run of a delivery: chosen or made, its learners enrolled, what they did counted once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.kit.verbs import Refused
from koinon.learning.models import Enrolment, Facilitation, Outcome, Run
from koinon.programmes.actions import counting, participants, runs
from koinon.programmes.models import Delivery, Participant
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(programme):
    made = factories.version(course=programme.course)
    factories.node(version=made, kind="quiz")
    type(made).objects.filter(pk=made.pk).update(state="published", published_at="2026-11-01T10:00Z")
    made.refresh_from_db()
    return made


@pytest.fixture
def taught(programme, version, fatmir):
    """A run of the course that Fatmir teaches."""
    today = date.today()
    run = factories.run(
        course=programme.course, version=version, state="running", starts_on=today, ends_on=today + timedelta(days=9)
    )
    Facilitation.objects.create(run=run, person=fatmir)
    return run


@pytest.fixture
def housed(delivery):
    """The delivery of a facilitator who stands in an organisation."""
    Delivery.objects.filter(pk=delivery.pk).update(organisation=factories.organisation(), ends_on=date.today())
    delivery.refresh_from_db()
    return delivery


def test_who_has_an_account_is_enrolled(acting, fatmir, delivery, luka, taught):
    factories.participant(delivery=delivery)
    runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
    assert list(Enrolment.objects.values_list("person", "state")) == [(luka.pk, "enrolled")]
    runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
    assert Enrolment.objects.count() == 1


def test_who_comes_later_is_enrolled_too(acting, fatmir, delivery, taught):
    runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
    ana = factories.person(name="Ana")
    participants.join(by=acting(ana), delivery=delivery, key=delivery.join_key, name="Ana")
    assert Enrolment.objects.get().person == ana


def test_who_left_the_run_is_not_put_into_it_again(acting, fatmir, delivery, luka, taught):
    factories.enrolment(run=taught, person=luka, state="withdrawn")
    runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
    assert Enrolment.objects.get().state == "withdrawn"


class TestWhichRun:
    def test_never_one_that_others_teach(self, acting, fatmir, delivery, programme, version):
        other = factories.run(course=programme.course, version=version)
        with pytest.raises(ValidationError):
            runs.choose(by=acting(fatmir), delivery=delivery, run=other)

    def test_never_of_another_course(self, acting, fatmir, delivery):
        other = factories.run(state="running")
        Facilitation.objects.create(run=other, person=fatmir)
        with pytest.raises(ValidationError):
            runs.choose(by=acting(fatmir), delivery=delivery, run=other)

    def test_never_of_two_deliveries(self, acting, fatmir, grant, delivery, taught):
        runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
        with pytest.raises(ValidationError):
            runs.choose(by=acting(fatmir), delivery=factories.delivery(grant=grant), run=taught)

    def test_by_nobody_else(self, acting, mara, luka, delivery, taught):
        for who in (mara, luka):
            with pytest.raises(Refused):
                runs.choose(by=acting(who), delivery=delivery, run=taught)
            with pytest.raises(Refused):
                runs.make(by=acting(who), delivery=delivery)

    def test_not_after_the_report(self, acting, fatmir, delivery, taught):
        Delivery.objects.filter(pk=delivery.pk).update(state="verified")
        with pytest.raises(ValidationError):
            runs.choose(by=acting(fatmir), delivery=delivery, run=taught)


class TestMade:
    def test_of_the_facilitators_organisation_never_of_the_programmes(self, acting, fatmir, housed, version, hub):
        made = runs.make(by=acting(fatmir), delivery=housed).run
        assert (made.organisation, made.version, made.title) == (housed.organisation, version, housed.title)
        assert made.organisation != hub
        assert made.facilitations.get().person == fatmir

    def test_not_without_one(self, acting, fatmir, delivery, version):
        with pytest.raises(ValidationError, match="names no organisation"):
            runs.make(by=acting(fatmir), delivery=delivery)

    def test_once(self, acting, fatmir, housed, version):
        runs.make(by=acting(fatmir), delivery=housed)
        with pytest.raises(ValidationError):
            runs.make(by=acting(fatmir), delivery=housed)
        assert Run.objects.count() == 1


class TestFigures:
    @pytest.fixture
    def learnt(self, acting, fatmir, delivery, taught, version):
        """Two on the list have finished the course, one of them is ticked by hand as well; a third only sat there."""
        quiz = version.nodes.get()
        people = [factories.person() for _ in range(3)]
        for number, person in enumerate(people):
            factories.participant(delivery=delivery, person=person, has_finished=number == 0, quiz=None)
        runs.choose(by=acting(fatmir), delivery=delivery, run=taught)
        for person, share in zip(people[:2], (0.5, 1.0), strict=True):
            row = Enrolment.objects.get(run=taught, person=person)
            Enrolment.objects.filter(pk=row.pk).update(state="finished")
            facts = {"state": "done", "share": share}
            Outcome.objects.update_or_create(enrolment=row, node=quiz.key, defaults=facts)
        factories.enrolment(run=taught, state="finished")
        return delivery

    def test_each_counts_once(self, learnt):
        counting.recount(learnt)
        assert (learnt.number_reached, learnt.number_finished, float(learnt.quiz)) == (3, 2, 0.75)
        counting.recount(learnt)
        assert (learnt.number_reached, learnt.number_finished, float(learnt.quiz)) == (3, 2, 0.75)

    def test_not_unticked_by_hand(self, acting, fatmir, learnt):
        participants.finish(by=acting(fatmir), delivery=learnt, rows=[])
        learnt.refresh_from_db()
        assert learnt.number_finished == 2

    def test_they_stay_when_names_and_accounts_go(self, learnt):
        counting.recount(learnt)
        Participant.objects.filter(delivery=learnt).update(person=None, name="")
        counting.recount(learnt)
        assert learnt.number_finished == 2

    def test_on_both_pages(self, enter, fatmir, learnt, taught):
        counting.recount(learnt)
        client = enter(fatmir)
        page = client.get(reverse("programmes:delivery", args=[learnt.pk])).content.decode()
        assert "4 people learn in it, 3 finished." in page
        assert learnt.title in client.get(reverse("learning:teach", args=[taught.pk])).content.decode()

    def test_whoever_finishes_is_counted(self, learnt, taught):
        runs.recount_later(run=str(taught.pk))
        learnt.refresh_from_db()
        assert learnt.number_finished == 2


def test_by_the_page_of_the_delivery(enter, fatmir, delivery, taught):
    client, page = enter(fatmir), reverse("programmes:delivery_course", args=[delivery.pk])
    assert "Make a run" not in client.get(reverse("programmes:delivery", args=[delivery.pk])).content.decode()
    assert client.post(page, {"run": str(taught.pk)}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.run == taught
    assert client.post(page, {"run": ""}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.run is None


def test_without_an_organisation_the_page_says_why(enter, fatmir, delivery, version):
    answer = enter(fatmir).post(reverse("programmes:delivery_course", args=[delivery.pk]), {"make": "1"})
    assert "names no organisation" in answer.content.decode()
