"""Events on the pages below: networks, organisations, desks, search, what is a person's, and merged organisations."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from koinon.accounts import seams as people
from koinon.events.actions import indexing, team
from koinon.events.lends import organising as lends
from koinon.events.models import Event, EventMessage, Helper, Speaker
from koinon.kit.models import SearchRecord
from koinon.network import seams
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_network_shows_what_comes_and_how_much(enter, milos, network, gathering):
    factories.event(organisation=gathering.organisation, network=network, state="draft", names={"en": "Hidden draft"})
    factories.event(organisation=gathering.organisation, network=network, state="cancelled", names={"en": "Called"})
    answer = enter(milos).get(reverse("network:network", args=[network.slug])).content.decode()
    assert reverse("events:events_of", args=[network.slug]) in answer
    assert reverse("events:event", args=[gathering.slug]) in answer
    assert "Hidden draft" not in answer
    assert [figure.number for figure in lends.figures(network)] == [1]


def test_an_organisation_shows_its_own_and_strangers_see_only_public_ones(acting, mara, stranger, house, gathering):
    assert lends.of_organisation(house, acting(mara)).context["rows"][0]["event"] == gathering
    Event.objects.filter(pk=gathering.pk).update(audience="organisation")
    assert lends.of_organisation(house, acting(stranger)) is None
    assert lends.of_organisation(house, acting(mara)) is not None


def test_what_is_over_leaves_panels_on_the_same_day(acting, stranger, house, gathering):
    assert lends.of_organisation(house, acting(stranger)) is not None
    past = timezone.now() - timedelta(minutes=1)
    Event.objects.filter(pk=gathering.pk).update(starts_at=past - timedelta(hours=1), ends_at=past)
    assert lends.of_organisation(house, acting(stranger)) is None


def test_drafts_and_questions_wait_on_desks_of_those_concerned(acting, anna, luka, mara, petrit, gathering):
    Event.objects.filter(pk=gathering.pk).update(state="draft")
    factories.speaker(session=gathering.sessions.get(), person=luka, state="asked")
    assert [item.url for item in lends.drafts(acting(anna))] == [reverse("events:desk", args=[gathering.slug])]
    assert len(lends.drafts(acting(mara))) == 1
    assert lends.drafts(acting(petrit)) == lends.drafts(acting(luka)) == []
    assert len(lends.asked(acting(luka))) == 1
    assert lends.asked(acting(anna)) == []


def test_published_events_of_a_network_are_found_and_private_ones_are_not(network, gathering):
    def indexed():
        return SearchRecord.objects.filter(kind="event", noun=gathering.pk, scope=network.pk).count()

    indexing.index_event(event=str(gathering.pk))
    assert indexed() == 1
    Event.objects.filter(pk=gathering.pk).update(audience="link")
    indexing.index_event(event=str(gathering.pk))
    assert indexed() == 0


def test_everything_of_a_person_is_in_their_archive_and_goes_when_they_are_forgotten(anna, gathering):
    factories.speaker(session=gathering.sessions.get(), person=anna, role="Expert")
    factories.eventmessage(event=gathering, person=anna)
    data = lends.helped(anna)
    assert [len(data[name]) for name in ("event_teams", "event_messages", "event_speaking")] == [1, 1, 1]
    team.forget_helper(anna)
    assert not Helper.objects.filter(person=anna).exists()
    assert EventMessage.objects.get(event=gathering).person is None
    assert [(row.role, row.person) for row in Speaker.objects.filter(session__event=gathering)] == [("Expert", None)]


def test_kinds_of_letters_have_one_title_each():
    kinds = [kind for lender in people.notice_kinds for kind, _title, _pace in lender()]
    assert len(kinds) == len(set(kinds))


def test_every_organisation_column_of_organising_follows_a_merge():
    carried = {(carry.model.__name__, carry.field) for lender in seams.merging for carry in lender()}
    assert {("Event", "organisation"), ("Series", "organisation"), ("Speaker", "organisation")} <= carried
