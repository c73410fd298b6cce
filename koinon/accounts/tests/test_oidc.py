"""Sign-in through an organisation's own provider (OpenID Connect), against a real provider program on this machine."""

import os
import subprocess
import sys
import urllib.request
from types import ModuleType

import pytest
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect import urls as oidc_urls
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.test import Client
from django.urls import include, path, reverse

from koinon.accounts.models import Person
from koinon.accounts.tests.oidc_provider import Provider
from koinon.config import urls
from koinon.config.settings import oidc_apps
from tests import factories

pytestmark = pytest.mark.django_db


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


@pytest.fixture
def installed(settings, monkeypatch):
    """As a site begins that has KOINON_OIDC: the tests' own has not."""
    monkeypatch.setitem(registry.provider_map, OpenIDConnectProvider.id, OpenIDConnectProvider)
    site = ModuleType("urls_with_oidc")
    site.urlpatterns = [path("accounts/", include(oidc_urls.urlpatterns)), *urls.urlpatterns]
    for handler in ("handler400", "handler403", "handler404", "handler500"):
        if hasattr(urls, handler):
            setattr(site, handler, getattr(urls, handler))
    monkeypatch.setitem(sys.modules, site.__name__, site)
    settings.ROOT_URLCONF = site.__name__


@pytest.fixture
def provider(settings, installed):
    with Provider() as running:
        apps = oidc_apps(f"City_of_Serres|{running.address}|koinon|s3cret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
        yield running


def walk(client):
    """What a browser does: press the button, go to the provider, come back."""
    start = client.post("/accounts/oidc/oidc-1/login/")
    assert start.status_code == 302
    try:
        urllib.request.build_opener(Stay).open(start["Location"])
        raise AssertionError("the provider sends people back")
    except urllib.error.HTTPError as redirect:
        back = redirect.headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def test_the_login_page_names_the_provider_and_asks_before_leaving(provider):
    page = Client().get(reverse("account_login")).content.decode()
    assert "City of Serres" in page
    asked = Client().get("/accounts/oidc/oidc-1/login/")
    assert asked.status_code == 200
    assert "City of Serres" in asked.content.decode()


def test_a_new_person_comes_in_with_name_and_proven_address(provider):
    client = Client()
    response = walk(client)
    person = Person.objects.get(email="ana@example.org")
    assert response["Location"] in (reverse("accounts:welcome"), reverse("accounts:desk"))
    assert person.name == "Ana Kodra"
    assert client.session["_auth_user_id"] == str(person.pk)
    again = Client()
    walk(again)
    assert again.session["_auth_user_id"] == str(person.pk)
    assert Person.objects.count() == 1


def test_an_address_the_provider_did_not_verify_lets_nobody_in(provider):
    provider.person["email_verified"] = False
    client = Client()
    walk(client)
    assert "_auth_user_id" not in client.session


def test_an_account_with_that_address_is_not_taken_over(provider):
    owner = factories.person(email="ana@example.org")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    client = Client()
    walk(client)
    assert client.session.get("_auth_user_id") is None


def test_a_closed_account_stays_closed(provider):
    walk(Client())
    Person.objects.update(is_active=False)
    client = Client()
    response = walk(client)
    assert response["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_the_setting_is_read_or_refused_in_words():
    one, two = oidc_apps("A|https://a.example|id|secret B_C|https://b.example|id2|secret2")
    assert (one["provider_id"], one["name"], two["name"]) == ("oidc-1", "A", "B C")
    assert oidc_apps("") == []
    with pytest.raises(SystemExit, match="KOINON_OIDC"):
        oidc_apps("https://a.example")


def test_its_libraries_are_loaded_only_where_it_is_used():
    """In a process of its own, since settings are read once."""
    ask = "from koinon.config import settings; print(sum('openid' in app for app in settings.INSTALLED_APPS))"
    for said, expected in (("", "0"), ("A|https://a.example|id|secret", "1")):
        environment = {**os.environ, "KOINON_OIDC": said}
        asked = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
        assert asked.stdout.strip() == expected
