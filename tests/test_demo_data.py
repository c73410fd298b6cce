"""The demo data is checked as data: it parses, its references hold, its words are in the languages they claim."""

import csv
import gzip
import re
import subprocess
import tomllib
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

KOINON = Path(__file__).parent.parent / "koinon"
NETWORK = KOINON / "network" / "demo"
MATCHING = KOINON / "matching" / "demo"
VOCABULARIES = KOINON / "kit" / "vocabularies" / "data"
FILES = {
    "network": NETWORK / "networks.toml",
    "organisation": NETWORK / "organisations.toml",
    "person": NETWORK / "people.toml",
    "application": NETWORK / "applications.toml",
    "listing": MATCHING / "listings.toml",
    "reply": MATCHING / "replies.toml",
}
INTERFACE = {"en", "sq", "lt", "mk", "el"}

# The addresses that the texts print; two of them without a scheme.
PRINTED = {
    "http://www.leu.lt",
    "http://fleksibelutdanning.no/",
    "http://www.birzai.lt/",
    "http://www.birzuvsb.istaiga.lt/",
    "http://www.prienai.lt/",
    "http://www.pgn.lt/",
    "http://www.druskininkai.lt",
    "http://dscentras.lt/",
    "http://www.utena.lt/",
    "http://www.uvb.lt/lt/",
    "http://www.dizainokolegija.lt/lt/",
    "http://www.gintarineakademija.lt/",
    "http://www.lduk.lt/",
}
PRINTED_WITHOUT_SCHEME = {"www.socialcluster.lt", "scv.si"}

# Surnames of persons whom the texts name, in the spellings of several languages: none may appear in the data.
SURNAMES = set(
    """
    vessey haliloviq halilović halilovic халиловиќ newbigin kvieskienė kvieskiene valickas chodzkienė chodzkiene
    kaušylienė kausyliene sears o'connell oconnell connell blanuša blanusa блануша погорелчник pogorelčnik
    pogorelcnik лихтенекер lihteneker lichteneker καρπουχτσής καρπουχτσή karpouchtsis karpuchtsis
    """.split()  # noqa: SIM905 - thirty quoted names read worse
)

WRITTEN = {".csv", ".html", ".json", ".jsonl", ".js", ".md", ".po", ".py", ".toml", ".txt"}

# Letters of a language; every letter of a text (original names of organisations aside) must be one of them.
LATIN = "abcdefghijklmnopqrstuvwxyz"
LETTERS = {
    "en": LATIN,
    "sq": LATIN + "ëç",
    "lt": LATIN + "ąčęėįšųūž",
    "sl": LATIN + "čšž",
    "nb": LATIN + "æøåéòô",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}
# Words in a foreign script or spelling that stand as names in a text.
FOREIGN_NAMES = {"CIRCLabs", "CIRCLab", "CIRCLE", "Talentjourney", "UNESCO", "RYCO", "Biržai", "NOR", "LT", "VRM", "K"}
# Words that nearly every text of the language holds; a text without any is probably in another one.
COMMON = {
    "en": "the a and of to for in with we who our",
    "sq": "të dhe e i për në me që një nga ose",
    "lt": "ir su kad kaip ar iš į mūsų bei kurie kuri yra ne per apie už kas pas nuo ką dar bent kuris",
    "sl": "in za ki v na z s ali kako da je iz po smo od",
    "nb": "og i å som vi for til er en et på med av",
    "mk": "и на за со да се во што од кај",
    "el": "και το τη την του της με για να σε που των οι",
}


@lru_cache
def rows(kind: str) -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(FILES[kind].read_text(encoding="utf-8"))[kind])


def by(key: str, kind: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows(kind)}


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", unicodedata.normalize("NFC", text))


def letters_outside(text: str, language: str) -> set[str]:
    """Give the letters of `text` that its language does not have, names of FOREIGN_NAMES aside."""
    kept = "".join(word for word in words(text) if word not in FOREIGN_NAMES)
    return {letter for letter in kept.lower() if letter.isalpha()} - set(LETTERS[language])


