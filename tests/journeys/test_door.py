"""A day at the door in a real browser: scanned without a connection, arrives once, certificates go out, figures fit."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from koinon.events.clock import attending
from koinon.events.models import Certificate, Event, Registration, Scan
from koinon.events.queries import certificates as papers
from koinon.events.queries import codes, figures
from koinon.events.views import scans
from tests import factories
from tests.browser import DESK, PHONE, opened, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def day(live_server, settings, tmp_path):
    """A conference that goes on: one session, three who come, one who withdrew; who organises, who keeps the door."""
    settings.KOINON_URL, settings.CSRF_TRUSTED_ORIGINS = live_server.url, [live_server.url]
    settings.KOINON_DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "files"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # whatever was collected elsewhere
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    scans._worker.cache_clear()
    begins = timezone.now() - timedelta(hours=6)
    event = factories.event(slug="conference", starts_at=begins, ends_at=begins + timedelta(hours=7))
    factories.eventsession(event=event, starts_at=begins, ends_at=event.ends_at, names={"en": "Plenary"})
    organiser, keeper = factories.person(name="Anna"), factories.person(name="Petrit")
    factories.helper(event=event, person=organiser)
    factories.helper(event=event, person=keeper, role="door")
    names = ("Ѓорѓи Ќосев", "Arta Hoxha", "Žydrė Šimkutė")
    people = [factories.registration(event=event, name=name) for name in names]
    gone = factories.registration(event=event, state="withdrawn")
    return SimpleNamespace(
        url=live_server.url, event=event, organiser=organiser, keeper=keeper, people=people, gone=gone
    )  # fmt: skip


@pytest.fixture
def enter(browser):
    """enter(person, url, …) -> a page of somebody who is signed in; without a person of nobody."""
    contexts = []

    def take(person, url, viewport=PHONE, using=browser, **options):
        context = using.new_context(viewport=viewport, reduced_motion="reduce", locale="en-GB", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend="koinon.accounts.adapter.Backend")
            context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": url}])
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def look(page):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def open_door(page, day):
    page.goto(f"{day.url}/events/conference/door/")
    expect(page.locator("#door")).to_be_visible()
    expect(page.locator("#door-list")).to_contain_text("On the list of this device: 3")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.open('koinon-door').then((kept) => kept.match('/events/conference/door/')).then(Boolean)"
    )


def scan(page, text, said):
    page.get_by_label("Code or name").fill(text)
    page.get_by_label("Code or name").press("Enter")
    expect(page.locator("#door-said")).to_contain_text(said)


def backdate(people, hours):
    """What was scanned now was scanned hours ago: a day in a second. The table itself never allows it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_scan DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE events_scan SET at = at - make_interval(hours => %s) "
            "WHERE way = 'in' AND registration_id = ANY(%s)",
            [hours, [row.pk for row in people]],
        )
        cursor.execute("ALTER TABLE events_scan ENABLE TRIGGER USER")


