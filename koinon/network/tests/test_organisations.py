"""Organisations: registered, edited, shown; names of three scripts, hostile texts, who sees what."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from koinon.kit.languages import texts
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.network import queries
from koinon.network.actions import organisations
from koinon.network.models import Membership, Organisation, days
from tests import factories

pytestmark = pytest.mark.django_db
DEMO = machine("demo")
SERRES = {"names": {"el": "Δήμος Σερρών", "en": "Municipality of Serres"}, "language": "el", "kind": "municipality"}


def address(organisation, page="organisation"):
    return reverse(f"network:{page}", args=[organisation.slug])


def test_a_name_in_greek_gets_a_latin_address_and_keys_of_all_spellings():
    made = organisations.register(by=DEMO, **SERRES, aliases=["Serres City"], website="www.serres.gr", country="gr")
    assert made.slug == "dimos-serron"
    assert (made.website, made.domain, made.country) == ("https://www.serres.gr", "serres.gr", "GR")
    assert "|municipality of serres|" in made.keys
    assert "|serres city|" in made.keys
    assert organisations.register(by=DEMO, **SERRES).slug == "dimos-serron-2"
    assert Statement.objects.filter(verb="network.organisation_registered").count() == 2


def test_visitors_register_nothing():
    with pytest.raises(Refused):
        organisations.register(by=VISITOR, **SERRES)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "data:text/html,x"}, "website"),
        ({"website": "http://"}, "website"),
        ({"website": "ftp://serres.gr"}, "website"),
        ({"kind": "pirates"}, "kind"),
        ({"names": {"el": "  "}}, "name"),
        ({"names": {"el": "x" * 201}}, "name"),
        ({"about": "x" * 6001}, "about"),
        ({"size": "huge"}, "size"),
        ({"country": "ZZ"}, "country"),
        ({"themes": [str(number) for number in range(13)]}, "themes"),
    ],
)
def test_each_field_says_what_is_wrong(change, field):
    with pytest.raises(ValidationError) as problem:
        organisations.register(by=DEMO, **{**SERRES, **change})
    assert list(problem.value.error_dict) == [field]
    assert not Organisation.objects.exists()


def test_unknown_themes_and_languages_are_left_out():
    made = organisations.register(by=DEMO, **SERRES, themes=["668", "nothing", "668"], languages=["el", "klingon"])
    assert (made.themes, made.languages) == (["668"], ["el"])


def test_the_place_gives_the_country():
    place = factories.place(country="SI")
    assert organisations.register(by=DEMO, **SERRES, place=place, country="GR").country == "SI"


def test_a_script_in_names_and_texts_is_shown_not_run(network, milos, organisation, acting, enter):
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    by = queries.speaking_for(acting(milos), organisation)
    organisations.edit(by=by, organisation=organisation, names={"en": evil}, about=evil + "\n\nhttps://ok.example/")
    page = enter(milos).get(address(organisation)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://ok.example/"' in page


def test_a_representative_edits_in_the_name_of_the_organisation(organisation, milos, acting):
    by = queries.speaking_for(acting(milos), organisation)
    organisations.edit(by=by, organisation=organisation, size="10-49", themes=["668"])
    said = Statement.objects.get(verb="network.organisation_edited")
    assert (said.organisation, said.actor, said.role) == (organisation.pk, milos.alias, "representative")
    organisation.refresh_from_db()
    assert (organisation.size, organisation.kind) == ("10-49", "ngo")


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival"])
def test_others_may_not_edit_while_somebody_leads_it(who, organisation, milos, request, acting):
    with pytest.raises(Refused):
        organisations.edit(by=acting(request.getfixturevalue(who)), organisation=organisation, size="10-49")


def test_a_coordinator_helps_an_organisation_that_nobody_leads(organisation, vesa, rival, acting):
    organisations.edit(by=acting(vesa), organisation=organisation, size="10-49")
    with pytest.raises(Refused):
        organisations.edit(by=acting(rival), organisation=organisation, size="1-9")


def test_a_logo_is_written_anew_and_anything_else_is_refused(organisation, milos, acting):
    picture = io.BytesIO()
    Image.new("RGB", (80, 40), "teal").save(picture, "PNG")
    by = acting(milos)
    file = SimpleUploadedFile("logo.png", picture.getvalue() + b"<?php evil ?>")
    organisations.edit(by=by, organisation=organisation, logo=file)
    assert (organisation.logo.media_type, organisation.logo.width, organisation.logo.is_public) == (
        "image/webp",
        80,
        True,
    )
    with pytest.raises(ValidationError) as problem:
        organisations.edit(by=by, organisation=organisation, logo=SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>"))
    assert "logo" in problem.value.error_dict
    organisations.edit(by=by, organisation=organisation, without_logo=True)
    assert organisation.logo is None


def test_a_translation_shows_with_its_origin_and_the_original_is_one_click_away(organisation, milos, enter, acting):
    organisations.edit(by=acting(milos), organisation=organisation, language="en", about="We teach.")
    said = {"language": "sq", "text": "Ne mësojmë."}
    assert enter(milos).post(address(organisation, "organisation_translate"), said).status_code == 302
    client = enter(milos)
    client.cookies["language"] = "sq"
    page = client.get(address(organisation)).content.decode()
    assert "Ne mësojmë." in page
    assert "?original" in page
    assert "We teach." in client.get(address(organisation) + "?original").content.decode()
    organisations.edit(by=acting(milos), organisation=organisation, about="We teach and learn.")
    assert texts.read(organisation, "about", "sq").is_stale
    assert "k-origin--stale" in client.get(address(organisation)).content.decode()


def test_before_admission_nobody_else_sees_the_page_and_robots_stay_out(stranger, visitor, enter):
    public = factories.network()
    hidden = factories.organisation(website="https://spam.example/")
    factories.application(network=public, organisation=hidden, applicant=stranger)
    assert visitor.get(address(hidden)).status_code == 404
    assert enter(factories.person()).get(address(hidden)).status_code == 404
    page = enter(stranger).get(address(hidden)).content.decode()
    assert "noindex, nofollow" in page
    assert 'rel="nofollow noopener ugc"' in page
    assert enter(factories.coordinator(public)).get(address(hidden)).status_code == 200


@pytest.mark.parametrize(("age", "is_open"), [(29, False), (31, True)])
def test_search_engines_wait_for_a_month(age, is_open, visitor):
    row = factories.organisation(website="https://serres.gr/")
    since = date.today() - timedelta(days=age)
    Membership.objects.create(network=factories.network(), organisation=row, period=days(since))
    page = visitor.get(address(row)).content.decode()
    assert ("noindex" not in page) is is_open
    assert ('rel="noopener"' in page) is is_open


def test_a_closed_network_does_not_show_through_an_open_one(network, visitor, milos, enter):
    public = factories.network(names={"en": "Open Cities"})
    both = factories.member(network)
    factories.membership(network=public, organisation=both)
    assert str(network) not in visitor.get(address(both)).content.decode()
    assert str(network) in enter(milos).get(address(both)).content.decode()


def test_the_page_asks_the_same_however_much_there_is(visitor):
    asked = []
    for count in (1, 3):
        row = factories.organisation(language="sq", about="Ne mësojmë.")
        for _ in range(count):
            factories.membership(network=factories.network(), organisation=row)
            factories.mandate(organisation=row, person=factories.person(), role="contact")
        with CaptureQueriesContext(connection) as queries_made:
            visitor.get(address(row))
        asked.append(len(queries_made))
    assert asked[0] == asked[1] <= 9


def test_the_form_names_places_and_themes_without_javascript(organisation, milos, enter):
    serres = factories.place(name="Serres", native="Σέρρες", country="GR", keys="|serres|")
    factories.place(name="Serres", native="Serres", country="FR", keys="|serres|")
    client, form = enter(milos), address(organisation, "organisation_edit")
    said = {
        "name_en": "Serres",
        "language": "en",
        "kind": "library",
        "place": "serres",
        "about": "We lend books.",
        "themes": ["668"],
    }
    looked = client.post(form, {**said, "look_up": "place"}).content.decode()
    assert "Σέρρες, Greece" in looked
    assert "We lend books." in looked
    assert "k-summary" not in looked
    asked = client.post(form, said).content.decode()
    assert "Several places may be meant" in asked
    assert client.post(form, {**said, "place_id": serres.pk}).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.place, organisation.country, organisation.themes) == (serres, "GR", ["668"])
    shown = client.get(form).content.decode()
    assert 'value="Σέρρες, Greece"' in shown
    assert client.post(form, {**said, "place": "Σέρρες, Greece", "place_id": serres.pk}).status_code == 302


def test_a_place_typed_anew_wins_over_the_one_chosen_before(organisation, milos, enter):
    serres = factories.place(name="Serres", native="Σέρρες", country="GR", keys="|serres|")
    velenje = factories.place(name="Velenje", native="Velenje", country="SI", keys="|velenje|")
    said = {"name_en": "X", "language": "en", "kind": "library", "place": "velenje", "place_id": serres.pk}
    assert enter(milos).post(address(organisation, "organisation_edit"), said).status_code == 302
    organisation.refresh_from_db()
    assert organisation.place == velenje


def test_suggestions_come_while_typing(visitor):
    factories.place(name="Velenje", native="Velenje", country="SI", keys="|velenje|")
    assert "Velenje, Slovenia" in visitor.get("/places/", {"place": "Велење"}).content.decode()
    assert "No town found" in visitor.get("/places/", {"place": "Atlantis"}).content.decode()
    found = visitor.get("/themes/", {"themes_words": "suaugusi", "themes": ["668"]}).content.decode()
    assert 'value="668" checked' in found
    assert "adult education" in found
    spoken = visitor.get("/languages/", {"languages_words": "shqip", "languages": ["el"]}).content.decode()
    assert 'value="el" checked' in spoken
    assert "Albanian" in spoken
    assert "Nothing found" in visitor.get("/languages/", {"q": "klingon"}).content.decode()
    assert visitor.get("/places/", {"place": "%_'\"<x" * 40}).status_code == 200


def test_the_language_of_the_page_can_be_put_right_and_needs_a_name_in_it(organisation, milos, enter):
    said = {"name_en": "School", "language": "sq", "kind": "school", "country": "AL"}
    form = address(organisation, "organisation_edit")
    assert "name in the language you write in" in enter(milos).post(form, said).content.decode()
    assert enter(milos).post(form, {**said, "name_sq": "Shkolla"}).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.language, str(organisation), set(organisation.names)) == ("sq", "School", {"sq", "en"})


def test_themes_are_suggested_from_what_is_written(organisation, milos, enter):
    said = {
        "name_en": "X",
        "language": "en",
        "kind": "library",
        "about": "We run a public library with adult education.",
    }
    page = enter(milos).post(address(organisation, "organisation_edit"), {**said, "look_up": "themes"}).content.decode()
    shown = page[page.index('id="themes-choices"') :]
    assert "adult education" in shown
    assert "library" in shown
