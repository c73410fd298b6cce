"""Pages as people use them: writing without JavaScript, lists in constant queries, five languages."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from koinon.kit import search
from koinon.matching.clock.index import row_of
from koinon.matching.models import Listing, Reply
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation):
    return organisation.memberships.get()


@pytest.fixture
def typed(home, soon):
    return {
        "side": "need",
        "home": str(home.pk),
        "kind": "mentor",
        "title": "Kërkojmë mentor për startapet tona",
        "text": "Në qendrën tonë punojnë shtatë startape dhe askush nuk u ka mësuar si të flasin me investitorë.",
        "until": soon.isoformat(),
        "reply_cap": "10",
        "language": "",
    }


def index(network, *listings):
    for each in listings:
        search.put(scope=network.pk, kind=each.side, rows=[row_of(each)])


def test_writing_a_need_in_albanian_without_saying_so(enter, milos, typed):
    answer = enter(milos).post("/listings/new/", typed)
    made = Listing.objects.get()
    assert answer["Location"] == f"/listings/{made.pk}/"
    assert (made.language, made.author, made.state) == ("sq", milos, "open")


def test_what_was_typed_is_not_lost(enter, milos, typed):
    page = enter(milos).post("/listings/new/", {**typed, "title": "", "for_whom": "Themelues", "until": "1999-01-01"})
    text = page.content.decode()
    assert typed["text"] in text
    assert "Themelues" in text
    assert "Nothing you typed is lost" in text
    assert not Listing.objects.exists()


def test_an_unclear_language_is_asked_for(enter, milos, typed):
    page = enter(milos).post("/listings/new/", {**typed, "title": "1234", "text": "12345 67890"})
    assert b"Please choose it" in page.content
    enter(milos).post("/listings/new/", {**typed, "title": "1234", "text": "12345 67890", "language": "mk"})
    assert Listing.objects.get().language == "mk"


def test_themes_are_suggested_from_the_text_and_nothing_is_saved_yet(enter, milos, typed):
    words = {"title": "Adult education for parents", "text": "Evening courses of adult education in libraries."}
    page = enter(milos).post("/listings/new/", {**typed, **words, "look_up": "themes"}).content.decode()
    assert page.count('name="themes"') in range(1, 6)
    assert "adult education" in page.lower()
    assert not Listing.objects.exists()
    assert "put right" not in page, "a look-up is no complaint"


def test_somebody_who_speaks_for_nobody_is_told_what_to_do(enter, stranger):
    assert b"You speak for no member yet" in enter(stranger).get("/listings/new/").content


def test_the_examples_stand_beside_the_form(enter, milos):
    page = enter(milos).get("/listings/new/").content.decode()
    assert page.count("<li>Need: ") + page.count("<li>Offer: ") == 21


def test_after_writing_the_page_says_that_we_are_looking(enter, milos, need):
    page = enter(milos).get(f"/listings/{need.pk}/").content
    assert b"We are looking: within a minute" in page


def test_the_owner_sees_matches_with_their_reasons(enter, milos, match, need):
    page = enter(milos).get(f"/listings/{need.pk}/").content.decode()
    assert "We advise founders" in page
    assert "Both are about" in page
    assert "Not for us because" in page
    assert "0.9" not in page.split("matches")[1][:3000], "no cosine is ever shown"


def test_somebody_else_sees_neither_matches_nor_replies(enter, ana, match, need):
    factories.reply(listing=need, brings="A secret of a third one")
    page = enter(ana).get(f"/listings/{need.pk}/").content.decode()
    assert "Who fits" not in page
    assert "secret" not in page
    assert f"/listings/{need.pk}/reply/" in page


def test_replying_in_three_answers(enter, ana, other, need):
    home = other.memberships.get()
    said = {"brings": "Two people for a day every month.", "why": "", "when": "In spring", "home": home.pk}
    answer = enter(ana).post(f"/listings/{need.pk}/reply/", said)
    made = Reply.objects.get()
    assert answer["Location"] == f"/replies/{made.pk}/"
    assert (made.person, made.language, made.organisation) == (ana, "en", other)


def test_a_script_in_a_title_is_only_text(enter, ana, network, organisation):
    bad = "<script>alert('x')</script>"
    row = factories.listing(network=network, organisation=organisation, title=bad, text_html="<p>x</p>")
    index(network, row)
    client = enter(ana)
    for path in (f"/networks/{network.slug}/needs/", f"/listings/{row.pk}/", "/listings/"):
        assert b"<script>alert" not in client.get(path).content


def test_100_kb_of_text_are_refused_in_words(enter, milos, typed):
    page = enter(milos).post("/listings/new/", {**typed, "text": "ж" * 50_000})
    assert page.status_code == 200
    assert b"at most 5000" in page.content


def test_the_list_costs_the_same_for_one_and_for_three(enter, milos, network, need, django_assert_num_queries):
    index(network, need)
    client = enter(milos)
    address = f"/networks/{network.slug}/needs/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    rows = [factories.listing(network=network, organisation=factories.member(network)) for _ in range(2)]
    index(network, *rows)
    with django_assert_num_queries(len(one)):
        page = client.get(address)
    assert page.content.count(b"k-item__title") == 3


@pytest.mark.parametrize("path", ["/listings/", "/introductions/", "/listings/{need}/"])
def test_my_pages_cost_the_same_for_one_and_for_three(
    enter, milos, network, organisation, other, need, match, path, django_assert_num_queries
):
    def add(number):
        factories.reply(listing=need)
        row = factories.listing(network=network, organisation=organisation, side="offer")
        factories.introduction(network=network, one=organisation, state="withdrawn")
        offer = factories.listing(network=network, organisation=factories.member(network), side="offer")
        factories.match(need=need, offer=offer, rank_for_need=number)
        return row

    add(2)
    client, address = enter(milos), path.format(need=need.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    add(3), add(4)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_the_desk_costs_the_same_for_one_and_for_three(
    enter, milos, network, organisation, need, django_assert_num_queries
):
    def add():
        factories.reply(listing=need)
        factories.introduction(network=network, other=organisation, state="proposed")
        offer = factories.listing(network=network, organisation=factories.member(network), side="offer")
        factories.match(need=need, offer=offer)

    from koinon.accounts.queries import actor_of
    from koinon.accounts.seams import desk_items, desk_near

    add()
    me = actor_of(person=milos)

    def desk():
        return [item for seam in (desk_items, desk_near) for lent in seam.gather(me) for item in lent]

    with CaptureQueriesContext(connection) as one:
        first = desk()
    add(), add()
    with django_assert_num_queries(len(one)):
        assert len(desk()) == 3 * len(first)
    assert all(getattr(item, "is_mine", True) for item in first)


def test_search_in_a_list_finds_by_a_word_in_another_script(enter, milos, network, organisation):
    row = factories.listing(network=network, organisation=organisation, title="Обука за ментори", language="mk")
    index(network, row, factories.listing(network=network, organisation=organisation, title="Something else"))
    page = enter(milos).get(f"/networks/{network.slug}/needs/?q=обука")
    assert "Обука за ментори" in page.content.decode()
    assert "Something else" not in page.content.decode()


@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
def test_pages_render_in_five_languages(enter, milos, need, match, language):
    client = enter(milos)
    client.cookies["language"] = language
    with translation.override(language):
        page = client.get(f"/listings/{need.pk}/").content.decode()
    assert f'<html lang="{language}"' in page


def test_panels_of_the_organisation_and_the_network(acting, milos, ana, vesa, network, organisation, match):
    from koinon.network import seams

    def titles(found):
        return [str(panel.title) for panel in found]

    assert titles(seams.organisation_panels.gather(organisation, acting(milos)))[:2] == [
        "Offers and needs",
        "Suggested partners",
    ]
    assert "Suggested partners" not in titles(seams.organisation_panels.gather(organisation, acting(ana)))
    assert "Suggested partners" in titles(seams.network_panels.gather(network, acting(milos)))
    assert "Suggested partners" not in titles(seams.network_panels.gather(network, acting(vesa)))
    figures = [figure.number for lent in seams.network_figures.gather(network) for figure in lent]
    assert figures[-2:] == [1, 1]


def test_forgetting_a_person_keeps_the_organisations_texts(milos, need):
    from koinon.accounts.seams import data_of, forget

    need.author = milos
    need.save()
    assert any("offers_and_needs" in lent for lent in data_of.gather(milos))
    forget.gather(milos)
    need.refresh_from_db()
    assert need.author is None


def test_a_spreadsheet_with_many_themes_and_a_far_day_is_no_reason_to_stop(acting, vesa, network, organisation):
    from koinon.kit.vocabularies import eurovoc
    from koinon.network import seams

    row = {"side": "offer", "title": "Reading week", "text": "We read.", "kind": "", "language": "en"}
    themes = [concept.id for concept in eurovoc.default_concepts()][:12]
    rows = [{**row, "themes": themes, "until": date.today() + timedelta(days=2000), "countries": []}]
    seams.imported_listings.gather(acting(vesa), network, organisation, rows)
    made = Listing.objects.get()
    assert (made.themes, made.until) == (themes[:8], date.today() + timedelta(days=366))


def test_a_spreadsheet_makes_listings_once_and_takes_them_back(acting, vesa, network, organisation):
    from koinon.kit.verbs import machine
    from koinon.network import seams

    by = acting(vesa)
    row = {"side": "offer", "title": "Reading week", "text": "We read.", "kind": "", "language": "en"}
    rows = [{**row, "themes": [], "until": None, "countries": []}]
    made = seams.imported_listings.gather(by, network, organisation, rows)[0]
    assert len(made) == 1
    assert seams.imported_listings.gather(by, network, organisation, rows) == [[]]
    exported = seams.exported_listings.gather(machine("export"), network, [organisation.pk])[0]
    assert exported[organisation.pk][0]["title"] == "Reading week"
    factories.reply(listing=Listing.objects.get())
    assert "has been used" in seams.imported_listings_undone.gather(by, network, made)[0][0]
    Reply.objects.all().delete()
    assert seams.imported_listings_undone.gather(by, network, made) == [[]]
    assert not Listing.objects.exists()


def test_a_visitor_who_found_a_need_is_led_on(client, enter, ana, need):
    type(need.network).objects.update(is_public=True)
    page = client.get(f"/listings/{need.pk}/").content.decode()
    assert f'href="/accounts/login/?next=/listings/{need.pk}/"' in page
    assert "Sign in to reply" not in enter(ana).get(f"/listings/{need.pk}/").content.decode()
    Listing.objects.filter(pk=need.pk).update(state="paused")
    cache.clear()
    assert "Sign in to reply" not in client.get(f"/listings/{need.pk}/").content.decode()
