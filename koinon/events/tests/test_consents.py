"""Minors: a guardian agrees, for what they tick; refuses; takes it back, and it reaches place, list and pictures."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from koinon.events.actions import consents, people, registering
from koinon.events.models import Registration
from koinon.events.queries.consents import may_be_shown, without_pictures
from koinon.events.rules.registering import CONSENT
from koinon.kit import links
from koinon.kit.verbs import VISITOR, Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp(gathering):
    """The event, with one place, for minors too."""
    gathering.admits_minors = True
    gathering.save()
    factories.eventquota(event=gathering, places=1)
    return gathering


@pytest.fixture
def child(camp):
    """Registered by a visitor; the guardian was asked."""
    return register(camp)


def register(event, by=VISITOR, **facts):
    made = {"name": "Child of the school", "is_minor": True, "guardian": "A parent", "guardian_email": "p@example.org"}
    return registering.register(by=by, event=event, key=uuid4(), **{**made, **facts})


def link_of(consent):
    return links.read(CONSENT, links.make(CONSENT, consent=str(consent.pk)))


def give(row, **facts):
    return consents.give(by=VISITOR, consent=row.consent, link=link_of(row.consent), **facts)


def test_nobody_under_age_where_it_is_for_adults(gathering):
    with pytest.raises(ValidationError, match="adults"):
        register(gathering)


def test_a_guardian_is_named_and_asked(camp, letters):
    for facts in ({"guardian": ""}, {"guardian_email": "nowhere"}):
        with pytest.raises(ValidationError), transaction.atomic():
            register(camp, **facts)
    row = register(camp)
    assert (row.state, row.consent.state, row.email) == ("consent", "asked", "p@example.org")
    assert [each["to"] for each in letters()] == ["p@example.org"]
    assert not row.holds.exists()


def test_several_children_of_one_guardian(camp):
    assert register(camp).pk != register(camp, name="Another child").pk


def test_only_the_guardian_by_the_letter(camp, child, luka, anna, mara, acting):
    other = register(camp, name="Another child", guardian_email="other@example.org")
    for by in (VISITOR, acting(luka), acting(anna), acting(mara)):
        with pytest.raises(Refused):
            consents.give(by=by, consent=child.consent)
    with pytest.raises(Refused):
        consents.give(by=VISITOR, consent=child.consent, link=link_of(other.consent))


def test_yes_gives_the_place_and_says_for_what(child):
    consent = give(child, may_be_photographed=True)
    child.refresh_from_db()
    assert child.state == "confirmed"
    assert (consent.state, consent.may_attend, consent.may_be_photographed) == ("given", True, True)
    assert not consent.may_be_published
    assert consent.text_version
    assert consent.until > child.event.ends_at.date()


def test_published_only_with_photographed(child):
    assert not give(child, may_be_published=True).may_be_published


def test_no_ends_it(child):
    consents.refuse(by=VISITOR, consent=child.consent, link=link_of(child.consent))
    child.refresh_from_db()
    assert child.state == "withdrawn"
    with pytest.raises(ValidationError, match="register once more"):
        give(child)


def test_taken_back_frees_the_place_and_hides_the_pictures(camp, child, luka, acting):
    give(child, may_be_photographed=True, may_be_published=True)
    waits = registering.register(by=acting(luka), event=camp, person=luka, key=uuid4())
    photo = factories.photo(event=camp, is_public=True, nobody_is_seen=False)
    photo.people.add(child)
    assert may_be_shown(child)
    consents.take_back(by=VISITOR, consent=child.consent, link=link_of(child.consent))
    for row in (child, waits, photo):
        row.refresh_from_db()
    assert (child.state, waits.state) == ("withdrawn", "offered")
    assert (photo.is_public, photo.hidden_why) == (False, "consent")
    assert not may_be_shown(child)
    assert without_pictures(camp) == {child.pk}


def test_pictures_alone_are_taken_back(camp, child):
    give(child, may_be_photographed=True, may_be_published=True)
    consents.no_pictures(by=VISITOR, consent=child.consent, link=link_of(child.consent))
    child.refresh_from_db()
    assert child.state == "confirmed"
    assert without_pictures(camp) == {child.pk}


def test_after_the_event_that_they_came_stays(camp, child):
    give(child)
    Registration.objects.filter(pk=child.pk).update(state="attended")
    consents.take_back(by=VISITOR, consent=child.consent, link=link_of(child.consent))
    child.refresh_from_db()
    assert child.state == "attended"


def test_a_minor_stands_on_no_list(camp):
    row = register(camp, listed="all")
    assert row.listed == "nobody"
    with pytest.raises(IntegrityError, match="minor_is_not_public"), transaction.atomic():
        Registration.objects.filter(pk=row.pk).update(listed="all")


def test_a_member_under_age_with_an_account(camp, luka, acting):
    row = register(camp, by=acting(luka), person=luka, name="Luka", guardian="A parent")
    assert (row.state, row.email) == ("consent", luka.email)
    give(row)
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_nobody_is_their_own_guardian(camp, luka, acting):
    with pytest.raises(ValidationError, match="not your own"):
        register(camp, by=acting(luka), person=luka, name="Luka", guardian_email=luka.email.upper())


def test_put_down_by_the_organiser_waits_for_the_guardian_too(camp, anna, acting):
    row = people.put_down(
        by=acting(anna), event=camp, name="A child", is_minor=True, guardian="A parent", guardian_email="p@example.org"
    )
    assert row.state == "consent"


def test_its_last_day_ends_it(camp, child):
    give(child, may_be_photographed=True, may_be_published=True)
    consents.end(by=machine("clock"), consent=child.consent)
    assert not may_be_shown(child)


def test_the_page_of_the_guardian(child, client):
    token = links.make(CONSENT, consent=str(child.consent.pk))
    page = client.get(f"/consents/{token}/").content.decode()
    assert "I agree that they take part" in page
    assert "checked" not in page
    answer = client.post(f"/consents/{token}/", {"do": "give", "may_be_photographed": "on"})
    assert answer.status_code == 302
    assert "Take my consent back" in client.get(f"/consents/{token}/").content.decode()
    client.post(f"/consents/{token}/", {"do": "take-back"})
    again = client.post(f"/consents/{token}/", {"do": "take-back"}).content.decode()
    assert "moved on" in again
    assert client.get("/consents/forged/").status_code == 410
