"""The matcher on plain arrays: never two of one house, nobody flooded, the order of things explained by the weights."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.matching.engine import pairs
from koinon.matching.engine.clusters import clusters
from koinon.matching.engine.pairs import Side, match
from koinon.matching.engine.signals import Item, kilometres, parts, weighed

SIZE = 16


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def side(seed, languages, organisations, **facts):
    vectors = unit(np.random.default_rng(seed).normal(size=(len(languages), SIZE)))
    return Side(vectors, [Item(each, house, **facts) for each, house in zip(languages, organisations, strict=True)])


sides = st.lists(st.tuples(st.sampled_from(["sq", "lt", "mk"]), st.integers(0, 6)), max_size=25)


@settings(max_examples=40, deadline=None)
@given(sides, sides, st.integers(0, 9), st.integers(1, 5), st.integers(1, 6))
def test_what_always_holds(need_rows, offer_rows, seed, top, exposure):
    needs = side(seed, [row[0] for row in need_rows], [row[1] for row in need_rows])
    offers = side(seed + 1, [row[0] for row in offer_rows], [row[1] for row in offer_rows])
    found = match(needs, offers, top=top, exposure=exposure)
    assert all(needs.items[pair.need].organisation != offers.items[pair.offer].organisation for pair in found)
    assert len({(pair.need, pair.offer) for pair in found}) == len(found)
    for own, other, rank in (("need", "offer", "rank_for_need"), ("offer", "need", "rank_for_offer")):
        shown = [pair for pair in found if getattr(pair, rank)]
        assert max(Counter(getattr(pair, own) for pair in shown).values(), default=0) <= top
        assert max(Counter(getattr(pair, other) for pair in shown).values(), default=0) <= exposure
        for key in {getattr(pair, own) for pair in shown}:
            ranks = sorted(getattr(pair, rank) for pair in shown if getattr(pair, own) == key)
            assert ranks == list(range(1, len(ranks) + 1))
    again = match(needs, offers, top=top, exposure=exposure)
    assert [(pair.need, pair.offer, pair.rank_for_need) for pair in again] == [
        (pair.need, pair.offer, pair.rank_for_need) for pair in found
    ]


def test_nothing_from_nothing():
    assert match(side(1, [], []), side(2, ["sq"], [1])) == []


def test_the_twin_in_meaning_comes_first_whatever_its_language():
    vectors = unit(np.random.default_rng(3).normal(size=(40, SIZE)))
    tongues = ["sq", "lt", "mk", "el"]
    needs = Side(vectors, [Item(tongues[place % 4], place) for place in range(40)])
    offers = Side(vectors, [Item(tongues[(place + 1) % 4], 100 + place) for place in range(40)])
    first = {pair.need: pair.offer for pair in match(needs, offers) if pair.rank_for_need == 1}
    assert sum(first.get(place) == place for place in range(40)) == 40


def test_pairs_that_were_set_aside_do_not_come_back():
    vectors = unit(np.random.default_rng(4).normal(size=(6, SIZE)))
    needs = Side(vectors, [Item("sq", place) for place in range(6)])
    offers = Side(vectors, [Item("lt", 10 + place) for place in range(6)])
    assert (0, 0) in {(pair.need, pair.offer) for pair in match(needs, offers)}
    found = match(needs, offers, without={(0, 0)})
    assert (0, 0) not in {(pair.need, pair.offer) for pair in found}
    assert (1, 1) in {(pair.need, pair.offer) for pair in found}


def test_an_offer_near_to_everybody_does_not_fill_all_lists():
    rng = np.random.default_rng(5)
    middle = unit(rng.normal(size=(1, SIZE)))
    needs = Side(unit(middle + 0.5 * rng.normal(size=(60, SIZE))), [Item("en", place) for place in range(60)])
    offers = Side(
        np.concatenate([middle, unit(middle + 0.5 * rng.normal(size=(59, SIZE)))]).astype(np.float32),
        [Item("en", 100 + place) for place in range(60)],
    )
    shown = Counter(pair.offer for pair in match(needs, offers) if pair.rank_for_need)
    assert shown[0] <= pairs.EXPOSURE
    assert len(shown) > 40, "most offers are seen by somebody"


@pytest.mark.parametrize(
    ("need", "offer", "better"),
    [
        ({"themes": {"a"}}, {"themes": {"a"}}, True),
        ({"kind": "mentor"}, {"kind": "mentor"}, True),
        ({"partner_kinds": {"school"}}, {"organisation_kind": "school"}, True),
        ({"partner_kinds": {"school"}}, {"organisation_kind": "hub"}, False),
        ({"organisation_kind": "hub"}, {"partner_kinds": {"hub"}}, True),
        ({"countries": {"AL"}}, {"country": "AL"}, True),
        ({"countries": {"AL"}}, {"country": "LT"}, False),
        ({"speaks": {"el", "en"}}, {"speaks": {"en"}}, True),
        ({"speaks": {"el"}}, {"speaks": {"lt"}}, False),
        ({"point": (41.09, 23.55)}, {"point": (40.94, 24.41)}, True),
        ({"partners": {7, 8}}, {"partners": {8, 9}}, True),
        ({"partners": {2}}, {}, False),
        ({"answers_in": 3}, {}, True),
        ({}, {"answers_in": 40}, False),
        ({"age": 5}, {}, True),
        ({}, {"age": 300}, False),
        ({}, {"risk": 1}, False),
        ({"risk": 2}, {}, False),
    ],
)
def test_each_signal_counts_in_its_direction(need, offer, better):
    def item(facts, number):
        sets = {key: frozenset(value) if isinstance(value, set) else value for key, value in facts.items()}
        return Item("en", number, **sets)

    assert (weighed(parts(item(need, 1), item(offer, 2))) > 0) is better


def test_inactive_counts_more_than_at_risk():
    at_risk, inactive = (weighed(parts(Item("en", 1), Item("en", 2, risk=risk))) for risk in (1, 2))
    assert inactive < at_risk < 0


def test_what_is_not_said_counts_neither_way():
    assert parts(Item("en", 1), Item("lt", 2)) == {}


def test_kilometres():
    serres, velenje = (41.09, 23.55), (46.36, 15.11)
    assert kilometres(serres, None) is None
    assert kilometres(serres, velenje) == pytest.approx(890, abs=15)
    assert kilometres(serres, serres) == 0


def test_clusters_find_the_groups_and_name_them():
    rng = np.random.default_rng(6)
    middles = unit(rng.normal(size=(3, SIZE)))
    vectors = unit(np.concatenate([middle + 0.15 * rng.normal(size=(12, SIZE)) for middle in middles]))
    themes = [["energy"]] * 12 + [["music", "youth"]] * 12 + [["waste"]] * 12
    found = clusters(vectors, ["en", "lt"] * 18, themes)
    assert sorted(sorted(each.rows) for each in found) == [list(range(start, start + 12)) for start in (0, 12, 24)]
    assert {each.themes[0] for each in found} == {"energy", "music", "waste"}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 40), st.integers(0, 5))
def test_every_row_is_in_exactly_one_cluster(count, seed):
    vectors = unit(np.random.default_rng(seed).normal(size=(count, SIZE))) if count else np.zeros((0, SIZE), np.float32)
    found = clusters(vectors, ["en"] * count, [[]] * count)
    assert sorted(row for each in found for row in each.rows) == list(range(count))


def subjects(count, middles=12, seed=8):
    """Texts around a few subjects, needs and offers of each."""
    rng = np.random.default_rng(seed)
    centre = unit(rng.normal(size=(middles, SIZE)))
    made = []
    for first in (0, 10_000):
        vectors = unit(centre[np.arange(count) % middles] + 0.35 * rng.normal(size=(count, SIZE)))
        made.append(Side(vectors, [Item(["sq", "lt", "mk"][row % 3], first + row) for row in range(count)]))
    return made


def test_a_very_large_pool_is_matched_part_by_part_with_nearly_the_same_result(monkeypatch):
    needs, offers = subjects(900)
    whole = {(pair.need, pair.offer) for pair in match(needs, offers)}
    monkeypatch.setattr(pairs, "EXACT", 300)
    monkeypatch.setattr(pairs.division.parts, "__kwdefaults__", {"size": 150})
    found = match(needs, offers)
    again = {(pair.need, pair.offer) for pair in found}
    assert len(whole & again) > 0.6 * len(whole)
    assert len(again) < 1.5 * len(whole)
    shown = Counter(pair.offer for pair in found if pair.rank_for_need)
    assert max(shown.values()) <= pairs.EXPOSURE
    assert max(Counter(pair.need for pair in found if pair.rank_for_need).values()) <= pairs.TOP
    assert [(pair.need, pair.offer) for pair in match(needs, offers)] == [(pair.need, pair.offer) for pair in found]


def test_what_was_set_aside_stays_away_in_parts_too(monkeypatch):
    needs, offers = subjects(400)
    monkeypatch.setattr(pairs, "EXACT", 300)
    monkeypatch.setattr(pairs.division.parts, "__kwdefaults__", {"size": 100})
    first = match(needs, offers)[0]
    found = match(needs, offers, without={(first.need, first.offer)})
    assert (first.need, first.offer) not in {(pair.need, pair.offer) for pair in found}


def test_parts_hold_every_offer_once_and_every_need_at_most_twice():
    needs, offers = subjects(500)
    parts_ = list(pairs.division.parts(needs.vectors, offers.vectors, size=90))
    assert sorted(row for _asking, offering in parts_ for row in offering) == list(range(500))
    assert max(Counter(row for asking, _offering in parts_ for row in asking.tolist()).values()) <= 2


def test_a_text_without_themes_reaches_one_of_the_same_kind(monkeypatch):
    """Second on one side and fourth on the other among twelve: too low for a stranger, enough for the same kind."""
    needs, offers = subjects(12, middles=12)
    pair = pairs.Pair(0, 0, 1.0, near_need=2, near_offer=4)

    def worth(**facts):
        sides = [
            Side(side.vectors, [Item("el", row, **own) for row in range(12)])
            for side, own in ((needs, {"kind": "expertise", "themes": frozenset({"waste"})}), (offers, facts))
        ]
        return pairs._is_worth(pair, *sides)

    assert worth(kind="expertise")
    assert not worth(kind="mentor")
    assert not worth(kind="expertise", themes=frozenset({"music"})), "it has themes, and they are others"
