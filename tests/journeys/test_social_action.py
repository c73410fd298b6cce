"""Social action from the call to the public result.

A team across two cities writes its plan on a phone; a jury of which one is too near; a choice with words for everybody;
a small grant that two approve; a check-in with a photo, a receipt, a look back; what a stranger reads in the end.
"""

import io
import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from playwright.sync_api import expect

from koinon.projects.models import Call, Judgement, SmallGrant
from tests import factories
from tests.browser import PHONE
from tests.journeys.walk import link_in

pytestmark = pytest.mark.django_db(transaction=True)
CALL, PLAN = "/calls/small-actions/", "/projects/a-roof-for-the-bus-stop/"
BO = "bo@example.org"


@pytest.fixture
def action(house):
    """Who runs the call, and the coordinator; who is asked to be a juror or supervisor; who leads the two teams."""
    network = factories.network(slug="lakes", is_public=True)
    runs = factories.member(network, names={"en": "House of youth"})
    people = {name: factories.person(name=name) for name in ("Jana", "Jon", "Kim", "Petra", "Ana", "Dora")}
    milos, vera = factories.representative(runs, name="Milos"), factories.coordinator(network, name="Vera")
    return SimpleNamespace(network=network, Milos=milos, Vera=vera, **people)


def test_from_the_call_to_what_everybody_reads(action, house, visit):
    milos = visit(who=action.Milos.email)
    _calls(milos, action, house, visit)
    ana = visit(PHONE, who=action.Ana.email)
    bo = _plans(ana, house, visit)
    other = _another_team(action)
    _to_the_jury(milos)
    _judge(visit, action, other)
    _decides(milos, other)
    _is_told(ana, house, visit, action, other)
    petra = _begins(milos, ana, house, visit, action)
    _granted(milos, ana, visit, action)
    _does(ana, bo, petra)
    _accounts(milos, ana)
    _looks_back(ana, petra)
    _is_read(visit)


def _fill(walk, form="main form.k-form", **said):
    for name, value in said.items():
        walk.page.locator(form).first.locator(f"[name={name}]").fill(str(value))


def _day(days):
    return (date.today() + timedelta(days=days)).isoformat()


def _within(walk, words):
    """Open what is folded under these words; gives the form in it."""
    folded = walk.page.locator("main details", has=walk.page.locator("summary", has_text=words))
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()
    return folded


def _calls(milos, action, house, visit):
    """Written, with what the jury looks at and who sits in it, and opened."""
    milos.go("/networks/lakes/calls/new/")
    days = {"closes_on": _day(7), "decides_on": _day(30)}
    _fill(milos, name="Small actions", about="For teams of two or more.", budget="900", most_grant="200", **days)
    milos.submit()
    milos.is_at(f"{CALL}desk/")
    for name, weight in (("Is it needed?", 1), ("Can it be done?", 2)):
        folded = _within(milos, "Add a criterion")
        folded.locator("[name=name]").fill(name)
        folded.locator("[name=weight]").fill(str(weight))
        milos.press("Add the criterion")
    for person in (action.Jana, action.Jon, action.Kim):
        folded = _within(milos, "Name a juror")
        folded.locator("[name=email]").fill(person.email)
        milos.press("Send the invitation", within=folded)
        _agrees(person, house, visit)
    milos.page.reload()
    expect(milos.page.locator("#jury li")).to_have_count(3)
    milos.press("Open the call")
    milos.told("Teams may hand in plans from now on.")


def _agrees(person, house, visit):
    """Yes by the link of the letter, without a script and without signing in before."""
    phone = visit(PHONE, javascript=False)
    phone.go(link_in(house.wait_for_letter(person.email), "/project-letters/"))
    phone.press("Yes, I want to")


def _plans(ana, house, visit):
    """One field to begin; somebody of another city joins by a letter, without a script; then nothing is missing."""
    ana.go(CALL)
    ana.follow("Write down an idea")
    _fill(ana, idea="A roof for the bus stop\nPeople of two towns wait in the rain.")
    ana.submit()
    ana.is_at(f"{PLAN}plan/")
    ana.sees("A team has at least two people")
    ana.go(f"{PLAN}team/")
    _fill(ana, email=BO)
    ana.press("Send the invitation")
    bo = visit(PHONE, javascript=False)
    bo.go(link_in(house.wait_for_letter(BO), "/project-invitations/"))
    _fill(bo, name="Bo")
    bo.press("Accept")
    ana.go(f"{PLAN}plan/")
    said = {"people": "Everybody who takes the bus.", "measure": "We count who waits under it."}
    _fill(ana, **said, starts_on=_day(-1), ends_on=_day(60))
    ana.submit()
    _parts(ana, bo)
    ana.go(f"{PLAN}plan/")
    ana.sees("Nothing is missing")
    ana.go(PLAN)
    ana.press("Hand it in")
    ana.told("Handed in.")
    return bo