def is_one_script(word: str) -> bool:
    """Catch a Latin o in a Cyrillic word, which no eye sees and no search finds."""
    scripts = {unicodedata.name(letter).split()[0] for letter in word if letter.isalpha()}
    return len(scripts) <= 1


def members() -> dict[str, set[str]]:
    """Network slug -> slugs of its organisations."""
    found = defaultdict(set)
    for organisation in rows("organisation"):
        for membership in organisation["memberships"]:
            found[membership["network"]].add(organisation["slug"])
    return found


@pytest.mark.parametrize(
    ("kind", "key"), [("network", "slug"), ("organisation", "slug"), ("person", "slug"), ("listing", "ref")]
)
def test_keys_are_unique(kind: str, key: str) -> None:
    doubled = [slug for slug, times in Counter(row[key] for row in rows(kind)).items() if times > 1]
    assert doubled == []
    assert all(re.fullmatch(r"[a-z0-9-]{3,60}", row[key]) for row in rows(kind))


def test_every_word_is_in_one_script() -> None:
    everything = [*FILES.values(), *NETWORK.glob("*.csv")]
    mixed = {w for path in everything for w in words(path.read_text(encoding="utf-8")) if not is_one_script(w)}
    assert mixed == set()


def test_no_person_of_the_texts_is_named() -> None:
    """Neither in the demo nor in tests, measurements, messages or documents: in no text of the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=KOINON.parent, capture_output=True, text=True, check=True).stdout.split("\0")
    texts = [KOINON.parent / name for name in listed if Path(name).suffix in WRITTEN]
    assert len(texts) > 1000
    for path in [path for path in texts if path.is_file() and path != Path(__file__)]:
        assert not named(path.read_text(encoding="utf-8")), path


def named(text: str) -> set[str]:
    """The surnames of the texts that stand in this one, as whole words in any case."""
    lower = text.lower().replace("’", "'")
    suspected = [surname for surname in SURNAMES if surname in lower]
    if not suspected:
        return set()
    return {word.lower().replace("’", "'") for word in words(text)} & set(suspected)


def test_a_name_would_be_noticed() -> None:
    assert named("Thanks to Mr O’Connell, who spoke.")
    assert named("г. ПОГОРЕЛЧНИК")
    assert not named("She researses the connellite.")


def contrast_with_white(colour: str) -> float:
    """WCAG 2 contrast ratio of a #rrggbb colour to white."""

    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_networks_speak_five_languages_and_have_distinct_readable_accents() -> None:
    networks = rows("network")
    assert {network["source"] for network in networks} == {"000", "001", "002", "003", "004"}
    assert len({network["accent"] for network in networks}) == len({network["colour"] for network in networks}) == 5
    for network in networks:
        wanted = INTERFACE | {network["original_language"]}
        assert wanted <= set(network["names"]) & set(network["purpose"])
        assert network["original_language"] in network["languages"]
        assert network["origin"] == "human, demo"
        assert contrast_with_white(network["colour"]) >= 4.5
        for language, purpose in network["purpose"].items():
            assert not letters_outside(purpose, language), (network["slug"], language)
            assert has_common_words(purpose, language), (network["slug"], language)


def has_common_words(text: str, language: str) -> bool:
    return not {word.lower() for word in words(text)}.isdisjoint(COMMON[language].split())


def test_organisations_belong_where_their_kind_may() -> None:
    networks = by("slug", "network")
    kinds = {kind for network in networks.values() for kind in network["member_kinds"]}
    for organisation in rows("organisation"):
        assert organisation["kind"] in kinds
        assert next(iter(organisation["names"])) == organisation["original_language"], organisation["slug"]
        assert organisation["original_language"] in organisation["languages"]
        assert organisation["memberships"], organisation["slug"]
        assert len({m["network"] for m in organisation["memberships"]}) == len(organisation["memberships"])
        for membership in organisation["memberships"]:
            assert membership["class"] in {"member", "partner", "funder", "host"}
            assert ("from" in membership) == ("precision" in membership)
            if membership["class"] in {"member", "partner"}:
                assert organisation["kind"] in networks[membership["network"]]["member_kinds"], organisation["slug"]


