"""The demo holds every organisation that the five texts name, as they tell of it: written down here by a reader."""

import re
import tomllib
from pathlib import Path

import pytest

FILE = Path(__file__).parent.parent / "koinon" / "network" / "demo" / "organisations.toml"
ORGANISATIONS = {row["slug"]: row for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["organisation"]}
NETWORKS = {
    "000": "digital-cities",
    "001": "social-cluster",
    "002": "active-citizens",
    "003": "talentjourney-circle",
    "004": "learning-cities",
}

# Text | as printed there | slug | country | place | kind | web address as printed | class of membership.
NAMED = """
000 | Qendra kulturore britanike (Këshilli Britanik) | british-council | GB | London | cultural_institute | | host
000 | Qeveria e Britanisë së Madhe | uk-government | GB | London | government | | funder
000 | ambasadën britanike në Mal të Zi | british-embassy-montenegro | ME | Podgorica | government | | partner
000 | qendrës kulturore britanike në Bosnjë dhe Hercegovinë | british-council-bosnia | BA | Sarajevo | cultural_institute | | host
000 | Creative England | creative-england | GB | Bristol | cultural_institute | | partner
000 | hotelin Splendid në Budvë | hotel-splendid-budva | ME | Budva | venue | | host
001 | Lietuvos Edukologijos universitetas | lithuanian-university-of-educational-sciences | LT | Vilnius | university | http://www.leu.lt | host
001 | Fleksibel utdanning Norge | fleksibel-utdanning-norge | NO | Oslo | network | http://fleksibelutdanning.no/ | partner
001 | Biržų rajono savivaldybė | birzai-district-municipality | LT | Birzai | municipality | http://www.birzai.lt/ | partner
001 | Biržų rajono savivaldybės visuomenės sveikatos biuras | birzai-public-health-bureau | LT | Birzai | care | http://www.birzuvsb.istaiga.lt/ | partner
001 | Prienų rajono savivaldybė | prienai-district-municipality | LT | Prienai | municipality | http://www.prienai.lt/ | partner
001 | Prienų globos namai | prienai-care-home | LT | Prienai | care | http://www.pgn.lt/ | partner
001 | Druskininkų savivaldybė | druskininkai-municipality | LT | Druskininkai | municipality | http://www.druskininkai.lt | partner
001 | Druskininkų Švietimo centras | druskininkai-education-centre | LT | Druskininkai | school | http://dscentras.lt/ | partner
001 | Utenos rajono savivaldybės administracija | utena-district-administration | LT | Utena | municipality | http://www.utena.lt/ | partner
001 | Utenos A. ir M. Miškinių viešoji biblioteka | utena-public-library | LT | Utena | library | http://www.uvb.lt/lt/ | partner
001 | Vilniaus Dizaino kolegija | vilnius-college-of-design | LT | Vilnius | college | http://www.dizainokolegija.lt/lt/ | partner
001 | VšĮ Gintarinė akademija | gintarine-akademija | LT | Vilnius | ngo | http://www.gintarineakademija.lt/ | partner
001 | Lietuvos demokratiškumo ugdymo kolegija | lithuanian-college-of-democracy | LT | Vilnius | college | http://www.lduk.lt/ | partner
001 | VŠĮ „Antikorupcijos Švietimo Centras“ | anti-corruption-education-centre | LT | Vilnius | ngo | | partner
001 | UAB „Integris“ | integris | LT | Vilnius | company | | partner
001 | Vidaus reikalų ministerijos regiono departamento | ministry-of-the-interior-regional-department | LT | Vilnius | government | | partner
001 | 2009–2014 m. Norvegijos finansinio m1echanizmo | norwegian-financial-mechanism | NO | Oslo | government | | funder
002 | British Council | british-council | GB | London | cultural_institute | | host
002 | British Council e Ballkanit Perëndimor | british-council-western-balkans | RS | Belgrade | cultural_institute | | host
002 | Qeveria e Madhërisë së Saj | uk-government | GB | London | government | | funder
002 | RYCO | ryco | AL | Tirana | international | | partner
003 | Образовниот центар од Велење | school-centre-velenje | SI | Velenje | school | scv.si | host
003 | Центарот за бизнис-образование | mic-velenje | SI | Velenje | school | | member
003 | Robert Bosch d.o.o. | robert-bosch | SI | Ljubljana | company | | partner
003 | GMT d.o.o. | gmt | SI | Velenje | company | | partner
003 | M2M informacijski sistemi d.o.o. | m2m-informacijski-sistemi | SI | Velenje | company | | partner
004 | Δήμος Σερρών | municipality-of-serres | GR | Sérres | municipality | | member
004 | Ομίλου UNESCO Σερρών | unesco-club-serres | GR | Sérres | ngo | | partner
004 | Ινστιτούτο Δια Βίου Μάθησης της UNESCO | unesco-institute-for-lifelong-learning | DE | Hamburg | international | | host
004 | UNESCO | unesco | FR | Paris | international | | host
"""  # noqa: E501 - a table of wide cells
ROWS = [[cell.strip() for cell in line.split("|")] for line in NAMED.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[2]}")
def test_an_organisation_of_the_texts_is_as_they_tell(row: list[str]) -> None:
    text, printed, slug, country, place, kind, website, of_class = row
    told = ORGANISATIONS[slug]
    assert (told["invented"], told["demo"], text in told["source"]) == (False, True, True)
    assert printed in told["named_as"]
    assert (told["place"]["country"], told["place"]["name"], told["kind"]) == (country, place, kind)
    assert re.sub("^http://", "", told.get("website", "")) == website.removeprefix("http://")
    assert {"network": NETWORKS[text], "class": of_class}.items() <= membership(slug, NETWORKS[text]).items()