def _parts(ana, bo):
    """Ana writes a risk and the money, Bo the step that is his."""
    risks, budget, steps = (f"main form[action$='/plan/{part}/']" for part in ("risks", "budget", "steps"))
    ana.go(f"{PLAN}plan/")
    _fill(ana, risks, title="The permit is late", answer="We build a bench first.")
    ana.press("Add the risk")
    _fill(ana, budget, title="Wood", amount="200")
    ana.press("Add the line")
    bo.go(f"{PLAN}plan/")
    _fill(bo, steps, title="Ask the municipality", due_on=_day(20))
    bo.page.locator(steps).locator("[name=who]").select_option(label="Bo")
    bo.press("Add the step")


def _another_team(action):
    call = Call.objects.get()
    facts = {"problem": "No books.", "people": "Children.", "measure": "Books are read."}
    days = {"starts_on": date.today(), "ends_on": date.today() + timedelta(days=60)}
    return factories.project(
        call=call, title="Books on wheels", slug="books", lead=action.Dora, state="submitted", **facts, **days
    )


def _to_the_jury(milos):
    """A week later: the last day has passed."""
    Call.objects.update(closes_on=date.today() - timedelta(days=1))
    milos.go(f"{CALL}desk/")
    milos.press("Give the plans to the jury")
    milos.told("The jury has the plans now")


def _judge(visit, action, other):
    """Jana and Kim score both plans, Jana without a script; Jon says that he is too near to one of them."""
    for person, has_script in ((action.Jana, False), (action.Kim, True)):
        juror = visit(PHONE, javascript=has_script, who=person.email)
        for title, points in (("A roof for the bus stop", "5"), (other.title, "2")):
            _scores(juror, title, points)
    jon = visit(PHONE, who=action.Jon.email)
    _scores(jon, other.title, "3")
    jon.go(f"{CALL}judging/")
    jon.follow("A roof for the bus stop", within=jon.main)
    folded = _within(jon, "I am too near to this team to be fair")
    folded.locator("[name=why]").fill("Bo is my cousin.")
    jon.press("I do not score this plan")
    jon.go(f"{CALL}judging/")
    jon.follow("A roof for the bus stop", within=jon.main)
    jon.sees("You do not score this plan")
    assert not jon.page.get_by_role("button", name="Give points").count()
    assert Judgement.objects.filter(state="given").count() == 5


def _scores(juror, title, points):
    juror.go(f"{CALL}judging/")
    juror.follow(title, within=juror.main)
    for field in juror.page.locator("main [name^=points_]").all():
        field.fill(points)
    _fill(juror, words=f"Words of a juror for {title}.")
    juror.press("Give points")


def _decides(milos, other):
    """Nobody is told anything before there are words for everybody."""
    milos.go(f"{CALL}desk/")
    milos.press("The jury has finished")
    rows = milos.page.locator("main tbody tr")
    expect(rows.first).to_contain_text("A roof for the bus stop")
    expect(rows.first).to_contain_text("1 conflict")
    yes, no = ("approved", "You know your street."), ("rejected", "Ask twice.")
    choices = {"A roof for the bus stop": yes, other.title: no}
    for number, (title, (verdict, feedback)) in enumerate(choices.items()):
        if number:
            milos.press("Tell all teams")
            milos.sees(f"Still to decide: {other.title}.")
        milos.follow("Decide", within=rows.filter(has_text=title))
        milos.page.locator(f"[name=verdict][value={verdict}]").check()
        _fill(milos, feedback=feedback)
        milos.submit()
    milos.press("Tell all teams")
    milos.told("Every team was told, with your words.")


def _is_told(ana, house, visit, action, other):
    """A yes and a no at the same moment; jurors' words have no names."""
    for person in (action.Ana, action.Dora):
        assert house.wait_for_letter(person.email)
    ana.go(PLAN)
    ana.sees("You know your street.")
    ana.sees("Words of a juror for A roof for the bus stop.")
    dora = visit(PHONE, who=action.Dora.email)
    dora.go(f"/projects/{other.slug}/")
    dora.sees("Ask twice.")
    dora.sees("Words of a juror for Books on wheels.")
    for name in ("Jana", "Kim", "Jon"):
        assert name not in ana.text() + dora.text()


