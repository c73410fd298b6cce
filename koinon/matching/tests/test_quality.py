"""`koinon quality`: what it measures, what it refuses, and that it is what the site does."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from koinon.kit.meaning import calibration, nearest
from koinon.kit.meaning.local import Encoder
from koinon.kit.meaning.tests.encoders import Letters, encoder  # noqa: F401  (a fixture)
from koinon.matching.engine.quality import CasesError, measure, read

POOL = [
    {"id": "a", "text": "atliekų perdirbimas", "language": "lt"},
    {"id": "b", "text": "mokytojų rengimas", "language": "lt"},
    {"id": "c", "text": "riciklim i mbetjeve", "language": "sq"},
    {"id": "d", "text": "trajnim i mësuesve", "language": "sq"},
]


class Remembering:
    """An encoder that is asked only once for each text."""

    def __init__(self, encoder: Encoder) -> None:  # noqa: F811
        self.version, self._encoder, self._kept = encoder.version, encoder, {}

    def encode(self, texts: list[str], kind: str) -> np.ndarray:
        key = tuple(texts)
        if key not in self._kept:
            self._kept[key] = self._encoder.encode(texts, kind)
        return self._kept[key]


def file(folder: Path, *lines: Any) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), "utf-8")
    return path


def query(text: str, language: str | None, *relevant: str, id: str | None = None) -> dict[str, Any]:
    asked = {"text": text} | ({"language": language} if language else {}) | ({"id": id} if id else {})
    return {"query": asked, "relevant": list(relevant)}


def test_a_perfect_matcher(tmp_path: Path, encoder: Encoder):  # noqa: F811
    path = file(
        tmp_path,
        *POOL,
        query("waste recycling", "en", "a", "c"),
        query("teacher training", "en", "b", "d"),
        query("atliekų perdirbimas", "lt", "c", id="a"),
    )
    found = measure(path, encoder=encoder)
    assert found["encoder"] == encoder.version
    assert found["pool"] == 4
    assert found["languages"] == {"lt": 2, "sq": 2}
    assert found["all"]["queries"] == 3
    assert found["all"]["recall@4"] == 1
    assert set(found["pairs"]) == {"en-lt", "en-sq", "lt-sq"}
    assert found["pairs"]["lt-sq"] == {
        "queries": 1,
        "recall@1": 1.0,
        "recall@4": 1.0,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "mean_reciprocal_rank": 1.0,
        "own_language@10": round(1 / 3, 4),  # three texts left, one of them Lithuanian
    }
    assert json.loads(json.dumps(found)) == found


def test_figures_by_hand(tmp_path: Path):
    """Plain cosines of letter pairs: the order is known, so are recall, rank and share."""
    pool = [
        {"id": str(n), "text": "x" * (n + 2) + "y" * (40 - n), "language": "lt" if n % 2 else "sq"} for n in range(40)
    ]
    path = file(tmp_path, *pool, query("x" * 2 + "y" * 40, "sq", "0", "3", "39"))
    found = measure(path, raw=True, encoder=Letters())
    assert found["calibration"] == "raw"
    assert found["all"]["recall@1"] == round(1 / 3, 4)
    assert found["all"]["recall@4"] == round(2 / 3, 4)
    assert found["all"]["mean_reciprocal_rank"] == 1
    assert found["all"]["own_language@10"] == 0.5
    assert found["pairs"]["sq-sq"]["recall@1"] == 1
    assert found["pairs"]["sq-lt"]["recall@4"] == 0.5
    assert found["pairs"]["sq-lt"]["mean_reciprocal_rank"] == 0.25


def test_a_text_never_finds_itself(tmp_path: Path):
    twins = [{"id": str(n), "text": "the very same words", "language": "en"} for n in range(3)]
    for raw in (True, False):
        path = file(tmp_path, *twins, query("the very same words", "en", "1", "2", id="0"))
        assert measure(path, raw=raw, encoder=Letters())["all"]["recall@4"] == 1
    path = file(tmp_path, *twins, query("the very same words", "en", "0", "1", id="0"))
    assert measure(path, encoder=Letters())["all"]["recall@1"] == 1  # its own id among the answers does not count


def test_other_queries_change_nothing(tmp_path: Path, encoder: Encoder):  # noqa: F811
    """The calibration comes from the pool alone, as a search on the site has nothing else either."""
    one = measure(file(tmp_path, *POOL, query("waste", "en", "c")), encoder=encoder)["pairs"]["en-sq"]
    more = [query(text, "de", "b") for text in ("Schule", "Stadt", "Müll")]
    path = file(tmp_path, *POOL, query("waste", "en", "c"), *more)
    assert measure(path, encoder=encoder)["pairs"]["en-sq"] == one


def test_it_ranks_as_the_site_does(tmp_path: Path, encoder: Encoder):  # noqa: F811
    texts = [line["text"] for line in POOL]
    languages = [line["language"] for line in POOL]
    vectors, asked = encoder.encode(texts, "query"), encoder.encode(["school books"], "query")
    learnt = calibration.fit(vectors, languages, ["text"] * 4, encoder=encoder.version)
    pool = nearest.Pool.of(learnt.apply(vectors, languages, ["text"] * 4), languages)
    order, _ = nearest.rank(learnt.apply(asked, ["en"], ["text"]), ["en"], pool, k=4)
    for place, at in enumerate(order[0], start=1):
        path = file(tmp_path, *POOL, query("school books", "en", POOL[at]["id"]))
        found = measure(path, encoder=encoder)
        assert found["all"]["mean_reciprocal_rank"] == round(1 / place, 4)
        assert found["calibration"].startswith(learnt.version)


def test_languages_may_be_missing_or_single(tmp_path: Path, encoder: Encoder):  # noqa: F811
    pool = [
        *POOL,
        {"id": "e", "text": "Ανακύκλωση αποβλήτων"},
        {"id": "f", "text": "???", "language": None},
        {"id": "g", "text": "\ufdfa" * 4000, "language": "ar"},
        {"id": "h", "text": "\0Velenje\ud800", "language": "sr_Latn"},
        {"id": 9, "text": "Ќе обучиме наставници", "language": ""},
    ]
    path = file(tmp_path, *pool, query("recycling", "en", "e"), query("Siūlome mokymus", None, "b", "9"))
    found = measure(path, encoder=encoder)
    assert found["languages"] == {"ar": 1, "el": 1, "lt": 2, "mk": 1, "sq": 2, "sr": 1, "und": 1}
    assert "en-el" in found["pairs"]
    assert {pair.split("-")[1] for pair in found["pairs"]} == {"el", "lt", "mk"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "no pool"),
        ([POOL[0]], "no query"),
        ([query("a", "en", "a")], "no pool"),
        ([POOL[0], "{", POOL[1]], "line 2: this is not JSON"),
        ([POOL[0], "[" * 100_000], "line 2: this is not JSON"),
        ([POOL[0], "", "7"], "line 3: expected an object"),
        ([POOL[0], POOL[0]], "line 2: the id 'a' is there twice"),
        ([{"text": "a", "language": "en"}], "line 1: expected an id"),
        ([{"id": "a", "language": "en"}], "line 1: the text is missing"),
        ([{"id": "a", "text": " \0 ", "language": "en"}], "line 1: the text is empty"),
        ([{"id": "a", "text": ["b"], "language": "en"}], "line 1: the text is missing"),
        ([{"id": "a", "text": "b", "language": 7}], "line 1: the language must be a code"),
        ([{"id": True, "text": "b", "language": "en"}], "line 1: an id must be"),
        ([{"id": "", "text": "b", "language": "en"}], "line 1: an id must be"),
        ([POOL[0], {"query": "text", "relevant": ["a"]}], "line 2: the query must be an object"),
        ([POOL[0], {"query": {"text": "b", "language": "en"}}], "line 2: relevant must be a list"),
        ([POOL[0], query("b", "en")], "line 2: relevant must be a list"),
        ([POOL[0], query("b", "en", "zz")], "line 2: no text of the pool has the id 'zz'"),
        ([POOL[0], query("b", "en", "a", id="a")], "line 2: the only relevant text is the query itself"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: list[Any], said: str):
    with pytest.raises(CasesError, match=said.replace("[", r"\[")):
        measure(file(tmp_path, *lines), encoder=Letters())


def test_a_file_that_is_no_text(tmp_path: Path):
    path = tmp_path / "cases.jsonl"
    with pytest.raises(CasesError, match="cannot be read"):
        read(path)
    path.write_bytes(json.dumps(POOL[0]).encode() + b"\n\xff\xfe\n")
    with pytest.raises(ValueError, match="line 2: this is not UTF-8"):
        read(path)
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(map(json.dumps, [*POOL, query("a", "en", "a")])).encode())
    assert len(read(path).pool) == 4


def test_each_text_is_encoded_once_and_progress_is_told(tmp_path: Path):
    letters, told = Letters(), []
    queries = [query(line["text"], line["language"], "a" if line["id"] != "a" else "b", id=line["id"]) for line in POOL]
    measure(file(tmp_path, *queries, *POOL), encoder=letters, progress=lambda done, whole: told.append((done, whole)))
    assert [kind for _, kind in letters.asked] == ["query"]
    assert told == [(4, 4)]


def test_calibration_helps_across_languages(encoder: Encoder):  # noqa: F811
    """The set of needs and offers: more than twice as many are found among ten, and one's own language keeps back."""
    path = Path(__file__).resolve().parents[3] / "bench" / "quality" / "need_offer.jsonl"
    encoder = Remembering(encoder)
    fair, raw = measure(path, encoder=encoder)["all"], measure(path, raw=True, encoder=encoder)["all"]
    assert fair["recall@10"] > 0.55 > 2 * raw["recall@10"]
    assert fair["own_language@10"] < 0.3 < raw["own_language@10"]
    assert np.isfinite(list(fair.values())).all()
