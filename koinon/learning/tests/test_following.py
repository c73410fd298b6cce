"""When two organisations are one: courses, runs and badges follow, keys stay with what they signed, undo is exact."""

import pytest
from django.apps import apps
from django.urls import reverse

from koinon.learning.models import Achievement, BadgeEndorsement, IssuerKey, StatusList
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
