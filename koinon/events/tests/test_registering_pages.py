"""The pages: one tap from the event's own page, the form of a guest, its errors, the organiser's questions."""

import re
from uuid import uuid4

import pytest

from koinon.events.actions import questions as asking
from koinon.events.models import EventForm, Registration
from koinon.events.rules.registering import GUEST
from koinon.kit import links
from tests import factories

pytestmark = pytest.mark.django_db


def register(event):
    return f"/events/{event.slug}/register/"


def guest_form(client, event, **facts):
    form = client.get(register(event)).context["form"]
    sent = {"key": form["key"].value(), "name": "Guest", "email": "guest@example.org", "listed": "nobody"}
    return {**sent, "version": form["version"].value() or "", **facts}


def test_the_page_of_the_event_has_one_button_that_is_enough(gathering, luka, enter):
    client = enter(luka)
    page = client.get(f"/events/{gathering.slug}/").content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="(key|link)" value="([^"]*)">', page))
    answer = client.post(register(gathering), sent, follow=True)
    assert Registration.objects.get().state == "confirmed"
    assert "You have a place." in answer.content.decode()
    assert "My registration" in client.get(f"/events/{gathering.slug}/").content.decode()
    assert client.post(register(gathering), sent).status_code == 302
    assert Registration.objects.count() == 1


def test_one_tap_brings_the_organisation_and_its_country(gathering, milos, organisation, enter):
    type(organisation).objects.filter(pk=organisation.pk).update(country="GR")
    enter(milos).post(register(gathering), {"key": str(uuid4())})
    row = Registration.objects.get()
    assert (row.organisation, row.country, row.organisation_name) == (organisation, "GR", str(organisation))


def test_a_guest_reads_the_same_whatever_is_known_of_the_address(gathering, client, luka):
    factories.registration(event=gathering, person=luka)
    factories.registration(event=gathering, person=None, email="there@example.org")
    pages = []
    for address in ("new@example.org", "there@example.org", luka.email):
        answer = client.post(register(gathering), guest_form(client, gathering, email=address))
        assert answer.status_code == 200
        pages.append(re.sub(r'value="[^"]{40,}"|nonce-\S+', "", answer.content.decode()))
    assert pages[0] == pages[1] == pages[2]
    assert "look into your mail" in pages[0]
    assert "registrations/as/" not in pages[0]


def test_a_guest_confirms_by_the_letter_and_not_by_a_look(gathering, client, letters):
    client.post(register(gathering), guest_form(client, gathering))
    address = re.search(r"/registrations/as/[^\s]+/", letters()[0]["text"]).group()
    page = client.get(address)
    assert "Confirm my registration" in page.content.decode()
    assert Registration.objects.get().state == "email"
    shown = client.post(address, {"do": "confirm"}, follow=True).content.decode()
    assert "You have a place." in shown
    assert 'class="k-qr"' in shown
    assert client.post(address, {"do": "confirm"}).status_code == 200
    client.post(address, {"do": "withdraw"})
    assert Registration.objects.get().state == "withdrawn"


def test_errors_stand_beside_the_field_and_lose_nothing(gathering, client):
    sent = guest_form(client, gathering, email="no address", organisation_name="Library of Čačak")
    page = client.post(register(gathering), sent).content.decode()
    assert "Library of Čačak" in page
    assert 'aria-invalid="true"' in page
    assert not Registration.objects.exists()


def test_a_child_is_registered_by_an_adult_who_is_signed_in(gathering, luka, enter):
    gathering.admits_minors = True
    gathering.save()
    client = enter(luka)
    key = client.get(register(gathering)).context["form"]["key"].value()
    sent = {"key": key, "who": "minor", "minor_name": "A child"}
    page = client.post(register(gathering), sent).content.decode()
    assert page.count('aria-invalid="true"') == 2
    sent |= {"guardian": "Luka", "guardian_email": "luka@example.org"}
    assert client.post(register(gathering), sent).status_code == 200
    row = Registration.objects.get()
    assert (row.name, row.person, row.state, row.consent.guardian) == ("A child", None, "consent", "Luka")


