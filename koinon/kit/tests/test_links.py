"""One-tap links: forged, old, replayed and half-copied ones are refused in words; two clicks at once do one thing."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import signing
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit import links


@pytest.mark.django_db
def test_a_link_says_what_it_was_made_for():
    link = links.read("network.join", links.make("network.join", invitation="abc"))
    assert link.facts == {"invitation": "abc"}


@pytest.mark.django_db
def test_a_link_is_good_for_its_purpose_only():
    with pytest.raises(links.Broken, match="not complete"):
        links.read("network.leave", links.make("network.join", invitation="abc"))


@pytest.mark.django_db
@given(st.integers(0, 60), st.sampled_from("abcXYZ09-_"))
def test_a_changed_link_is_refused(place, letter):
    token = links.make("network.join", invitation="abc")
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(links.Broken):
            links.read("network.join", changed)


@pytest.mark.django_db
def test_an_old_link_says_that_it_expired(monkeypatch):
    token = links.make("network.join")
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 20 * 86400)
    with pytest.raises(links.Broken, match="expired"):
        links.read("network.join", token, life=timedelta(days=14))


@pytest.mark.django_db
def test_a_used_link_is_refused():
    token = links.make("network.join")
    links.use(links.read("network.join", token))
    with pytest.raises(links.Broken, match="used already"):
        links.read("network.join", token)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_the_same_instant_one_counts():
    link = links.read("network.join", links.make("network.join"))
    barrier, outcomes = Barrier(2), []

    def click():
        barrier.wait(5)
        try:
            links.use(link)
            outcomes.append("used")
        except links.Broken:
            outcomes.append("refused")
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(2)]
    [thread.start() for thread in clicks]
    [thread.join(10) for thread in clicks]
    assert sorted(outcomes) == ["refused", "used"]
