"""Somebody new comes in by a letter, sets up a passkey, signs in with it, takes the data along and is forgotten.

The page speaks to the browser's own passkeys, so that the strict policy for scripts is proven by it; passkeys need a
name for an address, which is why this journey goes to "localhost".
"""

import re
import time
from urllib.parse import urlsplit

import pytest

from tests.browser import DESK, PHONE
from tests.journeys.walk import link_in


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_from_the_first_letter_to_the_last(walk, site, viewport):
    here = walk(viewport)
    home = site.url.replace("127.0.0.1", "localhost")
    email = f"ana{time.monotonic_ns()}@example.org"
    here.go(home + "/accounts/signup/")
    here.page.fill("#link-email", email)
    here.submit()
    here.go(home + urlsplit(link_in(site.wait_for_letter(email, 60), "/accounts/join/")).path)
    here.submit()
    assert here.page.url.endswith("/accounts/welcome/")
    passkey(here, home)
    take_and_go(here, home)
    here.until(lambda: "This is the last letter" in site.wait_for_letter(email))


def passkey(here, home):
    """Adds one, signs out, signs in with nothing else."""
    virtual = here.context.new_cdp_session(here.page)
    virtual.send("WebAuthn.enable")
    facts = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
             "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    virtual.send("WebAuthn.addVirtualAuthenticator", {"options": facts})
    here.go(home + "/accounts/2fa/webauthn/add/")
    here.page.click("#mfa_webauthn_add")
    here.page.wait_for_url("**/recovery-codes/**")
    here.look()
    here.go(home + "/accounts/logout/")
    here.submit()
    here.go(home + "/accounts/login/")
    here.page.click("#passkey_login")
    here.page.wait_for_url("**/desk/")
    here.look()


def take_and_go(here, home):
    """Downloads everything; then is asked for the passkey once more, reads what goes and what stays, and goes."""
    here.go(home + "/accounts/data/")
    here.press("Gather my data")
    download = here.main.get_by_role("link", name="Download", exact=True)
    here.until(lambda: download.count() == 1)
    with here.page.expect_download() as begun:
        download.click()
    assert begun.value.suggested_filename.endswith(".zip")
    here.go(home + "/accounts/forget/")
    here.follow(re.compile("security key"))
    here.page.click("#mfa_webauthn_reauthenticate")
    here.page.wait_for_url("**/accounts/forget/")
    here.page.check("#id_sure")
    here.submit()
    assert "You are forgotten" in here.heading().inner_text()
