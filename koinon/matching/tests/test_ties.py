"""Ties: declared and confirmed, ended by either; a quiet no that nobody can tell; derived from what two did."""

import re
import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.accounts.seams import data_of, desk_items, forget
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.matching import seams
from koinon.matching.actions import ties
from koinon.matching.clock.ties import derive, lapse_ties, remind_ties
from koinon.matching.models import TIE_STEPS, Tie
from koinon.matching.queries.picture import Asked, ties_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(acting, milos, ana, network, organisation, other):
    return ties.declare(
        by=acting(milos),
        network=network,
        organisation=organisation,
        other=other,
        kind="project",
        note="CIRCLE",
        person=milos,
    )


def test_one_declares_and_the_other_is_asked_by_letter(declared, ana, milos, left, acting):
    assert (declared.state, left("matching.tie_declared")) == ("declared", 1)
    assert declared.a_id < declared.b_id
    asked = Notice.objects.get(person=ana, kind="matching.tie")
    assert "/ties/yes/" in asked.address
    assert not Notice.objects.filter(person=milos).exists()
    assert list(Tie.objects.visible_to(acting(ana))) == [declared]


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_declares_in_its_name(request, acting, who, network, organisation, other):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused, match="members of the same network"):
        ties.declare(by=by, network=network, organisation=organisation, other=other, kind="twin")


def test_not_with_somebody_of_another_network_nor_with_oneself(acting, milos, network, organisation):
    for other in (factories.member(factories.network()), organisation):
        with pytest.raises(Refused):
            ties.declare(by=acting(milos), network=network, organisation=organisation, other=other, kind="twin")


def test_a_pair_has_one_order_and_one_tie_of_a_kind(acting, ana, network, organisation, other, declared):
    with pytest.raises(IntegrityError, match="tie_once_per_pair_and_kind"), transaction.atomic():
        ties.declare(by=acting(ana), network=network, organisation=other, other=organisation, kind="project")
    assert ties.declare(by=acting(ana), network=network, organisation=other, other=organisation, kind="twin")
    a, b = sorted([organisation, other], key=lambda each: each.pk, reverse=True)
    with pytest.raises(IntegrityError, match="tie_in_order"), transaction.atomic():
        Tie.objects.create(network=network, a=a, b=b, kind="visit", state="confirmed")


def test_nobody_sees_it_before_both_confirmed(acting, network, vesa, ana, milos, declared):
    third = factories.representative(factories.member(network))
    for who in (vesa, third):
        assert not Tie.objects.visible_to(acting(who)).exists()
    network.is_public = True
    network.save()
    assert not Tie.objects.visible_to(VISITOR).exists()
    ties.confirm(by=acting(ana), tie=declared, organisation=declared.other_of(declared.declared_by_id))
    for who in (vesa, third, ana, milos):
        assert Tie.objects.visible_to(acting(who)).count() == 1
    assert Tie.objects.visible_to(VISITOR).count() == 1


def test_of_a_closed_network_only_members_see_it(acting, network, organisation, other, stranger, rival):
    factories.tie(network=network, one=organisation, other=other)
    for who in (VISITOR, acting(stranger), acting(rival)):
        assert not Tie.objects.visible_to(who).exists()
        assert not Tie.objects.shown_in(network, who).exists()


def test_it_is_no_longer_shown_when_a_side_has_left(acting, vesa, network, organisation, other):
    factories.tie(network=network, one=organisation, other=other)
    other.memberships.update(period=(date(2020, 1, 1), date(2021, 1, 1)))
    assert not Tie.objects.shown_in(network, acting(vesa)).exists()


@pytest.mark.parametrize("who", ["milos", "vesa", "stranger", "rival"])
def test_only_the_other_side_confirms(request, acting, who, declared, other):
    with pytest.raises(Refused):
        ties.confirm(by=acting(request.getfixturevalue(who)), tie=declared, organisation=other)
    assert not Statement.objects.filter(verb="matching.tie_confirmed").exists()


