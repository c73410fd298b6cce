"""Coming in: one-tap links, joining, no way to tell who has an account, limits."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client
from django.urls import reverse

from koinon.accounts import actions
from koinon.accounts.actions.entry import send_link
from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.models import Statement, UsedLink
from koinon.kit.verbs import VISITOR, Refused

pytestmark = pytest.mark.django_db


def said(verb):
    return Statement.objects.filter(verb=verb).count()


def link_for(person, **facts):
    return reverse(
        "accounts:sign_in", args=[links.make("accounts.sign_in", person=str(person.pk), email=person.email, **facts)]
    )


def who_is(client):
    return client.session.get("_auth_user_id")


# --- one-tap links ---------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_the_button_signs_in(visitor, stranger):
    address = link_for(stranger, after="/accounts/profile/")
    page = visitor.get(address)
    assert stranger.email in page.content.decode()
    assert who_is(visitor) is None
    assert UsedLink.objects.count() == 0
    response = visitor.post(address)
    assert response["Location"] == "/accounts/profile/"
    assert who_is(visitor) == str(stranger.pk)
    assert said("accounts.entered_by_link") == 1
    assert EmailAddress.objects.get(user=stranger).verified


def test_a_link_works_once(stranger):
    address = link_for(stranger)
    Client().post(address)
    again = Client()
    response = again.post(address, follow=True)
    assert "was used already" in response.content.decode()
    assert who_is(again) is None


def test_an_old_link_does_not_work(visitor, stranger, monkeypatch):
    address = link_for(stranger)
    later = signing.time.time() + 31 * 60
    monkeypatch.setattr(signing.time, "time", lambda: later)
    response = visitor.post(address, follow=True)
    assert "has expired" in response.content.decode()
    assert who_is(visitor) is None


def test_a_link_for_another_purpose_does_not_open_this_door(visitor, stranger):
    token = links.make("accounts.unsubscribe", person=str(stranger.pk), email=stranger.email)
    visitor.post(reverse("accounts:sign_in", args=[token]))
    assert who_is(visitor) is None


def test_a_link_dies_when_the_address_changes(visitor, stranger):
    address = link_for(stranger)
    Person.objects.filter(pk=stranger.pk).update(email="other@example.org")
    visitor.post(address)
    assert who_is(visitor) is None


def test_a_link_leads_nowhere_else(visitor, stranger):
    response = visitor.post(link_for(stranger, after="https://evil.example/"))
    assert response["Location"] == "/desk/"


def test_a_closed_account_stays_closed(visitor, stranger):
    address = link_for(stranger)
    Person.objects.filter(pk=stranger.pk).update(is_active=False)
    visitor.post(address)
    assert who_is(visitor) is None
    with pytest.raises(Refused):
        actions.join(by=VISITOR, email=stranger.email, language="en")


def test_the_link_still_asks_for_the_second_factor(visitor, stranger):
    Authenticator.objects.create(user=stranger, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    response = visitor.post(link_for(stranger))
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert who_is(visitor) is None


# --- joining ---------------------------------------------------------------------------------------


def test_joining_by_link_makes_a_person_without_a_password(visitor):
    address = reverse("accounts:join", args=[links.make("accounts.join", email="New@Example.org")])
    assert visitor.get(address).status_code == 200
    assert not Person.objects.filter(email="new@example.org").exists()
    response = visitor.post(address, HTTP_ACCEPT_LANGUAGE="sq")
    assert response["Location"] == reverse("accounts:welcome")
    person = Person.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert person.language == "sq"
    assert who_is(visitor) == str(person.pk)
    assert "/accounts/profile/" in visitor.get(reverse("accounts:welcome")).content.decode()


def test_joining_twice_is_one_person():
    first = actions.join(by=VISITOR, email="a@example.org", language="en", name="A")
    second = actions.join(by=VISITOR, email="A@EXAMPLE.ORG", language="el")
    assert first == second
    assert said("accounts.joined") == 2


def test_nobody_can_tell_whether_an_address_is_known(stranger):
    answers = []
    for email in (stranger.email, "nobody@example.org"):
        response = Client().post(reverse("accounts:ask_link"), {"email": email})
        answers.append((response.status_code, response.content.decode().replace(email, "X")))
    assert answers[0] == answers[1]
    assert said("accounts.link_asked") == 2


def test_the_letter_fits_the_address(stranger, letters):
    send_link(email=stranger.email, language="en")
    send_link(email="nobody@example.org", language="lt")
    known, unknown = letters()
    assert "/accounts/link/" in known["text"]
    assert "/accounts/join/" in unknown["text"]
    assert (known["to"], unknown["to"], unknown["language"]) == (stranger.email, "nobody@example.org", "lt")


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_reset_password", "email", {}),
        ("account_request_login_code", "email", {}),
        ("account_signup", "email", {"password1": "a long enough secret 9"}),
    ],
)
def test_the_pages_of_the_library_do_not_tell_either(name, field, more, stranger):
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    answers = []
    for email in (stranger.email, "nobody@example.org"):
        client = Client()
        response = client.post(reverse(name), {field: email, **more}, follow=True)
        answers.append((response.redirect_chain, response.content.decode().replace(email, "X")))
    assert answers[0][0] == answers[1][0]
    assert _plain(answers[0][1]) == _plain(answers[1][1])


def _plain(page):
    import re

    return re.sub(r'value="[^"]*"', "", page)


def test_a_wrong_password_says_the_same_for_everybody(stranger):
    stranger.set_password("a long enough secret 9")
    stranger.save()
    answers = set()
    for email in (stranger.email, "nobody@example.org"):
        response = Client().post(reverse("account_login"), {"login": email, "password": "wrong and long enough"})
        assert response.status_code == 200
        assert "are not correct" in response.content.decode()
        answers.add(_plain(response.content.decode()))
    assert len(answers) == 1


def test_signing_up_with_a_password_sends_one_letter_and_then_lets_in(visitor, letters):
    visitor.post(reverse("account_signup"), {"email": "new@example.org", "password1": "a long enough secret 9"})
    person = Person.objects.get(email="new@example.org")
    assert said("accounts.joined") == 1
    (letter,) = letters()
    address = next(word for word in letter["text"].split() if "confirm-email" in word)
    path = address.removeprefix("http://testserver")
    assert visitor.get(path).status_code == 200
    assert visitor.post(path)["Location"] == reverse("accounts:welcome")
    assert EmailAddress.objects.get(user=person).verified
    assert who_is(visitor) == str(person.pk)


# --- limits ----------------------------------------------------------------------------------------


def test_asking_too_often_is_refused(settings, stranger):
    settings.KOINON_LIMITS = True
    codes = [Client().post(reverse("accounts:ask_link"), {"email": f"x{n}@example.org"}).status_code for n in range(22)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_one_address_gets_no_flood_of_letters():
    for _ in range(8):
        Client().post(reverse("accounts:ask_link"), {"email": "victim@example.org"})
    assert said("accounts.link_asked") == 5


def test_tries_are_counted_for_all_processes_together(settings, visitor, stranger):
    settings.ACCOUNT_RATE_LIMITS = {}
    stranger.set_password("a long enough secret 9")
    stranger.save()
    for _ in range(6):
        response = Client().post(
            reverse("account_login"), {"login": stranger.email, "password": "wrong and long enough"}
        )
    assert "Too many failed login attempts" in response.content.decode()
    from koinon.accounts.models import Remembered

    assert Remembered.objects.exists()
    assert not Remembered.objects.filter(cache_key__contains=stranger.email).exists()
