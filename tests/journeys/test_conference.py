"""A conference fills, the waiting list moves, the day is scanned offline, certificates go out, the indicator is right.

Who comes has a phone; one has an account nowhere and no script, one waits and comes from the line, one came too short,
one not at all. Places, minutes and figures are never written by the journey: only days pass.
"""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from koinon.events.clock import attending, events, registering
from koinon.events.models import Event, EventSession
from koinon.events.queries import figures
from tests import factories
from tests.browser import PHONE, opened
from tests.journeys.conftest import window
from tests.journeys.walk import Walk, link_in

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/events/conference/"
HOURS = timedelta(hours=1)


@pytest.fixture
def conference(house):
    """A public conference of two sessions in a month; who organises it, who keeps its door, who would like to come."""
    network = factories.network(is_public=True)
    home = factories.member(network, names={"en": "House of hubs"})
    event = factories.event(
        slug="conference", admits_guests=True, network=network, organisation=home, venue="Town hall"
    )
    for name, begins, ends in (("Morning", 0, 3), ("Afternoon", 4, 6)):
        times = {"starts_at": event.starts_at + begins * HOURS, "ends_at": event.starts_at + ends * HOURS}
        factories.eventsession(event=event, names={"en": name}, **times)
    people = {name: factories.person(name=name) for name in ("Anna", "Petrit", "Arta", "Žydrė", "Maro", "Eleni")}
    factories.helper(event=event, person=people["Anna"])
    factories.helper(event=event, person=people["Petrit"], role="door")
    return SimpleNamespace(network=network, event=event, **people)


def test_from_the_first_registration_to_the_figure(conference, house, visit, browser, tmp_path):
    anna = visit(who=conference.Anna.email)
    _says_how_many(anna, 4)
    arta = _member(visit, conference.Arta)
    gjorgji = _guest(visit, house, "Ѓорѓи Ќосев", "gjorgji@example.org", javascript=False)
    _member(visit, conference.Žydrė)
    maro = _member(visit, conference.Maro)
    maro.told("You have a place.")
    gjorgji.sees("Confirmed")

    nikos = _guest(visit, house, "Νίκος Παππάς", "nikos@example.org")
    nikos.sees("You are number 1 in line")
    eleni = _member(visit, conference.Eleni)
    eleni.sees("You are number 2 in line")
    _places(anna, "4 of 4", waiting="2")
    _moves(visit, house, maro, eleni)
    _places(anna, "4 of 4", waiting="1")

    codes = [_code(walk) for walk in (arta, _again(nikos), gjorgji)]
    film = tmp_path / "code.mjpeg"
    film.write_bytes(_filmed(arta))
    now = _the_day_comes(conference.event)
    _offline(house, browser, conference.Petrit, codes, film, now)
    _the_day_ends(conference.event, house)

    eleni.page.reload()
    eleni.sees("Ended without a place")
    assert "nobody gave a place back in time" in house.wait_for_letter(conference.Eleni.email)
    gjorgji.go(gjorgji.page.url)
    gjorgji.sees("Minutes attended: 180 of 300. That is not enough: 240 are needed.")
    _papers(visit, house, arta)
    _figures(anna, conference)
    _report(anna, visit, conference.Eleni)


def _says_how_many(anna, number):
    anna.go(f"{HERE}places/")
    anna.page.locator("[name=rule][value=all]").check()
    anna.page.locator("[name=places]").fill(str(number))
    anna.submit()
    _places(anna, f"0 of {number}", waiting="0")


def _places(anna, taken, waiting):
    anna.go(f"{HERE}places/")
    row = anna.page.locator("main tbody tr")
    expect(row.locator("td").first).to_have_text(taken)
    expect(row.locator("[data-label='Wait for it']")).to_have_text(waiting)


def _member(visit, person):
    """One tap."""
    walk = visit(PHONE, who=person.email)
    walk.go(HERE)
    walk.press("Register", within=walk.main, exact=True)
    return walk


