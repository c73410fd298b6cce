"""At the same instant, with real threads and transactions: two clicks, two givers, two jurors, two leads."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from koinon.accounts.queries import actor_of
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.projects.actions import calls, grants, plans, teams
from koinon.projects.models import Call, SmallGrant, Teammate
from tests import factories


def at_once(*acts):
    """All begin together; what each gave, or the kind of its refusal."""
    start, said = Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        start.wait(20)
        try:
            act()
            said[number] = "done"
        except (ValidationError, Refused, IntegrityError) as problem:
            said[number] = type(problem).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said


@pytest.fixture
def world(transactional_db):
    """A call of a house with two who speak for it, and a team of two that carries its plan out."""
    network = factories.network()
    house = factories.member(network)
    one = factories.representative(house)
    two = factories.mandate(organisation=house, role="deputy", person=factories.person()).person
    call = factories.call(
        network=network, organisation=house, state="decided", budget=Decimal("300"), most_grant=Decimal("300")
    )
    return {"call": call, "one": one, "two": two}


def running(world, **facts):
    project = factories.project(call=world["call"], state="running", lead=factories.person())
    return factories.smallgrant(project=project, amount=Decimal("200.00"), **facts)


def approving(grant, person):
    held, by = SmallGrant.objects.select_related("project__call").get(pk=grant.pk), actor_of(person=person)
    return lambda: grants.approve(by=by, grant=held)


def test_two_clicks_of_the_same_person_are_one_approval(world):
    grant = running(world)
    said = at_once(approving(grant, world["one"]), approving(grant, world["one"]))
    grant.refresh_from_db()
    assert sorted(said) == ["ValidationError", "done"]
    assert (grant.state, grant.second_by) == ("halfway", None)


def test_two_people_at_once_are_two_approvals(world):
    grant = running(world)
    assert at_once(approving(grant, world["one"]), approving(grant, world["two"])) == ["done", "done"]
    grant.refresh_from_db()
    assert grant.state == "approved"
    assert grant.first_by != grant.second_by


def test_the_last_money_goes_to_one_team(world):
    """300 are there, two teams wait for the second approval of 200 each."""
    rows = [running(world, state="halfway") for _ in range(2)]
    for row in rows:
        SmallGrant.objects.filter(pk=row.pk).update(first_by=world["one"])
    said = at_once(*(approving(row, world["two"]) for row in rows))
    assert sorted(said) == ["IntegrityError", "done"]
    assert sorted(SmallGrant.objects.values_list("state", flat=True)) == ["approved", "halfway"]
    assert Call.objects.get().granted == Decimal("200.00")


def test_approved_and_withdrawn_at_the_same_instant(world):
    grant = running(world, state="halfway")
    lead = actor_of(person=Teammate.objects.get(project=grant.project).person)
    held = SmallGrant.objects.select_related("project__call").get(pk=grant.pk)
    at_once(approving(grant, world["two"]), lambda: grants.withdraw(by=lead, grant=held))
    grant.refresh_from_db()
    assert grant.state == "withdrawn"
    assert Call.objects.get().granted == Decimal("0.00")


def giving(verb, grant, person, **facts):
    """A click of somebody who decides, with what stood on the page before."""
    held, by = SmallGrant.objects.select_related("project__call").get(pk=grant.pk), actor_of(person=person)
    return lambda: verb(by=by, grant=held, **facts)


def acts(name):
    return Statement.objects.filter(verb=name).count()


def test_paid_twice_at_the_same_instant_is_paid_once(world):
    grant = running(world, state="approved")
    facts = {"paid_on": date.today()}
    said = at_once(
        giving(grants.pay, grant, world["one"], reference="Bank 1", **facts),
        giving(grants.pay, grant, world["two"], reference="Bank 2", **facts),
    )
    assert sorted(said) == ["ValidationError", "done"]
    grant.refresh_from_db()
    assert grant.paid_by == world["one" if grant.paid_reference == "Bank 1" else "two"]
    assert acts("projects.grant_paid") == 1


def test_paid_and_withdrawn_at_the_same_instant(world):
    """Either the money went out and is owed, or it is free for others: never both."""
    grant = running(world, state="approved")
    lead = Teammate.objects.get(project=grant.project).person
    said = at_once(
        giving(grants.pay, grant, world["one"], reference="Bank 1", paid_on=date.today()),
        giving(grants.withdraw, grant, lead),
    )
    assert sorted(said) == ["ValidationError", "done"]
    grant.refresh_from_db()
    assert (grant.state, Call.objects.get().granted) in [("paid", Decimal(200)), ("withdrawn", Decimal(0))]


def test_closed_twice_gives_back_once(world):
    """What came back can be granted again: once."""
    grant = running(world, state="settling", returned=Decimal("50.00"), accounted=Decimal("150.00"))
    factories.receipt(grant=grant, amount=Decimal("150.00"), state="accepted")
    said = at_once(*(giving(grants.close, grant, world[who]) for who in ("one", "two")))
    assert sorted(said) == ["ValidationError", "done"]
    assert Call.objects.get().granted == Decimal("150.00")
    assert acts("projects.grant_closed") == 1


def test_closed_while_a_receipt_goes_back(world):
    grant = running(world, state="settling", accounted=Decimal("200.00"))
    receipt = factories.receipt(grant=grant, amount=Decimal("200.00"), state="accepted")
    by = actor_of(person=world["two"])
    at_once(
        giving(grants.close, grant, world["one"]),
        lambda: grants.return_receipt(by=by, receipt=receipt, why="For what?"),
    )
    grant.refresh_from_db()
    receipt.refresh_from_db()
    assert (grant.state, receipt.state) in [("closed", "accepted"), ("paid", "returned")]
    assert grant.accounted == (200 if grant.state == "closed" else 0)


def test_given_up_while_the_second_approves(world):
    """A plan that is given up holds no money."""
    grant = running(world, state="halfway")
    lead = Teammate.objects.get(project=grant.project).person
    project, by = grant.project, actor_of(person=lead)
    at_once(approving(grant, world["two"]), lambda: plans.give_up(by=by, project=project, why="Too few."))
    grant.refresh_from_db()
    project.refresh_from_db()
    held = Call.objects.get().granted
    assert (project.state, grant.state, held) in [("dropped", "withdrawn", 0), ("running", "approved", 200)]


def test_asked_while_the_call_is_closed(world):
    project = factories.project(call=world["call"], state="running", lead=factories.person())
    by, runs = actor_of(person=Teammate.objects.get(project=project).person), actor_of(person=world["one"])
    call = Call.objects.get()
    at_once(
        lambda: grants.ask(by=by, project=project, amount=Decimal(20), purpose="Wood"),
        lambda: calls.close(by=runs, call=call),
    )
    call.refresh_from_db()
    assert (call.state, SmallGrant.objects.count()) in [("closed", 0), ("decided", 1)]


def test_a_team_never_has_two_leads(world):
    project = running(world).project
    lead = actor_of(person=Teammate.objects.get(project=project).person)
    others = [factories.teammate(project=project) for _ in range(2)]
    said = at_once(*[lambda row=row: teams.hand_lead(by=lead, teammate=row) for row in others])
    assert sorted(said) == ["Refused", "done"]
    assert Teammate.objects.filter(project=project, role="lead", state="active").count() == 1


def test_who_leaves_while_the_lead_comes_to_them(world):
    project = running(world).project
    lead = actor_of(person=Teammate.objects.get(project=project).person)
    other = factories.teammate(project=project)
    me = actor_of(person=other.person)
    at_once(lambda: teams.hand_lead(by=lead, teammate=other), lambda: teams.leave(by=me, teammate=other))
    assert Teammate.objects.filter(project=project, role="lead", state="active").count() == 1
