"""Places: never more than there are, a waiting list in a stated order, the next proposed when one comes free."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import decisions, memberships, quotas
from koinon.network.clock.admission import go_on
from koinon.network.engine.ranking import ranked
from koinon.network.models import Application, Membership, Quota, Seat, days
from koinon.network.queries.admission import ranking
from tests import factories

pytestmark = pytest.mark.django_db


def under_review(network, country="AL", **facts):
    organisation = factories.organisation(country=country)
    return factories.application(network=network, organisation=organisation, state="review", **facts)


@pytest.fixture
def quota(network):
    return factories.quota(network=network, country="AL", places=1)


def test_no_place_is_left_and_the_coordinator_is_told(network, quota, vesa, acting):
    first, second, greek = under_review(network), under_review(network), under_review(network, "GR")
    decisions.admit(by=acting(vesa), application=first)
    with pytest.raises(ValidationError, match="No place is free"), transaction.atomic():
        decisions.admit(by=acting(vesa), application=second)
    decisions.admit(by=acting(vesa), application=greek)
    second.refresh_from_db()
    assert second.state == "review"
    quota.refresh_from_db()
    assert (quota.taken, Seat.objects.count()) == (1, 1)


def test_the_quota_of_all_countries_counts_as_well(network, quota, vesa, acting):
    factories.quota(network=network, places=1)
    decisions.admit(by=acting(vesa), application=under_review(network, "GR"))
    with pytest.raises(ValidationError, match="No place is free"), transaction.atomic():
        decisions.admit(by=acting(vesa), application=under_review(network))
    quota.refresh_from_db()
    assert quota.taken == 0


def test_the_database_never_lets_a_quota_overflow(quota):
    with pytest.raises(IntegrityError, match="quota_never_over"), transaction.atomic():
        Quota.objects.update(taken=2)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_two_at_the_same_instant(network, vesa, acting):
    factories.quota(network=network, country="AL", places=1)
    rows = [under_review(network), under_review(network)]
    start = Barrier(2)

    def admit(key):
        row = Application.objects.select_related("network", "organisation", "applicant").get(pk=key)
        by = acting(vesa)
        start.wait(timeout=10)
        try:
            decisions.admit(by=by, application=row)
        except ValidationError as problem:
            return problem.messages[0]
        finally:
            connection.close()
        return "admitted"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(admit, [row.pk for row in rows]))
    assert answers[1] == "admitted"
    assert answers[0].startswith("No place is free")
    assert Membership.objects.count() == Seat.objects.count() == Quota.objects.get().taken == 1
    assert sorted(Application.objects.values_list("state", flat=True)) == ["active", "review"]


def test_a_place_that_comes_free_is_proposed_to_the_best_of_the_list(network, quota, vesa, acting):
    me = acting(vesa)
    _application, membership = decisions.admit(by=me, application=under_review(network))
    weak, strong = under_review(network, score=2), under_review(network, score=4)
    greek = under_review(network, "GR", score=5)
    for row in (weak, strong):
        decisions.waitlist(by=me, application=row, reason="Next year perhaps.")
    assert {row.proposed_at for row in Application.objects.filter(state="waitlisted")} == {None}
    Membership.objects.filter(pk=membership.pk).update(period=days(date.today() - timedelta(days=9)))
    memberships.end(by=me, membership=membership, why="They left.")
    strong.refresh_from_db()
    weak.refresh_from_db()
    assert strong.proposed_at is not None
    assert weak.proposed_at is None
    assert strong.turn == "network"
    assert Statement.objects.filter(verb="network.place_proposed").count() == 1
    decisions.admit(by=me, application=strong)
    with pytest.raises(ValidationError), transaction.atomic():
        decisions.admit(by=me, application=weak)
    assert greek.state == "review"


def test_the_coordinators_hear_of_a_free_place(network, quota, vesa, acting):
    me = acting(vesa)
    decisions.waitlist(by=machine("test"), application=under_review(network))
    assert Notice.objects.filter(person=vesa, title__contains="A place is free").count() == 1
    assert Application.objects.get().due_on == date.today() + timedelta(days=quotas.TIME_TO_ANSWER)
    decisions.decline(by=me, application=Application.objects.get(), reason="They merged.")


def test_more_places_and_a_declined_proposal_go_to_the_next(network, quota, vesa, acting):
    me = acting(vesa)
    decisions.admit(by=me, application=under_review(network))
    rows = [under_review(network, score=score) for score in (5, 4, 3)]
    for row in rows:
        decisions.waitlist(by=me, application=row)
    facts = {"country": "AL", "since": quota.period.lower, "until": quota.period.upper - timedelta(days=1)}
    quotas.set_quota(by=me, network=network, quota=quota, places=2, **facts)
    assert _proposed() == [rows[0].pk]
    rows[0].refresh_from_db()
    decisions.decline(by=me, application=rows[0], reason="They merged.")
    assert _proposed() == [rows[1].pk]


def _proposed():
    waiting = Application.objects.filter(state="waitlisted")
    return list(waiting.exclude(proposed_at=None).values_list("pk", flat=True))


def test_fewer_places_than_taken_are_refused_beside_the_field(network, quota, vesa, enter, acting):
    decisions.admit(by=acting(vesa), application=under_review(network))
    said = {
        "key": quota.pk,
        "country": "AL",
        "places": 0,
        "since": quota.period.lower,
        "until": f"{date.today().year}-12-31",
    }
    page = enter(vesa).post(reverse("network:admission_change", args=[network.slug, "quota-change"]), said)
    assert "More places than that are taken already." in page.content.decode()
    quota.refresh_from_db()
    assert quota.places == 1


def test_the_clock_gives_back_places_of_memberships_that_have_ended(network, quota, vesa, acting):
    me = acting(vesa)
    _application, membership = decisions.admit(by=me, application=under_review(network))
    Membership.objects.filter(pk=membership.pk).update(
        period=type(quota.period)(date.today() - timedelta(days=5), date.today(), "[)")
    )
    go_on(date.today())
    go_on(date.today())
    quota.refresh_from_db()
    assert quota.taken == 0


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_set_no_quotas(who, network, request, acting):
    with pytest.raises(Refused):
        quotas.set_quota(
            by=acting(request.getfixturevalue(who)), network=network, places=1, since=date.today(), until=date.today()
        )


def row(score, sent, people, pk):
    place = SimpleNamespace(population=people) if people is not None else None
    at = SimpleNamespace(timestamp=lambda: sent)
    return SimpleNamespace(score=score, sent_at=at, organisation=SimpleNamespace(place=place), pk=pk)


ROWS = st.lists(
    st.builds(
        row,
        st.one_of(st.none(), st.integers(1, 5)),
        st.integers(1, 5),
        st.one_of(st.none(), st.integers(0, 5)),
        st.uuids(),
    ),
    max_size=8,
)


@given(rows=ROWS, tie=st.sampled_from(["earlier", "smaller"]))
def test_the_order_is_the_stated_one_and_does_not_depend_on_chance(rows, tie):
    order = ranked(rows, tie)
    assert ranked(reversed(order), tie) == order
    for better, worse in pairwise(order):
        assert (better.score or -1) >= (worse.score or -1)
        if better.score == worse.score and tie == "earlier":
            assert better.sent_at.timestamp() <= worse.sent_at.timestamp()
        if better.score == worse.score and tie == "smaller":
            sizes = [
                each.organisation.place.population or 9**9 if each.organisation.place else 9**9
                for each in (better, worse)
            ]
            assert sizes[0] <= sizes[1]


def test_the_ranking_shows_who_competes(network):
    weak, strong = under_review(network, score=2), under_review(network, score=4)
    factories.application(network=network, organisation=factories.organisation())
    assert [each.pk for each in ranking(network)] == [strong.pk, weak.pk]
