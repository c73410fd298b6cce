"""When two organisations are one: courses, runs and badges follow, keys stay with what they signed, undo is exact."""

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from koinon.kit.verbs import Refused, machine
from koinon.learning.actions import achievements, awards, issuers
from koinon.learning.clock import badges as clock
from koinon.learning.models import Achievement, BadgeEndorsement, IssuerKey, PublishedList, StatusList
from koinon.learning.queries import verdicts
from koinon.learning.queries.issuers import did_of
from koinon.network.actions import merges
from tests import factories

pytestmark = pytest.mark.django_db


def everything():
    """All fields of all rows of learning."""
    found = {}
    for model in apps.get_app_config("learning").get_models(include_auto_created=True):
        for row in model._base_manager.all():
            values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
            found[model._meta.label, row.pk] = values
    return found


@pytest.fixture
def pair(network):
    """One that stays and one that goes; the same file, and the same question under one key, are in both."""
    kept, gone = factories.member(network, slug="serres"), factories.member(network, slug="dimos-serron")
    course = factories.course(organisation=gone)
    factories.run(course=course, version=factories.version(course=course), organisation=gone)
    for each in (kept, gone):
        factories.asset(organisation=each, key="0" * 64)
    question = factories.question(organisation=gone)
    factories.question(organisation=kept, key=question.key, number=question.number)
    factories.issuerkey(organisation=gone)
    factories.statuslist(organisation=gone)
    factories.achievement(organisation=gone)
    return kept, gone


def test_what_is_alive_follows_what_was_signed_stays_and_undo_is_exact(network, pair, vesa, acting, client):
    kept, gone = pair
    badge = gone.achievements.get()
    before = everything()
    merge = merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    assert merge.state == "done"
    assert (kept.courses.count(), kept.runs.count(), kept.achievements.count()) == (1, 1, 1)
    assert (kept.assets.count(), gone.assets.count()) == (1, 1), "the same bytes are there already"
    assert (kept.questions.count(), gone.questions.count()) == (1, 1)
    assert IssuerKey.objects.get().organisation == gone
    assert StatusList.objects.get().organisation == gone
    for slug in (gone.slug, kept.slug):
        assert client.get(reverse("learning:achievement", args=[slug, badge.pk])).status_code == 200
    merges.undo(by=acting(vesa), merge=merge)
    assert everything() == before


def test_an_endorsement_asked_of_both_is_asked_once(network, pair, vesa, acting):
    kept, gone = pair
    badge = Achievement.objects.get()
    for each in (kept, gone):
        factories.badgeendorsement(achievement=badge, organisation=each)
    before = everything()
    merge = merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    assert sorted(BadgeEndorsement.objects.values_list("organisation__slug", "state")) == [
        (gone.slug, "withdrawn"), (kept.slug, "asked"),
    ]  # fmt: skip
    merges.undo(by=acting(vesa), merge=merge)
    assert everything() == before


CLOCK = machine("test")


@pytest.fixture
def issuing(network):
    """Two that both give badges, with one award each: (kept, gone, award of kept, award of gone)."""
    pair = factories.member(network, slug="serres"), factories.member(network, slug="dimos-serron")
    return (*pair, *(given(made(each)) for each in pair))


def made(organisation):
    return achievements.create(
        by=CLOCK, organisation=organisation, language="en", names={"en": "Budget"}, criteria={"en": "Read one."}
    )


def given(achievement):
    row = awards.give(by=CLOCK, achievement=achievement, person=factories.person())
    clock.prove_award(award=str(row.pk))
    row.refresh_from_db()
    return row


def overall(award):
    """The verdict on both forms, from what the site publishes now."""
    found = {verdicts.verify(text.encode(), fetch=verdicts.only_here).overall for text in (award.signed, award.proved)}
    assert len(found) == 1
    return found.pop()


def signer_of(award):
    return award.status_list.organisation, award.key.organisation


def test_badges_of_both_hold_and_are_taken_back_after_a_merge_and_after_its_undo(network, issuing, vesa, acting):
    kept, gone, ours, theirs = issuing
    merge = merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    assert (overall(ours), overall(theirs)) == ("valid", "valid")
    PublishedList.objects.update(until=timezone.now())
    clock.sign_lists(0)
    assert not PublishedList.objects.filter(until__lte=timezone.now()).exists(), "the clock goes on signing"
    later = given(Achievement.objects.get(pk=theirs.achievement_id))
    assert signer_of(later) == (kept, kept), "what is given from now on is signed by the one that stays"
    assert did_of(kept.slug) in verdicts.reading.read(later.signed.encode()).issuer
    theirs.refresh_from_db()
    awards.suspend(by=CLOCK, award=theirs, why="A mistake")
    assert (overall(theirs), overall(later)) == ("not_valid", "valid")
    merges.undo(by=acting(vesa), merge=merge)
    theirs = type(theirs).objects.get(pk=theirs.pk)
    awards.lift(by=CLOCK, award=theirs, why="None")
    assert {overall(each) for each in (ours, theirs, later)} == {"valid"}
    assert signer_of(given(theirs.achievement)) == (gone, gone)


def test_the_keys_of_the_one_that_went_are_in_the_hands_of_the_one_that_stays(network, issuing, vesa, acting, enter):
    kept, gone, _ours, theirs = issuing
    mine = factories.representative(kept)
    rival = factories.representative(factories.member(network))
    merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    stolen = IssuerKey.objects.get(organisation=gone, kind="rsa")
    with pytest.raises(Refused):
        issuers.withdraw(by=acting(rival), key=stolen, why="A laptop is gone")
    address = reverse("learning:issuer_keys", args=[gone.slug])
    assert address in enter(mine).get(reverse("learning:issuer_keys", args=[kept.slug])).text
    assert enter(mine).get(address).status_code == 200
    assert enter(rival).get(address).status_code == 404
    issuers.withdraw(by=acting(mine), key=stolen, why="A laptop is gone")
    assert verdicts.verdict_of(theirs).overall == "not_valid"
    assert IssuerKey.objects.filter(organisation=gone, kind="rsa", until=None).exists(), "its lists are signed anew"


def test_the_address_that_old_badges_name_leads_on_however_often_it_was_merged(network, issuing, vesa, acting, client):
    kept, gone, _ours, theirs = issuing
    last = factories.member(network, slug="region")
    merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    merges.ask(by=acting(vesa), network=network, kept=last, gone=kept)
    assert Achievement.objects.get(pk=theirs.achievement_id).organisation == last
    for slug in (gone.slug, kept.slug, last.slug):
        assert client.get(reverse("learning:achievement", args=[slug, theirs.achievement_id])).status_code == 200
        assert client.get(reverse("learning:issuer", args=[slug])).status_code == 200
    assert overall(theirs) == "valid"
