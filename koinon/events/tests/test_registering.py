"""Registering: one tap, guests by letter, the way through everybody's hands, leaving and coming back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from koinon.events.actions import people, registering
from koinon.events.models import Care, EventForm, Hold, Registration
from koinon.events.rules.registering import GUEST
from koinon.kit import links, questions
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused
from tests import factories

pytestmark = pytest.mark.django_db


def register(by, event, person=None, **facts):
    return registering.register(by=by, event=event, person=person, key=facts.pop("key", None) or uuid4(), **facts)


def guest(event, **facts):
    made = {"name": "Guest of the library", "email": "guest@example.org", "language": "en", **facts}
    return register(VISITOR, event, **made)


def link_of(row):
    return links.read(GUEST, links.make(GUEST, registration=str(row.pk)))


def confirm(row):
    return registering.confirm_email(by=VISITOR, registration=row, link=link_of(row))


def asking(event, **facts):
    """A form with one question that must be answered."""
    question = questions.new_question("text", {"en": "Which workshop?"}, key="q1", required=True, limit=20)
    part = questions.new_part({"en": "Questions"}, question, key="p1")
    return factories.eventform(event=event, schema=questions.new_schema("en", part), **facts)


def test_one_tap_is_a_place(gathering, luka, acting):
    factories.eventquota(event=gathering, places=1)
    row = register(acting(luka), gathering, luka)
    assert (row.state, row.name, row.email, row.how) == ("confirmed", "Luka", luka.email, "self")
    assert Hold.objects.filter(registration=row).count() == 1
    assert Statement.objects.filter(verb="events.registered", noun=row.pk).count() == 1


def test_when_all_are_taken_one_waits(gathering, luka, stranger, acting):
    factories.eventquota(event=gathering, places=1)
    register(acting(luka), gathering, luka)
    assert register(acting(stranger), gathering, stranger).state == "waiting"


def test_the_same_form_twice_is_one_registration(gathering, luka, acting):
    key = uuid4()
    first, again = (register(acting(luka), gathering, luka, key=key) for _ in range(2))
    assert first.pk == again.pk
    assert Registration.objects.count() == 1


def test_a_second_form_of_the_same_person_is_refused(gathering, luka, acting):
    register(acting(luka), gathering, luka)
    with pytest.raises(IntegrityError, match="registration_once"):
        register(acting(luka), gathering, luka)


def test_the_key_of_somebody_else_gives_nothing_away(gathering, luka, stranger, acting):
    row = register(acting(luka), gathering, luka)
    with pytest.raises(IntegrityError, match="registration_sent_once"):
        register(acting(stranger), gathering, stranger, key=row.key)


def test_a_guest_confirms_the_address_before_a_place_is_held(gathering, letters):
    factories.eventquota(event=gathering, places=1)
    row = guest(gathering)
    assert row.state == "email"
    assert not Hold.objects.exists()
    assert [each["to"] for each in letters()] == ["guest@example.org"]
    assert confirm(row).state == "confirmed"
    with pytest.raises(ValidationError, match="confirmed already"):
        confirm(row)


def test_without_the_letter_nobody_confirms(gathering, luka, acting, anna):
    row, other = guest(gathering), guest(gathering, email="other@example.org")
    for by in (VISITOR, acting(luka), acting(anna)):
        with pytest.raises(Refused):
            registering.confirm_email(by=by, registration=row)
    with pytest.raises(Refused):
        registering.confirm_email(by=VISITOR, registration=row, link=link_of(other))


def test_the_same_address_again_is_one_registration_and_one_more_letter(gathering, letters):
    first = guest(gathering)
    again = guest(gathering, name="Somebody else")
    assert again.pk == first.pk
    assert again.was_there == "address"
    assert Registration.objects.get().name == "Guest of the library"
    assert len(letters()) == 2


def test_a_flood_of_forms_is_not_a_flood_of_letters(gathering, letters):
    for number in range(30):
        guest(gathering, name=f"Number {number}")
    assert Registration.objects.count() == 1
    assert len(letters()) == 5


def test_the_address_of_an_account_is_that_person_once_confirmed(gathering, luka):
    row = confirm(guest(gathering, email=luka.email.upper()))
    assert row.person == luka
    assert row.state == "confirmed"


def test_the_address_of_somebody_who_is_registered_gives_their_row_and_says_so_only_to_them(
    gathering, luka, acting, letters
):
    mine = register(acting(luka), gathering, luka)
    before = len(letters())
    assert guest(gathering, email=luka.email).pk == mine.pk
    assert [each["to"] for each in letters()[before:]] == [luka.email]


def test_guests_only_where_they_are_asked(gathering):
    gathering.admits_guests = False
    gathering.save()
    with pytest.raises(ValidationError, match="sign in"):
        guest(gathering)


def test_nobody_registers_another_or_in_the_name_of_a_house_that_is_not_theirs(
    gathering, luka, stranger, acting, house
):
    with pytest.raises(ValidationError, match="only yourself"):
        register(acting(luka), gathering, stranger)
    with pytest.raises(ValidationError):
        register(acting(luka), gathering, luka, organisation=house)


@pytest.mark.parametrize("facts", [{"state": "closed"}, {"state": "cancelled"}, {"state": "draft"}])
def test_not_when_registration_is_closed(gathering, luka, acting, facts):
    type(gathering).objects.filter(pk=gathering.pk).update(**facts)
    gathering.refresh_from_db()
    with pytest.raises((ValidationError, Refused)):
        register(acting(luka), gathering, luka)


def test_days_of_registration_are_kept_to(gathering, luka, acting):
    now = timezone.now()
    for facts, said in (
        ({"opens_at": now + timedelta(days=1)}, "not begun"), ({"opens_at": None, "closes_at": now}, "closed")
    ):  # fmt: skip
        type(gathering).objects.filter(pk=gathering.pk).update(**facts)
        gathering.refresh_from_db()
        with pytest.raises(ValidationError, match=said):
            register(acting(luka), gathering, luka)


def test_an_event_for_who_has_the_link(gathering, luka, acting):
    type(gathering).objects.filter(pk=gathering.pk).update(audience="link", link_key="secret-of-the-event")
    gathering.refresh_from_db()
    for link in ("", "guessed"):
        with pytest.raises(Refused):
            register(acting(luka), gathering, luka, link=link)
    assert register(acting(luka), gathering, luka, link="secret-of-the-event").state == "confirmed"


def test_answers_belong_to_the_version_that_was_seen(gathering, luka, acting):
    form = asking(gathering)
    with pytest.raises(ValidationError) as lacking:
        register(acting(luka), gathering, luka, form=form, answers={})
    assert "q1" in lacking.value.message_dict
    row = register(acting(luka), gathering, luka, form=form, answers={"q1": "Bread", "smuggled": "x"})
    assert row.answers == {"q1": "Bread"}
    assert EventForm.objects.get().is_used


def test_a_form_of_another_event_is_refused(gathering, luka, acting):
    with pytest.raises(ValidationError, match="open the form again"):
        register(acting(luka), gathering, luka, form=asking(factories.event()), answers={"q1": "Bread"})


def test_parts_of_another_event_are_refused(gathering, luka, acting):
    part = factories.eventquota(rule="chosen", places=5)
    with pytest.raises(ValidationError) as refused:
        register(acting(luka), gathering, luka, chosen=[part])
    assert "chosen" in refused.value.message_dict


@pytest.mark.parametrize("units", [0, -1, 3, 10_000])
def test_no_more_places_than_the_event_allows(gathering, luka, acting, units):
    gathering.most_units = 2
    with pytest.raises(ValidationError) as refused:
        register(acting(luka), gathering, luka, units=units)
    assert "units" in refused.value.message_dict


def test_needs_are_kept_apart_and_nothing_said_leaves_nothing(gathering, luka, stranger, acting):
    register(acting(luka), gathering, luka, care={"food": "No nuts"})
    register(acting(stranger), gathering, stranger, care={"food": "  "})
    assert [(care.registration.person, care.food) for care in Care.objects.all()] == [(luka, "No nuts")]


def test_organisers_decide_where_the_event_says_so(gathering, luka, acting, anna):
    gathering.asks_approval = True
    gathering.save()
    row = register(acting(luka), gathering, luka)
    assert (row.state, bool(row.due_at)) == ("approval", True)
    with pytest.raises(Refused):
        people.approve(by=acting(luka), registration=row)
    row = people.approve(by=acting(anna), registration=row)
    assert (row.state, row.decided_by, row.due_at) == ("confirmed", anna, None)
    with pytest.raises(ValidationError):
        people.approve(by=acting(anna), registration=row)


def test_a_no_says_why_and_is_final_for_the_person(gathering, luka, acting, anna):
    gathering.asks_approval = True
    gathering.save()
    row = register(acting(luka), gathering, luka)
    with pytest.raises(ValidationError):
        people.reject(by=acting(anna), registration=row, why="  ")
    row = people.reject(by=acting(anna), registration=row, why="The bus is full.")
    assert (row.state, row.why) == ("rejected", "The bus is full.")
    with pytest.raises(ValidationError, match="ask the organisers"):
        register(acting(luka), gathering, luka)


def test_a_guest_who_was_refused_cannot_come_in_by_another_form(gathering, acting, anna):
    row = confirm(guest(gathering))
    people.reject(by=acting(anna), registration=row, why="Not this time.")
    again = guest(gathering)
    assert again.pk != row.pk
    with pytest.raises(ValidationError, match="ask the organisers"):
        confirm(again)


def test_leaving_gives_the_place_to_who_waits_and_one_may_come_back(gathering, luka, stranger, acting):
    factories.eventquota(event=gathering, places=1)
    row, waits = register(acting(luka), gathering, luka), register(acting(stranger), gathering, stranger)
    with pytest.raises(Refused):
        registering.withdraw(by=acting(stranger), registration=row)
    row = registering.withdraw(by=acting(luka), registration=row, why="A cold")
    waits.refresh_from_db()
    assert (row.state, row.why, waits.state) == ("withdrawn", "A cold", "offered")
    assert register(acting(luka), gathering, luka).state == "waiting"


def test_the_link_of_another_guest_opens_nothing(gathering):
    row, other = confirm(guest(gathering)), confirm(guest(gathering, email="other@example.org"))
    with pytest.raises(Refused):
        registering.withdraw(by=VISITOR, registration=row, link=link_of(other))
    assert registering.withdraw(by=VISITOR, registration=row, link=link_of(row)).state == "withdrawn"


def test_changing_keeps_the_place_when_the_new_wish_is_full(gathering, luka, stranger, acting):
    part = factories.eventquota(event=gathering, rule="chosen", places=1)
    register(acting(stranger), gathering, stranger, chosen=[part])
    row = register(acting(luka), gathering, luka)
    with pytest.raises(ValidationError, match="no room"):
        registering.change(by=acting(luka), registration=row, chosen=[part], name="Luka the second")
    row.refresh_from_db()
    assert (row.name, row.state, list(row.chosen.all())) == ("Luka", "confirmed", [])
    row = registering.change(by=acting(luka), registration=row, name="Luka the second", care={"food": "Fish"})
    assert (row.name, row.care.food, row.sequence) == ("Luka the second", "Fish", 1)


def test_being_listed_ends_by_itself(gathering, luka, acting):
    row = register(acting(luka), gathering, luka, listed="all")
    assert row.listed == "all"
    assert date.today() < row.listed_until < gathering.ends_at.date() + timedelta(days=100)


def test_the_organiser_puts_somebody_down(gathering, acting, anna, petrit, letters):
    gathering.asks_approval = True
    gathering.save()
    with pytest.raises(Refused):
        people.put_down(by=acting(petrit), event=gathering, name="By telephone")
    row = people.put_down(by=acting(anna), event=gathering, name="By telephone", organisation_name="Library")
    assert (row.state, row.how, row.email, row.organisation_name) == ("confirmed", "organiser", "", "Library")
    people.put_down(by=acting(anna), event=gathering, name="With mail", email="With@Example.org")
    assert [each["to"] for each in letters()] == ["with@example.org"]


def test_markup_in_a_name_stays_text(gathering, luka, acting, enter):
    row = register(acting(luka), gathering, luka, name="<script>alert(1)</script>\u202eevil")
    assert row.name == "<script>alert(1)</script>evil"
    page = enter(luka).get(f"/registrations/{row.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
