"""Who takes part and who may know: by link, by hand, by a list; children, spammers, replayed links, the purge."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.programmes.actions import counting, participants
from koinon.programmes.clock import programmes as clock
from koinon.programmes.models import Delivery, Participant, Qualification
from koinon.programmes.notices.cascade import NEXT, SURVEY
from koinon.programmes.queries import pages
from koinon.programmes.rules import cascade as rules
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(delivery):
    return reverse("programmes:join", args=[delivery.join_key])


def names(delivery):
    return set(Participant.objects.filter(delivery=delivery).values_list("name", flat=True))


def test_joining_by_the_link_without_an_account(visitor, door, delivery):
    assert visitor.get(door).status_code == 200
    answer = visitor.post(door, {"name": "Ana", "age": "18-29"})
    assert "You are on the list" in answer.content.decode()
    assert names(delivery) == {"Ana"}
    delivery.refresh_from_db()
    assert delivery.number_reached == 1


def test_a_mistake_loses_nothing_that_was_typed(visitor, door, delivery):
    answer = visitor.post(door, {"name": "Ana", "email": "ana@"})
    assert 'value="Ana"' in answer.content.decode()
    assert not names(delivery)


def test_a_child_leaves_a_name_and_no_address(visitor, door, delivery):
    answer = visitor.post(door, {"name": "Bora", "age": "u18", "email": "bora@example.org"})
    assert "under 18 we keep no address" in answer.content.decode()
    visitor.post(door, {"name": "Bora", "age": "u18"})
    assert names(delivery) == {"Bora"}


def test_the_same_address_is_on_the_list_once(visitor, door, delivery):
    for _each in range(2):
        answer = visitor.post(door, {"name": "Ana", "email": "Ana@example.org"})
    assert "on the list already" in answer.content.decode()
    assert delivery.participants.count() == 1


@pytest.mark.parametrize("state", ["reported", "verified", "cancelled"])
def test_a_link_that_is_over_opens_nothing(visitor, door, delivery, state):
    Delivery.objects.filter(pk=delivery.pk).update(state=state, due_on=date.today())
    assert visitor.post(door, {"name": "Ana"}).status_code == 410
    assert not names(delivery)


def test_a_link_ends_a_week_after_the_last_day(visitor, door, delivery):
    long_ago = date.today() - timedelta(days=8)
    Delivery.objects.filter(pk=delivery.pk).update(starts_on=long_ago, ends_on=long_ago)
    assert visitor.get(door).status_code == 410


def test_a_forged_key_is_refused(delivery):
    with pytest.raises(Refused):
        participants.join(by=VISITOR, delivery=delivery, key="guessed", name="Ana")
    Delivery.objects.filter(pk=delivery.pk).update(join_key="")
    delivery.refresh_from_db()
    with pytest.raises(Refused):
        participants.join(by=VISITOR, delivery=delivery, key="", name="Ana")


def test_who_gives_it_does_not_take_part(acting, fatmir, delivery):
    with pytest.raises(ValidationError, match="others join"):
        participants.join(by=acting(fatmir), delivery=delivery, key=delivery.join_key, name="Fatmir")


def test_a_spammer_does_not_fill_a_list_without_end(acting, fatmir, delivery, monkeypatch):
    monkeypatch.setattr(participants, "MOST", 3)
    participants.add_nameless(by=acting(fatmir), delivery=delivery, number=3)
    with pytest.raises(ValidationError, match="At most 3"):
        participants.join(by=VISITOR, delivery=delivery, key=delivery.join_key, name="One more")


def test_names_are_for_those_who_give_it_and_its_supervisor(
    acting, mara, vesa, fatmir, supervisor, delivery, luka, next_delivery, rival, stranger
):
    helper = factories.person()
    delivery.helpers.add(helper)
    seen = {who: rules.sees_names(by=acting(who), delivery=delivery) for who in (fatmir, helper, supervisor)}
    assert all(seen.values())
    for who in (mara, vesa, luka, rival, stranger):
        assert not rules.sees_names(by=acting(who), delivery=delivery)
    assert not rules.sees_names(by=VISITOR, delivery=delivery)
    assert not rules.sees_names(by=acting(fatmir), delivery=next_delivery)


def test_the_parent_sees_counts_and_names_only_when_shared(enter, fatmir, next_delivery):
    for name, age in (("Grown One", "18-29"), ("Little One", "u18"), ("", "30-64")):
        factories.participant(delivery=next_delivery, name=name, age=age)
    counting.recount(next_delivery)
    client = enter(fatmir)
    listed = reverse("programmes:participants", args=[next_delivery.pk])
    page = client.get(reverse("programmes:delivery", args=[next_delivery.pk])).content.decode()
    assert "fewer than 5" in page
    assert "Grown One" not in page
    assert client.get(listed).status_code == 404
    Delivery.objects.filter(pk=next_delivery.pk).update(shares_names=True)
    shown = client.get(listed).content.decode()
    assert "Grown One" in shown
    assert "Little One" not in shown
    assert client.get(reverse("programmes:participants_file", args=[next_delivery.pk])).status_code == 404


def test_two_generations_up_nothing_is_seen(enter, acting, fatmir, next_delivery):
    third = factories.delivery(grant=factories.cascadegrant(parent=next_delivery), shares_names=True)
    assert enter(fatmir).get(reverse("programmes:delivery", args=[third.pk])).status_code == 404
    assert not rules.sees_names(by=acting(fatmir), delivery=third)


def test_small_cells_are_hidden_with_their_complement(delivery):
    for age, number in (("18-29", 20), ("30-64", 9), ("65+", 2)):
        for _each in range(number):
            factories.participant(delivery=delivery, age=age)
    cells = {
        cell.label: cell.number
        for cell in pages.breakdown(delivery, "age", [(a, a) for a in ("18-29", "30-64", "65+")])
    }
    assert cells == {"18-29": 20, "30-64": None, "65+": None}


def test_the_list_of_a_spreadsheet(enter, fatmir, delivery):
    text = (
        "Name;E-mail;Age;Gender\nAna;ana@example.org;24;f\nBora;bora@example.org;15;\n;x@example.org;;\n=cmd();;40;m\n"
    )
    client, sent = enter(fatmir), SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    answer = client.post(reverse("programmes:participant_list", args=[delivery.pk]), {"file": sent})
    page = answer.content.decode()
    assert "under 18 we keep no address" in page
    assert not names(delivery)
    signed = answer.context["signed"]
    add = reverse("programmes:participant_list_add", args=[delivery.pk])
    client.post(add, {"listed": signed + "x"})
    assert not names(delivery)
    client.post(add, {"listed": signed})
    assert names(delivery) == {"Ana", "=cmd()"}
    assert delivery.participants.get(name="Ana").age == "18-29"
    out = client.get(reverse("programmes:participants_file", args=[delivery.pk])).content.decode()
    assert "'=cmd()" in out


def test_names_of_children_never_leave(enter, fatmir, delivery):
    factories.participant(delivery=delivery, name="Little One", age="u18")
    out = enter(fatmir).get(reverse("programmes:participants_file", args=[delivery.pk])).content.decode()
    assert "Little One" not in out


def test_a_signed_list_of_one_delivery_is_none_of_another(enter, fatmir, grant, delivery):
    other = factories.delivery(grant=grant)
    sent = SimpleUploadedFile("list.csv", BytesIO(b"Name\nAna\n").read(), content_type="text/csv")
    client = enter(fatmir)
    signed = client.post(reverse("programmes:participant_list", args=[delivery.pk]), {"file": sent}).context["signed"]
    client.post(reverse("programmes:participant_list_add", args=[other.pk]), {"listed": signed})
    assert not names(other)


def test_people_without_names(acting, fatmir, delivery):
    made = participants.add_nameless(by=acting(fatmir), delivery=delivery, number=12, age="30-64")
    assert (made.added, made.number_reached) == (12, 12)


def test_a_link_of_one_purpose_opens_no_other(visitor, delivery):
    row = factories.participant(delivery=delivery, email="ana@example.org", has_finished=True)
    token = links.make(SURVEY, participant=str(row.pk))
    assert visitor.post(reverse("programmes:next", args=[token])).status_code == 410
    assert visitor.get(reverse("programmes:survey", args=["nonsense"])).status_code == 410


def test_a_participant_becomes_a_candidate_by_the_link(visitor, acting, fatmir, delivery):
    row = factories.participant(delivery=delivery, name="Ana", email="ana@example.org", has_finished=True)
    participants.invite_next(by=acting(fatmir), participant=row)
    with pytest.raises(ValidationError, match="asked already"):
        participants.invite_next(by=acting(fatmir), participant=row)
    address = reverse("programmes:next", args=[links.make(NEXT, participant=str(row.pk))])
    assert not Person.objects.filter(email="ana@example.org").exists()
    answer = visitor.post(address)
    way = Qualification.objects.get(person__email="ana@example.org")
    assert way.came_from == delivery
    assert answer["Location"] == reverse("programmes:way", args=[way.pk])
    assert visitor.post(address).status_code == 410


def test_children_are_not_asked_to_deliver(acting, fatmir, delivery):
    row = factories.participant(delivery=delivery, age="u18", has_finished=True, person=factories.person())
    with pytest.raises(ValidationError, match="grown-ups"):
        participants.invite_next(by=acting(fatmir), participant=row)


def test_a_facilitator_by_now_stays_on_the_list(acting, fatmir, delivery, luka):
    row = delivery.participants.get(person=luka)
    Participant.objects.filter(pk=row.pk).update(has_become=True)
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="facilitator by now"):
        participants.remove(by=acting(fatmir), participant=row)
    participants.finish(by=acting(fatmir), delivery=delivery, rows=[])
    row.refresh_from_db()
    assert row.has_finished


def test_a_reported_list_stays_as_it_is(acting, fatmir, delivery):
    Delivery.objects.filter(pk=delivery.pk).update(state="reported", due_on=date.today())
    with pytest.raises(ValidationError, match="report is written"):
        participants.add(by=acting(fatmir), delivery=delivery, name="Late")


def test_a_row_of_another_facilitator_is_not_to_be_touched(acting, luka, next_grant, delivery, mara):
    row = factories.participant(delivery=delivery)
    for who in (luka, mara):
        with pytest.raises(Refused):
            participants.remove(by=acting(who), participant=row)


def test_half_a_year_after_the_end_names_go_and_counts_stay(programme, delivery, luka):
    factories.participant(delivery=delivery, name="Ana", email="ana@example.org", age="18-29")
    counting.recount(delivery)
    type(programme).objects.filter(pk=programme.pk).update(
        starts_on="2024-01-01", ends_on=date.today() - timedelta(days=150)
    )
    clock.purge(timestamp=0)
    assert "Ana" in names(delivery)
    type(programme).objects.filter(pk=programme.pk).update(ends_on=date.today() - timedelta(days=190))
    clock.purge(timestamp=0)
    assert names(delivery) == {""}
    assert not delivery.participants.exclude(person=None, email="").exists()
    delivery.refresh_from_db()
    assert delivery.number_reached == 2
    counting.recount(delivery)
    assert delivery.number_reached == 2
    clock.purge(timestamp=0)
    assert Statement.objects.filter(verb="programmes.participants_purged").count() == 1


def test_the_chronicle_names_nobody(visitor, door, delivery):
    visitor.post(door, {"name": "Ana"})
    said = Statement.objects.get(verb="programmes.joined")
    assert said.network == delivery.programme.network_id
    assert "Ana" not in str(said.counts)


def test_only_a_machine_purges(acting, fatmir, delivery):
    with pytest.raises(Refused):
        participants.purge(by=acting(fatmir), delivery=delivery)
    assert participants.purge(by=machine("clock"), delivery=delivery) == delivery
