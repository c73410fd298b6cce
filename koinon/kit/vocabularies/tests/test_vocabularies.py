"""The words we ship are there, in the languages we promise, and found however they are written."""

import subprocess
import sys

import pytest

from koinon.kit.vocabularies import countries, eurovoc, frameworks, isced, sdg

LATIN_IN_GREEK = {"c_ab84e157", "4595"}  # blockchain, Unesco
OURS = ("en", "sq", "mk", "lt", "el")


def test_every_default_theme_speaks_our_five_languages():
    missing = [(c.id, code) for c in eurovoc.default_concepts() for code in OURS if not c.labels.get(code)]
    assert missing == []


def test_default_themes_are_about_four_hundred_and_each_stands_once():
    ids = [concept.id for concept in eurovoc.default_concepts()]
    assert 380 <= len(ids) <= 420
    assert len(set(ids)) == len(ids)
    assert sum(len(group) for group in eurovoc.default_groups().values()) == len(ids)


def test_no_two_default_themes_look_the_same_to_a_reader():
    for code in OURS:
        names = [concept.label(code).casefold() for concept in eurovoc.default_concepts()]
        twins = sorted({name for name in names if names.count(name) > 1})
        assert twins == [], code


def test_scripts_are_not_mixed_up():
    for concept in eurovoc.default_concepts():
        assert any("\u0370" <= sign <= "\u03ff" for sign in concept.label("el")) or concept.id in LATIN_IN_GREEK
        assert any("\u0400" <= sign <= "\u04ff" for sign in concept.label("mk")), concept.id


@pytest.mark.parametrize(
    ("id", "language", "name"),
    [
        ("c_1138d9d2", "lt", "žiedinė ekonomika"),
        ("c_1138d9d2", "sq", "ekonomi qarkulluese"),
        ("k_learning_city", "el", "πόλη που μαθαίνει"),
        ("668", "xx", "education"),
        ("668", "bs", "obrazovanje"),
        ("2", "lt", "piktnaudžiavimas pasitikėjimu"),
        ("no-such-theme", "lt", "no-such-theme"),
    ],
)
def test_a_theme_says_its_name(id, language, name):
    assert eurovoc.label(id, language) == name


def test_all_concepts_are_there_and_added_labels_do_not_overwrite_official_ones():
    official = {row["id"]: row for row in eurovoc._rows("eurovoc.csv.gz")}
    concepts = {each.id: each for each in eurovoc.all_concepts()}
    assert len(official) == 7382
    assert len(concepts) == 7382 + 24
    for row in eurovoc._rows("labels_added.csv"):
        assert row["en"] == official[row["id"]]["en"]
        for code in ("sq", "mk"):
            assert not (row[code] and official[row["id"]][code]), row


def test_default_themes_take_less_than_a_megabyte():
    measure = (
        "import tracemalloc, gc; from koinon.kit.vocabularies import eurovoc; tracemalloc.start();"
        "eurovoc.default_groups(); gc.collect(); print(tracemalloc.get_traced_memory()[0])"
    )
    done = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1_000_000


def test_goals():
    assert [goal.number for goal in sdg.goals()] == list(range(1, 18))
    for goal in sdg.goals():
        assert set(OURS) | {"nb", "sl"} <= set(goal.titles)
        assert len(goal.colour) == 7
    assert sdg.goal(4).title("mk") == "Квалитетно образование"
    assert sdg.goal(4).title("no") == "God utdanning"
    assert sdg.goal(4).title("ja") == "Quality education"
    with pytest.raises(IndexError):
        sdg.goal(0)


def test_isced_is_a_tree():
    fields = isced.fields()
    assert [sum(field.level == level for field in fields.values()) for level in ("broad", "narrow", "detailed")] == [
        11,
        29,
        80,
    ]
    assert [field.code for field in isced.path("0613")] == ["06", "061", "0613"]
    with pytest.raises(KeyError):
        isced.path("9999")


def test_frameworks():
    found = frameworks.competences()
    assert len(found) == 57
    assert {each.framework for each in found} == set(frameworks.TITLES)


@pytest.mark.parametrize("locale", [*OURS, "nb", "sl", "sr-Latn", "pt-br", "ga"])
def test_countries_are_named_in_every_language(locale):
    named = dict(countries.countries(locale))
    assert len(named) == 250
    assert all(named.values())
    assert "XK" in named


def test_names_people_care_about():
    assert countries.country_name("MK", "el") == "Βόρεια Μακεδονία"
    assert countries.country_name("mk", "sq") == "Maqedonia e Veriut"
    assert countries.country_name("XK", "lt") == "Kosovas"
    assert countries.country_name("ZZ", "lt") == "ZZ"
    assert countries.language_name("mk", "el") == "Μακεδονικά"
    assert countries.language_name("sr-Latn", "lt") == "serbų"
    assert countries.own_name("sq") == "shqip"
    for locale in OURS:
        english = dict(countries.languages("en"))
        assert locale == "en" or not [c for c, name in countries.languages(locale) if name == english[c]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lietuva", "LT"),
        ("ΕΛΛΑΔΑ", "GR"),
        ("ελλαδα", "GR"),
        ("Kosovë", "XK"),
        ("Kosovo*", "XK"),
        ("Северна Македонија", "MK"),
        ("FYROM", "MK"),
        (" u.k. ", "GB"),
        ("gbr", "GB"),
        ("EL", "GR"),
        ("Norge", "NO"),
        ("Šiaurės Makedonija", "MK"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_country_is_found_however_it_is_written(text, code):
    assert countries.find_country(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("shqip", "sq"),
        ("Lietuvių", "lt"),
        ("ελληνικά", "el"),
        ("no", "nb"),
        ("srpski", "sr"),
        ("Klingon", None),
    ],
)
def test_a_language_is_found_however_it_is_written(text, code):
    assert countries.find_language(text) == code


def test_every_name_finds_its_own_country():
    for locale in OURS:
        for code, name in countries.countries(locale):
            assert countries.find_country(name) == code, (locale, name)


def test_order_follows_the_alphabet_of_the_reader():
    macedonian = [name for _, name in countries.countries("mk")]
    assert macedonian.index("Јапонија") < macedonian.index("Канада")
    lithuanian = [name for _, name in countries.countries("lt")]
    assert lithuanian.index("Čekija") < lithuanian.index("Danija")