def test_one_tap_confirms_once_and_says_before_what_it_does(visitor, ana, milos, declared, left):
    address = Notice.objects.get(person=ana).address
    page = visitor.get(address)
    assert page.status_code == 200
    assert Tie.objects.get().state == "declared", "looking changes nothing"
    assert b"Yes, it is so" in page.content
    assert visitor.post(address).status_code == 200
    assert (Tie.objects.get().state, left("matching.tie_confirmed")) == ("confirmed", 1)
    assert visitor.post(address).status_code == 410
    assert Notice.objects.filter(person=milos, kind="matching.tie").count() == 1


def test_a_link_of_somebody_without_mandate_does_nothing(visitor, ana, declared):
    token = links.make("matching.tie", tie=str(declared.pk), person=str(ana.pk))
    ana.mandates.update(cut_at="2026-01-01T00:00Z")
    assert visitor.post(f"/ties/yes/{token}/").status_code == 404
    assert Tie.objects.get().state == "declared"


def on_desk(me):
    return [item for lent in desk_items for item in lent(me) if item.kind == "Tie"]


def decline(acting, ana, tie):
    ties.decline(by=acting(ana), tie=tie, organisation=tie.other_of(tie.declared_by_id))
    tie.refresh_from_db()


def without_noise(page):
    """A page without what differs between two requests anyway."""
    text = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"|datetime="[^"]+"', b"", page.content)
    return re.sub(rb"0[0-9a-f]{7}-[0-9a-f-]{27}", b"ID", text)


def test_a_quiet_no_cannot_be_told_from_waiting(acting, enter, milos, ana, vesa, declared, left):
    """Pages, desk, notices, chronicle, query: the same for the side that declared, before and after the no."""
    client = enter(milos)
    addresses = (f"/ties/{declared.pk}/", "/ties/", "/desk/", f"/organisations/{declared.a.slug}/")
    before = [without_noise(client.get(address)) for address in addresses]
    notices, moved = Notice.objects.exclude(person=ana).count(), declared.moved_at
    decline(acting, ana, declared)
    assert [without_noise(client.get(address)) for address in addresses] == before
    assert Notice.objects.exclude(person=ana).count() == notices
    assert (declared.state, declared.moved_at) == ("declared", moved)
    told = Statement.objects.get(verb="matching.tie_answered")
    assert (told.noun, told.network, told.kind) == (None, None, "")


def test_after_its_day_both_read_the_same_whatever_was_said(acting, enter, milos, ana, network, organisation, other):
    pages = []
    for kind, says_no in (("project", True), ("visit", False)):
        tie = factories.tie(network=network, one=organisation, other=other, kind=kind, state="declared")
        if says_no:
            decline(acting, ana, tie)
        Tie.objects.filter(pk=tie.pk).update(closes_on=date.today() - timedelta(days=1))
        lapse_ties(timestamp=0)
        tie.refresh_from_db()
        assert (tie.state, tie.says_no) == ("lapsed", False)
        text = without_noise(enter(milos).get(f"/ties/{tie.pk}/")).replace(b"Joint project", b"Visit")
        pages.append(text)
    assert pages[0] == pages[1]


def test_a_no_is_not_asked_again_but_may_become_a_yes(acting, ana, milos, declared):
    Tie.objects.update(closes_on=date.today() + timedelta(days=3))
    decline(acting, ana, declared)
    before = Notice.objects.count()
    remind_ties(timestamp=0)
    assert Notice.objects.count() == before
    assert not on_desk(acting(ana))
    ties.confirm(by=acting(ana), tie=declared, organisation=declared.other_of(declared.declared_by_id))
    assert (declared.state, declared.says_no) == ("confirmed", False)


def test_reminded_once_before_its_day(acting, ana, declared):
    remind_ties(timestamp=0)
    assert Notice.objects.filter(person=ana).count() == 1, "not due yet"
    Tie.objects.update(closes_on=date.today() + timedelta(days=3))
    remind_ties(timestamp=0)
    remind_ties(timestamp=0)
    assert Notice.objects.filter(person=ana).count() == 2


def test_whose_turn_stands_on_both_desks(acting, milos, ana, declared):
    items = {who: on_desk(acting(who)) for who in (milos, ana)}
    assert [item.is_mine for item in items[ana]] == [True]
    assert [(item.is_mine, item.whose) for item in items[milos]] == [(False, "Other House")]
    assert items[ana][0].until == declared.closes_on


def test_who_let_it_lapse_is_left_in_peace_for_half_a_year(acting, milos, network, organisation, other, declared):
    Tie.objects.update(closes_on=date.today() - timedelta(days=1))
    lapse_ties(timestamp=0)
    with pytest.raises(ValidationError, match="six months"):
        ties.declare(by=acting(milos), network=network, organisation=organisation, other=other, kind="project")


@pytest.mark.parametrize("who", ["milos", "ana"])
def test_either_side_ends_it_alone_and_the_other_hears(request, acting, who, network, organisation, other, milos, ana):
    tie = factories.tie(network=network, one=organisation, other=other)
    person = request.getfixturevalue(who)
    side = person.mandates.get().organisation
    ties.end(by=acting(person), tie=tie, organisation=side)
    assert (tie.state, tie.until) == ("ended", date.today())
    assert Notice.objects.filter(person=ana if who == "milos" else milos).count() == 1
    assert not Tie.objects.shown_in(tie.network, acting(person)).exists()


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_nobody_else_ends_or_withdraws(request, acting, who, network, organisation, other, declared):
    person = acting(request.getfixturevalue(who))
    tie = factories.tie(network=network, one=organisation, other=other)
    for action, facts in ((ties.end, {"tie": tie, "organisation": organisation}), (ties.withdraw, {"tie": declared})):
        with pytest.raises(Refused):
            action(by=person, **facts)


def test_withdrawn_before_it_is_confirmed(acting, milos, ana, declared, left):
    with pytest.raises(Refused):
        ties.withdraw(by=acting(ana), tie=declared)
    ties.withdraw(by=acting(milos), tie=declared)
    assert (declared.state, left("matching.tie_withdrawn")) == ("withdrawn", 1)
    with pytest.raises(ValidationError):
        ties.confirm(by=acting(ana), tie=declared, organisation=declared.other_of(declared.declared_by_id))


def test_an_accepted_reply_becomes_a_tie_that_the_two_alone_see(acting, enter, milos, ana, vesa, network, need, other):
    factories.reply(listing=need, organisation=other, state="accepted")
    assert derive(network) == 1
    assert derive(network) == 0, "the same act is written once"
    tie = Tie.objects.get()
    assert (tie.state, tie.kind, tie.sources[0]["kind"]) == ("derived", "together", "reply")
    assert not Tie.objects.visible_to(acting(vesa)).exists()
    for who in (milos, ana):
        assert b"a reply that was accepted" in enter(who).get("/ties/").content
    assert not ties_of(network, acting(milos), Asked()).exists(), "not in the picture, not even in mine"


def test_a_connected_introduction_becomes_a_tie_and_one_that_waits_does_not(network, organisation, other):
    introduction = factories.introduction(network=network, one=organisation, other=other, state="proposed")
    assert derive(network) == 0
    type(introduction).objects.filter(pk=introduction.pk).update(state="connected", connected_on=date.today())
    assert derive(network) == 1
    assert Tie.objects.get().sources[0] | {"on": ""} == {"kind": "introduction", "id": str(introduction.pk), "on": ""}


def test_what_a_side_ended_does_not_come_back(acting, milos, network, need, organisation, other):
    factories.reply(listing=need, organisation=other, state="accepted")
    derive(network)
    ties.end(by=acting(milos), tie=Tie.objects.get(), organisation=organisation)
    assert derive(network) == 0
    assert not Notice.objects.filter(kind="matching.tie").exists(), "nobody hears of a tie that was never declared"


def test_a_derived_tie_is_shown_once_both_say_so(acting, milos, ana, vesa, network, need, organisation, other):
    factories.reply(listing=need, organisation=other, state="accepted")
    derive(network)
    tie = ties.declare(by=acting(milos), network=network, organisation=organisation, other=other, kind="together")
    assert Tie.objects.get() == tie
    ties.confirm(by=acting(ana), tie=tie, organisation=other)
    assert Tie.objects.visible_to(acting(vesa)).get().sources


def test_later_chapters_lend_ties_and_public_ones_are_shown(acting, vesa, network, organisation, other):
    act = seams.Derived(organisation.pk, other.pk, "project", "project", network.pk, date(2026, 1, 1), is_public=True)

    @seams.derived_ties.lend()
    def lent(key):
        return [act]

    try:
        assert derive(network) == 1
    finally:
        seams.derived_ties._lent = [row for row in seams.derived_ties._lent if row[2] is not lent]
    assert Tie.objects.visible_to(acting(vesa)).get().kind == "project"


def test_only_the_clock_derives_lapses_and_reminds(acting, vesa, network, declared):
    by = acting(vesa)
    with pytest.raises(Refused):
        ties.derive(by=by, network=network, found=[])
    for action in (ties.lapse, ties.remind):
        with pytest.raises(Refused):
            action(by=by, tie=declared)


@given(st.lists(st.sampled_from(["confirmed", "withdrawn", "lapsed", "ended", "declared", "derived"]), max_size=6))
def test_no_path_leads_out_of_an_end_or_into_confirmed_but_by_a_declaration(path):
    state = "derived"
    seen = [state]
    for step in path:
        if TIE_STEPS.allows(state, step):
            state = step
            seen.append(state)
    if "confirmed" in seen:
        assert seen[seen.index("confirmed") - 1] == "declared"
    assert TIE_STEPS.ends == {"withdrawn", "lapsed", "ended"}


def test_everybody_who_is_waited_for_is_reminded_and_every_wait_has_a_day(declared):
    with pytest.raises(IntegrityError, match="tie_declared_by_one_until_a_day"), transaction.atomic():
        Tie.objects.filter(pk=declared.pk).update(closes_on=None)


def test_a_person_takes_along_and_is_forgotten(milos, declared):
    assert next(rows for lent in data_of for name, rows in lent(milos).items() if name == "ties")[0]["note"] == "CIRCLE"
    for lent in forget:
        lent(milos)
    assert Tie.objects.get().person is None


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_and_withdraw_at_once_cannot_both_win(acting, milos, ana, declared, other):
    """One conditional UPDATE decides: in the end the tie is confirmed or taken back, and one of them is told."""
    ready, said = threading.Barrier(2, timeout=10), []

    def act(action, **facts):
        try:
            row = Tie.objects.get(pk=declared.pk)
            ready.wait()
            action(tie=row, **facts)
            said.append("done")
        except ValidationError:
            said.append("late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(ties.confirm,), kwargs={"by": acting(ana), "organisation": other}),
        threading.Thread(target=act, args=(ties.withdraw,), kwargs={"by": acting(milos)}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(said) == ["done", "late"]
    assert Tie.objects.get().state in ("confirmed", "withdrawn")


def test_lists_ask_as_often_for_three_as_for_one(enter, milos, network, organisation, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    client = enter(milos)
    numbers = []
    for _round in range(2):
        factories.tie(network=network, one=organisation)
        client.get("/ties/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/ties/")
        numbers.append(len(asked))
        for _ in range(2):
            factories.tie(network=network, one=organisation, state="declared")
            factories.tie(network=network, one=organisation, state="derived", declared_by=None)
    assert numbers[0] == numbers[1]


def test_machines_are_not_people(network, organisation, other):
    made = ties.declare(by=machine("demo"), network=network, organisation=organisation, other=other, kind="twin")
    assert made.person is None