def membership(slug: str, network: str) -> dict[str, object]:
    return next(row for row in ORGANISATIONS[slug]["memberships"] if row["network"] == network)


def test_nobody_else_claims_to_be_of_the_texts() -> None:
    """Who stands for a group says so, and so does each membership that no text tells of."""
    real = {slug for slug, row in ORGANISATIONS.items() if not row["invented"]}
    assert real == {row[2] for row in ROWS}
    told = {(row[2], NETWORKS[row[0]]) for row in ROWS}
    for slug in real:
        of = {(slug, each["network"]) for each in ORGANISATIONS[slug]["memberships"] if not each.get("invented")}
        assert of == {pair for pair in told if pair[0] == slug}, slug


def test_the_days_are_those_of_the_texts() -> None:
    """The project began in 2015, the agreements are of 23 January 2020, Serres was admitted in February 2016."""
    known = {
        "social-cluster": ("2015-01-01", "year"),
        "talentjourney-circle": ("2020-01-23", "day"),
        "learning-cities": ("2016-02-01", "month"),
        "active-citizens": ("2017-12-01", "month"),
    }
    found = {
        (row["network"], (str(row["from"]), row["precision"]))
        for organisation in ORGANISATIONS.values()
        for row in organisation["memberships"]
        if "from" in row
    }
    assert found == set(known.items())
    assert str(membership("municipality-of-serres", "learning-cities")["from"]) == "2016-02-01"
    for slug in ("robert-bosch", "gmt", "m2m-informacijski-sistemi"):
        assert str(membership(slug, "talentjourney-circle")["from"]) == "2020-01-23"


def test_the_readme_counts_right() -> None:
    """Its table says how many of each kind there are."""
    matching = FILE.parents[2] / "matching" / "demo"
    listings = tomllib.loads((matching / "listings.toml").read_text(encoding="utf-8"))["listing"]
    replies = tomllib.loads((matching / "replies.toml").read_text(encoding="utf-8"))["reply"]
    invented = sum(row["invented"] for row in ORGANISATIONS.values())
    needs = sum(row["side"] == "need" for row in listings)
    readme = (FILE.parent / "README.md").read_text(encoding="utf-8")
    for said in (
        f"{len(ORGANISATIONS)} organisations: {len(ORGANISATIONS) - invented} named in the texts, {invented} that",
        f"{needs} needs and {len(listings) - needs} offers in {languages(len({row['language'] for row in listings}))}",
        f"{len(replies)} structured replies",
    ):
        assert said in readme


def languages(count: int) -> str:
    return f"{ {5: 'five', 6: 'six', 7: 'seven', 8: 'eight'}[count] } languages"
