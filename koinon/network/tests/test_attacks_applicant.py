"""Attacks of an applicant who is not admitted yet, and of a member who left: what belongs to members stays shut."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.kit import files
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import clusters, introductions, listings, replies, ties
from koinon.matching.models import Cluster, Introduction, Listing, Reply, Tie
from koinon.network.actions import invitations, mandates, memberships
from koinon.network.models import Invitation, Mandate
from tests import factories

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def house(network, stranger):
    """Registered by the stranger together with an application that nobody has answered."""
    made = factories.organisation(names={"en": "House"})
    factories.application(network=network, organisation=made, applicant=stranger, state="submitted")
    return made


def test_an_applicant_sees_no_page_of_a_network_that_is_not_public(network, organisation, house, stranger, enter):
    call = factories.listing(network=network, organisation=organisation)
    client, home = enter(stranger), f"/networks/{network.slug}"
    for path in (
        f"{home}/organisations/", f"{home}/map/", f"{home}/map.json", f"{home}/export.csv", f"{home}/needs/",
        f"{home}/offers/", f"{home}/matches/", f"{home}/picture/", f"{home}/picture/data.json", f"{home}/calls.rss",
        f"{home}/picture/ties.csv", f"{home}/clusters/", f"{home}/applications/", f"{home}/applications/figures/",
        f"{home}/claims/", f"{home}/merges/", f"{home}/standing/", f"{home}/forms/", f"{home}/admission/",
        f"{home}/bridges/", f"{home}/introductions/", f"/listings/{call.pk}/", f"/organisations/{organisation.slug}/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_an_applicant_does_nothing_as_a_member(network, organisation, house, stranger, acting):
    by, soon = acting(stranger), date.today() + timedelta(days=30)
    call = factories.listing(network=network, organisation=organisation)
    words = {"side": "need", "kind": "mentor", "language": "en", "title": "x", "text": "x", "until": soon}
    for act in (
        lambda: listings.post(by=by, network=network, organisation=house, **words),
        lambda: replies.reply(by=by, listing=call, organisation=house, brings="x", language="en"),
        lambda: introductions.ask(by=by, network=network, organisation=house, other=organisation),
        lambda: ties.declare(by=by, network=network, organisation=house, other=organisation, kind="together"),
        lambda: clusters.found(by=by, network=network, organisation=house, title="x", charter="x", ends_on=soon),
        lambda: mandates.appoint(by=by, organisation=house, person=stranger, role="head"),
        lambda: invitations.invite(by=by, organisation=house, email="a@example.org", role="deputy", language="en"),
    ):
        with pytest.raises(Refused):
            act()
    assert not any(model.objects.exists() for model in (Reply, Introduction, Tie, Cluster, Invitation))
    assert not Mandate.objects.filter(organisation=house).exists()
    assert Listing.objects.count() == 1


def test_an_applicant_admits_and_reviews_nobody(network, house, stranger, enter):
    row = house.applications.get()
    page = reverse("network:application", args=[network.slug, row.pk])
    client = enter(stranger)
    for step in ("check", "return", "endorse", "review", "ask", "declare", "give", "admit", "waitlist", "decline",
                 "extend", "remind"):  # fmt: skip
        answer = client.post(f"{page}{step}/", {"kind": "member", "reason": "x", "is_impartial": "yes"})
        assert answer.status_code == 404, step
    row.refresh_from_db()
    assert row.state == "submitted"


@pytest.fixture
def answered(network, organisation, milos, settings, tmp_path):
    """A member that once answered with a file for everybody and one for the network only."""
    settings.MEDIA_ROOT = tmp_path
    network.is_public = True
    network.save()
    keys = {"open": True, "shut": False}
    asked = [{"key": key, "kind": "file", "labels": {"en": key}, "required": False, "published": is_open}
             for key, is_open in keys.items()]  # fmt: skip
    schema = {"language": "en", "parts": [{"key": "p", "titles": {"en": "P"}, "questions": asked}]}
    version = factories.formversion(form=factories.form(network=network), schema=schema)
    answers = {}
    for key in keys:
        made = files.keep_document(file=SimpleUploadedFile(f"{key}.pdf", PDF + key.encode()), person=milos.pk)
        value = {"upload": str(made.pk), "name": f"{key}.pdf"}
        answers[key] = {"value": value, "revision": 1, "by": str(milos.pk), "at": "2026-01-01T00:00:00+00:00"}
    return factories.application(
        network=network, organisation=organisation, applicant=milos, state="active", version=version, answers=answers,
        membership=organisation.memberships.get(),
    )  # fmt: skip


def test_a_file_for_everybody_closes_when_its_organisation_leaves(network, answered, stranger, rival, enter):
    def codes(person):
        return [
            enter(person).get(reverse("network:draft_file", args=[network.slug, answered.pk, key])).status_code
            for key in ("open", "shut")
        ]

    assert codes(stranger) == codes(rival) == [200, 404]
    memberships.end(by=machine("test"), membership=answered.membership, why="Left")
    assert codes(stranger) == codes(rival) == [404, 404]


def test_answers_of_who_left_are_on_no_public_page(network, answered, organisation, visitor):
    page = reverse("network:organisation", args=[organisation.slug])
    assert b"open.pdf" in visitor.get(page).content
    assert b"shut.pdf" not in visitor.get(page).content
    other = factories.membership(network=factories.network(), organisation=organisation)
    memberships.end(by=machine("test"), membership=answered.membership, why="Left")
    from django.core.cache import cache

    cache.clear()
    answer = visitor.get(page)
    assert other.pk
    assert answer.status_code == 200
    assert b"open.pdf" not in answer.content
