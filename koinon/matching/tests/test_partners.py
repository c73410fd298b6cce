"""Partners from a record: exact baselines on a record small enough to work out by hand, and what must always hold."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.config.cli import cli
from koinon.matching.engine import partners, partners_measured
from koinon.matching.engine.partners_graph import graph, new_partners, ties_of
from koinon.matching.engine.partners_learning import Cases, weights
from koinon.matching.engine.partners_record import COLUMNS, Record, RecordError, of_rows, read
from koinon.matching.engine.partners_signals import Signals, in_common

PAST = {1: "AB", 2: "BC", 3: "BD", 4: "CDE", 5: "EF"}
LATER = {6: "AC", 7: "AZ", 8: "EB", 9: "F"}
"""Projects 1-5 began in 2014, 6-9 in 2016: new are A-C and B-E; Z was not known, A-Z and F alone do not count."""


def rows(past: dict[int, str] = PAST, later: dict[int, str] = LATER) -> list[tuple[str, ...]]:
    return [
        (str(number), "participant", name, "HES", "LT", str(year), str(year + 2), "24")
        for projects, year in ((past, 2014), (later, 2016))
        for number, names in projects.items()
        for name in names
    ]


def record(lines: list[tuple[str, ...]]) -> Record:
    return of_rows([(r[0], r[1], r[2], r[3], r[4], int(r[5]), float(r[7])) for r in lines])


def table(folder: Path, text: str, name: str = "record.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def csv(lines: list[tuple[str, ...]]) -> str:
    return "\n".join([",".join(COLUMNS), *(",".join(line) for line in lines)]) + "\n"


def large(seed: int = 0, projects: int = 160) -> list[tuple[str, ...]]:
    """A record in which organisations work within four fields, over four years."""
    draw = np.random.default_rng(seed)
    made = []
    for number in range(projects):
        field = int(draw.integers(4))
        members = draw.choice(30, int(draw.integers(2, 6)), replace=False) + 30 * field
        year = 2014 + number * 4 // projects
        for place, member in enumerate(members):
            role = "coordinator" if place == 0 else "participant"
            kind, country = ("HES", "PUB", "PRC")[member % 3], ("LT", "MK", "AL", "EL")[member % 4]
            made.append((str(number), role, str(1000 + member), kind, country, str(year), str(year + 3), "36"))
    return made


def test_the_graph_worked_out_by_hand():
    whole = record(rows())
    past = whole.only(whole.before(2016))
    known = graph(past, ties_of(past))
    assert [past.organisations[code] for code in known.codes] == list("ABCDEF")
    assert known.degree.tolist() == [1, 3, 3, 3, 3, 1]
    assert known.project_count.tolist() == [1, 3, 2, 2, 2, 1]
    assert in_common(known, 0).tolist() == [1, 0, 1, 1, 0, 0]
    assert in_common(known, 1).tolist() == [0, 3, 1, 1, 2, 0]


def test_new_partners_are_new_and_known():
    whole = record(rows())
    past = whole.before(2016)
    known = graph(whole, ties_of(whole) & past)
    found = new_partners(whole, known, ties_of(whole) & ~past)
    assert {i: found.of_row(i).tolist() for i in range(6)} == {0: [2], 1: [4], 2: [0], 3: [], 4: [1], 5: []}


def test_the_baselines_worked_out_by_hand(monkeypatch: pytest.MonkeyPatch):
    """Lists of two. By projects B3 C2 D2 E2; A gets C D, hits C; B gets E F, hits E; C gets A F, hits A; E gets B A."""
    monkeypatch.setattr(partners, "TOP", 2)
    found = partners_measured.measure(record(rows()), 2016)
    assert found["known"] == {"projects": 5, "organisations": 6, "ties": 7}
    assert (found["asked"], found["with_new_partner_later"], found["asked_newcomers"]) == (4, 4, 3)
    popularity = found["methods"]["popularity"]
    assert (popularity["hit@10"], popularity["P@10"], popularity["R@10"]) == (1, 0.5, 1)
    common = found["methods"]["common neighbours"]
    assert (common["hit@10"], common["newcomers hit@10"]) == (1, 1)
    assert common["coverage"] == 1
    assert set(found["methods"]) == {
        "random",
        "popularity",
        "common neighbours",
        "common neighbours, then popularity",
        "Adamic-Adar",
        "koinon",
    }
    assert set(found["methods"]["koinon"]) == set(common)


def test_the_future_changes_no_list():
    """Whatever happens from the year on: other partners, other kinds, unknown organisations, other row order."""
    lines = large()
    asked = sorted({line[2] for line in lines if int(line[5]) < 2016})[:30]
    as_it_was = partners_measured.recommended(record(lines), 2017, asked)
    draw = np.random.default_rng(9)
    other = [
        line
        if int(line[5]) < 2017
        else (line[0], "partner", str(draw.integers(2000)), "OTH", "XX", str(int(line[5]) + 1), "2030", "7")
        for line in lines
    ]
    assert partners_measured.recommended(record(other[::-1]), 2017, asked) == as_it_was
    assert partners_measured.recommended(record([r for r in lines if int(r[5]) < 2017]), 2017, asked) == as_it_was


def test_the_same_twice():
    lines = record(large())
    first, second = (partners_measured.measure(lines, 2017) for _ in range(2))
    for name in first["methods"]:
        first["methods"][name].pop("seconds"), second["methods"][name].pop("seconds")
    assert (first["methods"], first["weights"]) == (second["methods"], second["weights"])


def test_weights_find_the_signal_that_tells():
    draw = np.random.default_rng(0)
    signals = draw.standard_normal((60 * 20, 3)).astype(np.float32)
    best = signals[:, 1].reshape(60, 20).argmax(1) + np.arange(60) * 20
    is_partner = np.zeros(1200)
    is_partner[best] = 1
    found = weights(Cases(signals, is_partner, np.zeros(1200), np.arange(0, 1201, 20)))
    assert found[1] > 5 * np.abs(found[[0, 2]]).max()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 25), min_size=2, max_size=7), min_size=2, max_size=25),
    st.floats(0.1, 1),
    st.floats(0, 1),
)
def test_lists_name_strangers_once_and_flood_nobody(groups: list[set[int]], flood: float, reach: float):
    lines = [
        (str(number), "p", str(each), "HES", "LT", "2014", "2016", "24")
        for number, group in enumerate(groups)
        for each in group
    ]
    whole = record(lines)
    known = graph(whole, ties_of(whole))
    signals = Signals(known)
    askers = range(known.count)
    kept = partners.ranked(signals, np.ones(len(signals.names)), askers)
    found = partners.given_out(kept, known.count, top=5, flood=flood, reach=reach)
    assert found.shape == (known.count, 5)
    for asker, line in enumerate(found):
        named = line[line >= 0].tolist()
        assert len(named) == len(set(named))
        assert not {asker, *known.partners_of.of_row(asker).tolist()} & set(named)
    times = np.bincount(found[found >= 0], minlength=known.count)
    assert times.max() <= max(1, round(flood * known.count))
    without = partners.given_out(kept, known.count, top=5, flood=flood, reach=0)
    assert len(np.unique(found)) >= len(np.unique(without))


def test_a_hub_stands_in_two_thirds_of_the_lists():
    """Whom everybody's list names first keeps the lists in which it is most ahead; the others name the next."""
    who = np.tile(np.arange(4), (9, 1))
    score = np.stack([[5 + line, 3.0, 2.0, 1.0] for line in range(9)]).astype(np.float32)
    found = partners.given_out(partners.Lists(who, score), 4, top=1, reach=0)
    assert found.ravel().tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Missing columns"),
        ("rcn,pic\n1,2\n", "Missing columns: role, type, country"),
        (csv([]), "no rows"),
        (csv([("1", "p", "", "HES", "LT", "2014", "2015", "12")]), "Line 2: a project (rcn) and an organisation"),
        (csv([("1", "p", "2", "HES", "LT", "soon", "2015", "12")]), "Line 2: start_year is a year"),
        (csv([("1", "p", "2", "HES", "LT", "2014", "2015", "long")]), "Line 2: duration is a number"),
        (csv([("1", "p", "2", "HES", "LT", "2014", "NA", "NA")]), "No project of 2 to 60 organisations"),
        (csv(rows(later={})), "nothing to measure"),
    ],
)
def test_a_broken_file_is_said_in_a_sentence(tmp_path: Path, text: str, said: str):
    run = CliRunner().invoke(cli, ["quality", "--partners", str(table(tmp_path, text)), "--split", "2016"])
    assert run.exit_code == 2
    assert said in run.output
    assert "Traceback" not in run.output


