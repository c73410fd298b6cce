"""The sentence why: from data, in five languages, from where the reader stands; never a score."""

import json

import pytest

from koinon.matching.engine.pairs import Item, Pair
from koinon.matching.engine.reasons import reasons, sentence

NEED = Item(
    "el", 1, kind="mentor", themes=frozenset({"668"}), partner_kinds=frozenset({"school"}), countries=frozenset({"AL"}),
    organisation_kind="hub", country="GR", speaks=frozenset({"el", "en"}), point=(41.09, 23.55),
)  # fmt: skip
OFFER = Item(
    "sq", 2, kind="mentor", themes=frozenset({"668", "1"}), partner_kinds=frozenset({"hub"}),
    organisation_kind="school", country="AL", speaks=frozenset({"sq", "en", "el"}), point=(41.33, 19.82),
)  # fmt: skip
PAIR = Pair(0, 0, 1.0, near_need=1, near_offer=2)


def test_reasons_are_plain_data():
    found = reasons(NEED, OFFER, PAIR)
    assert json.loads(json.dumps(found)) == found
    assert {each["kind"] for each in found} == {
        "themes", "meaning", "partner_of_need", "partner_of_offer", "country_of_need", "complement", "languages",
        "distance",
    }  # fmt: skip


def test_the_sentence_for_the_one_who_needs():
    said = sentence(reasons(NEED, OFFER, PAIR), "en", side="need")
    assert said.startswith("Both are about ")
    assert "they are the kind of partner you look for (School)" in said
    assert "you share Greek and English" in said
    assert said.count(";") <= 3
    assert said.endswith(".")


def test_the_same_from_the_other_side_and_from_outside():
    found = reasons(NEED, OFFER, PAIR)
    assert "they are the kind of partner you look for (Hub)" in sentence(found, "en", side="offer")
    assert "the need looks for such a partner (School)" in sentence(found, "en")
    assert "you" not in sentence(found, "en").replace("young", "").lower().split()


@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
@pytest.mark.parametrize("side", ["need", "offer", ""])
def test_five_languages(language, side):
    found = reasons(NEED, OFFER, PAIR)
    said = sentence(found, language, side=side)
    assert said
    assert "%(" not in said
    from koinon.kit.vocabularies import eurovoc

    assert eurovoc.label("668", language) in said


@pytest.mark.parametrize("language", ["nb", "de", "sr", "zz", ""])
def test_names_are_in_the_language_of_the_sentence(language):
    """A Norwegian house reads English sentences: with "English" in them, not "engelsk"."""
    found = [*reasons(NEED, OFFER, PAIR), {"kind": "country_of_offer", "values": ["GR"]}]
    assert sentence(found, language, side="need") == sentence(found, "en", side="need")
    shared = sentence([{"kind": "languages", "values": ["el", "en"]}], language, side="need")
    assert shared == "You share Greek and English."


def test_meaning_is_a_reason_only_at_the_top():
    far = Pair(0, 0, 1.0, near_need=9, near_offer=0)
    assert reasons(Item("en", 1), Item("lt", 2), far) == []
    assert sentence([], "en", side="need") == "The two texts are among the closest in meaning."
    near = reasons(Item("en", 1), Item("lt", 2), Pair(0, 0, 1.0, near_need=2))
    assert sentence(near, "en", side="need") == "Their text is close in meaning to yours."


@pytest.mark.parametrize(("point", "said"), [((41.09, 23.55), "in the same town"), ((41.0, 24.4), "70 km apart")])
def test_distance_as_people_say_it(point, said):
    found = reasons(Item("en", 1, point=(41.09, 23.55)), Item("en", 2, point=point), Pair(0, 0, 1.0))
    assert said in sentence(found, "en").lower()


def test_reasons_of_tomorrow_and_broken_ones_are_left_out():
    assert sentence([{"kind": "horoscope", "values": ["x"]}], "en") == "The two texts are among the closest in meaning."
    assert "partner" not in sentence([{"kind": "partner_of_need", "values": []}], "en")


@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
def test_a_sentence_ends_once(language):
    """Also where the short word for kilometres ends with a point."""
    said = sentence([{"kind": "distance", "values": [90]}], language, side="need")
    assert said.endswith(".")
    assert not said.endswith("..")


@pytest.mark.parametrize(("language", "between"), [("en", "; "), ("lt", "; "), ("el", "· ")])
def test_what_stands_between_parts_asks_nothing_in_greek(language, between):
    """A Greek question ends with what other languages put between clauses."""
    found = [{"kind": "languages", "values": ["en"]}, {"kind": "new_of_offer", "values": []}]
    text = sentence(found, language, side="need")
    assert text.count(between) == 1
    assert (";" in text) == (language != "el")
