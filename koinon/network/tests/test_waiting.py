"""Nobody is ever waited for without a day and a reminder; no state without a way out but the ends.

Whatever people click and however the days pass: while an application is open it is somebody's turn until a day, and the
clock reminds whoever's turn it is, again and again, until it moves.
"""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import applications, beginnings, decisions, endorsements, reviews, turns
from koinon.network.clock.admission import go_on
from koinon.network.models import APPLICATION_STEPS, Application, Beginning, Endorsement, Membership, Review
from tests import factories

pytestmark = pytest.mark.django_db
CLOCK = machine("clock")
CLICKS = ["check", "ask", "endorse", "refuse", "lapse", "review", "declare", "conflict", "give", "return", "change",
          "admit", "waitlist", "decline", "tick", "withdraw", "extend", "day"]  # fmt: skip


def an_application(network, **facts):
    organisation = factories.organisation()
    applicant = factories.representative(organisation)
    return factories.application(network=network, organisation=organisation, applicant=applicant, **facts)


def click(name, row, boss, reader):
    """One click of whoever it may be; what is not possible now is refused with a sentence."""
    review = Review.objects.filter(application=row, state__in=["asked", "open"]).first()
    asked = Endorsement.objects.filter(application=row, state="asked").first()
    step = Beginning.objects.filter(application=row, done_at=None).first()
    if name == "day":
        go_on(max(row.remind_on or date.today(), date.today()))
    elif name in ("endorse", "refuse", "lapse"):
        if asked is not None:
            _answer(name, asked)
    elif name in ("declare", "conflict", "give"):
        if review is not None:
            _review(name, review)
    elif name == "tick":
        if step is not None:
            beginnings.tick(by=boss, beginning=step)
    else:
        _move(name, row, boss)


def _move(name, row, boss):
    acts = {
        "check": lambda: applications.begin_check(by=boss, application=row),
        "ask": lambda: endorsements.ask(by=boss, application=row, body="B", email="b@example.org", language="en"),
        "review": lambda: applications.start_review(by=boss, application=row, reason="Known."),
        "return": lambda: applications.hand_back(by=boss, application=row, reason="More."),
        "change": lambda: applications.change(by=CLOCK, application=row, motivation="More."),
        "admit": lambda: decisions.admit(by=boss, application=row),
        "waitlist": lambda: decisions.waitlist(by=boss, application=row),
        "decline": lambda: decisions.decline(by=boss, application=row, reason="No."),
        "withdraw": lambda: applications.withdraw(by=CLOCK, application=row),
        "extend": lambda: applications.extend(by=boss, application=row, until=date.today() + timedelta(days=90)),
    }
    acts[name]()


def _answer(name, asked):
    link = links.read("network.endorsement", links.make("network.endorsement", endorsement=str(asked.pk)))
    if name == "lapse":
        endorsements.lapse(by=CLOCK, endorsement=asked)
    elif name == "refuse":
        endorsements.refuse(by=CLOCK, endorsement=asked, link=link, statement="No.", signed_by="S")
    else:
        endorsements.endorse(by=CLOCK, endorsement=asked, link=link, signed_by="S")


def _review(name, review):
    if name == "give":
        reviews.give(by=CLOCK, review=review, verdict="admit", scores={})
    else:
        reviews.declare(by=CLOCK, review=review, is_impartial=name == "declare")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clicks=st.lists(st.sampled_from(CLICKS), max_size=10), wants=st.booleans(), steps=st.integers(0, 2))
def test_whoever_is_waited_for_has_a_day_and_hears_of_it(clicks, wants, steps, network, vesa, acting):
    with transaction.atomic():
        factories.admission(network=network, is_endorsed=wants, reviewers=int(wants))
        for name in ("Ana", "Bo")[: 1 + wants]:
            factories.coordination(network=network, person=factories.person(name=name), role="reviewer")
        for number in range(steps):
            factories.firststep(network=network, who=["member", "coordinator"][number])
        row = an_application(network)
        boss = acting(vesa)
        for name in clicks:
            old = Application.objects.select_related("network", "organisation", "applicant", "membership").get(
                pk=row.pk
            )
            with_hope(lambda name=name, old=old: click(name, old, boss, None))
            new = Application.objects.get(pk=row.pk)
            assert _reaches(old.state, new.state)
            _is_in_order(new)
        _is_reminded_until_it_moves(row)
        transaction.set_rollback(True)


def with_hope(act):
    try:
        with transaction.atomic():
            act()
    except (ValidationError, Refused):
        pass


def _reaches(old, new):
    """One click may lead over several states (admitted, onboarding, active), each of them allowed."""
    seen, edge = {old}, {old}
    while edge:
        edge = {following for state in edge for following in APPLICATION_STEPS[state]} - seen
        seen |= edge
    return new in seen