def test_organisations_say_where_they_come_from() -> None:
    for organisation in rows("organisation"):
        assert organisation["named_as"]
        assert organisation["source"]
        assert organisation["demo"] is True
        assert organisation["place"]["basis"] in {"text", "known", "assumed"}
        if organisation["invented"]:
            assert all("demo" in name or "демо" in name for name in organisation["names"].values())
            assert "website" not in organisation
    assert sum(organisation["invented"] for organisation in rows("organisation")) == 6


def test_the_web_addresses_are_those_of_the_texts() -> None:
    shown = {row["website"] for kind in ("organisation", "network") for row in rows(kind) if "website" in row}
    invented = {site for site in shown - PRINTED if site.removeprefix("http://") not in PRINTED_WITHOUT_SCHEME}
    assert invented == set()
    assert shown >= PRINTED, "all thirteen partners of text 001 are there"


def test_places_are_in_the_gazetteer() -> None:
    gazetteer = KOINON / "network" / "data" / "places.csv.gz"
    if not gazetteer.exists():
        pytest.skip("the gazetteer is not here yet")
    with gzip.open(gazetteer, "rt", encoding="utf-8") as lines:
        known = {line.split(",", 1)[0] for line in lines}
    missing = {row["slug"] for row in rows("organisation") if str(row["place"]["geonameid"]) not in known}
    assert missing == set()


def test_about_is_written_in_the_organisations_own_language() -> None:
    for organisation in rows("organisation"):
        language = organisation["original_language"]
        assert list(organisation["about"]) == [language]
        text = organisation["about"][language]
        assert not letters_outside(text, language), (organisation["slug"], letters_outside(text, language))
        assert has_common_words(text, language), organisation["slug"]


