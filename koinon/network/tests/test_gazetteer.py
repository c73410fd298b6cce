"""Places are found by what their neighbours call them, in any script, and the right one comes first."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit.meaning.folding import fold, loose
from koinon.network.engine.gazetteer import (
    Gazetteer,
    PlaceRow,
    find,
    joined,
    query_keys,
    rank,
    read_places,
    search_keys,
)

NETWORK = Path(__file__).parents[1]
GREEK, CYRILLIC = range(0x370, 0x400), range(0x400, 0x530)


@pytest.fixture(scope="module")
def places() -> list[PlaceRow]:
    return list(read_places())


@pytest.fixture(scope="module")
def gazetteer(places: list[PlaceRow]) -> Gazetteer:
    return Gazetteer(places)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Σέρρες", "serres"),
        ("ΣΕΡΡΕΣ", "serres"),
        ("Велење", "velenje"),
        ("Штип", "stip"),
        ("Štip", "stip"),
        ("Ђорђе Đorđe", "dorde dorde"),
        ("Ѓорче", "gjorce"),
        ("Ναύπλιο", "nafplio"),
        ("Ευαγγελία", "evangelia"),
        ("Μπάρι", "bari"),
        ("Αϋτός", "aytos"),
        ("Търговище", "targoviste"),
        ("Weißenfels", "weissenfels"),
        ("Ørsta  –  Łódź", "orsta - lodz"),
        ("İstanbul", "istanbul"),
        ("  ", ""),
    ],
)
def test_fold(text, plain):
    assert fold(text) == plain


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=[chr(code) for code in (*GREEK, *CYRILLIC) if chr(code).isalpha()], max_size=30))
def test_fold_never_fails_on_greek_and_cyrillic_letters(text):
    assert isinstance(fold(text), str)
    assert isinstance(loose(text), str)


@given(st.text(alphabet="абвгдѓежзѕијклљмнњопрстќуфхцчџш αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ", max_size=40))
def test_our_alphabets_become_plain_latin(text):
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        *[(text, 734330) for text in ("Σερρες", "Σέρρες", "ΣΈΡΡΕΣ", "serres", "Sérres", "Sérrai", "Серес", "Serez")],
        *[(text, 3189075) for text in ("Велење", "velenje", "VELENJE", "Βέλενιε", "Wöllan")],
        *[(text, 785842) for text in ("Скопје", "Скопље", "Shkup", "Shkupi", "Σκόπια", "Üsküp", "skopje", "Skopjė")],
        *[(text, 786714) for text in ("Prishtina", "Prishtinë", "Priština", "Приштина", "Pristina", "Πρίστινα")],
        *[(text, 593672) for text in ("Utena", "Утена", "Ουτενά")],
        *[(text, 600438) for text in ("Biržai", "Birzai", "Biržų", "Биржај")],
        *[(text, 595596) for text in ("Prienai", "Prienų", "Приенај")],
        *[(text, 599757) for text in ("Druskininkai", "Друскининкај", "Druskininkų")],
        *[(text, 3203106) for text in ("Budva", "Будва", "Μπούντβα")],
        *[(text, 2643743) for text in ("London", "Londër", "Londonas", "Лондон", "Λονδίνο")],
        *[(text, 2911298) for text in ("Hamburg", "Αμβούργο", "Хамбург", "Hamburgas")],
        *[(text, 734077) for text in ("Thessaloniki", "Солун", "Selanik", "Θεσσαλονίκη")],
        ("Shtip", 785482),
        ("Tirane", 3183875),
        ("Manastir", 792578),
    ],
)
def test_a_town_is_found_by_what_its_neighbours_call_it(gazetteer, text, id):
    assert gazetteer.resolve(text)[0].id == id


def test_every_place_of_the_demo_is_in_the_gazetteer(places):
    import tomllib

    demo = tomllib.loads((NETWORK / "demo" / "organisations.toml").read_text(encoding="utf-8"))
    known = {place.id: place for place in places}
    for organisation in demo["organisation"]:
        place = known[organisation["place"]["geonameid"]]
        assert place.country == organisation["place"]["country"]


def test_native_names_are_in_the_script_of_the_country(places):
    for country, letters in (("GR", GREEK), ("MK", CYRILLIC), ("RS", CYRILLIC), ("BG", CYRILLIC)):
        here = [place for place in places if place.country == country and place.population >= 5000]
        assert len(here) > 60
        assert [p.name for p in here if not any(ord(sign) in letters for sign in p.native)] == []


def test_names_shown_to_everybody_are_latin(places):
    for place in places:
        assert not any(ord(sign) in GREEK or ord(sign) in CYRILLIC for sign in place.name), place


def test_the_rows_are_sound(places):
    assert len({place.id for place in places}) == len(places) > 30_000
    assert [place.population for place in places] == sorted((p.population for p in places), reverse=True)
    for place in places:
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
        assert len(place.country) == 2
        assert "/" in place.zone
        assert len(place.spellings) <= 50
        assert len(place.name) <= 120


def test_what_was_said_by_hand_is_in_the_file(places):
    known = {place.id: place for place in places}
    with (NETWORK / "data" / "places_added.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            place = known[int(row["geonameid"])]
            assert row["native"] in ("", place.native)
            keys = set(place.keys)
            assert all(fold(spelling) in keys for spelling in row["spellings"].split("|") if spelling)
            assert row["why"]


def test_the_name_beats_the_nickname_and_the_big_beats_the_small(gazetteer):
    assert gazetteer.resolve("Bar")[0].country == "ME"
    assert [place.country for place in gazetteer.resolve("London")][:2] == ["GB", "CA"]
    assert [place.country for place in gazetteer.resolve("Novi Pazar")] == ["RS", "BG"]
    assert [place.country for place in gazetteer.resolve("Novi Pazar", "bg")] == ["BG"]


@pytest.mark.parametrize("text", ["", "   ", "???", "—", "xqzzy", "|", "\x00"])
def test_nonsense_finds_nothing(gazetteer, text):
    assert gazetteer.resolve(text) == []
    assert find(read_places(), text, limit=3) == []


def test_beginnings_are_found_best_first(places):
    assert find(places, "serr", "GR")[0].native == "Σέρρες"
    assert find(places, "Θεσσ")[0].name == "Thessaloniki"
    assert find(places, "druskin")[0].name == "Druskininkai"
    assert find(places, "pazar", "RS")[0].name == "Novi Pazar"


def test_rank_orders_exact_then_beginning_then_people():
    serres, serrese = search_keys("Serres", ["Σέρρες"]), search_keys("Serrese")
    assert (
        rank(serres, 10, "ΣΕΡΡΕΣ") < rank(serrese, 10_000_000, "serres") < rank(search_keys("Paris"), 10**9, "serres")
    )
    assert rank(serres, 10, "")[0] == 9
    assert rank((), 10, "serres")[0] == 9


@given(st.text(min_size=1, max_size=40), st.lists(st.text(max_size=40), max_size=5))
@settings(max_examples=200)
def test_a_place_is_always_found_by_its_own_spellings(name, alternates):
    keys = search_keys(name, alternates)
    assert len(set(keys)) == len(keys)
    assert "|" not in "".join(keys)
    for spelling in (name, *alternates):
        if query_keys(spelling) and "|" not in spelling:
            assert rank(keys, 1, spelling)[0] < 9
            assert any(f"|{key}" in joined(keys) for key in query_keys(spelling))


@pytest.mark.parametrize(("file", "most"), [("europe.geojson", 350_000), ("world.geojson", 350_000)])
def test_maps_are_small_and_name_countries_as_they_name_themselves(file, most):
    path = NETWORK / "static" / "network" / "map" / file
    assert path.stat().st_size <= most
    shapes = {each["properties"]["iso2"]: each for each in json.loads(path.read_text(encoding="utf-8"))["features"]}
    assert shapes["MK"]["properties"]["name_en"] == "North Macedonia"
    assert shapes["XK"]["properties"]["name_sq"] == "Kosovë"
    assert {"AL", "MK", "XK", "LT", "GR", "NO", "SI", "RS", "BA", "ME", "HR", "BG", "GB", "CY"} <= set(shapes)
    for shape in shapes.values():
        for polygon in shape["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)


def test_towns_lie_in_their_countries_on_the_map(places):
    path = NETWORK / "static" / "network" / "map" / "europe.geojson"
    shapes = {each["properties"]["iso2"]: each for each in json.loads(path.read_text(encoding="utf-8"))["features"]}
    for country in ("AL", "MK", "XK", "LT", "RS", "SI", "BG", "UA", "DE"):
        towns = [place for place in places if place.country == country][:20]
        within = sum(_inside(town.longitude, town.latitude, shapes[country]) for town in towns)
        assert within >= len(towns) * 0.85, country


def _inside(x: float, y: float, shape: dict) -> bool:
    hit = False
    for polygon in shape["geometry"]["coordinates"]:
        for ring in polygon:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                    hit = not hit
    return hit
