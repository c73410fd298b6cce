"""The desk: whose turn, in the right order, at the same number of queries however much waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koinon.accounts import seams
from koinon.accounts.seams import DeskItem, NearItem, NewsItem
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(monkeypatch):
    """A desk to which only the test lends."""
    for seam in (seams.desk_items, seams.desk_news, seams.desk_near, seams.first_steps):
        monkeypatch.setattr(seam, "_lent", [])


def item(title, **facts):
    return DeskItem(title=title, url="/x/", kind="Application", **facts)


def page_of(client):
    return client.get(reverse("accounts:desk")).content.decode()


def test_mine_comes_first_and_the_nearest_deadline_on_top(bare, lend, enter, stranger):
    today = date.today()
    items = [
        item("no deadline, since long", is_mine=True, since=today - timedelta(days=90)),
        item("due later", is_mine=True, until=today + timedelta(days=9)),
        item("due soon", is_mine=True, until=datetime.now(UTC) + timedelta(days=1)),
        item("theirs", whose="Municipality of Serres", since=today, organisation="School of Velenje"),
        item("no deadline, since short", is_mine=True, since=timezone.now()),
    ]
    lend(seams.desk_items, lambda me: items)
    page = page_of(enter(stranger))
    order = ["due soon", "due later", "no deadline, since long", "no deadline, since short", "theirs"]
    assert [page.index(title) for title in order] == sorted(page.index(title) for title in order)
    assert "4 things wait for you" in page
    assert "Municipality of Serres" in page
    assert page.count("Your turn") >= 4


def test_news_are_the_newest_first_and_near_things_stand_aside(bare, lend, enter, stranger):
    now = timezone.now()
    rows = [NewsItem(f"News {n}", "/n/", now - timedelta(hours=n), kind="Reply") for n in range(20)]
    lend(seams.desk_news, lambda me: rows[::-1])
    lend(seams.desk_near, lambda me: [NearItem("A school near you", "/s/", text="12 km")])
    page = page_of(enter(stranger))
    assert page.index("News 0") < page.index("News 11")
    assert "News 12" not in page
    assert "12 km" in page


def test_an_empty_desk_teaches(enter, stranger):
    page = page_of(enter(factories.person(name="")))
    assert "Nothing waits for you today" in page
    assert "Here you will see whose turn it is" in page
    assert reverse("accounts:profile") in page


def test_one_and_three_items_cost_the_same(enter, stranger):
    client = enter(stranger)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            factories.notice(person=stranger, address="/desk/")
        page_of(client)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = page_of(client)
        counts.append(len(queries))
        assert page.count("Something happened") == (1 if number == 1 else 3)
    assert counts[0] == counts[1]


def test_a_desk_with_applications_costs_the_same_for_one_and_three(enter, vesa, network):
    client = enter(vesa)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            factories.application(network=network, organisation=factories.organisation(), state="submitted")
        page_of(client)
        with CaptureQueriesContext(connection) as queries:
            page_of(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_visitors_pay_no_query_for_the_head_of_the_page(visitor):
    visitor.get(reverse("accounts:ask_link"))
    with CaptureQueriesContext(connection) as queries:
        visitor.get(reverse("accounts:ask_link"))
    assert [query["sql"] for query in queries] == []


def test_titles_are_text(bare, lend, enter, stranger):
    lend(seams.desk_items, lambda me: [item("<script>alert(1)</script>", is_mine=True, organisation="<b>x</b>")])
    page = page_of(enter(stranger))
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page
