"""Introductions: contact opens on yes and yes; a no leaves no trace that anybody else could see."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from koinon.accounts.models import Notice
from koinon.accounts.seams import desk_items
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.matching.actions import introductions
from koinon.matching.clock import daily_introductions
from koinon.matching.models import Introduction
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(network, organisation, other):
    return factories.introduction(network=network, one=organisation, other=other, message="We read of your work.")


@pytest.fixture
def proposed(asked, acting, vesa):
    return introductions.pass_on(by=acting(vesa), introduction=asked)


def say(acting, person, introduction, says):
    introduction.refresh_from_db()
    organisation = person.mandates.get().organisation
    month = introductions.months_after(introduction.closes_on or date.today())[0] if says == "later" else None
    introductions.answer(
        by=acting(person), introduction=introduction, organisation=organisation, says=says, again_on=month
    )
    introduction.refresh_from_db()


def test_a_member_asks_and_only_the_coordinator_hears_of_it(
    acting, milos, ana, vesa, network, organisation, other, need, offer, left
):
    facts = {"network": network, "organisation": organisation, "other": other}
    made = introductions.ask(by=acting(milos), need=need, offer=offer, **facts)
    assert (made.state, left("matching.introduction_asked")) == ("asked", 1)
    assert Notice.objects.filter(person=vesa, kind="matching.to_pass_on").count() == 1
    assert not Notice.objects.filter(person=ana).exists()
    assert not Introduction.objects.visible_to(acting(ana)).exists()


@pytest.mark.parametrize("who", ["ana", "vesa", "stranger", "rival"])
def test_nobody_asks_in_its_name(request, acting, who, network, organisation, other):
    with pytest.raises(Refused, match="members of the same network"):
        introductions.ask(
            by=acting(request.getfixturevalue(who)), network=network, organisation=organisation, other=other
        )


def test_not_to_somebody_of_another_network(acting, milos, network, organisation):
    elsewhere = factories.member(factories.network())
    with pytest.raises(Refused):
        introductions.ask(by=acting(milos), network=network, organisation=organisation, other=elsewhere)


def test_one_open_at_a_time(acting, milos, network, organisation, other, asked):
    with pytest.raises(IntegrityError, match="introduction_one_open"), transaction.atomic():
        introductions.ask(by=acting(milos), network=network, organisation=organisation, other=other)


@pytest.mark.parametrize("who", ["milos", "ana", "stranger", "rival"])
def test_only_the_coordinator_passes_on(request, acting, who, asked):
    with pytest.raises(Refused, match="coordinator"):
        introductions.pass_on(by=acting(request.getfixturevalue(who)), introduction=asked)


def test_a_coordinator_who_belongs_to_a_side_does_not_decide(acting, vesa, organisation, asked):
    factories.mandate(organisation=organisation, person=vesa, role="deputy")
    with pytest.raises(Refused):
        introductions.pass_on(by=acting(vesa), introduction=asked)


def test_refused_with_a_reason_that_the_asker_reads_and_the_other_never_hears(acting, vesa, milos, ana, asked, left):
    with pytest.raises(ValidationError, match="few words"):
        introductions.refuse(by=acting(vesa), introduction=asked, reason=" ")
    introductions.refuse(by=acting(vesa), introduction=asked, reason="They are full until spring.")
    assert "full until spring" in Notice.objects.get(person=milos).text
    assert not Notice.objects.filter(person=ana).exists()
    assert not Introduction.objects.visible_to(acting(ana)).exists()
    assert left("matching.introduction_refused") == 1


def test_yes_and_yes_connects_and_shows_the_contact(acting, enter, milos, ana, proposed, left):
    assert ana.email.encode() not in enter(milos).get(f"/introductions/{proposed.pk}/").content
    say(acting, milos, proposed, "yes")
    assert proposed.state == "proposed"
    say(acting, ana, proposed, "yes")
    assert (proposed.state, left("matching.introduced")) == ("connected", 1)
    assert ana.email.encode() in enter(milos).get(f"/introductions/{proposed.pk}/").content
    assert milos.email.encode() in enter(ana).get(f"/introductions/{proposed.pk}/").content


def trace(person, introduction, enter, acting):
    """Everything that this person can see of it: page, lists, desk, notices."""
    client = enter(person)
    pages = [client.get(path).content.decode() for path in (f"/introductions/{introduction.pk}/", "/introductions/")]
    pages = [page[page.index("<main") : page.index("</main>")] for page in pages]
    pages = [_without_tokens(page) for page in pages]
    desk = [(item.title, item.is_mine) for lent in desk_items.gather(acting(person)) for item in lent]
    told = list(Notice.objects.filter(person=person).values_list("title", "text").order_by("id"))
    return pages, desk, told


def _without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


@pytest.mark.parametrize("says", ["no", "later"])
def test_a_quiet_no_is_never_shown(acting, enter, milos, ana, vesa, proposed, says):
    """What the asker and the coordinator see is the same, byte for byte, before and after the other side's no."""
    say(acting, milos, proposed, "yes")
    before = [trace(person, proposed, enter, acting) for person in (milos, vesa)]
    statements = Statement.objects.filter(noun=proposed.pk).count()
    say(acting, ana, proposed, says)
    assert [trace(person, proposed, enter, acting) for person in (milos, vesa)] == before
    assert Statement.objects.filter(noun=proposed.pk).count() == statements, "the chronicle names no answer either"


