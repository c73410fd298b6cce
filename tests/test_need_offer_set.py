"""The need-offer set decides which encoder we trust, so its shape is checked like code."""

import json
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest

SET = Path(__file__).parent.parent / "bench" / "quality" / "need_offer.jsonl"
LANGUAGES = ("sq", "lt", "mk", "el", "en", "nb", "sl")
LATIN = set("abcdefghijklmnopqrstuvwxyz")
OWN_LETTERS = {
    "sq": set("çë"),
    "lt": set("ąčęėįšųūž"),
    "mk": set("абвгдѓежзѕијклљмнњопрстќуфхцчџш") | set("ѐѝ"),
    "el": set("αβγδεζηθικλμνξοπρσςτυφχψω") | set("άέήίόύώϊϋΐΰ"),
    "en": set("éè"),
    "nb": set("æøåéü"),
    "sl": set("čšž"),
}


def lines() -> list[dict[str, Any]]:
    """Every line of the set, in order."""
    return [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


POOL = {line["id"]: line for line in lines() if "id" in line}
CASES = [line for line in lines() if "query" in line]
TEXTS = [*POOL.values(), *(case["query"] for case in CASES)]
SERVING = {wanted for case in CASES for wanted in case["relevant"]}


def letters(text: str) -> list[str]:
    return [char for char in text.lower() if char.isalpha()]


def words(text: str) -> set[str]:
    return {word for word in text.lower().replace(",", " ").replace(".", " ").split() if len(word) > 3}


def theme(text_id: str) -> str:
    return text_id.split("-")[0]


def test_lines_have_the_two_shapes_koinon_quality_reads():
    for line in lines():
        if "query" in line:
            assert set(line) == {"query", "relevant"}
            assert set(line["query"]) == {"text", "language"}
            assert line["relevant"]
        else:
            assert set(line) == {"id", "text", "language"}


def test_ids_and_texts_are_told_once():
    assert len(POOL) + len(CASES) == len(lines())
    repeated = [text for text, times in Counter(text["text"] for text in TEXTS).items() if times > 1]
    assert repeated == []


def test_every_ordered_pair_of_languages_weighs_the_same():
    pairs = Counter((case["query"]["language"], POOL[case["relevant"][0]]["language"]) for case in CASES)
    assert len(CASES) >= 150
    assert pairs == dict.fromkeys(permutations(LANGUAGES, 2), 4)


def test_each_need_has_its_own_offer_in_another_language():
    assert len(SERVING) == len(CASES)
    for case in CASES:
        for wanted in case["relevant"]:
            assert wanted in POOL
            assert POOL[wanted]["language"] != case["query"]["language"]


def test_every_theme_has_at_least_as_many_other_offers_as_needs_in_all_languages():
    serving = Counter(theme(text_id) for text_id in SERVING)
    others = Counter(theme(text_id) for text_id in POOL if text_id not in SERVING)
    spoken = defaultdict(set)
    for text_id in POOL:
        if text_id not in SERVING:
            spoken[theme(text_id)].add(POOL[text_id]["language"])
    assert len(serving) >= 10
    assert set(others) == set(serving)
    for name, needs in serving.items():
        assert others[name] >= needs
        assert spoken[name] == set(LANGUAGES)


def test_no_language_fills_the_pool():
    spoken = Counter(text["language"] for text in POOL.values())
    assert max(spoken.values()) - min(spoken.values()) <= 1


def test_texts_are_as_long_as_an_officer_writes():
    for text in TEXTS:
        assert 15 <= len(text["text"].split()) <= 50, text["text"]
        assert text["text"] == unicodedata.normalize("NFC", text["text"]).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_those_of_the_language(language):
    own = [text["text"] for text in TEXTS if text["language"] == language]
    for text in own:
        strange = set(letters(text)) - LATIN - OWN_LETTERS[language]
        assert not strange, (strange, text)
    needed = OWN_LETTERS[language] - set("éèüѐѝϊϋΐΰ")
    assert needed <= set("".join(own).lower())


@pytest.mark.parametrize("language", ["mk", "el"])
def test_other_scripts_are_rare_in_macedonian_and_greek(language):
    for text in TEXTS:
        if text["language"] == language:
            used = letters(text["text"])
            assert sum(char in OWN_LETTERS[language] for char in used) / len(used) > 0.9, text["text"]


@pytest.mark.parametrize("language", ["mk", "el"])
def test_no_word_hides_a_look_alike_of_another_script(language):
    for text in TEXTS:
        if text["language"] == language:
            for word in text["text"].lower().split():
                own = [char in OWN_LETTERS[language] for char in letters(word)]
                assert all(own) or not any(own), word


def test_no_text_is_a_variant_of_another():
    for language in LANGUAGES:
        own = [words(text["text"]) for text in TEXTS if text["language"] == language]
        for one, other in combinations(own, 2):
            assert len(one & other) / len(one | other) < 0.3
