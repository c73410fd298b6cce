"""Figures of a lineage without a database: whatever the tree, sums add up; intervals hold what they promise."""

import random
from uuid import UUID
from xml.etree import ElementTree

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.programmes.engine import drift, estimates, lineage, rings, suppression
from koinon.programmes.engine.lineage import Facilitator

COUNTS = st.lists(st.integers(0, 60), max_size=40)


@st.composite
def families(draw, most=60):
    """Facilitators in up to six generations; parents come before children, as the database keeps it."""
    rows = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        above = draw(st.sampled_from(rows)) if rows and draw(st.booleans()) else None
        if above is not None and above.generation == 6:
            above = None
        reached = draw(st.integers(0, 40))
        rows.append(
            Facilitator(
                UUID(int=number), above.key if above else None, above.generation + 1 if above else 1,
                deliveries=int(reached > 0), reached=reached, told=reached, finished=draw(st.integers(0, reached)),
                became=draw(st.integers(0, 3)) if reached else 0,
            )
        )  # fmt: skip
    return draw(st.permutations(rows))


# Hidden cells.


@given(COUNTS)
def test_no_few_people_are_shown_and_none_can_be_reckoned(counts):
    hidden = suppression.hidden(counts)
    assert all(place in hidden for place, count in enumerate(counts) if 0 < count < 5)
    assert all(counts[place] > 0 for place in hidden)
    if hidden and any(count for place, count in enumerate(counts) if place not in hidden):
        assert len(hidden) >= 2, "the total less the rest is the one that is hidden"
        assert sum(counts[place] for place in hidden) >= 5


@given(st.integers(0, 99), st.integers(0, 99))
def test_so_many_of_so_many_names_nobody(part, more):
    whole = part + more
    if suppression.may_tell(part, whole):
        assert whole >= 5
        assert part == 0 or part >= 5
        assert more == 0 or more >= 5


# The tree.


@given(families())
def test_whatever_grew_sums_add_up(rows):
    found = lineage.grow(rows)
    assert len(found.all) == len(rows)
    assert sum(top.branch_facilitators for top in found.tops) == len(rows)
    assert sum(top.branch_people for top in found.tops) == sum(row.reached for row in rows)
    assert len({row.code for row in rows}) == len(rows)
    for row in rows:
        branch = found.branch(row.key)
        assert sum(one.reached for one in branch) == row.branch_people
        assert len(branch) == row.branch_facilitators
        assert found.way(row.key)[-1] is row
        assert row.code.count(".") == row.generation - 1
    told = lineage.generations(rows, most=6)
    assert sum(each.reached for each in told) == sum(row.reached for row in rows)


@given(families())
def test_the_same_rows_in_another_order_are_the_same_tree(rows):
    codes = {row.key: row.code for row in lineage.grow(rows).all.values()}
    again = [Facilitator(row.key, row.above, row.generation) for row in reversed(rows)]
    assert {row.key: row.code for row in lineage.grow(again).all.values()} == codes


def test_a_circle_that_no_database_lets_in_ends_at_the_top():
    one, two = (Facilitator(UUID(int=n), UUID(int=3 - n), n) for n in (1, 2))
    found = lineage.grow([one, two])
    assert [row.code for row in found.all.values()] == ["1", "1.1"]


def test_who_came_of_somebody_unknown_stands_at_the_top():
    found = lineage.grow([Facilitator(UUID(int=1), UUID(int=9), 2)])
    assert found.tops[0].code == "1"
    assert found.branch(UUID(int=9)) == []
    assert found.way(UUID(int=9)) == []


# Figures.


@given(st.lists(st.integers(0, 50), max_size=60))
def test_a_rate_lies_in_its_interval_or_is_not_told(counts):
    found = estimates.rate(counts)
    if len(counts) < 5:
        assert found is None
    else:
        assert 0 <= found.low <= found.value <= found.high
        assert found.high > 0
        assert found.value == pytest.approx(sum(counts) / len(counts))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_a_share_lies_between_nobody_and_everybody(pairs):
    parts = [(part, part + rest) for part, rest in pairs]
    found = estimates.share(parts)
    if len([1 for _part, whole in parts if whole]) < 5:
        assert found is None
    else:
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.lists(st.floats(1, 5), max_size=60))
def test_a_mean_stays_on_its_scale(values):
    found = estimates.mean(values, least=1, most=5)
    if len(values) < 5:
        assert found is None
    else:
        assert 1 - 1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 5 + 1e-9


@pytest.mark.parametrize(("freedom", "exact"), [(4, 2.776), (5, 2.571), (9, 2.262), (30, 2.042), (1000, 1.962)])
def test_student_as_in_the_tables(freedom, exact):
    assert estimates.student(0.975, freedom) == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize(
    ("mean", "spread", "units"),
    [(1.5, 0.5, 10), (1.5, 0.5, 60), (1.5, 2, 20), (0.7, 0.3, 60), (1.5, 1e6, 20), (15, 3, 20)],
)
def test_the_interval_of_a_factor_holds_the_truth_in_about_95_of_100(mean, spread, units):
    """Offspring by a negative binomial, from very uneven (few bring many) to pure chance."""
    draw = numpy.random.default_rng(7)
    held = 0
    for _round in range(600):
        counts = draw.poisson(draw.gamma(spread, mean / spread, units))
        found = estimates.rate([int(each) for each in counts])
        held += found.low <= mean <= found.high
    assert held / 600 >= 0.90


