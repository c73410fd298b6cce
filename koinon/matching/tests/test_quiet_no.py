"""A quiet no cannot be told from waiting: pages, desk, letters, feeds, exports, chronicle and questions, day by day.

Side A has said yes. In some worlds side B says nothing, in others no or later, or it changes its mind; everything
that A and the coordinator can lay hands on is collected on each simulated day, and is the same, byte for byte.
"""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from koinon.accounts.lends import everything
from koinon.accounts.models import Notice
from koinon.accounts.seams import calendar_entries, data_of, desk_items, desk_near, desk_news
from koinon.kit import search
from koinon.kit.models import Statement
from koinon.matching.actions import introductions
from koinon.matching.clock import daily_introductions
from koinon.matching.models import Answer, Introduction
from tests import factories

pytestmark = pytest.mark.django_db

DAYS = (0, 1, 8, 22, 31, 45)
"""Days after the proposal: the reminders, the last day, the closing, a while after."""

WHEN = re.compile(r'<time datetime="[^"]*"( title="[^"]*")?>[^<]*</time>|datetime.datetime\([^)]*\)\)?')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|/by-letter/[^/"\s]+/')
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")
ANY_LINK = re.compile(r"eyJ[\w:.-]+|\.eJ[\w:.-]+|[\w-]{60,}(:[\w-]+)*")


@pytest.fixture
def clock(monkeypatch):
    """clock(day) -> today is that day, half past seven, for everything that asks."""

    def at(day):
        class Today(date):
            @classmethod
            def today(cls):
                return cls(day.year, day.month, day.day)

        from koinon.matching.actions import introductions as verbs
        from koinon.matching.actions import outcomes
        from koinon.matching.clock import introductions as jobs

        for module in (verbs, jobs, outcomes):
            monkeypatch.setattr(module, "date", Today)

    return at


def plain(text, names):
    """Without ids, tokens and the words of the clock on the wall, which differ from world to world by chance."""
    for pattern, word in ((TOKEN, "TOKEN"), (WHEN, "WHEN"), (UUID, "ID"), (ANY_LINK, "LINK")):
        text = pattern.sub(word, text)
    for name, stands_for in names.items():
        text = text.replace(name, stands_for)
    return text


def everything_of(world, person, *, is_staff=False):
    """All that a person can lay hands on, made comparable."""
    paths = ["/desk/", "/introductions/", f"/introductions/{world.row.pk}/", "/listings/", "/accounts/data/"]
    home = f"/networks/{world.network.slug}/"
    paths += [home, f"{home}matches/", f"/organisations/{world.b.slug}/"]
    paths += [f"{home}introductions/"] if is_staff else []
    me = world.acting(person)
    client = world.enter(person)
    seen = {}
    for path in paths:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        seen[plain(path, world.names)] = (answer.status_code, len(asked), answer.content.decode())
    for name, seam in {"items": desk_items, "news": desk_news, "near": desk_near, "calendar": calendar_entries}.items():
        seen[name] = repr([[repr(each) for each in lent] for lent in seam.gather(me)])
    seen["data"] = repr([{key: len(rows) for key, rows in lent.items()} for lent in data_of.gather(person)])
    seen["acts"] = repr([(row["verb"], row["role"]) for row in everything(person)["acts"]])
    told = Notice.objects.filter(person=person).order_by("id")
    seen["notices"] = repr(list(told.values_list("kind", "title", "text")))
    letters = ProcrastinateJob.objects.filter(task_name="kit.deliver", args__to=person.email).order_by("id")
    seen["letters"] = repr([(job.args["subject"], job.args["text"], job.args["html"]) for job in letters])
    about = Statement.objects.filter(noun=world.row.pk).order_by("id")
    seen["chronicle of it"] = repr(list(about.values_list("verb", "role", "organisation", "counts")))
    public = Statement.objects.filter(network=world.network.pk).exclude(noun=None).order_by("id")
    seen["chronicle of the network"] = repr(list(public.values_list("verb", "kind")))
    found = search.find(scope=world.network.pk, kind="organisation", text="answer later no", language="en")
    seen["search"] = repr(found.total)
    return {key: plain(repr(value).replace("\\n", "\n"), world.names) for key, value in seen.items()}


class World:
    """One run of the story, in rows of its own."""

    def __init__(self, acting, enter, number):
        self.acting, self.enter = acting, enter
        self.network = factories.network(names={"en": "World"}, is_public=False)
        self.a = factories.member(self.network, names={"en": "House A"}, slug=f"house-a-{number}")
        self.b = factories.member(self.network, names={"en": "House B"}, slug=f"house-b-{number}")
        self.ann = factories.representative(self.a, name="Ann")
        self.ben = factories.representative(self.b, name="Ben")
        self.cora = factories.coordinator(self.network, name="Cora")
        need = factories.listing(network=self.network, organisation=self.a, side="need", title="A mentor")
        offer = factories.listing(network=self.network, organisation=self.b, side="offer", title="We advise")
        factories.match(need=need, offer=offer, reasons=[{"kind": "themes", "values": ["668"]}])
        self.names = {
            self.network.slug: "network", self.a.slug: "house-a", self.b.slug: "house-b",
            self.ann.email: "ann@", self.ben.email: "ben@", self.cora.email: "cora@",
        }  # fmt: skip
        self.row = introductions.broker(
            by=acting(self.cora), network=self.network, one=self.a, other=self.b, need=need, offer=offer,
            words_for_one="They advise.", words_for_other="They ask.",
        )  # fmt: skip

    def say(self, person, side, says):
        month = introductions.months_after(self.row.closes_on)[1] if says == "later" else None
        with CaptureQueriesContext(connection) as asked:
            introductions.answer(
                by=self.acting(person), introduction=self.row, organisation=side, says=says, again_on=month
            )
        return len(asked)


def run(acting, enter, clock, number, behaviour):
    """The story day by day; gives what Ann and Cora saw on each day, and how many questions Ann's yes asked."""
    start = date.today()
    clock(start)
    world = World(acting, enter, number)
    seen, asked = [], 0
    for after in DAYS:
        today = start + timedelta(days=after)
        clock(today)
        if after:
            daily_introductions(0)
            daily_introductions(0)
        if after == 1 and behaviour:
            world.row.refresh_from_db()
            for word in behaviour.split(" then "):
                world.say(world.ben, world.b, word)
        if after == 1:
            world.row.refresh_from_db()
            asked = world.say(world.ann, world.a, "yes")
        seen.append((after, everything_of(world, world.ann), everything_of(world, world.cora, is_staff=True)))
    world.row.refresh_from_db()
    return seen, asked, world


def test_a_quiet_no_cannot_be_told_from_waiting(acting, enter, clock):
    silent, asked, world = run(acting, enter, clock, 0, "")
    assert world.row.state == "closed"
    assert world.ben.email not in repr(silent)
    for number, behaviour in enumerate(("no", "later", "no then later", "later then no"), start=1):
        told, asked_then, world = run(acting, enter, clock, number, behaviour)
        for (after, ann, cora), (_, other_ann, other_cora) in zip(silent, told, strict=True):
            for who, one, other in (("Ann", ann, other_ann), ("Cora", cora, other_cora)):
                for key in one:
                    assert one[key] == other[key], f"{behaviour}: day {after}, what {who} sees: {key}"
        assert asked == asked_then, "saying yes asks the database the same number of questions"
        assert world.row.state == "closed"


def test_the_same_for_the_side_that_said_no(acting, enter, clock):
    """My no does not show to the other even after the close, and only my wish to come back stays with me."""
    _seen, _asked, world = run(acting, enter, clock, 0, "no")
    assert not Answer.objects.filter(introduction=world.row).exists()
    _seen, _asked, world = run(acting, enter, clock, 1, "later")
    assert list(Answer.objects.filter(introduction=world.row).values_list("organisation", "says")) == [
        (world.b.pk, "later")
    ]
    assert not Answer.objects.visible_to(acting(world.ann)).exists()
    assert not Answer.objects.visible_to(acting(world.cora)).exists()


def test_no_letter_at_an_odd_hour(acting, enter, clock):
    """What the other answers sends no letter at all, and no job, until both have said yes."""
    start = date.today()
    clock(start)
    world = World(acting, enter, 0)
    before = ProcrastinateJob.objects.count(), Notice.objects.count()
    for says in ("no", "later", "no", "yes"):
        world.say(world.ben, world.b, says)
        assert (ProcrastinateJob.objects.count(), Notice.objects.count()) == before


def test_contacts_open_on_two_times_yes_only(acting, enter, clock):
    clock(date.today())
    world = World(acting, enter, 0)

    def seen():
        return "".join(everything_of(world, world.ann).values())

    assert "ben@" not in seen()
    world.say(world.ann, world.a, "yes")
    assert "ben@" not in seen()
    for says in ("no", "later"):
        world.say(world.ben, world.b, says)
        assert "ben@" not in seen()
    assert "ann@" not in "".join(everything_of(world, world.ben).values()).replace(world.ben.email, "")
    world.say(world.ben, world.b, "yes")
    assert "ben@" in seen()
    world.row.refresh_from_db()
    assert world.row.state == "connected"


def test_a_page_of_the_other_never_loads_the_answer(acting, enter, clock, monkeypatch):
    """Not only is it not shown: no row of the other side's answer is ever read for a page of mine."""
    clock(date.today())
    world = World(acting, enter, 0)
    world.say(world.ben, world.b, "no")
    loaded = []
    make = Answer.from_db.__func__

    def watched(cls, db, names, values):
        loaded.append(dict(zip(names, values, strict=True)))
        return make(cls, db, names, values)

    monkeypatch.setattr(Answer, "from_db", classmethod(watched))
    everything_of(world, world.ann)
    everything_of(world, world.cora, is_staff=True)
    assert not loaded


def test_introductions_are_all_closed_on_the_same_day(acting, enter, clock):
    rows = [run(acting, enter, clock, number, word)[2].row for number, word in enumerate(("", "no", "later"))]
    assert {(row.state, row.closes_on) for row in rows} == {("closed", rows[0].closes_on)}
    assert Introduction.objects.filter(state="proposed").count() == 0
