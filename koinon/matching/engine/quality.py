"""Measures the matcher on a file of cases, with exactly what the site uses, so that encoders can be compared.

A line of the file is a text of the pool, {"id", "text", "language"}, or a query, {"query": {"text", "language",
"id"?}, "relevant": ["id", ...]}. Texts without a language get the one they seem to be written in.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koinon.kit.meaning import calibration, detect, nearest
from koinon.kit.meaning.clean import clean
from koinon.kit.meaning.port import EncoderPort, Vectors

Progress = Callable[[int, int], None]
DEPTHS = (1, 4, 5, 10)
TEXTS_AT_ONCE = 128
KIND = "text"
UNKNOWN = "und"


class CasesError(ValueError):
    """The file cannot be measured; the message is a sentence with the number of the line."""


@dataclass(frozen=True)
class Text:
    """One text of the pool."""

    id: str
    text: str
    language: str


@dataclass(frozen=True)
class Query:
    """One query: its text and language, its own id ("" if it has none), the ids that answer it, its line."""

    text: str
    language: str
    id: str
    relevant: frozenset[str]
    line: int


@dataclass(frozen=True)
class Cases:
    """A whole file, checked: every relevant id is in the pool, none is the query's own."""

    pool: tuple[Text, ...]
    queries: tuple[Query, ...]


@dataclass
class Tally:
    """Sums of the measures over queries."""

    queries: int = 0
    recall: NDArray[np.float64] | None = None
    reciprocal: float = 0.0
    own: float = 0.0

    def add(self, recall: NDArray[np.float64], reciprocal: float, own: float) -> None:
        self.queries += 1
        self.recall = recall if self.recall is None else self.recall + recall
        self.reciprocal += reciprocal
        self.own += own

    def means(self) -> dict[str, float | int]:
        """Give the averages, rounded to four digits."""
        recall = np.zeros(len(DEPTHS)) if self.recall is None else self.recall
        count = max(1, self.queries)
        return {
            "queries": self.queries,
            **{f"recall@{depth}": round(float(part) / count, 4) for depth, part in zip(DEPTHS, recall, strict=True)},
            "mean_reciprocal_rank": round(self.reciprocal / count, 4),
            "own_language@10": round(self.own / count, 4),
        }


def measure(path: Path, *, raw: bool = False, encoder: EncoderPort, progress: Progress | None = None) -> dict[str, Any]:
    """Measure how well queries find their answers; the result is ready for JSON.

    `all` and each of `pairs` ("sq-lt": query language, answer language) hold recall@1, @4, @5 and @10 (share of the
    answers among the best), the mean reciprocal rank of the first answer in the whole pool, and the share of the
    query's own language among the best ten. `raw` leaves out the calibration. `progress(done, all)` counts texts.
    Raises CasesError (a ValueError) for a file that cannot be used.
    """
    cases = read(path)
    texts = [each.text for each in cases.pool] + [each.text for each in cases.queries]
    vectors = _encode(texts, encoder, progress or _quiet)
    spoken = [each.language for each in cases.pool]
    asked = [each.language for each in cases.queries]
    own = _own_places(cases)
    found, version = _find(vectors[: len(spoken)], spoken, vectors[len(spoken) :], asked, own, raw, encoder.version)
    everything, pairs = _tally(cases, found)
    return {
        "encoder": encoder.version,
        "calibration": version,
        "pool": len(cases.pool),
        "languages": {language: spoken.count(language) for language in sorted(set(spoken))},
        "all": everything.means(),
        "pairs": {f"{asked}-{said}": pairs[asked, said].means() for asked, said in sorted(pairs)},
    }


def read(path: Path) -> Cases:
    """Read and check a file of cases; raises CasesError naming the line at fault."""
    pool: dict[str, Text] = {}
    queries: list[Query] = []
    for number, line in _lines(path):
        case = _json(number, line)
        if "query" in case:
            queries.append(_query(number, case))
            continue
        text = _text(number, case)
        if text.id in pool:
            raise CasesError(f"line {number}: the id {text.id!r} is there twice")
        pool[text.id] = text
    if not pool:
        raise CasesError("the file has no pool: no line with an id and a text")
    if not queries:
        raise CasesError("the file has no query: no line with a query and its relevant ids")
    for query in queries:
        missing = sorted(query.relevant - pool.keys())
        if missing:
            raise CasesError(f"line {query.line}: no text of the pool has the id {missing[0]!r}")
    return _with_languages(Cases(tuple(pool.values()), tuple(queries)))


def _quiet(done: int, whole: int) -> None:
    """Tell nobody."""


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    plain = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                except UnicodeDecodeError:
                    raise CasesError(f"line {number}: this is not UTF-8 text") from None
                if plain:
                    yield number, plain
    except OSError as error:
        raise CasesError(f"the file cannot be read: {error.strerror or error}") from error