def test_a_broken_gzip(tmp_path: Path):
    path = tmp_path / "record.csv.gz"
    path.write_bytes(gzip.compress(csv(rows()).encode())[:40])
    with pytest.raises(RecordError, match="cannot be read"):
        read(path)


def test_gzipped_or_plain_is_the_same(tmp_path: Path):
    plain = read(table(tmp_path, csv(rows())))
    packed = tmp_path / "record.csv.gz"
    packed.write_bytes(gzip.compress(csv(rows()).encode()))
    again = read(packed)
    assert plain.organisations == again.organisations
    assert plain.project.tolist() == again.project.tolist()


def test_the_command(tmp_path: Path):
    run = CliRunner().invoke(cli, ["quality", "--partners", str(table(tmp_path, csv(large()))), "--split", "2017"])
    assert run.exit_code == 0
    found = json.loads(run.output)
    assert found["file"] == "record.csv"
    assert {"hit@10", "P@10", "R@10", "coverage", "share_of_top_1_percent", "seconds"} <= set(
        found["methods"]["koinon"]
    )
    assert found["peak_memory_mb"] > 0


@pytest.mark.parametrize(
    "words", [[], ["--split", "2016"], ["--partners", __file__], [__file__, "--partners", __file__]]
)
def test_options_that_do_not_go_together(words: list[str]):
    assert CliRunner().invoke(cli, ["quality", *words]).exit_code == 2