def test_a_day_is_scanned_without_a_connection_and_certificates_go_out(day, enter):
    page = enter(day.keeper, day.url)
    open_door(page, day)
    look(page)
    first, second, third = day.people

    page.context.set_offline(True)
    page.goto(f"{day.url}/events/conference/door/")
    expect(page.get_by_text("There is no connection.")).to_be_visible()
    look(page)
    scan(page, codes.text(first), "Ѓорѓи Ќосев is in")
    scan(page, codes.text(first), "counted once")
    scan(page, day.gone.code, "no place")
    scan(page, "0123456789abcdef0123456789abcdef", "not on the list of this device")
    page.get_by_label("Code or name").fill("zydre")
    page.get_by_role("button", name="In: Žydrė Šimkutė").click()
    expect(page.locator("#door-said")).to_contain_text("Žydrė Šimkutė is in")
    page.get_by_label("goes out").check()
    scan(page, codes.text(first), "Ѓорѓи Ќосев is out")
    expect(page.locator("#door-line")).to_contain_text("Waiting on this device to be sent: 4")
    look(page)
    waiting = page.evaluate("window.koinonDoor.all('scans')")
    assert not Scan.objects.exists()

    page.context.set_offline(False)
    page.goto(f"{day.url}/events/conference/door/")
    expect(page.locator("#door-line")).to_contain_text("Everything is sent.")
    expect(page.locator("#door-rows")).to_contain_text("Nobody is registered with this code")
    page.get_by_role("button", name="Understood").click()
    expect(page.locator("#door-rows > li")).to_have_count(0)
    assert Scan.objects.count() == 3
    _again(page, waiting)
    assert Scan.objects.count() == 3, "what is sent twice is one"

    backdate([first], 6)
    now = timezone.now()
    Event.objects.filter(pk=day.event.pk).update(state="over", ends_at=now, report_due_on=now.date())
    day.event.sessions.update(ends_at=now)
    attending.recount_event(event=str(day.event.pk))
    attending.certify_event(event=str(day.event.pk))
    states = [Registration.objects.get(pk=row.pk).state for row in day.people]
    assert states == ["attended", "missed", "attended"]
    paper = Certificate.objects.get()
    assert paper.registration == first
    numbers = {each.key: each.number for each in figures.of_event(Event.objects.get())}
    assert (numbers["attended"], numbers["missed"], numbers["certified"]) == (2, 1, 1)
    _organiser(day, enter)
    _stranger(day, enter, paper)
    assert third.pk != second.pk


def _again(page, waiting):
    """The same letter once more, as after an answer that was lost on the way."""
    said = page.evaluate(
        """async (items) => {
            const who = await (await fetch("/events/conference/scans/")).json();
            const body = JSON.stringify({device: crypto.randomUUID(), now: new Date().toISOString(), items});
            const headers = {"Content-Type": "application/json", "X-CSRFToken": who.token};
            return (await fetch("/events/conference/scans/", {method: "POST", body, headers})).json();
        }""",
        waiting,
    )
    assert sorted(each["state"] for each in said["items"]) == ["refused", "taken", "taken", "taken"]


def _organiser(day, enter):
    """Whoever organises decides about the check-out that is missing, and sees the figure with its list."""
    for viewport in (PHONE, DESK):
        page = enter(day.organiser, day.url, viewport)
        for name in ("presence", "certificates", "online", "name-badges", "door"):
            page.goto(f"{day.url}/events/conference/{name}/")
            look(page)
        page.goto(f"{day.url}/attendance/")
        look(page)
    page.goto(f"{day.url}/events/conference/presence/")
    page.get_by_label("Only the minutes that are certain").check()
    page.locator("form[action$='/many/decide/']").get_by_label("Why").fill("Nobody saw her leave")
    page.get_by_role("button", name="Decide for all of them").click()
    expect(page.get_by_text("Decided for 1 person.")).to_be_visible()
    page.get_by_role("link", name="Certified", exact=True).first.click()
    expect(page.get_by_role("link", name="Ѓорѓи Ќосев")).to_be_visible()
    page.get_by_role("link", name="Ѓорѓи Ќосев").click()
    look(page)


def _stranger(day, enter, paper):
    page = enter(None, day.url)
    page.goto(f"{day.url}/certificates/{paper.code}/")
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    look(page)
    page.goto(day.url + papers.page_of(paper))
    expect(page.get_by_role("link", name="Open the paper (PDF)")).to_be_visible()
    look(page)


def test_who_keeps_the_door_no_more_keeps_no_names(day, enter):
    page = enter(day.keeper, day.url)
    open_door(page, day)
    page.reload()
    expect(page.locator("#door-list")).to_contain_text("On the list of this device: 3")
    day.event.helpers.filter(person=day.keeper).delete()
    assert page.goto(f"{day.url}/events/conference/door/").status == 404
    names = """new Promise((done) => {
        const request = indexedDB.open("koinon-door", 1);
        request.onsuccess = () => {
            const rows = request.result.transaction("lists").objectStore("lists").getAll();
            rows.onsuccess = () => done(rows.result.length);
        };
    })"""
    page.wait_for_function(f"{names}.then((number) => number === 0)")