def _json(number: int, line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CasesError(f"line {number}: this is not JSON: {error}") from error
    if not isinstance(case, dict):
        raise CasesError(f"line {number}: expected an object with a text or a query, not {line[:40]}")
    return case


def _id(number: int, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise CasesError(f"line {number}: an id must be a text or a whole number, not {value!r}")
    return str(value)


def _said(number: int, case: dict[str, Any]) -> tuple[str, str]:
    """The text and the language of a pool line or a query; the language may be absent."""
    text, language = case.get("text"), case.get("language")
    if not isinstance(text, str):
        raise CasesError(f"line {number}: the text is missing")
    if not clean(text):
        raise CasesError(f"line {number}: the text is empty")
    if language is not None and not isinstance(language, str):
        raise CasesError(f"line {number}: the language must be a code like sq or lt, not {language!r}")
    return clean(text), detect.tongue(language or "")


def _text(number: int, case: dict[str, Any]) -> Text:
    if "id" not in case:
        raise CasesError(f"line {number}: expected an id and a text, or a query and its relevant ids")
    return Text(_id(number, case["id"]), *_said(number, case))


def _query(number: int, case: dict[str, Any]) -> Query:
    query, relevant = case["query"], case.get("relevant")
    if not isinstance(query, dict):
        raise CasesError(f"line {number}: the query must be an object with a text and a language")
    if not isinstance(relevant, list) or not relevant:
        raise CasesError(f"line {number}: relevant must be a list of at least one id")
    own = _id(number, query["id"]) if query.get("id") is not None else ""
    answers = frozenset(_id(number, each) for each in relevant) - {own}
    if not answers:
        raise CasesError(f"line {number}: the only relevant text is the query itself")
    text, language = _said(number, query)
    return Query(text, language, own, answers, number)


def _with_languages(cases: Cases) -> Cases:
    """Fill in the languages that were not declared: one of those that were, else any that is clear."""
    declared = ({each.language for each in cases.pool} | {each.language for each in cases.queries}) - {""}

    def language(each: Text | Query) -> str:
        likely = each.language or (declared and detect.language_of(each.text, among=declared))
        return likely or detect.language_of(each.text) or UNKNOWN

    return Cases(
        tuple(Text(each.id, each.text, language(each)) for each in cases.pool),
        tuple(Query(each.text, language(each), each.id, each.relevant, each.line) for each in cases.queries),
    )


def _encode(texts: Sequence[str], encoder: EncoderPort, progress: Progress) -> Vectors:
    """Encode every text, each different one once; shortest first would hide how long it takes."""
    place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    different = list(place)
    parts = []
    for start in range(0, len(different), TEXTS_AT_ONCE):
        parts.append(encoder.encode(different[start : start + TEXTS_AT_ONCE], "query"))
        progress(min(start + TEXTS_AT_ONCE, len(different)), len(different))
    return np.concatenate(parts)[[place[text] for text in texts]]


def _own_places(cases: Cases) -> nearest.Places:
    places = {each.id: place for place, each in enumerate(cases.pool)}
    return np.array([places.get(each.id, -1) for each in cases.queries], np.int64)


def _find(
    pool: Vectors,
    spoken: Sequence[str],
    queries: Vectors,
    asked: Sequence[str],
    own: nearest.Places,
    raw: bool,
    encoder: str,
) -> tuple[Iterator[nearest.Places], str]:
    """Order the whole pool for each query, some queries at a time; gives the orders and how they were made."""
    size = max(1, nearest.CELLS // (8 * len(pool)))
    blocks = [slice(start, start + size) for start in range(0, len(queries), size)]
    if raw:
        plain = nearest.Pool.of(pool, spoken)
        orders = (nearest.nearest(queries[part], plain, k=len(pool), itself=own[part])[0] for part in blocks)
        return orders, "raw"
    learnt = calibration.fit(pool, spoken, [KIND] * len(spoken), encoder=encoder)
    said = nearest.Pool.of(learnt.apply(pool, spoken, [KIND] * len(spoken)), spoken)
    turned = learnt.apply(queries, asked, [KIND] * len(asked))
    hubs = nearest.hubness(said.vectors[said.places()], said, itself=np.arange(len(said)))
    orders = (
        nearest.rank(turned[part], asked[part], said, k=len(pool), itself=own[part], pool_hubness=hubs)[0]
        for part in blocks
    )
    return orders, f"{learnt.version}+{nearest.METHOD}"


def _tally(cases: Cases, orders: Iterator[nearest.Places]) -> tuple[Tally, dict[tuple[str, str], Tally]]:
    places = {each.id: place for place, each in enumerate(cases.pool)}
    spoken = [each.language for each in cases.pool]
    everything = Tally()
    pairs: dict[tuple[str, str], Tally] = {}
    lines = (line for block in orders for line in block)
    for query, order in zip(cases.queries, lines, strict=True):
        answers = [places[each] for each in query.relevant]
        best = [place for place in order[:10] if place >= 0]
        own = sum(spoken[place] == query.language for place in best) / max(1, len(best))
        everything.add(*_score(order, answers), own)
        for said in {spoken[place] for place in answers}:
            part = [place for place in answers if spoken[place] == said]
            pairs.setdefault((query.language, said), Tally()).add(*_score(order, part), own)
    return everything, pairs


def _score(order: NDArray[np.int64], answers: Sequence[int]) -> tuple[NDArray[np.float64], float]:
    """Recall at each depth and the reciprocal rank of the first answer in one order."""
    ranks = np.flatnonzero(np.isin(order, answers)) + 1
    recall = np.array([(ranks <= depth).sum() / len(answers) for depth in DEPTHS], np.float64)
    return recall, float(1 / ranks[0]) if len(ranks) else 0.0
