"""What a minor with an account of their own is told, the guardian who consented hears too, in real letters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from koinon.events.actions import consents, events, messages, people, waiting
from koinon.events.clock.reminders import remind
from koinon.events.models import Event, GuardianConsent, Registration
from koinon.events.rules.registering import CONSENT
from koinon.kit import links, mail
from koinon.kit.tests.test_mail import box  # noqa: F401
from koinon.kit.verbs import VISITOR, machine
from tests import factories

pytestmark = pytest.mark.django_db
PARENT = "parent@example.org"


@pytest.fixture
def camp(gathering):
    gathering.admits_minors = True
    gathering.save()
    return gathering


@pytest.fixture
def child(camp, luka):
    """Luka is under age, comes with an account of their own, and a parent who reads Lithuanian agreed."""
    return minor(camp, luka)


def minor(event, person, state="confirmed", **facts):
    given = {"state": "given", "may_attend": True, "given_at": timezone.now(), "email": PARENT, "language": "lt"}
    row = factories.registration(event=event, person=person, is_minor=True, state=state)
    factories.guardianconsent(registration=row, **{**given, **facts})
    return row


@pytest.fixture
def posted(box, letters):  # noqa: F811
    """posted() -> the letters that have arrived at the parent's, through a real mail server, since asked last."""
    seen = 0

    def read():
        nonlocal seen
        queued = letters()
        for each in queued[seen:]:
            mail.deliver(**each)
        seen = len(queued)
        arrived, box.letters = box.letters, []
        return [each for each in arrived if each["To"] == PARENT]

    return read


def words(letter):
    return letter.get_body(("plain",)).get_content()


def test_changes_and_calling_off_reach_the_guardian_once(acting, anna, camp, child, posted):
    for what in ("changed", "cancelled", "changed"):
        messages.deliver(event=str(camp.pk), mark=what, what=what)
    first, second = posted()
    assert (first["Content-Language"], second["Content-Language"]) == ("lt", "lt")
    assert "Conference of hubs" in first["Subject"]
    for letter in (first, second):
        assert child.name in words(letter)
        assert "/consents/" in words(letter)
        assert f"/registrations/{child.pk}" not in words(letter)


def test_messages_offers_and_decisions_reach_the_guardian(acting, anna, camp, child, posted):
    message = messages.send(by=acting(anna), event=camp, title="Coats", text="It is cold.", states=["confirmed"])
    messages.deliver(event=str(camp.pk), mark="m1", what="message", message=str(message.pk))
    (wrote,) = posted()
    assert "Coats" in wrote["Subject"]
    assert "It is cold." in words(wrote)
    factories.eventquota(event=camp, places=5)
    waits = minor(camp, factories.person(name="Vera"), state="waiting")
    waiting.offer_free(by=machine("places"), event=camp)
    (offered,) = posted()
    assert "Vera" in words(offered)
    assert "/offer/" not in words(offered)  # yes or no is the child's own word
    people.reject(by=acting(anna), registration=Registration.objects.get(pk=waits.pk), why="Too far.")
    (rejected,) = posted()
    assert "Too far." in words(rejected)


def test_a_reminder_reaches_the_guardian(camp, child, posted):
    now = timezone.now()
    Event.objects.filter(pk=camp.pk).update(starts_at=now + timedelta(hours=20), ends_at=now + timedelta(hours=26))
    Registration.objects.update(moved_at=now - timedelta(days=20))
    remind(0)
    (letter,) = posted()
    assert child.name in words(letter)


@pytest.mark.parametrize("state", ["asked", "refused", "withdrawn"])
def test_who_has_not_agreed_or_does_no_more_hears_nothing(camp, luka, posted, state):
    row = minor(camp, luka, withdrawn_at=timezone.now())
    GuardianConsent.objects.filter(registration=row).update(state=state)
    messages.deliver(event=str(camp.pk), mark="c", what="changed")
    assert posted() == []


def test_who_takes_it_back_hears_nothing_after_that(camp, child, posted):
    link = links.read(CONSENT, links.make(CONSENT, consent=str(child.consent.pk)))
    consents.take_back(by=VISITOR, consent=child.consent, link=link)
    messages.deliver(event=str(camp.pk), mark="c", what="changed")
    assert posted() == []


def test_letters_of_a_child_without_an_account_are_in_the_guardians_language(camp, posted):
    row = minor(camp, None)
    Registration.objects.filter(pk=row.pk).update(email=PARENT)
    messages.deliver(event=str(camp.pk), mark="c", what="changed")
    (letter,) = posted()
    assert (row.language, letter["Content-Language"]) == ("en", "lt")


def test_calling_off_says_why(acting, anna, camp, child, posted):
    events.cancel(by=acting(anna), event=camp, why="The hall has burnt down.")
    messages.deliver(event=str(camp.pk), mark="x", what="cancelled")
    (letter,) = posted()
    assert "The hall has burnt down." in words(letter)