def test_it_closes_on_the_same_day_with_the_same_words_whatever_was_said(acting, enter, milos, ana, vesa, network):
    seen = []
    for says in ("no", None):
        row = factories.introduction(
            network=network, one=milos.mandates.get().organisation, other=ana.mandates.get().organisation
        )
        introductions.pass_on(by=acting(vesa), introduction=row)
        say(acting, milos, row, "yes")
        if says:
            say(acting, ana, row, says)
        assert row.closes_on == date.today() + timedelta(days=30)
        Introduction.objects.filter(pk=row.pk).update(closes_on=date.today() - timedelta(days=1))
        daily_introductions(0)
        row.refresh_from_db()
        assert (row.state, row.answers.count()) == ("closed", 0)
        page = enter(milos).get(f"/introductions/{row.pk}/").content.decode()
        seen.append(
            re.sub(r"<time[^>]*>", "", page[page.index("<main") : page.index("</main>")]).replace(str(row.pk), "")
        )
    assert "closed without a connection" in seen[0]
    assert seen[0] == seen[1]


def test_an_answer_may_be_changed_while_it_is_open(acting, milos, ana, proposed):
    say(acting, ana, proposed, "no")
    say(acting, milos, proposed, "yes")
    say(acting, ana, proposed, "yes")
    assert proposed.state == "connected"
    with pytest.raises(ValidationError, match="moved on"):
        say(acting, ana, proposed, "no")


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_nobody_answers_for_a_side(request, acting, who, proposed, other):
    by = acting(request.getfixturevalue(who))
    with pytest.raises(Refused, match="for itself"):
        introductions.answer(by=by, introduction=proposed, organisation=other, says="yes")


def test_one_side_cannot_answer_for_the_other(acting, milos, proposed, other):
    with pytest.raises(Refused):
        introductions.answer(by=acting(milos), introduction=proposed, organisation=other, says="yes")


def test_taking_it_back_before_it_is_passed_on(acting, milos, ana, asked, left):
    introductions.withdraw(by=acting(milos), introduction=asked)
    assert (asked.state, left("matching.introduction_withdrawn")) == ("withdrawn", 1)
    with pytest.raises(Refused):
        introductions.withdraw(by=acting(ana), introduction=asked)


def test_the_database_keeps_them_two(network, organisation):
    with pytest.raises(IntegrityError, match="introduction_between_two"), transaction.atomic():
        factories.introduction(network=network, one=organisation, other=organisation)
