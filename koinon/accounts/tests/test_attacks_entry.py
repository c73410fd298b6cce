"""Ways in for somebody else: an account made beforehand, a made-up host, an address that waits."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from koinon.accounts import actions
from koinon.accounts.models import Person
from koinon.accounts.tests.test_entry import link_for, who_is
from koinon.kit import limits
from koinon.kit.models import Tally
from koinon.kit.verbs import VISITOR

pytestmark = pytest.mark.django_db

SECRET = "a long enough secret 9"


def code_in(letter):
    return re.search(r"^ +(\S+)$", letter["text"], re.M)[1]


def proven(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signs_up(email):
    Client().post(reverse("account_signup"), {"email": email, "password1": SECRET})
    return Person.objects.get(email=email)


def gets_in(email):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": SECRET})
    return who_is(client) is not None


# --- an account made beforehand with the address of somebody else -----------------------------------


def by_link(person, letters):
    Client().post(link_for(person))


def by_invitation(person, letters):
    actions.join(by=VISITOR, email=person.email, language="en")


def by_code(person, letters):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(letters()[-1])})
    assert who_is(client) == str(person.pk)


@pytest.mark.parametrize("way", [by_link, by_invitation, by_code])
def test_who_signed_up_with_my_address_beforehand_stays_out(way, letters):
    person = signs_up("victim@example.org")
    way(person, letters)
    assert EmailAddress.objects.get(user=person).verified
    assert not gets_in(person.email)


def test_who_confirms_the_letter_keeps_the_password(letters):
    person = signs_up("me@example.org")
    path = next(word for word in letters()[0]["text"].split() if "confirm-email" in word)
    Client().post(path.removeprefix("http://testserver"))
    assert gets_in(person.email)


def test_a_proven_address_keeps_its_password(stranger):
    proven(stranger).set_password(SECRET)
    stranger.save()
    Client().post(link_for(stranger))
    assert gets_in(stranger.email)


# --- an address that waits to be confirmed ----------------------------------------------------------


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_an_address_that_waits_opens_nothing(name, stranger, letters):
    EmailAddress.objects.create(user=proven(stranger), email="other@example.org")
    Client().post(reverse(name), {"email": "other@example.org"})
    (letter,) = letters()
    assert letter["subject"] == "There is no account with this address"


def test_the_address_of_another_account_stays_there(stranger, milos, letters):
    """Also where that account has not confirmed it yet, and when both are the same human."""
    client = Client()
    client.post(link_for(stranger))
    client.post(reverse("account_email"), {"email": milos.email, "action_add": ""})
    letter = next(letter for letter in letters() if "confirm-email" in letter["text"])
    path = next(word for word in letter["text"].split() if "confirm-email" in word).removeprefix("http://testserver")
    page = client.post(path, follow=True).content.decode()
    assert "belongs to another account" in page
    stranger.refresh_from_db()
    assert stranger.email != milos.email
    assert not EmailAddress.objects.filter(email=milos.email, verified=True).exists()
    Client().post(link_for(milos))
    assert EmailAddress.objects.get(email=milos.email, verified=True).user == milos


# --- asking for letters -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_known_or_not_an_address_gets_one_letter(name, stranger, letters):
    for email in (proven(stranger).email, "nobody@example.org"):
        Client().post(reverse(name), {"email": email})
    assert [letter["to"] for letter in letters()] == [stranger.email, "nobody@example.org"]


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_nobody_floods_somebody_with_letters_of_the_library(name, settings, letters):
    settings.ACCOUNT_RATE_LIMITS = settings.SIGN_IN_LIMITS
    for number in range(8):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(reverse(name), {"email": "victim@example.org"})
    assert len(letters()) == 5


# --- a host that the browser made up ----------------------------------------------------------------


def test_links_in_letters_lead_to_this_site_whatever_the_browser_said(settings, stranger, letters):
    settings.ALLOWED_HOSTS = ["testserver", "given-up.example"]
    there = Client(HTTP_HOST="given-up.example")
    there.post(reverse("account_reset_password"), {"email": proven(stranger).email})
    there.post(reverse("account_signup"), {"email": "new@example.org", "password1": SECRET})
    said = " ".join(letter["text"] + letter["html"] for letter in letters())
    assert "http://testserver/accounts/password/reset/key/" in said
    assert "http://testserver/accounts/confirm-email/" in said
    assert "given-up.example" not in said


@pytest.mark.parametrize("where", ["http://play.example/x", "//play.example/x", "https://testserver.evil.example/"])
def test_after_signing_in_one_stays_on_this_site(where, settings, stranger):
    settings.ALLOWED_HOSTS = ["testserver", "play.example"]
    proven(stranger).set_password(SECRET)
    stranger.save()
    client = Client()
    said = {"login": stranger.email, "password": SECRET, "next": where}
    assert client.post(reverse("account_login"), said)["Location"] == "/desk/"
    assert client.post(reverse("account_logout"), {"next": where})["Location"].startswith("/")


# --- what is counted --------------------------------------------------------------------------------


def test_counted_tries_name_nobody():
    limits.spend("letter:somebody@example.org", times=1, per=limits.timedelta(hours=1))
    assert "somebody" not in Tally.objects.get().key
