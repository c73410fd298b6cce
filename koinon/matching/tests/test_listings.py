"""Offers and needs: who may write them, what is refused and how, what each act leaves behind."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit import links
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import ends, listings
from koinon.matching.clock import expire_listings, remind_owners
from koinon.matching.models import LISTING_STEPS, Listing
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_representative_posts(acting, milos, network, organisation, words, left, waiting):
    made = listings.post(by=acting(milos), network=network, organisation=organisation, author=milos, **words)
    assert (made.state, made.replies_taken, made.author) == ("open", 0, milos)
    assert made.text_html == "<p>One hour a month, online.</p>"
    assert left("matching.posted") == 1
    assert waiting("matching.index_listing") == [{"listing": str(made.pk)}]


@pytest.mark.parametrize("who", ["vesa", "stranger", "rival", "ana"])
def test_nobody_else_posts_in_its_name(request, acting, who, network, organisation, words, left):
    person = request.getfixturevalue(who)
    with pytest.raises(Refused, match="Only those who speak for a member"):
        listings.post(by=acting(person), network=network, organisation=organisation, **words)
    assert left("matching.posted") == 0


def test_a_former_representative_writes_nothing(acting, organisation, network, words):
    gone = factories.person(acting_for=organisation.pk)
    past = factories.DateRange(date(2020, 1, 1), date.today() - timedelta(days=1))
    factories.mandate(organisation=organisation, person=gone, period=past)
    with pytest.raises(Refused):
        listings.post(by=acting(gone), network=network, organisation=organisation, **words)


def test_an_organisation_that_left_writes_nothing(acting, milos, network, organisation, words):
    organisation.memberships.update(period=factories.DateRange(date(2020, 1, 1), date.today()))
    with pytest.raises(Refused):
        listings.post(by=acting(milos), network=network, organisation=organisation, **words)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title": " "}, "title", "Please write a few words"),
        ({"title": "x" * 161}, "title", "At most 160"),
        ({"text": "ы" * 100_000}, "text", "At most 5000"),
        ({"until": date(2020, 1, 1)}, "until", "in the future"),
        ({"until": date.today() + timedelta(days=4000)}, "until", "At most a year"),
        ({"kind": "spaceship"}, "kind", "one of the list"),
        ({"language": "klingon"}, "language", "one of the list"),
        ({"themes": ["no such theme"]}, "themes", "at most 8"),
        ({"countries": ["QQ"]}, "countries", "of the list"),
        ({"partner_kinds": ["dragon"]}, "partner_kinds", "of the list"),
        ({"reply_cap": 51}, "reply_cap", "Between 1 and 50"),
        ({"reply_cap": 0}, "reply_cap", "Between 1 and 50"),
    ],
)
def test_faults_are_said_beside_their_field(acting, milos, network, organisation, words, change, field, said):
    with pytest.raises(ValidationError) as refused:
        listings.post(by=acting(milos), network=network, organisation=organisation, **{**words, **change})
    assert said in " ".join(refused.value.message_dict[field])
    assert not Listing.objects.exists()


def test_a_script_in_a_text_is_shown_and_never_run(acting, milos, network, organisation, words):
    words |= {"title": "<script>alert(1)</script>\u202e", "text": "<img src=x onerror=alert(1)> http://ok.example"}
    made = listings.post(by=acting(milos), network=network, organisation=organisation, **words)
    assert "<img" not in made.text_html
    assert "&lt;img" in made.text_html
    assert made.title == "<script>alert(1)</script>"


def test_editing_changes_what_is_given_and_indexes_again(acting, milos, need, left, waiting):
    edited = listings.edit(by=acting(milos), listing=need, title="Another title", themes=["668"])
    need.refresh_from_db()
    assert (edited.title, need.themes, need.text) == ("Another title", ["668"], "We look for somebody who knows.")
    assert left("matching.edited") == 1
    assert len(waiting("matching.index_listing")) == 1


def test_the_cap_cannot_go_below_the_replies(acting, milos, need):
    Listing.objects.filter(pk=need.pk).update(replies_taken=4)
    with pytest.raises(ValidationError, match="4 replies already"):
        listings.edit(by=acting(milos), listing=need, reply_cap=3)


@pytest.mark.parametrize("who", ["stranger", "rival", "ana", "vesa"])
def test_nobody_else_edits(request, acting, who, need):
    with pytest.raises(Refused):
        listings.edit(by=acting(request.getfixturevalue(who)), listing=need, title="Mine now")


def test_pause_resume_close_with_outcome(acting, milos, need, left):
    by = acting(milos)
    listings.pause(by=by, listing=need)
    assert not Listing.objects.running().filter(pk=need.pk).exists()
    listings.resume(by=by, listing=need)
    ends.close(by=by, listing=need, came="nobody", outcome="Nobody near us.")
    need.refresh_from_db()
    assert (need.state, need.came, need.outcome) == ("closed", "nobody", "Nobody near us.")
    assert [left(f"matching.{verb}") for verb in ("paused", "resumed", "closed")] == [1, 1, 1]
    with pytest.raises(ValidationError, match="moved on"):
        listings.pause(by=by, listing=need)


def test_a_coordinator_takes_it_out_and_its_owner_is_told(acting, vesa, milos, need):
    listings.pause(by=acting(vesa), listing=need)
    assert Notice.objects.filter(person=milos, kind="matching.expiring").count() == 1
    with pytest.raises(Refused):
        listings.resume(by=acting(vesa), listing=need)


def test_the_rival_closes_nothing(acting, rival, need):
    with pytest.raises(Refused):
        ends.close(by=acting(rival), listing=need)


def test_its_day_passes_and_renewing_brings_it_back(acting, milos, need, left):
    Listing.objects.filter(pk=need.pk).update(until=date.today() - timedelta(days=1))
    assert not Listing.objects.running().filter(pk=need.pk).exists(), "out of the lists before the clock comes by"
    expire_listings(0)
    need.refresh_from_db()
    assert need.state == "expired"
    assert Notice.objects.filter(person=milos, title__contains="has ended").exists()
    listings.renew(by=acting(milos), listing=need)
    need.refresh_from_db()
    assert (need.state, need.until) == ("open", date.today() + timedelta(days=90))
    assert left("matching.expired") == left("matching.renewed") == 1


def test_a_reminder_comes_once_with_a_link_that_works_once(client, milos, need):
    Listing.objects.filter(pk=need.pk).update(until=date.today() + timedelta(days=5))
    remind_owners(0)
    remind_owners(0)
    notice = Notice.objects.get(person=milos, kind="matching.expiring")
    page = client.get(notice.address)
    assert b"90 days" in page.content
    need.refresh_from_db()
    assert need.until == date.today() + timedelta(days=5), "a look changes nothing"
    assert b"stays in the lists" in client.post(notice.address).content
    need.refresh_from_db()
    assert need.until == date.today() + timedelta(days=90)
    assert client.post(notice.address).status_code == 410


def test_the_link_of_somebody_whose_mandate_ended_does_nothing(client, milos, need):
    token = links.make("matching.renew", listing=str(need.pk), person=str(milos.pk))
    milos.mandates.update(cut_at="2026-01-01T00:00Z")
    page = client.post(f"/listings/keep/{token}/")
    need.refresh_from_db()
    assert page.status_code == 404
    assert need.reminded_on is None
    assert need.until == date.today() + timedelta(days=60)


def test_a_forged_link_is_said_to_be_broken(client, need):
    assert client.get("/listings/keep/nonsense/").status_code == 410


def test_the_database_holds_the_cap(need):
    with pytest.raises(IntegrityError, match="listing_cap_holds"), transaction.atomic():
        Listing.objects.filter(pk=need.pk).update(replies_taken=need.reply_cap + 1)
    with pytest.raises(IntegrityError, match="listing_cap_is_sensible"), transaction.atomic():
        Listing.objects.filter(pk=need.pk).update(reply_cap=0)


VERBS = {
    "pause": listings.pause,
    "resume": listings.resume,
    "close": ends.close,
    "renew": listings.renew,
    "expire": ends.expire,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.lists(st.sampled_from(sorted(VERBS)), max_size=8))
def test_whatever_is_done_the_life_cycle_holds(need, way):
    """Any order of verbs leaves a state that the graph allows from the one before, or says no and changes nothing."""
    Listing.objects.filter(pk=need.pk).update(state="open")
    for step in way:
        before = Listing.objects.get(pk=need.pk)
        state = before.state
        try:
            with transaction.atomic():
                VERBS[step](by=machine("clock"), listing=before)
        except ValidationError:
            assert Listing.objects.get(pk=need.pk).state == state
        else:
            after = Listing.objects.get(pk=need.pk).state
            assert after == state or LISTING_STEPS.allows(state, after)
