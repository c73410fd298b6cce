"""Whoever is certified to have attended an event gets its badges: once, by a job, unless they were taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.events import seams
from koinon.events.actions import certificates
from koinon.events.models import Event
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.learning.actions import awards, event_badges
from koinon.learning.clock.event_badges import give_attended, give_for_event, give_with, take_attended
from koinon.learning.models import Award, EventBadge
from koinon.learning.queries import badges as questions
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(school):
    return factories.event(organisation=school, state="over")


@pytest.fixture
def certificate(event, luka):
    return factories.certificate(registration=factories.registration(event=event, person=luka, state="attended"))


@pytest.fixture
def given_by_event(event, badge, acting, mara):
    return event_badges.add(by=acting(mara), event=event, achievement=badge)


def test_a_certificate_brings_the_badge_once(certificate, given_by_event, badge, luka):
    for _turn in range(2):
        give_attended(certificate=str(certificate.pk))
    row = Award.objects.get(person=luka)
    assert (row.achievement, row.name, row.enrolment) == (badge, luka.name, None)
    assert [each.given for each in questions.of_event(certificate.registration.event)] == [1]


def test_it_is_queued_with_the_certificate(certificate, given_by_event):
    from procrastinate.contrib.django.models import ProcrastinateJob

    for follow in seams.certified:
        follow(certificate)
    rows = ProcrastinateJob.objects.filter(task_name="learning.give_attended")
    assert rows.get().args == {"certificate": str(certificate.pk)}


def test_who_was_certified_before_gets_it_too(certificate, given_by_event):
    from procrastinate.contrib.django.models import ProcrastinateJob

    give_for_event(event=str(certificate.registration.event_id))
    assert ProcrastinateJob.objects.filter(task_name="learning.give_attended").count() == 1


def test_what_was_taken_back_stays_taken_back(certificate, given_by_event, acting, mara):
    [award] = give_with(certificate)
    awards.revoke(by=acting(mara), award=award, why="It was somebody else")
    assert give_with(certificate) == []


def test_neither_guests_nor_revoked_certificates_bring_badges(event, given_by_event, luka):
    guest = factories.certificate(registration=factories.registration(event=event, person=None, state="attended"))
    revoked = factories.certificate(
        registration=factories.registration(event=event, person=luka, state="attended"),
        revoked_at=timezone.now(), revoked_why="A mistake",
    )  # fmt: skip
    assert give_with(guest) == give_with(revoked) == []


def test_nobody_hangs_badges_of_others_on_their_event(badge, acting, arben, rival, mara):
    theirs = factories.event(organisation=factories.organisation())
    factories.helper(event=theirs, person=arben)
    for who in (arben, rival, mara):
        with pytest.raises(Refused, match="speaks for the issuer"):
            event_badges.add(by=acting(who), event=theirs, achievement=badge)


def test_who_may_take_it_off(given_by_event, acting, luka, mara, event):
    with pytest.raises(Refused):
        event_badges.remove(by=acting(luka), event_badge=given_by_event)
    event_badges.remove(by=acting(mara), event_badge=given_by_event)
    assert not EventBadge.objects.exists()
    assert Statement.objects.filter(verb="learning.event_badge_removed").count() == 1


def test_a_retired_badge_is_not_chosen(event, badge):
    badge.is_retired = True
    badge.save()
    with pytest.raises(ValidationError):
        event_badges.add(by=machine("test"), event=event, achievement=badge)


def test_the_page_chooses_and_says_when_it_is_chosen_already(event, badge, enter, mara):
    client, address = enter(mara), reverse("learning:event_badges", args=[event.slug])
    assert "City budget" in client.get(address).content.decode()
    assert client.post(address, {"achievement": badge.pk}).status_code == 302
    assert client.post(address, {"achievement": badge.pk}).status_code == 200, "it is no choice any more"
    desk = client.get(reverse("events:certificates", args=[event.slug])).content.decode()
    assert address in desk


def revoke(certificate, by):
    certificates.revoke(by=by, certificate=certificate, why="Somebody else was there")
    take_attended(certificate=str(certificate.pk))


def test_with_the_certificate_the_badge_goes_and_its_holder_reads_why(certificate, given_by_event, luka, acting, mara):
    from procrastinate.contrib.django.models import ProcrastinateJob

    [award] = give_with(certificate)
    take_attended(certificate=str(certificate.pk))
    award.refresh_from_db()
    assert award.state == "issued", "the certificate is valid"
    certificates.revoke(by=acting(mara), certificate=certificate, why="Somebody else was there")
    assert ProcrastinateJob.objects.filter(task_name="learning.take_attended").count() == 1
    for _turn in range(2):
        take_attended(certificate=str(certificate.pk))
    award.refresh_from_db()
    assert award.state == "revoked"
    assert "Somebody else was there" in award.why
    assert Statement.objects.filter(verb="learning.badge_revoked", noun=award.pk).count() == 1
    assert any("badge" in each.lower() for each in told(luka))


def test_given_back_it_brings_a_new_badge(certificate, given_by_event, luka, acting, mara):
    [first] = give_with(certificate)
    revoke(certificate, acting(mara))
    assert give_with(certificate) == []
    ended = timezone.now() - timedelta(days=1)
    Event.objects.update(starts_at=ended - timedelta(hours=8), ends_at=ended)
    again = certificates.give(by=acting(mara), registration=certificate.registration, why="It was a mistake")
    give_attended(certificate=str(again.pk))
    second = Award.objects.exclude(pk=first.pk).get()
    assert (second.state, second.certificate) == ("issued", certificate)


def test_badges_that_came_otherwise_stay(certificate, given_by_event, badge, luka, acting, mara):
    award = awards.give(by=machine("test"), achievement=badge, person=luka)
    assert give_with(certificate) == [], "held already"
    revoke(certificate, acting(mara))
    award.refresh_from_db()
    assert award.state == "issued"


def test_who_earned_it_at_another_event_as_well_is_given_it_from_there(
    certificate, given_by_event, badge, school, luka, acting, mara
):
    other = factories.event(organisation=school, state="over")
    event_badges.add(by=acting(mara), event=other, achievement=badge)
    row = factories.registration(event=other, person=luka, state="attended")
    second = factories.certificate(registration=row)
    give_with(certificate)
    assert give_with(second) == []
    revoke(certificate, acting(mara))
    give_attended(certificate=str(second.pk))
    assert Award.objects.get(state="issued").certificate == second
