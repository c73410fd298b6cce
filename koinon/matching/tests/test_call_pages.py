"""Pages of calls as people use them: questions, thanks with a look first, translations, services."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koinon.accounts.models import Notice
from koinon.kit import search
from koinon.kit.models import Work
from koinon.matching.actions import calls, listings
from koinon.matching.clock.index import index_listing, row_of
from koinon.matching.models import Listing, Reply
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(organisation, soon):
    return {
        "side": "need",
        "home": str(organisation.memberships.get().pk),
        "kind": "mentor",
        "title": "A mentor for our founders",
        "text": "We look for somebody who has been a founder and who can listen for an hour every month.",
        "until": soon.isoformat(),
        "reply_cap": "10",
        "language": "en",
    }


# Writing.


def test_a_kind_brings_its_headings(enter, milos):
    page = enter(milos).get("/listings/new/?kind=peer_visit").content.decode()
    assert "Who pays travel and beds?" in page
    assert '<option value="peer_visit" selected>' in page


def test_keeping_a_draft_and_handing_it_in(enter, milos, vesa, network, typed):
    factories.callrules(network=network, is_reviewed=True, criteria="Is it clear who is sought?")
    client = enter(milos)
    assert b"Is it clear who is sought?" in client.get("/listings/new/").content
    client.post("/listings/new/", {**typed, "draft": "1"})
    made = Listing.objects.get()
    assert made.state == "draft"
    page = client.get(f"/listings/{made.pk}/").content.decode()
    assert "Hand it in" in page
    assert "Is it clear who is sought?" in page
    client.post(f"/listings/{made.pk}/publish/")
    page = client.get(f"/listings/{made.pk}/").content.decode()
    assert "They have promised an answer until" in page


def test_the_coordinator_reads_criteria_and_decides_on_the_page(
    enter, vesa, milos, network, organisation, words, acting
):
    vesa.has_second_factor = True
    vesa.save(update_fields=["has_second_factor"])
    factories.callrules(network=network, is_reviewed=True, criteria="Is it clear who is sought?")
    made = listings.post(by=acting(milos), network=network, organisation=organisation, **words)
    client = enter(vesa)
    assert made.title.encode() in client.get(f"/networks/{network.slug}/calls/review/").content
    page = client.get(f"/listings/{made.pk}/").content.decode()
    assert "Is it clear who is sought?" in page
    answer = client.post(f"/listings/{made.pk}/return/", {"why": ""})
    assert answer.status_code == 200
    client.post(f"/listings/{made.pk}/return/", {"why": "Please add a day."})
    made.refresh_from_db()
    assert (made.state, made.returned_why) == ("draft", "Please add a day.")
    assert b"Please add a day." in enter(milos).get(f"/listings/{made.pk}/").content
    assert made.title in "".join(item.title for item in desk(acting(milos)))


def test_what_is_owed_stands_beside_the_form_and_nothing_typed_is_lost(enter, milos, need, typed):
    Listing.objects.filter(pk=need.pk).update(state="expired")
    client = enter(milos)
    assert b"First say what came of these" in client.get("/listings/new/").content
    client.post("/listings/new/", typed)
    assert Listing.objects.exclude(pk=need.pk).get().state == "draft"
    assert b"What came of it?" in client.get("/listings/").content
    client.post(f"/listings/{need.pk}/tell/", {"came": "nobody"})
    need.refresh_from_db()
    assert (need.state, need.came) == ("closed", "nobody")


def test_rules_of_a_network_are_set_on_a_page(enter, vesa, network):
    vesa.has_second_factor = True
    vesa.save(update_fields=["has_second_factor"])
    client = enter(vesa)
    assert f"/networks/{network.slug}/calls/rules/" in client.get(f"/networks/{network.slug}/staff/").content.decode()
    client.post(
        f"/networks/{network.slug}/calls/rules/",
        {"is_reviewed": "on", "criteria": "A\nB", "cold_a_week": "4", "country": "GR"},
    )
    network.refresh_from_db()
    kept = network.call_rules
    assert (kept.lines, kept.cold_a_week, kept.country) == (["A", "B"], 4, "GR")


# Questions of one's own, and replies made of them.


def asked(**more):
    empty = {f"kind_{number}": "text" for number in range(6)}
    return {**empty, "label_0": "Who would come?", "required_0": "on", **more}


def test_own_questions_are_asked_and_compared(enter, milos, ana, other, need):
    client = enter(milos)
    choice = {"label_1": "When?", "kind_1": "choice", "choices_1": "Spring\nAutumn"}
    assert b"at least two answers" in client.post(
        f"/listings/{need.pk}/questions/", asked(**{**choice, "choices_1": "Spring"})
    ).content  # fmt: skip
    client.post(f"/listings/{need.pk}/questions/", asked(**choice))
    need.refresh_from_db()
    keys = [question["key"] for question in need.questions["parts"][0]["questions"]]
    home = other.memberships.get().pk
    page = enter(ana).get(f"/listings/{need.pk}/reply/").content.decode()
    assert "Who would come?" in page
    said = {"brings": "Two trainers.", "home": home, f"call-{keys[1]}": "c2"}
    refused = enter(ana).post(f"/listings/{need.pk}/reply/", said)
    assert b"Two trainers." in refused.content
    assert not Reply.objects.exists()
    enter(ana).post(f"/listings/{need.pk}/reply/", {**said, f"call-{keys[0]}": "Our two oldest."})
    made = Reply.objects.get()
    assert made.answers[keys[0]] == "Our two oldest."
    page = client.get(f"/listings/{need.pk}/replies/").content.decode()
    assert "Our two oldest." in page
    assert "Autumn" in page
    assert b"Our two oldest." in enter(ana).get(f"/replies/{made.pk}/").content


def test_questions_stay_once_somebody_has_replied(enter, milos, need):
    factories.reply(listing=need)
    client = enter(milos)
    assert b"the questions stay as they are" in client.get(f"/listings/{need.pk}/questions/").content
    client.post(f"/listings/{need.pk}/questions/", asked())
    need.refresh_from_db()
    assert need.questions == {}


def test_who_does_not_fit_reads_so_beside_the_call(enter, ana, need):
    Listing.objects.filter(pk=need.pk).update(countries=["GR"])
    client = enter(ana)
    for path in (f"/listings/{need.pk}/", f"/listings/{need.pk}/reply/"):
        assert b"They look for partners in Greece" in client.get(path).content
    Listing.objects.filter(pk=need.pk).update(only_these=True)
    page = client.get(f"/listings/{need.pk}/").content.decode()
    assert "Only some may reply" in page
    assert f"/listings/{need.pk}/reply/" not in page


# The desk of replies.


def test_the_desk_of_replies_costs_the_same_for_one_and_for_three(enter, milos, need, django_assert_num_queries):
    factories.reply(listing=need, due_on=date.today())
    client, address = enter(milos), f"/listings/{need.pk}/replies/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    factories.reply(listing=need), factories.reply(listing=need)
    with django_assert_num_queries(len(one)):
        page = client.get(address)
    assert page.content.count(b'name="chosen"') == 3


def test_several_go_on_the_shortlist_from_the_table(enter, milos, need):
    rows = [factories.reply(listing=need) for _ in range(3)]
    client = enter(milos)
    answer = client.post(f"/listings/{need.pk}/replies/sort/", {"step": "shortlist"})
    assert b"tick at least one" in answer.content
    keys = [str(row.pk) for row in rows[:2]]
    client.post(f"/listings/{need.pk}/replies/sort/", {"step": "shortlist", "chosen": [*keys, "nonsense"]})
    client.post(f"/listings/{need.pk}/replies/sort/", {"step": "shortlist", "chosen": keys})
    assert need.replies.filter(state="shortlisted").count() == 2


def test_nothing_is_sent_before_the_letters_were_seen(enter, milos, need):
    house = factories.member(need.network)
    factories.representative(house, language="en")
    row = factories.reply(listing=need, organisation=house)
    client, address = enter(milos), f"/listings/{need.pk}/thanks/"
    said = {f"kind_{row.pk}": "full", "words_full": "Come to our open day."}
    page = client.post(address, {**said, "look": "1"}).content.decode()
    assert "We have found as many partners as we can work with. They add: “Come to our open day.”" in page
    assert not Work.objects.exists()
    answer = client.post(address, {**said, "send": "1"})
    assert answer["Location"] == f"/listings/{need.pk}/replies/"
    assert Work.objects.get().arguments["kinds"] == {str(row.pk): "full"}
    assert b"You can close this page" in client.get(answer["Location"]).content


def test_no_reason_is_no_letter(enter, milos, need):
    row = factories.reply(listing=need)
    page = enter(milos).post(f"/listings/{need.pk}/thanks/", {f"kind_{row.pk}": "later", "send": "1"})
    assert b"Please choose a reason" in page.content
    assert not Work.objects.exists()


# Lists, translations, services.


def index(*rows):
    for each in rows:
        search.put(scope=each.network_id, kind=each.shelf, rows=[row_of(each)])


def test_lists_and_pages_read_translations(enter, acting, milos, ana, need):
    calls.translate(by=acting(milos), listing=need, language="lt", title="Mentorius", text="Ieškome mentoriaus.")
    index(need)
    client = enter(ana)
    client.cookies["language"] = "lt"
    ana.language = "lt"
    ana.save()
    assert "Mentorius" in client.get(f"/networks/{need.network.slug}/needs/").content.decode()
    page = client.get(f"/listings/{need.pk}/").content.decode()
    assert "Ieškome mentoriaus." in page
    assert "?original=1" in page
    assert need.title in client.get(f"/listings/{need.pk}/?original=1").content.decode()
    Listing.objects.filter(pk=need.pk).update(text="Something else now.")
    assert "k-origin--stale" in client.get(f"/listings/{need.pk}/").content.decode()


def test_the_page_for_translations(enter, milos, need):
    client = enter(milos)
    said = {"language": "sq", "title": "Mentor", "text": "Kërkojmë."}
    client.post(f"/listings/{need.pk}/translate/", said)
    page = client.get(f"/listings/{need.pk}/translate/?language=sq").content.decode()
    assert "Kërkojmë." in page
    client.post(f"/listings/{need.pk}/translate/", {**said, "title": "", "text": ""})
    assert "Kërkojmë." not in client.get(f"/listings/{need.pk}/translate/?language=sq").content.decode()


def test_paid_services_stand_apart(enter, milos, network, other, need, offer):
    paid = factories.listing(network=network, organisation=other, side="offer", is_service=True, title="Paid advice")
    index(need, offer, paid)
    client = enter(milos)
    assert b"Paid advice" not in client.get(f"/networks/{network.slug}/offers/").content
    assert b"Paid advice" in client.get(f"/networks/{network.slug}/services/").content
    assert b"Paid advice" not in client.get(f"/listings/{need.pk}/").content
    Listing.objects.filter(pk=need.pk).update(takes_services=True, title="We need advice")
    assert b"Paid advice" in client.get(f"/listings/{need.pk}/").content


def test_paid_services_are_in_no_match(network, other, offer):
    from koinon.matching import queries

    factories.listing(network=network, organisation=other, side="offer", is_service=True)
    assert list(queries.listed(network.pk, side="offer")) == [offer.pk]


def test_what_becomes_a_service_moves_to_its_own_shelf(network, offer):
    from koinon.kit.models import SearchRecord

    index(offer)
    Listing.objects.filter(pk=offer.pk).update(is_service=True)
    index_listing(listing=str(offer.pk))
    assert list(SearchRecord.objects.filter(noun=offer.pk).values_list("kind", flat=True)) == ["service"]


# Desk, menu, what it costs.


def desk(me):
    from koinon.accounts.seams import desk_items

    return [item for lent in desk_items.gather(me) for item in lent]


def test_the_desk_shows_whose_turn_it_is(acting, vesa, milos, network, organisation, words):
    factories.callrules(network=network, is_reviewed=True)
    made = listings.post(by=acting(milos), network=network, organisation=organisation, **words)
    for person, is_mine in ((vesa, True), (milos, False)):
        item = next(item for item in desk(acting(person)) if made.title in item.title)
        assert (item.is_mine, item.until, item.since) == (is_mine, made.due_on, made.moved_at)


def test_calls_on_the_desk_cost_the_same_for_one_and_for_three(
    acting, milos, network, organisation, django_assert_num_queries
):
    def add():
        factories.listing(network=network, organisation=organisation, state="expired")

    me = acting(milos)
    add()
    desk(me)
    with CaptureQueriesContext(connection) as one:
        first = len(desk(me))
    add(), add()
    with django_assert_num_queries(len(one)):
        assert len(desk(me)) == first + 2


def test_our_offers_and_needs_are_in_the_menu(enter, milos, stranger):
    assert b'href="/listings/"' in enter(milos).get("/accounts/profile/").content
    assert b'href="/listings/"' not in enter(stranger).get("/accounts/profile/").content


def test_one_tap_brings_an_expired_one_back(client, milos, need):
    from koinon.matching.clock import expire_listings

    Listing.objects.filter(pk=need.pk).update(until=date.today() - timedelta(days=1))
    expire_listings(0)
    notice = Notice.objects.get(person=milos, kind="matching.expiring")
    assert b"is over. The button opens it again" in client.get(notice.address).content
    need.refresh_from_db()
    assert need.state == "expired", "a look changes nothing"
    assert b"stays in the lists" in client.post(notice.address).content
    need.refresh_from_db()
    assert (need.state, need.until) == ("open", date.today() + timedelta(days=90))


def test_a_silent_member_reads_and_writes_nothing_new(acting, ana, other, need, words):
    from koinon.kit.verbs import Refused
    from koinon.matching.actions import replies

    factories.standing(membership=other.memberships.get(), state="inactive")
    with pytest.raises(Refused):
        replies.reply(by=acting(ana), listing=need, organisation=other, brings="We come", language="en")
    with pytest.raises(Refused):
        listings.post(by=acting(ana), network=need.network, organisation=other, **words)
    assert Listing.objects.visible_to(acting(ana)).filter(pk=need.pk).exists()


def test_how_soon_they_answer_is_public(visitor, need, organisation):
    from django.utils import timezone

    cache.clear()
    need.network.is_public = True
    need.network.save()
    at = timezone.now() - timedelta(days=20)
    for _ in range(3):
        factories.reply(listing=need, state="accepted", made_at=at, answered_at=at + timedelta(days=2))
    for path in (f"/listings/{need.pk}/", f"/organisations/{organisation.slug}/"):
        assert b"Usually within 2 days" in visitor.get(path).content
