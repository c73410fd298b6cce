"""A study visit from the days of its hosts to the joint report; what participants thought, by the link of a letter."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from koinon.events.engine import clocks
from koinon.events.models import EventReport, Feedback, VisitSlot
from koinon.events.rules.afterwards import FEEDBACK
from koinon.kit import links
from tests import factories
from tests.browser import DESK, PHONE, violations

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (PHONE, DESK)


@pytest.fixture
def visit(live_server, settings, tmp_path):
    """A visit in a month: its organiser, somebody who speaks for a host, somebody who comes."""
    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = live_server.url, [live_server.url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # whatever was collected elsewhere
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    network = factories.network(is_public=True)
    event = factories.event(slug="visit", kind="study_visit", network=network, names={"en": "Visit to the hubs"})
    factories.eventsession(event=event, starts_at=event.starts_at, ends_at=event.ends_at, track="Hubs")
    organiser = factories.person(name="Anna")
    factories.helper(event=event, person=organiser)
    home = factories.member(network)
    return SimpleNamespace(
        url=live_server.url, event=event, organiser=organiser, host=factories.representative(home), home=home
    )


@pytest.fixture
def enter(browser):
    """enter(person, …) -> a page of somebody who is signed in; without a person of nobody."""
    contexts = []

    def take(person, visit, **options):
        context = browser.new_context(reduced_motion="reduce", locale="en-GB", **{"viewport": PHONE, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend="koinon.accounts.adapter.Backend")
            cookie = {"name": "session", "value": client.cookies["session"].value, "url": visit.url}
            context.add_cookies([cookie])
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def look(page):
    """Nothing that axe finds, nothing that sticks out, on a phone and on a desk."""
    for width in WIDTHS:
        page.set_viewport_size(width)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
        assert violations(page) == []
    page.set_viewport_size(PHONE)


def over(event):
    """A month and a day later."""
    now = timezone.now()
    event.starts_at, event.ends_at, event.state = now - timedelta(days=2), now - timedelta(days=1), "over"
    event.report_due_on = (now + timedelta(days=29)).date()
    event.save()


def test_hosts_offer_days_and_write_the_report_together(enter, visit):
    page = enter(visit.host, visit)
    page.goto(f"{visit.url}/events/visit/slots/")
    look(page)
    first = clocks.local(visit.event.starts_at, visit.event.zone).date()
    page.get_by_label("First day").fill(f"{first:%Y-%m-%d}")
    page.get_by_label("Last day").fill(f"{first:%Y-%m-%d}")
    page.get_by_label("What visitors see and do").fill("The lab, and who pays for it.")
    page.get_by_role("button", name="Offer these days").click()
    expect(page.get_by_text("The lab, and who pays for it.")).to_be_visible()
    look(page)
    reader = enter(None, visit, java_script_enabled=False)
    reader.goto(f"{visit.url}/events/visit/")
    expect(reader.get_by_text("The lab, and who pays for it.")).to_be_visible()
    slot = VisitSlot.objects.get()
    for number in range(6):
        row = factories.registration(event=visit.event, state="attended", country="ME", organisation=visit.home)
        if number < 2:
            row.chosen.add(slot.quota)
    over(visit.event)
    desk = enter(visit.organiser, visit)
    desk.goto(f"{visit.url}/events/visit/report/")
    look(desk)
    desk.get_by_role("button", name="Draft the report").click()
    expect(desk.get_by_label("What happened, and what came of it")).to_have_value(
        desk.get_by_label("What happened, and what came of it").input_value()
    )
    look(desk)
    page.goto(f"{visit.url}/desk/")
    page.get_by_role("link", name="Your part of the report").first.click()
    look(page)
    page.get_by_label("What we showed or saw").fill("We showed the lab.")
    page.get_by_label("Our part is done").check()
    page.get_by_role("button", name="Save").click()
    desk.reload()
    expect(desk.get_by_text("We showed the lab.")).to_be_visible()
    desk.get_by_role("button", name="Publish the report").click()
    expect(desk.get_by_text("Its figures stay as they are now.")).to_be_visible()
    look(desk)
    assert EventReport.objects.get().figures["attended"] == 6
    member = enter(visit.host, visit)
    member.goto(f"{visit.url}/events/visit/")
    expect(member.get_by_text("We showed the lab.")).to_be_visible()
    look(member)
    with member.expect_download() as paper:
        member.get_by_role("link", name="The report as a PDF").click()
    assert paper.value.suggested_filename == "report-visit.pdf"


def test_what_somebody_thought_is_one_tap_from_the_letter(enter, visit):
    over(visit.event)
    row = factories.registration(event=visit.event, person=None, email="guest@example.org", state="attended")
    token = links.make(FEEDBACK, registration=str(row.pk))
    page = enter(None, visit, java_script_enabled=False)
    page.goto(visit.url + reverse("events:feedback_link", args=[token]))
    page.get_by_role("group", name="How was the event as a whole?").get_by_label("4", exact=True).check()
    page.get_by_label("What should be done better another time?").fill("More breaks")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you", level=1)).to_be_visible()
    assert Feedback.objects.get().answers == {"whole": 4, "better": "More breaks"}
    with_script = enter(None, visit)
    with_script.goto(visit.url + reverse("events:feedback_link", args=[token]))
    expect(with_script.get_by_text("used already")).to_be_visible()
    look(with_script)
    other = factories.registration(event=visit.event, state="attended")
    with_script.goto(
        visit.url + reverse("events:feedback_link", args=[links.make(FEEDBACK, registration=str(other.pk))])
    )
    look(with_script)


def test_every_page_afterwards_is_whole_on_a_phone_and_on_a_desk(enter, visit):
    over(visit.event)
    event = visit.event
    from koinon.events.tests.doors_of_afterwards import image

    photo = factories.photo(event=event, nobody_is_seen=False, upload=image())
    photo.people.add(factories.registration(event=event, state="attended"))
    shown = factories.shown(event=event, text="Words", link="https://example.org/handbook")
    factories.listgiven(event=event, rows=12)
    for _number in range(5):
        factories.feedback(event=event, answers={"whole": 4, "better": "More breaks"}, form=_form(event))
    page = enter(visit.organiser, visit)
    for name in ("feedback", "photos", "shown", "lists", "sessions_from_file"):
        page.goto(visit.url + reverse(f"events:{name}", args=[event.slug]))
        look(page)
    for name, key in (("photo", photo.pk), ("shown_one", shown.pk)):
        page.goto(visit.url + reverse(f"events:{name}", args=[key]))
        look(page)
    host = enter(visit.host, visit)
    host.goto(visit.url + reverse("events:event_from_file"))
    look(host)


def _form(event):
    from koinon.events.actions.feedback import form_of

    return form_of(event)
