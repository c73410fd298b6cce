"""Reviews: impartial first, blind until one's own is given, the mean for the coordinator, conflicts hidden."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network.actions import applications, decisions, reviews
from koinon.network.clock.admission import go_on
from koinon.network.lends import admission as lends
from koinon.network.models import Application, Review
from tests import factories

pytestmark = pytest.mark.django_db


def reviewer_of(network, name):
    person = factories.person(name=name)
    factories.coordination(network=network, person=person, role="reviewer")
    return person


@pytest.fixture
def ana(network):
    return reviewer_of(network, "Ana")


@pytest.fixture
def bo(network):
    return reviewer_of(network, "Bo")


@pytest.fixture
def criteria(network):
    return [factories.criterion(network=network, weight=3), factories.criterion(network=network, weight=1)]


@pytest.fixture
def application(network, vesa, stranger, acting):
    row = factories.application(network=network, organisation=factories.organisation(), applicant=stranger)
    applications.start_review(by=acting(vesa), application=row)
    return row


def page_of(row):
    return reverse("network:application", args=[row.network.slug, row.pk])


def step(row, name):
    return reverse("network:application_move", args=[row.network.slug, row.pk, name])


def points(criteria, *given):
    return {str(row.pk): value for row, value in zip(criteria, given, strict=True)}


def test_as_many_as_the_network_wants_are_asked_those_with_the_least_to_do_first(
    network, ana, bo, vesa, stranger, acting
):
    factories.admission(network=network, reviewers=1)
    busy = factories.application(network=network, organisation=factories.organisation(), state="review")
    factories.review(application=busy, person=ana)
    row = factories.application(network=network, organisation=factories.organisation(), applicant=stranger)
    applications.start_review(by=acting(vesa), application=row)
    assert row.reviews.get().person == bo
    assert (row.state, row.turn) == ("review", "reviewers")
    assert Notice.objects.filter(person=bo, title__contains="Please review").exists()


def test_nothing_opens_before_one_says_that_one_is_impartial(application, vesa, ana, enter, acting):
    assert enter(ana).get(page_of(application)).status_code == 404
    reviews.ask(by=acting(vesa), application=application, person=ana)
    client = enter(ana)
    page = client.get(page_of(application)).content.decode()
    assert "impartially" in page
    assert "We want to learn." not in page
    assert client.post(step(application, "give"), {"verdict": "admit"}).status_code == 200
    assert Review.objects.get().state == "asked"
    assert not Application.objects.opened_to(acting(ana)).exists()
    client.post(step(application, "declare"), {"is_impartial": "yes"})
    page = client.get(page_of(application)).content.decode()
    assert "We want to learn." in page
    assert "impartially" not in page
    assert Application.objects.opened_to(acting(ana)).exists()


def test_a_conflict_hides_it_and_another_is_asked(application, vesa, ana, bo, enter, acting):
    reviews.ask(by=acting(vesa), application=application, person=ana)
    client = enter(ana)
    assert client.post(step(application, "declare"), {"is_impartial": "no"}).status_code == 302
    assert client.get(page_of(application)).status_code == 404
    listed = client.get(reverse("network:applications", args=[application.network.slug])).content.decode()
    assert str(application.organisation) not in listed
    assert not lends.reviews(acting(ana))
    assert not lends.applications(acting(ana))
    assert application.reviews.get(person=bo).state == "asked"
    for verb in ("give", "declare"):
        assert client.post(step(application, verb), {"verdict": "admit", "is_impartial": "yes"}).status_code == 404


def test_a_coordinator_with_a_conflict_decides_nothing_but_one_must_be_left(application, network, vesa, acting, enter):
    mine = reviews.ask(by=acting(vesa), application=application, person=vesa)
    with pytest.raises(ValidationError, match="only coordinator"):
        reviews.declare(by=acting(vesa), review=mine, is_impartial=False)
    other = factories.coordinator(network)
    reviews.declare(by=acting(vesa), review=mine, is_impartial=False)
    assert enter(vesa).get(page_of(application)).status_code == 404
    with pytest.raises(Refused):
        decisions.admit(by=acting(vesa), application=application)
    decisions.admit(by=acting(other), application=application)


def test_who_speaks_for_the_applicant_is_not_asked(application, network, ana, vesa, acting):
    factories.mandate(organisation=application.organisation, person=ana)
    with pytest.raises(ValidationError):
        reviews.ask(by=acting(vesa), application=application, person=ana)
    with pytest.raises(ValidationError):
        reviews.ask(by=acting(vesa), application=application, person=factories.person())


def test_others_points_are_seen_only_after_ones_own(application, vesa, ana, bo, criteria, enter, acting):
    for person in (ana, bo):
        row = reviews.ask(by=acting(vesa), application=application, person=person)
        reviews.declare(by=acting(person), review=row, is_impartial=True)
    given = {"verdict": "decline", "text": "Too small, says Ana.", "scores": points(criteria, 2, 4)}
    reviews.give(by=acting(ana), review=application.reviews.get(person=ana), **given)
    page = enter(bo).get(page_of(application)).content.decode()
    assert "says Ana" not in page
    assert "2.50" not in page
    assert "says Ana" in enter(vesa).get(page_of(application)).content.decode()
    enter(bo).post(
        step(application, "give"),
        {"verdict": "admit", "text": "Good.", **{f"points_{row.pk}": "5" for row in criteria}},
    )
    page = enter(bo).get(page_of(application)).content.decode()
    assert "says Ana" in page
    assert "2.50" in page
    application.refresh_from_db()
    assert application.score == Decimal("3.75")
    assert application.turn == "network"
    assert Notice.objects.filter(person=vesa, title__contains="All reviews").exists()


def test_the_coordinator_sees_mean_and_spread_and_the_applicant_nothing(
    application, vesa, ana, criteria, stranger, enter, acting
):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    reviews.declare(by=acting(ana), review=row, is_impartial=True)
    reviews.give(by=acting(ana), review=row, verdict="admit", text="Hidden words", scores=points(criteria, 4, 2))
    page = enter(vesa).get(page_of(application)).content.decode()
    assert "3.50" in page
    assert "Hidden words" in page
    theirs = enter(stranger).get(page_of(application)).content.decode()
    assert "Hidden words" not in theirs
    assert "3.50" not in theirs


@pytest.mark.parametrize("scores", [{}, {"x": 3}, "six", "none"])
def test_points_are_whole_and_between_one_and_five(scores, application, vesa, ana, criteria, acting):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    reviews.declare(by=acting(ana), review=row, is_impartial=True)
    given = (
        {"six": points(criteria, 6, 1), "none": points(criteria, 0, 1)}.get(scores, scores)
        if isinstance(scores, str)
        else scores
    )
    with pytest.raises(ValidationError, match="1 to 5"):
        reviews.give(by=acting(ana), review=row, verdict="admit", scores=given)


def test_a_review_may_be_changed_until_it_is_decided(application, vesa, ana, acting):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    reviews.declare(by=acting(ana), review=row, is_impartial=True)
    reviews.give(by=acting(ana), review=row, verdict="admit", scores={})
    reviews.give(by=acting(ana), review=row, verdict="unsure", scores={}, text="Ask about money.")
    assert Review.objects.get().verdict == "unsure"
    application.refresh_from_db()
    decisions.decline(by=acting(vesa), application=application, reason="No.")
    row = Review.objects.select_related("application").get()
    with pytest.raises(ValidationError):
        reviews.give(by=acting(ana), review=row, verdict="admit", scores={})


def test_only_the_one_who_was_asked_gives_and_only_while_on_the_staff(application, network, vesa, ana, bo, acting):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    for person in (bo, vesa):
        with pytest.raises(Refused):
            reviews.declare(by=acting(person), review=row, is_impartial=True)
    network.coordinations.filter(person=ana).delete()
    with pytest.raises(Refused):
        reviews.declare(by=acting(ana), review=row, is_impartial=True)


def test_reviews_that_the_network_wants_are_waited_for(application, network, vesa, ana, acting):
    factories.admission(network=network, reviewers=1)
    with pytest.raises(ValidationError, match="1 reviews are needed, 0 are there"):
        decisions.admit(by=acting(vesa), application=application)
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    reviews.declare(by=acting(ana), review=row, is_impartial=True)
    reviews.give(by=acting(ana), review=row, verdict="admit", scores={})
    decisions.admit(by=acting(vesa), application=application)
    assert Statement.objects.filter(verb="network.reviewed").count() == 1


def test_a_reviewer_is_reminded_and_nobody_after_the_decision(application, vesa, ana, acting):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    go_on(row.remind_on)
    assert Notice.objects.filter(person=ana, title__contains="Your turn").count() == 1
    row.refresh_from_db()
    assert row.remind_on > row.due_on
    decisions.decline(by=acting(vesa), application=application, reason="No.")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_taking_a_review_back_gives_the_turn_back(application, vesa, ana, acting, enter):
    row = reviews.ask(by=acting(vesa), application=application, person=ana)
    assert enter(vesa).post(reverse("network:review_withdraw", args=[row.pk])).status_code == 302
    application.refresh_from_db()
    assert application.turn == "network"
    assert enter(ana).get(page_of(application)).status_code == 404


def test_the_database_keeps_one_review_per_person_and_none_without_a_verdict(application, ana):
    factories.review(application=application, person=ana)
    for wrong in ({"person": ana}, {"state": "given"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.review(application=application, **wrong)


def test_reviewers_see_only_what_they_are_asked_about(application, network, ana, enter, vesa, acting):
    other = factories.application(network=network, organisation=factories.organisation())
    reviews.ask(by=acting(vesa), application=application, person=ana)
    listed = enter(ana).get(reverse("network:applications", args=[network.slug])).content.decode()
    assert str(application.organisation) in listed
    assert str(other.organisation) not in listed
    assert Application.objects.for_staff(acting(ana)).count() == 1