def _guest(visit, house, name, email, javascript=True):
    """A form, and one tap in the letter."""
    walk = visit(PHONE, javascript=javascript)
    walk.go(HERE)
    walk.press("Register", "link", within=walk.main, exact=True)
    walk.page.get_by_label("Name", exact=True).fill(name)
    walk.page.get_by_label("E-mail").fill(email)
    walk.press("Register", within=walk.main, exact=True)
    walk.sees("Please look into your mail")
    walk.go(link_in(house.wait_for_letter(email), "/registrations/as/"))
    walk.press("Confirm my registration")
    return walk


def _moves(visit, house, maro, eleni):
    """Who cannot come says so; the next in line hears it by a letter, and says yes by its link, without a script."""
    before = len(house.letters())
    maro.page.locator("summary", has_text="I cannot come").click()
    maro.press("Withdraw my registration")
    maro.told("You are no longer registered.")
    phone = visit(PHONE, javascript=False)
    offer = link_in(house.wait_for_letter("nikos@example.org", after=before), "/events/offers/")
    phone.go(offer)
    phone.sees("This place is kept for you until")
    phone.press("Yes, I come")
    phone.sees("You have a place")
    phone.go(offer)
    assert not phone.page.get_by_role("button", name="Yes, I come").count(), "an offer is answered once"
    eleni.page.reload()
    eleni.sees("You are number 1 in line")


def _again(walk):
    walk.go(walk.page.url)
    return walk


def _code(walk):
    return walk.page.locator("#code .k-codes").inner_text()


def _filmed(walk):
    """What a camera sees that is held over somebody's phone: one picture of the code on their page."""
    shown = walk.page.locator("#code svg").screenshot(type="png")
    whole = Image.new("RGB", (640, 480), "white")
    whole.paste(Image.open(io.BytesIO(shown)).convert("RGB").resize((400, 400)), (120, 40))
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=95)
    return out.getvalue()


def _the_day_comes(event):
    """It began six hours ago, and ends in an hour; both sessions have been."""
    now = timezone.now()
    begins = now - 6 * HOURS
    Event.objects.filter(pk=event.pk).update(starts_at=begins, ends_at=now + HOURS)
    for name, first, last in (("Morning", 0, 3), ("Afternoon", 4, 6)):
        times = {"starts_at": begins + first * HOURS, "ends_at": begins + last * HOURS}
        EventSession.objects.filter(event=event, names__en=name).update(**times)
    return now


def _offline(house, browser, keeper, codes, film, now):
    """The door without a connection; the phone's own clock goes through the day, and all is sent in the evening."""
    arguments = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with opened(browser.browser_type, *arguments, f"--use-file-for-fake-video-capture={film}") as seeing:
        context = window(seeing, viewport=PHONE)
        context.grant_permissions(["camera"])
        door = Walk(house, context, javascript=True)
        door.sign_in(keeper.email)
        _opens(door)
        _, nikos, gjorgji = codes
        _films(door, now - timedelta(hours=6, minutes=5), "Morning", "in", "Arta is in")
        _types(door, now - timedelta(hours=5, minutes=40), "in", nikos, "Νίκος Παππάς is in")
        _types(door, now - timedelta(hours=5, minutes=40), "in", nikos, "counted once")
        _types(door, now - timedelta(hours=6, minutes=2), "in", gjorgji, "Ѓорѓи Ќосев is in")
        for code in codes:
            _types(door, now - timedelta(hours=2, minutes=58), "out", code, "is out")
        _films(door, now - timedelta(hours=2, minutes=3), "Afternoon", "in", "Arta is in")
        _types(door, now - timedelta(hours=2, minutes=1), "in", nikos, "is in")
        for code in codes[:2]:
            _types(door, now, "out", code, "is out")
        expect(door.page.locator("#door-line")).to_contain_text("Waiting on this device to be sent: 10")
        door.look()
        context.set_offline(False)
        door.page.clock.set_fixed_time(timezone.now())
        door.go(f"{HERE}door/")
        expect(door.page.locator("#door-line")).to_contain_text("Everything is sent.")
        door.look()
        context.close()


def _opens(door):
    door.go(f"{HERE}door/")
    expect(door.page.locator("#door-list")).to_contain_text("On the list of this device: 4")
    door.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = f"caches.open('koinon-door').then((kept) => kept.match('{HERE}door/')).then(Boolean)"
    door.page.wait_for_function(kept)
    door.context.set_offline(True)
    door.go(f"{HERE}door/")
    door.sees("There is no connection.")