def _begins(milos, ana, house, visit, action):
    milos.go(PLAN)
    folded = _within(milos, "Name a supervisor")
    folded.locator("[name=email]").fill(action.Petra.email)
    milos.press("Send the invitation", within=folded)
    _agrees(action.Petra, house, visit)
    ana.go(PLAN)
    ana.press("We begin")
    return visit(PHONE, who=action.Petra.email)


def _granted(milos, ana, visit, action):
    """Asked for, approved by one, not twice by the same, approved by another, paid outside."""
    ana.go(f"{PLAN}grants/")
    _fill(ana, amount="250", purpose="Wood and screws")
    ana.submit()
    ana.sees("This call gives your team at most")
    _fill(ana, amount="200")
    ana.submit()
    grant = f"/small-grants/{SmallGrant.objects.get().pk}/"
    milos.go(grant)
    milos.press("Approve")
    milos.go(grant)
    milos.sees("You have approved it. Now another person must.")
    vera = visit(who=action.Vera.email)
    vera.go(grant)
    vera.press("Approve")
    _fill(vera, paid_on=_day(0), reference="Bank 17")
    vera.press("It was paid")
    assert SmallGrant.objects.get().state == "paid"


def _picture():
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return {"name": "roof.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _does(ana, bo, petra):
    """A tick without a script, a few words with a photo that may be shown, an answer."""
    bo.go(PLAN)
    bo.page.locator("main form[action*='/project-parts/tick/'] button").first.click()
    bo.arrive()
    ana.go(f"{PLAN}check-ins/")
    ana.page.locator("[name=mood][value=well]").check()
    _fill(ana, text="The roof stands.", reached="40")
    folded = _within(ana, "Photo 1")
    folded.locator("[name=photo_1]").set_input_files(_picture())
    folded.locator("[name=alt_1]").fill("A roof of wood over a bench")
    folded.locator("[name=agreed_1]").check()
    ana.press("Send", exact=True)
    petra.go(f"{PLAN}check-ins/")
    expect(petra.page.get_by_alt_text("A roof of wood over a bench")).to_be_visible()
    folded = _within(petra, "Answer")
    folded.locator("[name=words]").fill("Well done!")
    petra.press("Answer", within=folded, exact=True)
    petra.sees("Well done!")


def _accounts(milos, ana):
    """A receipt of 180 and 20 back are the 200; only then it can be closed."""
    grant = f"/small-grants/{SmallGrant.objects.get().pk}/"
    ana.go(grant)
    form = "main form[action$='/receipt/']"
    _fill(ana, form, title="Wood", amount="180", spent_on=_day(0))
    ana.page.locator(form).locator("[name=file]").set_input_files(_picture())
    ana.press("Add the receipt")
    ana.press("These are all receipts")
    milos.go(grant)
    milos.press("Accept", within=milos.page.locator("main tr", has_text="Wood"))
    milos.press("Close the grant")
    milos.sees("are not accounted for")
    folded = _within(milos, "Money came back")
    _fill(milos, "main form[action$='/back/']", amount="20", returned_on=_day(0), reference="Bank 18")
    milos.press("Note it", within=folded)
    milos.press("Close the grant")
    assert SmallGrant.objects.get().state == "closed"


def _looks_back(ana, petra):
    ana.go(PLAN)
    folded = _within(ana, "The work is done")
    ana.press("The work is done", within=folded)
    ana.is_at(f"{PLAN}reflection/")
    _fill(ana, came="Nobody waits in the rain.", measured="40 people counted.", reached="40")
    ana.submit()
    petra.go(f"{PLAN}reflection/")
    petra.press("Accept, the project is finished")
    ana.go(f"{PLAN}result/")
    _fill(ana, result="Nobody waits in the rain any more.")
    ana.page.locator("[name=is_public]").check()
    ana.submit()
    ana.told("Everybody may read it now.")


def _is_read(visit):
    """A stranger without a script reads the result with its photo and its number, and no name; so do machines."""
    stranger = visit(PHONE, javascript=False)
    stranger.go(PLAN)
    stranger.sees("Nobody waits in the rain any more.")
    expect(stranger.page.get_by_alt_text("A roof of wood over a bench")).to_be_visible()
    reached = stranger.page.locator("dl.k-facts > div", has_text="People reached").locator("dd")
    expect(reached).to_have_text("40")
    for name in ("Ana", "Bo", "Petra", "Milos"):
        assert name not in stranger.text().split()
    facts = json.loads(stranger.page.locator("script[type='application/ld+json']").inner_text())
    assert (facts["@type"], facts["name"]) == ("Project", "A roof for the bus stop")
    stranger.go("/networks/lakes/projects/")
    stranger.sees("A roof for the bus stop")
