"""A child takes part with a guardian's consent, by telephone and without an account; then the guardian takes it back.

The place goes to who waits, and the picture on which the child is seen leaves the public.
"""

import json
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from playwright.sync_api import expect

from koinon.events.models import Photo, Registration
from tests import factories
from tests.browser import PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(live_server, settings, tmp_path):
    """A workshop with one place, for minors too, and somebody who organises it."""
    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = live_server.url, [live_server.url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # whatever was collected elsewhere
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    event = factories.event(slug="camp", admits_guests=True, admits_minors=True, venue="House of hubs")
    factories.eventquota(event=event, places=1)
    return SimpleNamespace(url=live_server.url, event=event)


@pytest.fixture
def phone(browser, camp):
    """phone(javascript) -> a page on a telephone, of nobody."""
    contexts = []

    def take(javascript=True):
        context = browser.new_context(
            viewport=PHONE, reduced_motion="reduce", locale="en-GB", java_script_enabled=javascript
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def address(words, to):
    """The link in the last letter to this address whose path holds these words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'kit.deliver' ORDER BY id")
        rows = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in cursor.fetchall()]
    found = [re.search(rf"https?://\S*{words}\S*", row["text"]) for row in rows if row["to"] == to]
    return next(each.group() for each in reversed(found) if each)


def looks_right(page):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def test_a_guardian_agrees_and_takes_it_back(camp, phone):
    teacher = phone()
    teacher.goto(f"{camp.url}/events/camp/")
    teacher.get_by_role("link", name="Register", exact=True).click()
    looks_right(teacher)
    expect(teacher.get_by_label("Name of the guardian")).to_be_hidden()
    teacher.get_by_label("For somebody under 18 for whom I am responsible").check()
    expect(teacher.get_by_label("Name", exact=True)).to_be_hidden()
    teacher.get_by_label("Name of the young person").fill("Child of the school")
    teacher.get_by_label("Name of the guardian").fill("A parent")
    teacher.get_by_label("E-mail of the guardian").fill("parent@example.org")
    teacher.get_by_role("button", name="Register", exact=True).click()
    teacher.get_by_text("We wrote to the guardian.").wait_for()
    looks_right(teacher)
    child = Registration.objects.get()
    assert child.state == "consent"

    parent = phone(javascript=False)
    parent.goto(address("/consents/", "parent@example.org"))
    parent.get_by_label("Pictures may be taken").check()
    parent.get_by_label("Such pictures may be shown in public").check()
    parent.get_by_role("button", name="I agree that they take part").click()
    parent.get_by_text("You agreed").wait_for()
    child.refresh_from_db()
    assert child.state == "confirmed"
    waits = factories.registration(event=camp.event, person=None, state="waiting")
    photo = factories.photo(event=camp.event, is_public=True, nobody_is_seen=False)
    photo.people.add(child)

    later = phone()
    later.goto(address("/registrations/as/", "parent@example.org"))
    later.get_by_text("Your code for the door").first.wait_for()
    looks_right(later)
    later.goto(address("/consents/", "parent@example.org"))
    looks_right(later)
    later.get_by_role("button", name="Take my consent back").click()
    later.get_by_text("Nothing is left to do").wait_for()
    looks_right(later)
    child.refresh_from_db()
    waits.refresh_from_db()
    assert (child.state, waits.state) == ("withdrawn", "offered")
    assert not Photo.objects.get().is_public
