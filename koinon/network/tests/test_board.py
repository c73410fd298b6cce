"""The desk: list and board with filters, one step for many seen before it is done, figures to take away."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit.models import Statement, Work
from koinon.kit.verbs import Refused
from koinon.network.actions import bulk
from koinon.network.clock.admission import carry_out
from koinon.network.models import Application
from koinon.network.queries import figures
from tests import factories

pytestmark = pytest.mark.django_db


def hand_in(network, country="AL", **facts):
    organisation = factories.organisation(country=country)
    return factories.application(network=network, organisation=organisation, **facts)


def address(network, name="applications", *more):
    return reverse(f"network:{name}", args=[network.slug, *more])


def counted(client, where):
    with CaptureQueriesContext(connection) as made:
        assert client.get(where).status_code == 200
    return len(made)


@pytest.mark.parametrize("view", ["", "?view=board"])
def test_the_same_number_of_queries_for_one_and_for_three(view, network, vesa, enter):
    client = enter(vesa)
    hand_in(network)
    one = counted(client, address(network) + view)
    for state in ("review", "returned"):
        hand_in(network, state=state)
    assert counted(client, address(network) + view) == one


def test_the_board_has_a_column_for_each_state_and_no_drafts(network, vesa, enter):
    rows = {state: hand_in(network, state=state, reason="x") for state in Application.State.values}
    page = enter(vesa).get(address(network) + "?view=board").content.decode()
    for state, row in rows.items():
        is_shown = state in Application.OPEN and state != "draft"
        assert (str(row.organisation) in page) == is_shown, state
    assert "Completeness check (2)" in page


def test_filters_narrow_and_nonsense_is_ignored(network, vesa, enter):
    late = hand_in(network, "GR", due_on=date.today() - timedelta(2))
    theirs = hand_in(network, "AL", state="returned")
    client = enter(vesa)
    for query, shown, hidden in [
        ("country=GR", late, theirs), ("turn=applicant", theirs, late), ("late=1", late, theirs),
        ("state=returned", theirs, late),
    ]:  # fmt: skip
        page = client.get(f"{address(network)}?{query}").content.decode()
        assert str(shown.organisation) in page
        assert str(hidden.organisation) not in page.split("<aside")[0]
    page = client.get(f"{address(network)}?state=x&turn=y&country=ZZ").content.decode()
    assert "Nothing fits these filters" in page


def test_one_step_for_many_is_shown_before_it_is_done(network, vesa, enter):
    rows = [hand_in(network), hand_in(network, state="review"), hand_in(network, state="active")]
    client, where = enter(vesa), address(network, "applications_many")
    said = {"step": "decline", "application": [str(row.pk) for row in rows]}
    page = client.post(where, said).content.decode()
    assert page.count("Not possible") == 1
    assert sorted(Application.objects.values_list("state", flat=True)) == ["active", "review", "submitted"]
    assert not Notice.objects.exists()
    page = client.post(where, {**said, "sure": "1", "reason": ""}).content.decode()
    assert "k-errors" in page
    answer = client.post(where, {**said, "sure": "1", "reason": "The year is full."}, follow=True)
    assert "Done for 2 applications." in answer.content.decode()
    assert "it has moved on" in answer.content.decode()
    assert sorted(Application.objects.values_list("state", flat=True)) == ["active", "declined", "declined"]
    assert Statement.objects.filter(verb="network.declined").count() == 2
    assert Statement.objects.get(verb="network.bulk_done").counts == {"done": 2}


def test_many_become_a_job_with_progress(network, vesa, enter):
    rows = [hand_in(network, state="returned", reason="x") for _ in range(21)]
    client = enter(vesa)
    until = date.today() + timedelta(90)
    said = {"step": "extend", "all": "1", "sure": "1", "until": until}
    answer = client.post(address(network, "applications_many"), said)
    work = Work.objects.get(task="network.bulk")
    assert answer["Location"] == address(network, "applications_work", work.pk)
    assert Application.objects.filter(due_on=until).count() == 0
    carry_out(work_id=str(work.pk))
    work.refresh_from_db()
    assert work.result == {"done": 21, "refused": []}
    assert Application.objects.filter(due_on=until).count() == len(rows)
    assert "Done for 21 applications." in client.get(answer["Location"]).content.decode()


def test_nothing_ticked_is_said_and_foreign_ones_are_left_alone(network, vesa, enter):
    foreign = hand_in(factories.network())
    client, where = enter(vesa), address(network, "applications_many")
    for keys in ([], [str(foreign.pk)], ["nonsense"]):
        answer = client.post(where, {"step": "decline", "application": keys, "sure": "1", "reason": "x"}, follow=True)
        assert "Tick at least one application first." in answer.content.decode()
    assert client.post(where, {"step": "admit", "application": [str(foreign.pk)]}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "submitted"


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_do_nothing_for_many(who, network, request, acting):
    row = hand_in(network)
    me = acting(request.getfixturevalue(who))
    with pytest.raises(Refused):
        bulk.carry_out(by=me, network=network, step="decline", keys=[str(row.pk)], facts={"reason": "x"})
    assert bulk.one(by=me, key=str(row.pk), step="decline", facts={"reason": "x"})
    row.refresh_from_db()
    assert row.state == "submitted"


def test_figures_count_states_days_and_fresh_profiles(network, organisation, vesa, enter):
    row = hand_in(network, state="review", due_on=date.today() - timedelta(1))
    hand_in(network, state="draft")
    now = timezone.now()
    for days in (1, 2, 3, 10):
        factories.stay(application=row, state="check", since=now - timedelta(days), until=now)
    found = {value: (count, late) for value, _label, count, late in figures.by_state(network)}
    assert found["review"] == (1, 1)
    assert "draft" not in found
    ((_value, label, count, median, upper),) = figures.days_in_states(network)
    assert (label, count, round(median, 2), round(upper, 2)) == ("Completeness check", 4, 2.5, 4.75)
    assert figures.profiles(network) == {"all": 1, "fresh": 0, "share": 0}
    organisation.confirmed_at = now
    organisation.save()
    assert figures.profiles(network)["share"] == 100
    client = enter(vesa)
    assert "2.5" in client.get(address(network, "figures")).content.decode()
    lines = client.get(address(network, "figures_file", "csv")).content.decode("utf-8-sig").splitlines()
    assert "Median of days,Completeness check,2.5" in lines
    book = client.get(address(network, "figures_file", "xlsx"))
    assert book.content[:2] == b"PK"
    assert client.get(address(network, "figures_file", "exe")).status_code == 404


def test_figures_of_an_empty_network(vesa, network, enter):
    assert figures.profiles(network)["share"] is None
    assert enter(vesa).get(address(network, "figures")).status_code == 200
