"""Which column is which: headings in our languages, and content where headings say nothing."""

import pytest

from koinon.kit import sheets
from koinon.kit.sheets import Field, guess_columns

MAPPING = {
    "name": Field(("name", "organisation", "emri", "pavadinimas", "име", "назив", "όνομα", "επωνυμία", "navn", "ime")),
    "country": Field(("country", "vendi", "šalis", "земја", "χώρα", "land", "država"), sheets.looks_like_country),
    "city": Field(("city", "town", "qyteti", "miestas", "град", "πόλη", "by", "mesto")),
    "website": Field(("website", "web site", "svetainė", "faqja", "веб-страница", "ιστότοπος"), sheets.looks_like_url),
    "email": Field(("e-mail", "email", "el. paštas"), sheets.looks_like_email),
    "languages": Field(("languages", "gjuhët", "kalbos", "јазици", "γλώσσες", "språk"), sheets.looks_like_languages),
    "people": Field(("size", "staff", "number of people"), sheets.looks_like_number, by_content=False),
}


def guessed(headings, *rows):
    return {field: guess.column for field, guess in guess_columns(headings, rows, MAPPING).items()}


@pytest.mark.parametrize(
    "headings",
    [
        ["Name", "City", "Country", "Website", "Languages"],
        ["Emri i organizatës", "Qyteti", "Vendi", "Faqja", "Gjuhët"],
        ["Pavadinimas", "Miestas", "Šalis", "Svetainė", "Kalbos"],
        ["ИМЕ", "Град", "Земја", "Веб-страница", "Јазици"],
        ["ΟΝΟΜΑ", "ΠΟΛΗ", "ΧΩΡΑ", "Ιστότοπος", "Γλώσσες"],
        ["NAVN", "by", "Land", "Website", "språk"],
    ],
)
def test_headings_are_understood_in_our_languages(headings):
    row = ["Serres", "Serres", "GR", "http://serres.gr", "el, en"]
    assert guessed(headings, row) == {"name": 0, "city": 1, "country": 2, "website": 3, "languages": 4}


def test_content_speaks_where_headings_do_not():
    rows = [
        ["A", "Lietuva", "www.birzai.lt", "a@b.lt", "lietuvių, anglų", 12],
        ["B", "Ελλάδα", "serres.gr", "c@d.gr", "ελληνικά", 7],
    ]
    assert guessed(["1", "2", "3", "4", "5", "6"], *rows) == {"country": 1, "website": 2, "email": 3, "languages": 4}


def test_each_column_goes_to_one_field_and_the_heading_beats_the_content():
    found = guess_columns(["Country of project", "Country"], [["LT", "GR"]], MAPPING)
    assert found["country"].column == 1
    assert found["country"].by == "heading"
    assert found["country"].certainty > 0.9
    assert len({guess.column for guess in found.values()}) == len(found)


def test_a_misspelt_heading_is_still_near_and_an_empty_one_is_nothing():
    assert guessed(["Webiste", "", "Nmae"], ["http://a.b", "x", "y"]) == {"website": 0}