def test_themes_are_in_the_vocabulary() -> None:
    if not (VOCABULARIES / "eurovoc.csv.gz").exists():
        pytest.skip("the vocabularies are not here yet")
    with gzip.open(VOCABULARIES / "eurovoc.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        labels = Counter(row["en"] for row in csv.DictReader(lines))
    with (VOCABULARIES / "concepts_added.csv").open(encoding="utf-8", newline="") as lines:
        labels.update(row["en"] for row in csv.DictReader(lines))
    used = {theme for kind in ("organisation", "listing") for row in rows(kind) for theme in row["themes"]}
    assert {theme for theme in used if labels[theme] != 1} == set(), "each names exactly one concept"
    assert all(2 <= len(row["themes"]) <= 5 for kind in ("organisation", "listing") for row in rows(kind))


def test_listings_hold_the_limits_of_the_form() -> None:
    kinds = {"expertise", "partner", "peer_visit", "mentor", "venue", "learning_place", "funding"}
    places = {kind for network in rows("network") for kind in network["member_kinds"]}
    for row in rows("listing"):
        assert row["side"] == {"n": "need", "o": "offer"}[row["ref"][0]]
        assert row["kind"] in kinds
        assert set(row["partner_kinds"]) <= places, row["ref"]
        assert len(row["title"]) <= 160
        assert max(len(row["for_whom"]), len(row["expected_role"])) <= 200, row["ref"]
        assert 2 <= len(re.findall(r"[.!?;·](?:\s|$)", row["what"])) <= 5, row["ref"]
        assert 30 <= row["valid_days"] <= 300
        assert 3 <= row["reply_cap"] <= 10
        assert all(re.fullmatch("[A-Z]{2}", country) for country in row["target_countries"])
        assert row.get("state", "open") in {"open", "paused", "closed"}


def test_listings_are_by_members_in_their_own_language() -> None:
    organisations, belong = by("slug", "organisation"), members()
    for row in rows("listing"):
        language = row["language"]
        assert row["organisation"] in belong[row["network"]], row["ref"]
        assert language == organisations[row["organisation"]]["original_language"], row["ref"]
        text = " ".join(row[field] for field in ("title", "what", "for_whom", "expected_role"))
        assert not letters_outside(text, language), (row["ref"], letters_outside(text, language))
        assert has_common_words(row["what"], language), row["ref"]


def test_needs_are_served_across_languages() -> None:
    listings = by("ref", "listing")
    needs = [row for row in listings.values() if row["side"] == "need"]
    across = 0
    for need in needs:
        serving = [listings[ref] for ref in need["served_by"]]
        for offer in serving:
            assert (offer["side"], offer["network"]) == ("offer", need["network"]), need["ref"]
            assert offer["organisation"] != need["organisation"], need["ref"]
        across += any(offer["language"] != need["language"] for offer in serving)
    assert len(needs) >= 45
    assert len(listings) - len(needs) >= 55
    assert across >= 0.9 * len(needs)
    sides = defaultdict(set)
    for row in listings.values():
        sides[row["organisation"]].add(row["side"])
    assert sum(len(side) == 2 for side in sides.values()) >= 10
    assert {row["language"] for row in listings.values()} == {"sq", "lt", "mk", "el", "en", "nb", "sl"}


def test_replies_fit_their_listings() -> None:
    listings, belong = by("ref", "listing"), members()
    taken = Counter(row["listing"] for row in rows("reply"))
    assert len({(row["listing"], row["organisation"]) for row in rows("reply")}) == len(rows("reply"))
    for row in rows("reply"):
        listing = listings[row["listing"]]
        assert row["organisation"] in belong[listing["network"]], row["listing"]
        assert row["organisation"] != listing["organisation"]
        assert taken[row["listing"]] <= listing["reply_cap"]
        assert row["state"] in {"new", "read", "shortlisted", "accepted", "declined"}
        assert (row["state"] == "declined") == bool(row.get("reason"))
        assert len(row["when"]) <= 200
        assert 0 < row["days_ago"] <= 60
        text = f"{row['brings']} {row['why']} {row['when']}"
        assert not letters_outside(text, row["language"]), (row["listing"], row["language"])


def test_applications_come_from_organisations_that_are_not_members() -> None:
    people, networks = by("slug", "person"), by("slug", "network")
    organisations, belong = by("slug", "organisation"), members()
    assert {row["state"] for row in rows("application")} == {"submitted", "review", "declined"}
    for row in rows("application"):
        assert row["organisation"] not in belong[row["network"]]
        assert organisations[row["organisation"]]["kind"] in networks[row["network"]]["member_kinds"]
        assert any(role.get("organisation") == row["organisation"] for role in people[row["applicant"]]["roles"])
        assert (row["state"] == "declined") == bool(row.get("reason"))
        assert not letters_outside(row["motivation"] + row["contribution"], row["language"])


def test_people_are_roles() -> None:
    networks, organisations = by("slug", "network"), by("slug", "organisation")
    assert len({person["email"] for person in rows("person")}) == len(rows("person"))
    for person in rows("person"):
        assert re.fullmatch(r"[a-z.-]+@demo\.koinon\.example", person["email"])
        assert person["language"] in INTERFACE
        assert person["roles"]
        for role in person["roles"]:
            assert role.get("network", "learning-cities") in networks
            assert role.get("organisation", "unesco") in organisations
    given = [(role["role"], role.get("organisation")) for person in rows("person") for role in person["roles"]]
    assert {"coordinator", "reviewer", "representative", "deputy", "head", "contact", "visitor", "operator"} == {
        role for role, _ in given
    }
    alone = Counter(pair for pair in given if pair[0] in {"head", "representative"})
    assert max(alone.values()) == 1, "one head and one representative at a time"
    coordinated = {r["network"] for person in rows("person") for r in person["roles"] if r["role"] == "coordinator"}
    assert coordinated == set(networks)
    offered = {r["role"] for person in rows("person") if person["one_click"] for r in person["roles"]}
    assert offered == {"coordinator", "representative", "reviewer", "visitor"}


@pytest.mark.parametrize("path", sorted(NETWORK.glob("import_example*.csv")), ids=lambda path: path.stem)
def test_spreadsheets_have_the_same_columns_in_every_row(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    table = list(csv.reader(text.splitlines(), csv.Sniffer().sniff(text, ",;")))
    assert {len(row) for row in table} == {10}
    assert len(table) >= 6
    assert len({heading for heading in table[0] if heading}) == 10