def test_the_last_generation_has_no_factor_and_lowers_none():
    rows = [Facilitator(UUID(int=n), None, 1, deliveries=1, reached=10, became=2) for n in range(6)]
    rows += [Facilitator(UUID(int=90 + n), UUID(int=n % 6), 2, deliveries=1, reached=10) for n in range(9)]
    told = lineage.generations(rows, most=2)
    assert told[0].factor.value == 2
    assert told[1].factor is None
    assert lineage.overall(rows, most=2).factor.value == 2
    assert lineage.overall(rows, most=3).factor.value == pytest.approx(12 / 15)


# Drift.


def _values(means, units=12, noise=0.3, seed=1):
    draw = random.Random(seed)
    return [(n, mean + draw.gauss(0, noise)) for n, mean in enumerate(means, 1) for _each in range(units)]


def test_a_fall_beyond_chance_is_told_with_its_numbers():
    found = drift.drifts({"quality": _values([4.6, 4.3, 4.0, 3.7])})
    assert [each.measure for each in found] == ["quality"]
    assert found[0].each == pytest.approx(-0.3, abs=0.05)
    assert (found[0].first, found[0].last, found[0].units) == (1, 4, 48)
    assert found[0].chance < 0.01
    assert found[0].facts()["measure"] == "quality"


@pytest.mark.parametrize("means", [[4.0, 4.3, 4.6], [4.2, 4.2, 4.2], [4.25, 4.2, 4.15]])
def test_what_rises_stays_or_hardly_falls_is_not_told(means):
    assert drift.drifts({"quality": _values(means, units=400, noise=0.1)}) == []


def test_toolkits_that_get_older_are_told():
    assert [each.measure for each in drift.drifts({"behind": _values([0, 0.5, 1.2], noise=0.4)})] == ["behind"]
    assert drift.drifts({"behind": _values([1.2, 0.5, 0], noise=0.4)}) == []


def test_generations_of_a_few_tell_nothing():
    assert drift.drifts({"quality": _values([4.8, 3.0], units=4)}) == []
    assert drift.drifts({"quality": _values([4.8], units=50)}) == []
    assert drift.drifts({}) == []


def test_no_spread_at_all_is_no_division_by_nothing():
    assert drift.drifts({"quality": [(1, 5.0)] * 6 + [(2, 4.0)] * 6})[0].each == pytest.approx(-1)
    assert drift.drifts({"quality": [(1, 4.0)] * 6 + [(2, 4.0)] * 6}) == []


def test_chance_alone_warns_hardly_ever():
    """Six measures, four generations, nothing drifts: at most two of two hundred programmes hear of it."""
    warned = 0
    for seed in range(200):
        draw = random.Random(seed)
        values = {
            each.name: [(n, draw.gauss(3, each.matters * 2)) for n in range(1, 5) for _one in range(10)]
            for each in drift.MEASURES
        }
        warned += bool(drift.drifts(values))
    assert warned <= 4


@given(st.lists(st.tuples(st.integers(1, 6), st.floats(1, 5)), max_size=80))
def test_whatever_was_measured_drift_is_told_or_not(values):
    for found in drift.drifts({"quality": values}):
        assert found.each < 0
        assert 0 <= found.chance <= drift.RARELY


# The picture.


def _draw(picture):
    return rings.draw(
        picture, label="Rings", said=lambda point: point.who.code, address=lambda point: f"?branch={point.who.key}",
        name=lambda point: "<b>" + point.who.code,
    )  # fmt: skip


@settings(max_examples=40)
@given(families(most=80), st.integers(1, 30))
def test_at_most_so_many_points_each_inside_and_all_others_counted(rows, most):
    picture = rings.lay_out(lineage.grow(rows).tops, most=most)
    assert len(picture.points) <= most
    for point in picture.points:
        x, y = point.place
        assert 40 <= x <= 960
        assert 40 <= y <= 960
        assert not (point.below and point.folded)
    tops = len([1 for row in rows if row.generation == 1])
    drawn = {point.who.key for point in picture.points}
    assert picture.left_out == tops - len([point for point in picture.points if point.ring == 1])
    if not picture.left_out:
        assert len(drawn) + sum(point.folded for point in picture.points) == len(rows)


@settings(max_examples=20)
@given(families(most=40))
def test_the_picture_is_wellformed_whatever_people_are_called(rows):
    ElementTree.fromstring(_draw(rings.lay_out(lineage.grow(rows).tops)))


def test_a_lonely_facilitator_stands_at_the_top():
    picture = rings.lay_out(lineage.grow([Facilitator(UUID(int=1), None, 1)]).tops)
    x, y = picture.points[0].place
    assert x == 500
    assert y < 500