def _stands(door, at, way, session=""):
    """The phone's clock, and what is chosen on it."""
    door.page.clock.set_fixed_time(at)
    if session:
        chosen = door.page.locator("#door-session")
        chosen.select_option(label=chosen.locator("option", has_text=session).inner_text())
    door.page.locator(f"#door-{way}").check()


def _films(door, at, session, way, said):
    _stands(door, at, way, session)
    door.page.get_by_role("button", name="Scan with the camera").click()
    expect(door.page.locator("#door-said")).to_contain_text(said)
    door.page.get_by_role("button", name="Stop the camera").click()


def _types(door, at, way, code, said):
    _stands(door, at, way)
    door.page.get_by_label("Code or name").fill(code)
    door.page.get_by_label("Code or name").press("Enter")
    expect(door.page.locator("#door-said")).to_contain_text(said)


def _the_day_ends(event, house):
    """Its last moment has passed; what the clock does every quarter of an hour and every hour."""
    Event.objects.filter(pk=event.pk).update(ends_at=timezone.now())
    for tick in (events.end_events, attending.settle_ended, registering.turn_registrations):
        tick(0)
    house.work()
    assert Event.objects.get(pk=event.pk).state == "over"


def _papers(visit, house, arta):
    """A guest finds the paper by the letter, a member on her page; a stranger checks what the paper says."""
    holder = visit(PHONE)
    holder.go(link_in(house.wait_for_letter("nikos@example.org"), "/certificates/"))
    holder.sees("Νίκος Παππάς")
    paper = holder.page.locator("main a.btn-primary").get_attribute("href")
    answer = holder.context.request.get(house.url + paper)
    assert answer.body().startswith(b"%PDF")
    stranger = visit(PHONE, javascript=False)
    stranger.go(holder.page.url.partition("?")[0])
    stranger.sees("Check of a certificate")
    stranger.sees("Valid")
    stranger.sees("Νίκος Παππάς")
    assert stranger.page.locator("main a[href$='.pdf']").count() == 0, "the paper is the holder's"
    arta.page.reload()
    arta.press("Open my certificate", "link")
    arta.sees("5 h")


def _shown(walk, selector="main dl.k-figures"):
    """Label: number, as a list of figures shows them."""
    pairs = walk.page.locator(f"{selector} > div").all()
    return {each.locator("dt").inner_text(): each.locator("dd").inner_text() for each in pairs}


def _figures(anna, conference):
    """One did not come, one came too short, two are certified: wherever it is counted, and with the list behind it."""
    anna.go(f"{HERE}presence/")
    assert _shown(anna) == {
        "With a place": "4", "Attended": "3", "Did not come": "1", "Hours attended, all together": "12",
        "Certified": "2", "Revoked": "0",
    }  # fmt: skip
    anna.follow("Did not come", within=anna.main)
    expect(anna.page.locator("main tbody tr")).to_have_count(1)
    anna.sees("Žydrė")
    anna.go("/attendance/")
    assert _shown(anna) == {
        "Events with attendance": "1", "Times attended": "3", "Different people": "3", "Certificates in force": "2",
        "Different people certified": "2",
    }  # fmt: skip
    counted = figures.indicator(network=conference.network)
    assert counted == figures.Counted(events=1, participations=3, people=3, certificates=2, certified=2)


def _report(anna, visit, eleni):
    """The report says the same, and so does what others read of it."""
    anna.go(f"{HERE}report/")
    anna.press("Draft the report")
    anna.page.get_by_label("What happened, and what came of it").fill("A day of talks, and a plan for the spring.")
    anna.press("Save", within=anna.main, exact=True)
    anna.press("Publish the report")
    expected = {"Registered": "6", "Attended": "3", "Did not come": "1", "Certificates of attendance": "2"}
    assert expected.items() <= _shown(anna, "#figures dl.k-facts").items()
    reader = visit(PHONE, javascript=False, who=eleni.email)
    reader.go(HERE)
    assert expected.items() <= _shown(reader, "#report dl.k-facts").items()