def test_the_door_opens_without_script(day, enter):
    page = enter(day.keeper, day.url, java_script_enabled=False)
    page.goto(f"{day.url}/events/conference/door/")
    expect(page.locator("#door")).to_be_hidden()
    page.get_by_role("button", name="In: Arta Hoxha").click()
    expect(page.get_by_text("Arta Hoxha is in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Out: Arta Hoxha")).to_be_visible()
    assert Scan.objects.get().source == "hand"


def test_a_camera_reads_the_code(day, enter, browser, tmp_path):
    """The browser is given a film of a code instead of a camera; the reader that we bring along finds it."""
    film = tmp_path / "code.mjpeg"
    film.write_bytes(_picture(codes.text(day.people[0])))
    arguments = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with opened(browser.browser_type, *arguments, f"--use-file-for-fake-video-capture={film}") as seeing:
        page = enter(day.keeper, day.url, using=seeing, permissions=["camera"])
        open_door(page, day)
        page.get_by_role("button", name="Scan with the camera").click()
        expect(page.locator("#door-said")).to_contain_text("Ѓорѓи Ќосев is in")
        expect(page.locator("#door-line")).to_contain_text("Everything is sent.")
        look(page)
        page.get_by_role("button", name="Stop the camera").click()
        expect(page.locator("#door-video")).to_be_hidden()
        page.context.close()
    assert Scan.objects.get().way == "in"


def _picture(text):
    """One JPEG with a code in the middle."""
    import io

    import segno
    from PIL import Image

    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("RGB")
    whole = Image.new("RGB", (640, 480), "white")
    whole.paste(code.resize((400, 400)), (120, 40))
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_whoever_signs_out_leaves_no_names_and_loses_no_scan(day, enter):
    """Also in another tab that stands open; the next who looks after the door sends what waits."""
    page = enter(day.keeper, day.url)
    open_door(page, day)
    other = page.context.new_page()
    other.goto(f"{day.url}/events/conference/door/")
    expect(other.locator("#door-list")).to_contain_text("On the list of this device: 3")
    page.context.set_offline(True)
    scan(page, codes.text(day.people[1]), "Arta Hoxha is in")
    for tab in (page, other):
        tab.route("**/scans/", lambda route: route.abort())  # nothing is sent before they leave
    page.context.set_offline(False)

    page.goto(f"{day.url}/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{day.url}/")
    assert "koinon-door" not in page.evaluate("caches.keys()")
    expect(other.locator("#door-list")).to_contain_text("There is no list of names")
    expect(other.locator("#door-rows")).not_to_contain_text("Arta")
    kept = other.evaluate("Promise.all(['lists', 'scans'].map(window.koinonDoor.all))")
    assert kept[0] == []
    assert [(each["code"], each["name"], each["state"]) for each in kept[1]] == [
        (day.people[1].code, day.people[1].code, "waiting")
    ]
    other.close()

    client = Client()
    client.force_login(day.organiser, backend="koinon.accounts.adapter.Backend")
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": day.url}])
    page.unroute("**/scans/")
    page.goto(f"{day.url}/events/conference/door/")
    expect(page.locator("#door-line")).to_contain_text("Everything is sent.")
    assert Scan.objects.get().registration_id == day.people[1].pk


def test_signing_out_without_ever_having_been_at_a_door_goes_to_the_front_page(day, enter):
    page = enter(day.keeper, day.url)
    page.goto(f"{day.url}/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{day.url}/")
    assert "koinon-door" not in str(page.evaluate("indexedDB.databases()"))
