"""Whoever takes it back leaves lists that were given away: marked for those who hold them, told by the organisers."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from koinon.accounts.models import Notice
from koinon.events.actions import consents, lists, registering
from koinon.events.actions.purging import forget_person
from koinon.events.lends.afterwards import recalled_lists
from koinon.events.models import ListRecall, Registration
from koinon.events.queries import lists as queries
from koinon.events.rules.registering import CONSENT
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(gathering):
    row = factories.registration(
        event=gathering, person=None, name="Child of the school", email="p@example.org", is_minor=True
    )
    factories.guardianconsent(registration=row, state="given", may_attend=True, given_at=row.at)
    return row


@pytest.fixture
def given(acting, anna, gathering, registration, child):
    facts = {"for_whom": "Funder of hubs", "purpose": "Proof", "fields": ["name"], "kind": "xlsx", "language": "en"}
    return lists.give(by=acting(anna), event=gathering, **facts)


def take_back(row):
    link = links.read(CONSENT, links.make(CONSENT, consent=str(row.consent.pk)))
    consents.take_back(by=VISITOR, consent=row.consent, link=link)


def shown(client, given):
    return client.get(reverse("events:list_held", args=[given.mark])).content.decode()


def test_a_list_knows_who_is_on_it_and_nobody_else_gets_on_it(given, gathering, registration, child):
    assert set(given.people) == {registration.pk, child.pk}
    factories.registration(event=gathering, person=None, name="Too late", email="late@example.org")
    names = [line[0] for line in queries.cells(given)]
    assert "Too late" not in names
    assert len(names) == 2


def test_a_guardian_takes_it_back(client, enter, anna, gathering, given, child):
    assert "Nobody on it has asked" in shown(client, given)
    take_back(child)
    page = shown(client, given)
    assert "Please delete it" in page
    assert child.name not in page
    told = Notice.objects.filter(person=anna, title__contains="no longer good").get()
    assert "Funder of hubs" in told.text
    assert child.name not in told.title + told.text
    assert "No longer good" in enter(anna).get(reverse("events:lists", args=[gathering.slug])).content.decode()
    assert child.name not in str(list(Statement.objects.values()))


def test_who_withdraws_and_who_is_forgotten(acting, given, registration):
    registering.withdraw(by=acting(registration.person), registration=registration)
    forget_person(registration.person)
    assert ListRecall.objects.get().registration_id == registration.pk
    assert Registration.objects.get(pk=registration.pk).name == ""


def test_being_forgotten_alone_is_enough(given, registration):
    forget_person(registration.person)
    assert ListRecall.objects.filter(given=given, registration=registration).exists()


def test_who_was_not_on_it_changes_nothing(acting, given, gathering):
    late = factories.registration(event=gathering)
    registering.withdraw(by=acting(late.person), registration=late)
    assert not ListRecall.objects.exists()


def test_it_waits_on_the_desk_until_they_are_told_once(acting, anna, given, child):
    def waits():
        return recalled_lists(acting(anna))

    assert waits() == []
    take_back(child)
    assert len(waits()) == 1
    lists.told(by=acting(anna), given=given)
    assert Statement.objects.get(verb="events.list_holders_told").counts == {"people": 1}
    assert waits() == []
    with pytest.raises(ValidationError):
        lists.told(by=acting(anna), given=given)


def test_only_organisers_say_that_they_were_told(acting, petrit, luka, rival, given, child):
    take_back(child)
    for person in (petrit, luka, rival):
        with pytest.raises(Refused):
            lists.told(by=acting(person), given=given)


def test_one_recall_for_one_person_on_one_list(given, registration):
    factories.listrecall(given=given, registration=registration)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.listrecall(given=given, registration=registration)


def test_the_page_of_the_organisers_marks_it_and_is_told(enter, anna, petrit, gathering, given, child):
    take_back(child)
    page, step = (reverse(f"events:{name}", args=args) for name, args in
                  (("lists", [gathering.slug]), ("list_told", [gathering.slug, given.pk])))  # fmt: skip
    client = enter(anna)
    assert "Please ask Funder of hubs to delete it" in client.get(page).content.decode()
    assert client.post(step)["Location"] == page
    assert "they know" in client.get(page).content.decode()
    assert "has moved on" in client.post(step, follow=True).content.decode()


def test_an_unknown_mark_is_not_there(client):
    assert client.get(reverse("events:list_held", args=["0" * 12])).status_code == 404
