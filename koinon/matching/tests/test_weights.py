"""Weights are learned from outcomes, stay near the usual ones, never turn round, and coordinators may leave them."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.verbs import Refused, machine
from koinon.matching import queries
from koinon.matching.actions import weights as actions
from koinon.matching.clock.learning import learn_all
from koinon.matching.engine import lessons
from koinon.matching.engine.reasons import SIGNALS
from koinon.matching.engine.signals import USUAL
from koinon.matching.models import MatchWeights
from koinon.matching.queries import weights
from tests import factories


def drawn(effects, count=600, seed=0):
    """Outcomes in which each signal has the effect that is said, on a scale of odds."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        parts = {name: float(draw.integers(0, 2)) for name in USUAL}
        odds = sum(effects.get(name, USUAL[name]) * value for name, value in parts.items())
        made.append((parts, bool(draw.random() < 1 / (1 + np.exp(-odds)))))
    return made


def test_every_signal_is_told_in_words():
    assert set(SIGNALS) == set(USUAL)


def test_few_outcomes_teach_nothing():
    assert lessons.learned(drawn({}, count=lessons.FEWEST - 1)) is None
    assert lessons.learned([({"near": 1.0}, True)] * 500) is None, "nothing was ever declined"


def test_what_matters_here_grows_and_what_does_not_shrinks():
    found = lessons.learned(drawn({"near": 1.8, "themes": 0.0}, count=3000))
    assert found["near"] > USUAL["near"] + 0.5
    assert found["themes"] < USUAL["themes"] - 0.2
    assert found["about"] == pytest.approx(USUAL["about"], abs=0.35)


def test_what_is_never_seen_keeps_its_weight():
    outcomes = [({"near": value}, was) for _parts, was in drawn({}, 400) for value in (1.0,)]
    found = lessons.learned(outcomes)
    assert {name: value for name, value in found.items() if name != "near"} == {
        name: value for name, value in USUAL.items() if name != "near"
    }


@settings(max_examples=20, deadline=None)
@given(st.fixed_dictionaries({name: st.floats(-4, 4) for name in USUAL}), st.integers(0, 5))
def test_no_weight_ever_turns_round_or_runs_away(effects, seed):
    found = lessons.learned(drawn(effects, 400, seed))
    if found is not None:
        assert all(value * USUAL[name] >= 0 and abs(value) <= lessons.MOST for name, value in found.items())


@pytest.mark.django_db
def test_outcomes_are_what_became_known(network, organisation, other, need, offer, match):
    factories.dismissal(need=need, offer=offer, organisation=organisation, why="theme")
    third = factories.member(network)
    factories.dismissal(need=need, offer=offer, organisation=third, why="time")
    factories.reply(listing=need, organisation=other, state="accepted")
    factories.reply(listing=need, organisation=third, state="declined", reason_kind="fit")
    factories.reply(listing=offer, organisation=third, state="declined", reason_kind="full")
    assert sorted(was for _parts, was in weights.outcomes(network.pk)) == [False, False, True]


@pytest.mark.django_db
def test_private_answers_are_not_read(network, organisation, other, need, offer):
    row = factories.introduction(
        network=network, one=organisation, other=other, need=need, offer=offer, state="proposed",
        closes_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    factories.answer(introduction=row, organisation=other, says="no")
    assert weights.outcomes(network.pk) == []


@pytest.mark.django_db
def test_the_network_learns_on_sunday_and_the_matcher_goes_by_it(monkeypatch, network, need, offer, left):
    monkeypatch.setattr(weights, "outcomes", lambda network: drawn({"near": 1.8}, count=1500))
    learn_all(0)
    row = MatchWeights.objects.get(network=network)
    assert row.accepted + row.declined == 1500
    assert row.weights["near"] > USUAL["near"]
    assert queries.weights_of(network.pk).in_force["near"] == row.weights["near"]
    assert left("matching.weights_learned") == 1


@pytest.mark.django_db
def test_with_too_few_outcomes_only_their_number_is_kept(network, need, organisation):
    factories.reply(listing=need, state="accepted")
    row = actions.learn(by=machine("matcher"), network=network)
    assert (row.weights, row.accepted, row.declined, row.learned_at) == ({}, 1, 0, None)
    assert row.in_force == USUAL


@pytest.mark.django_db
def test_coordinators_may_go_back_to_the_usual(acting, vesa, milos, rival, network, left):
    factories.matchweights(network=network, weights={"near": 1.5}, learned_at=timezone.now())
    for person in (milos, rival):
        with pytest.raises(Refused):
            actions.choose(by=acting(person), network=network, is_used=False)
    row = actions.choose(by=acting(vesa), network=network, is_used=False)
    assert row.in_force == USUAL
    assert left("matching.weights_chosen") == 1


@pytest.mark.django_db
def test_only_the_machine_learns(acting, vesa, network):
    with pytest.raises(Refused):
        actions.learn(by=acting(vesa), network=network)


@pytest.mark.django_db
def test_the_page_tells_each_signal(enter, vesa, network):
    vesa.has_second_factor = True
    vesa.save(update_fields=["has_second_factor"])
    factories.matchweights(network=network, weights={"near": 1.5}, learned_at=timezone.now(), accepted=150, declined=99)
    page = enter(vesa).get(f"/networks/{network.slug}/matcher/").content.decode()
    assert "Less than 150 km apart" in page
    assert "1.5" in page
    assert "150 matches and replies that were taken up and 99 that were not" in page
    done = enter(vesa).post(f"/networks/{network.slug}/matcher/", {"csrfmiddlewaretoken": "x"})
    assert done.status_code == 302
    assert not MatchWeights.objects.get(network=network).is_used


@pytest.mark.django_db
def test_ties_and_answers_reach_the_engine(network, organisation, other, need, offer):
    third = factories.member(network)
    for each in (organisation, other):
        factories.tie(network=network, one=each, other=third)
    for _number in range(3):
        when = timezone.now() - timedelta(days=20)
        factories.reply(listing=offer, state="accepted", made_at=when, answered_at=when + timedelta(days=2))
    about = queries.around(network.pk)
    assert about.partners[organisation.pk] == {third.pk}
    assert about.answers == {other.pk: 2}
    numbers = queries.numbers([organisation.pk, other.pk, third.pk])
    item = queries.listed(network.pk, side="offer")[offer.pk].item(numbers, about)
    assert (item.partners, item.answers_in, item.age, item.risk) == (frozenset({2}), 2, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "risk"), [("due", 0), ("late", 0), ("risk", 1), ("inactive", 2)])
def test_how_a_membership_stands_reaches_the_engine(network, other, offer, state, risk):
    factories.standing(membership=other.memberships.get(), state=state)
    elsewhere = factories.membership(organisation=other, network=factories.network())
    factories.standing(membership=elsewhere, state="inactive")
    about = queries.around(network.pk)
    item = queries.listed(network.pk, side="offer")[offer.pk].item(queries.numbers([other.pk]), about)
    assert item.risk == risk
