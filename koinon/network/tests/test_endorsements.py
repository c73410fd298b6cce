"""Endorsements by a third party: a link and no account; the answer counts once; the deadline answers for the silent."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import applications, decisions, endorsements
from koinon.network.clock.admission import go_on
from koinon.network.models import Application, Endorsement
from koinon.network.notices.reviews import send_endorsement
from tests import factories

pytestmark = pytest.mark.django_db
SECRET = "Only between us and the network."


@pytest.fixture
def rules(network):
    return factories.admission(network=network, is_endorsed=True, days_to_endorse=20)


@pytest.fixture
def application(network, vesa, stranger, rules):
    return factories.application(network=network, organisation=factories.organisation(), applicant=stranger)


@pytest.fixture
def asked(application, vesa, acting):
    return endorsements.ask(
        by=acting(vesa),
        application=application,
        body="National Commission",
        email="Commission@Example.org",
        language="el",
    )


def address_of(endorsement):
    return reverse("network:endorsement", args=[links.make("network.endorsement", endorsement=str(endorsement.pk))])


def test_asking_moves_it_and_both_sides_see_whose_turn_it_is(
    asked, application, stranger, vesa, enter, django_db_blocker
):
    assert (application.state, application.turn) == ("endorsement", "endorser")
    assert application.due_on == asked.due_on == date.today() + timedelta(days=20)
    assert asked.email == "commission@example.org"
    for person in (stranger, vesa):
        page = enter(person).get(reverse("network:application", args=["lake-cities", application.pk])).content.decode()
        assert "Endorser" in page
        assert "National Commission" in page
    assert Statement.objects.filter(verb="network.endorsement_asked").exists()
    assert "endorsement" in Notice.objects.get(person=stranger).title


def test_the_page_shows_what_is_endorsed_and_opening_it_changes_nothing(asked, visitor):
    page = visitor.get(address_of(asked))
    assert page.status_code == 200
    assert "We want to learn." in page.content.decode()
    assert "noindex" in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_endorsed_without_an_account_and_the_review_begins(asked, application, visitor, stranger, vesa):
    answer = visitor.post(address_of(asked), {"endorse": "1", "statement": "A serious city.", "signed_by": "Secretary"})
    assert answer.status_code == 200
    asked.refresh_from_db()
    application.refresh_from_db()
    assert (asked.state, asked.counts, asked.signed_by) == ("endorsed", True, "Secretary")
    assert (application.state, application.turn) == ("review", "network")
    assert Statement.objects.filter(verb="network.endorsed").exists()
    for person in (stranger, vesa):
        assert Notice.objects.filter(person=person, title__contains="endorses").exists()


def test_not_endorsed_needs_a_sentence_and_then_it_is_the_coordinators_turn(asked, application, visitor, vesa, acting):
    address = address_of(asked)
    page = visitor.post(address, {"refuse": "1", "statement": "", "signed_by": "Secretary"})
    assert "k-errors" in page.content.decode()
    visitor.post(address, {"refuse": "1", "statement": "Not this year.", "signed_by": "Secretary"})
    application.refresh_from_db()
    assert (application.state, application.turn) == ("endorsement", "network")
    with pytest.raises(ValidationError, match="not endorsed"):
        applications.start_review(by=acting(vesa), application=application)
    applications.start_review(by=acting(vesa), application=application, reason="The ministry vouches for them.")
    assert application.state == "review"


def test_a_link_works_once_and_another_letter_does_not_open_it_again(asked, visitor):
    first, second = address_of(asked), address_of(asked)
    said = {"endorse": "1", "signed_by": "Secretary"}
    assert visitor.post(first, said).status_code == 200
    for address in (first, second):
        for answer in (
            visitor.get(address),
            visitor.post(address, {"refuse": "1", "statement": "x", "signed_by": "y"}),
        ):
            assert answer.status_code == 410
    asked.refresh_from_db()
    assert asked.state == "endorsed"


@pytest.mark.parametrize("way", ["forged", "cut", "of another purpose", "of a stranger", "nonsense"])
def test_forged_links_are_refused(way, asked, visitor):
    good = links.make("network.endorsement", endorsement=str(asked.pk))
    token = {
        "forged": good[:-4] + ("aaaa" if not good.endswith("aaaa") else "bbbb"),
        "cut": good[: len(good) // 2],
        "of another purpose": links.make("network.invitation", endorsement=str(asked.pk)),
        "of a stranger": links.make("network.endorsement", endorsement=str(factories.person().pk)),
        "nonsense": "x" * 50,
    }[way]
    address = reverse("network:endorsement", args=[token])
    assert visitor.get(address).status_code == 410
    assert visitor.post(address, {"endorse": "1", "signed_by": "Me"}).status_code == 410
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_another_endorser_closes_the_first_link_and_a_withdrawn_application_all(
    asked, application, visitor, acting, vesa
):
    applications.withdraw(by=acting(application.applicant), application=application)
    assert visitor.get(address_of(asked)).status_code == 410
    assert Endorsement.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    ("deemed", "counts", "state", "turn"),
    [("endorsed", True, "review", "network"), ("refused", False, "endorsement", "network"),
     ("decide", None, "endorsement", "network")],
)  # fmt: skip
def test_silence_counts_as_the_network_says(
    deemed, counts, state, turn, asked, application, rules, vesa, stranger, visitor
):
    rules.deemed = deemed
    rules.save()
    address = address_of(asked)
    Endorsement.objects.update(due_on=date.today() - timedelta(days=1))
    go_on(date.today())
    go_on(date.today())
    asked.refresh_from_db()
    application.refresh_from_db()
    assert (asked.state, asked.counts) == ("lapsed", counts)
    assert (application.state, application.turn) == (state, turn)
    assert Notice.objects.filter(person=vesa, title__contains="did not answer in time").count() == 1
    assert visitor.get(address).status_code == 410


def test_the_endorser_is_reminded_and_the_coordinator_hears_of_it(asked, application, vesa, monkeypatch):
    sent = []
    monkeypatch.setattr("koinon.network.notices.reviews.send_endorsement", lambda row: sent.append(row.pk))
    go_on(application.remind_on)
    assert sent == [asked.pk]
    assert Notice.objects.filter(person=vesa, title__contains="waits since").count() == 1


def test_the_letter_is_in_the_language_of_the_endorser(asked, monkeypatch):
    letters = []
    monkeypatch.setattr("koinon.kit.mail.send", lambda **facts: letters.append(facts))
    send_endorsement(asked)
    assert letters[0]["language"] == "el"
    assert "/endorsements/" in letters[0]["address" if "address" in letters[0] else "context"]["address"]


def test_nobody_is_admitted_without_an_endorsement_where_it_is_wanted(application, vesa, acting):
    with pytest.raises(ValidationError, match="not endorsed"):
        decisions.admit(by=acting(vesa), application=application)
    with pytest.raises(ValidationError, match="not endorsed"):
        applications.start_review(by=acting(vesa), application=application)


@pytest.mark.parametrize("who", ["milos", "stranger", "rival"])
def test_others_do_not_ask_for_endorsements(who, application, request, acting):
    with pytest.raises(Refused):
        endorsements.ask(
            by=acting(request.getfixturevalue(who)),
            application=application,
            body="B",
            email="b@example.org",
            language="en",
        )


def test_only_one_endorser_is_asked_at_a_time_and_only_the_clock_lets_it_lapse(asked, application, vesa, enter, acting):
    step = reverse("network:application_move", args=["lake-cities", application.pk, "endorse"])
    assert enter(vesa).post(step, {"body": "B", "email": "b@example.org", "language": "en"}).status_code == 404
    with pytest.raises(Refused):
        endorsements.lapse(by=acting(vesa), endorsement=asked)
    endorsements.lapse(by=machine("clock"), endorsement=asked)
    application.refresh_from_db()
    again = endorsements.ask(by=acting(vesa), application=application, body="B", email="b@example.org", language="en")
    assert (again.state, Application.objects.get().turn) == ("asked", "endorser")
