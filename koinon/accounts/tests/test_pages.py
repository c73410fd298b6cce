"""Every page of the sign-in library wears our look: our base, no inline code, no placeholder, one main button."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from koinon.accounts.notices import letters as words
from koinon.kit import links
from tests import factories

pytestmark = pytest.mark.django_db

ANYBODY = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done",
           "account_request_login_code", "account_email_verification_sent", "account_inactive"]  # fmt: skip
SIGNED_IN = ["account_logout", "account_email", "account_set_password", "mfa_index", "mfa_activate_totp",
             "mfa_add_webauthn", "usersessions_list", "socialaccount_connections", "accounts:sessions"]  # fmt: skip
CONFIRMED = ["account_change_password", "mfa_deactivate_totp", "mfa_list_webauthn",
             "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]  # fmt: skip


def looks_right(response):
    page = response.content.decode()
    assert response.status_code == 200, response.get("Location")
    assert 'class="k-top"' in page
    assert page.count("<h1>") == 1
    assert "placeholder=" not in page
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
    assert not re.search(r"\son[a-z]+=", page)
    assert page.count("btn-primary") <= 1
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    return page


@pytest.mark.parametrize("name", ANYBODY)
def test_pages_for_anybody(name, visitor):
    looks_right(visitor.get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_for_members(name, stranger):
    looks_right(entered(stranger).get(reverse(name)))


@pytest.mark.parametrize("name", CONFIRMED)
def test_pages_after_confirming_who_one_is(name, stranger):
    client = entered(stranger, password="a long enough secret 9")
    if "mfa" in name:
        Authenticator.objects.create(user=stranger, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        RecoveryCodes.activate(stranger)
    looks_right(client.get(reverse("account_reauthenticate") + "?next=/desk/"))
    client.post(reverse("account_reauthenticate") + "?next=/desk/", {"password": "a long enough secret 9"})
    looks_right(client.get(reverse(name)))


def test_the_second_factor_pages(stranger):
    Authenticator.objects.create(user=stranger, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    codes = RecoveryCodes.activate(stranger).get_unused_codes()
    client = Client()
    client.post(link_for(stranger))
    looks_right(client.get(reverse("mfa_authenticate")))
    page = looks_right(client.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert "Incorrect code" in page
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert client.session["_auth_user_id"] == str(stranger.pk)
    looks_right(client.get(reverse("mfa_reauthenticate")))
    again = Client()
    again.post(link_for(stranger))
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert "_auth_user_id" not in again.session


def test_a_new_password_by_letter(visitor, stranger, letters):
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    visitor.post(reverse("account_reset_password"), {"email": stranger.email})
    path = next(word for word in letters()[0]["text"].split() if "/password/reset/key/" in word)
    opened = visitor.get(path.removeprefix("http://testserver"), follow=True)
    looks_right(opened)
    where = opened.redirect_chain[-1][0]
    visitor.post(where, {"password1": "a long enough secret 9", "password2": "a long enough secret 9"})
    stranger.refresh_from_db()
    assert stranger.check_password("a long enough secret 9")
    assert default_token_generator
    broken = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(stranger), "x-y"])
    assert "has expired" in looks_right(Client().get(broken, follow=True))


def test_a_code_by_letter(visitor, stranger, letters):
    EmailAddress.objects.create(user=stranger, email=stranger.email, verified=True, primary=True)
    visitor.post(reverse("account_request_login_code"), {"email": stranger.email})
    code = re.search(r"^ +(\S+)$", letters()[0]["text"], re.M)[1]
    looks_right(visitor.get(reverse("account_confirm_login_code")))
    visitor.post(reverse("account_confirm_login_code"), {"code": code})
    assert visitor.session["_auth_user_id"] == str(stranger.pk)


def test_a_new_address_counts_once_its_letter_is_opened(stranger, letters):
    client = entered(stranger)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    stranger.refresh_from_db()
    assert stranger.email != "new@example.org"
    looks_right(client.get(reverse("account_email")))
    letter = next(letter for letter in letters() if letter["to"] == "new@example.org")
    path = next(word for word in letter["text"].split() if "confirm-email" in word).removeprefix("http://testserver")
    looks_right(client.get(path))
    client.post(path)
    stranger.refresh_from_db()
    assert stranger.email == "new@example.org"
    assert "has expired" in looks_right(client.get("/accounts/confirm-email/nonsense/"))


@pytest.mark.parametrize("name", words.LETTERS)
@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
def test_every_letter_of_the_library_has_our_words(name, language):
    said = words.of(name, "a@example.org", {"activate_url": "u", "password_reset_url": "v", "code": "123"}, language)
    assert said["title"]
    assert said["text"]
    assert "%(" not in said["text"]


def test_names_with_quotes_are_not_escaped_in_text_letters(letters):
    person = factories.person(email="o'brien@example.org")
    from koinon.accounts.actions.entry import send_link

    send_link(email=person.email, language="en")
    (letter,) = letters()
    assert "&#" not in letter["text"] + letter["subject"]
    assert letter["html"].startswith("<!DOCTYPE html>")


def test_the_passkey_script_is_ours_and_static(visitor):
    page = visitor.get(reverse("account_login")).content.decode()
    assert "accounts/passkeys" in page
    assert "mfa/js/webauthn" in page
    assert "data-passkey hidden" in page


def link_for(person):
    return reverse("accounts:sign_in", args=[links.make("accounts.sign_in", person=str(person.pk), email=person.email)])


def entered(person, password=None):
    if password:
        person.set_password(password)
        person.save()
    client = Client()
    client.post(link_for(person))
    return client