def _is_in_order(row):
    is_over = row.state in Application.ENDS
    assert is_over == (row.turn == "")
    assert is_over == (row.due_on is None) == (row.remind_on is None)
    if row.turn == "endorser":
        assert row.endorsements.filter(state="asked").count() == 1
    else:
        assert not row.endorsements.filter(state="asked").exists()
    if row.turn == "reviewers":
        assert row.reviews.filter(state__in=["asked", "open"]).exists()
    if row.state != "review":
        assert not row.reviews.filter(state__in=["asked", "open"]).exists()
    holds = Membership.objects.filter(organisation=row.organisation_id).exists()
    assert holds or row.state not in ("onboarding", "active")


def _is_reminded_until_it_moves(row):
    for _week in range(3):
        row = Application.objects.get(pk=row.pk)
        if row.state in Application.ENDS:
            return
        told, day = Notice.objects.count(), row.remind_on
        go_on(day)
        again = Application.objects.get(pk=row.pk)
        has_moved = again.state in Application.ENDS or again.moved_at > row.moved_at or again.turn != row.turn
        assert has_moved or again.remind_on > day
        assert Notice.objects.count() > told or again.turn == "endorser"


@pytest.mark.parametrize("state", [state for state in Application.State.values if state not in Application.ENDS])
@pytest.mark.parametrize("lacking", [{"turn": ""}, {"due_on": None}, {"remind_on": None}])
def test_the_database_refuses_to_wait_for_nobody(state, lacking, network):
    row = an_application(network)
    with pytest.raises(IntegrityError, match="waits_for_somebody"), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(state=state, **lacking)


@given(days=st.integers(1, 400), today=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_reminder_comes_before_the_last_day_and_every_week_after(days, today):
    due = today + timedelta(days=days)
    first = turns.first_reminder(due, today)
    assert today < first <= due
    second = turns.next_reminder(due, first)
    assert second == due + timedelta(days=1)
    assert turns.next_reminder(due, second) == second + timedelta(days=7)


def test_a_reminder_goes_out_once_a_day_to_the_one_whose_turn_it_is(network, vesa):
    row = an_application(network, state="returned", reason="More.")
    for _ in range(2):
        go_on(row.remind_on)
    assert Notice.objects.filter(person=row.applicant, title__startswith="Your turn").count() == 1
    assert not Notice.objects.filter(person=vesa).exists()
    row.refresh_from_db()
    go_on(row.remind_on)
    assert Notice.objects.filter(person=vesa, title__contains="waits since").count() == 1
    assert Statement.objects.filter(verb="network.application_reminded").count() == 2


def test_what_nobody_touches_for_months_is_closed_and_may_be_begun_anew(network):
    row = an_application(network, state="draft", due_on=date.today() - timedelta(days=91))
    go_on(date.today())
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "nobody had worked on it" in Notice.objects.get(person=row.applicant).title


def test_more_time_is_seen_by_both_and_never_less(network, vesa, acting):
    row = an_application(network, state="returned", reason="More.")
    with pytest.raises(ValidationError):
        applications.extend(by=acting(vesa), application=row, until=row.due_on)
    until = row.due_on + timedelta(days=20)
    applications.extend(by=acting(vesa), application=row, until=until)
    row.refresh_from_db()
    assert (row.due_on, row.turn) == (until, "applicant")
    assert Notice.objects.filter(person=row.applicant, title__contains="More time").exists()
    with pytest.raises(Refused):
        applications.extend(by=acting(row.applicant), application=row, until=until + timedelta(days=2))


def test_a_coordinator_reminds_by_hand_once_a_day(network, vesa, acting):
    row = an_application(network, state="returned", reason="More.")
    applications.nudge(by=acting(vesa), application=row)
    with pytest.raises(ValidationError, match="today already"):
        applications.nudge(by=acting(vesa), application=row)
    mine = an_application(network)
    with pytest.raises(ValidationError, match="your own turn"):
        applications.nudge(by=acting(vesa), application=mine)


def test_first_steps_are_ticked_by_whom_they_belong_to_and_then_it_is_active(network, vesa, acting, enter):
    mine, yours = factories.firststep(network=network), factories.firststep(network=network, who="coordinator")
    row = an_application(network)
    decisions.admit(by=acting(vesa), application=row)
    assert (row.state, row.turn) == ("onboarding", "applicant")
    member = acting(row.applicant)
    with pytest.raises(Refused):
        beginnings.tick(by=member, beginning=row.beginnings.get(step=yours))
    beginnings.tick(by=member, beginning=row.beginnings.select_related("application__network", "step").get(step=mine))
    row = Application.objects.select_related("network", "organisation").get()
    assert row.turn == "network"
    tick = reverse("network:first_step", args=[row.beginnings.get(step=yours).pk])
    assert enter(vesa).post(tick).status_code == 302
    assert Application.objects.get().state == "active"
    assert Statement.objects.filter(verb="network.member_active").exists()


def test_taken_back_during_the_first_steps_the_membership_ends_too(network, vesa, acting):
    factories.firststep(network=network)
    row = an_application(network)
    decisions.admit(by=acting(vesa), application=row)
    applications.withdraw(by=acting(row.applicant), application=row)
    assert Membership.objects.get().period.upper is not None