def test_changing_by_the_link_and_by_the_account(gathering, luka, enter, client):
    mine = factories.registration(event=gathering, person=luka)
    guest = factories.registration(event=gathering, person=None)
    token = links.make(GUEST, registration=str(guest.pk))
    for who, address, row in (
        (enter(luka), f"/registrations/{mine.pk}/change/", mine), (client, f"/registrations/as/{token}/change/", guest)
    ):  # fmt: skip
        assert who.get(address).status_code == 200
        assert who.post(address, {"name": "Another name", "listed": "all", "food": "Fish"}).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.listed, row.care.food) == ("Another name", "all", "Fish")


def test_nobody_else_sees_a_registration_of_mine(gathering, registration, anna, stranger, enter, client):
    for who in (enter(anna), enter(stranger), client):
        assert who.get(f"/registrations/{registration.pk}/").status_code in (302, 404)
        assert who.post(f"/registrations/{registration.pk}/", {"do": "withdraw"}).status_code in (302, 404)
    registration.refresh_from_db()
    assert registration.state == "confirmed"
    other = links.make("events.offer", registration=str(registration.pk))
    assert client.get(f"/registrations/as/{other}/").status_code == 410


def test_the_organiser_asks_in_two_languages_and_answers_stay_with_their_words(gathering, anna, luka, enter):
    gathering.languages = ["en", "sq"]
    gathering.save()
    organiser, me = enter(anna), enter(luka)
    address = f"/events/{gathering.slug}/form/"
    sent = {
        "label_en": "Which size?", "label_sq": "Cila madhësi?", "kind": "one", "is_required": "on",
        "choices_en": "Small\nLarge", "choices_sq": "E vogël\nE madhe",
    }  # fmt: skip
    assert organiser.post(address, {**sent, "choices_sq": "E vogël"}).status_code == 200
    assert organiser.post(address, sent).status_code == 302
    form = EventForm.objects.get()
    question = form.schema["parts"][0]["questions"][0]
    key, small = question["key"], question["choices"][0]["key"]
    page = me.get(register(gathering))
    filled = {"key": page.context["form"]["key"].value(), "version": str(form.pk)}
    assert "Which size?" in page.content.decode()
    assert me.post(register(gathering), filled).status_code == 200
    assert me.post(register(gathering), {**filled, key: small}).status_code == 302
    organiser.post(f"{address}{key}/", {**sent, "label_en": "Which shirt?"})
    assert EventForm.objects.count() == 2
    row = Registration.objects.get()
    assert row.form == form
    assert "Which size?" in me.get(f"/registrations/{row.pk}/").content.decode()
    assert "Small" in organiser.get(f"/events/{gathering.slug}/people/{row.pk}/").content.decode()
    organiser.post(f"{address}{key}/remove/")
    assert "With your name" in enter(factories.person()).get(f"/events/{gathering.slug}/").content.decode()


def test_a_version_seen_before_it_changed_still_counts(gathering, anna, luka, enter, acting):
    asking.set_question(by=acting(anna), event=gathering, kind="text", labels={"en": "Why?"})
    seen = EventForm.objects.get()
    EventForm.objects.update(is_used=True)
    asking.set_question(by=acting(anna), event=gathering, kind="text", labels={"en": "More?"}, is_required=True)
    key = seen.schema["parts"][0]["questions"][0]["key"]
    sent = {"key": str(uuid4()), "version": str(seen.pk), key: "Because"}
    assert enter(luka).post(register(gathering), sent).status_code == 302
    assert Registration.objects.get().form == seen


def test_an_event_of_another_network_is_not_there(gathering, stranger, enter, client):
    gathering.audience = "network"
    gathering.save()
    assert enter(stranger).get(register(gathering)).status_code == 404
    assert client.post(register(gathering), {"key": str(uuid4())}).status_code == 404
    assert enter(stranger).get(f"/events/{gathering.slug}/participants/").status_code == 404


def test_who_has_the_link_comes_in_by_it(gathering, stranger, enter):
    gathering.audience, gathering.link_key = "link", "the-secret-link"
    gathering.save()
    client = enter(stranger)
    assert client.get(register(gathering)).status_code == 404
    page = client.get(f"{register(gathering)}?link=the-secret-link")
    assert page.status_code == 200
    sent = {"key": page.context["form"]["key"].value(), "link": "the-secret-link"}
    assert client.post(register(gathering), sent).status_code == 302


def test_my_events_says_whose_turn_it_is(gathering, luka, enter):
    assert "Here your events will stand" in enter(luka).get("/my-events/").content.decode()
    factories.registration(event=gathering, person=luka, state="approval")
    page = enter(luka).get("/my-events/").content.decode()
    assert "The organisers" in page
