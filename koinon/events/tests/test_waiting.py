"""The waiting list: offers by letter and on the desk, yes and no, too late, by hand, in another order; its pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.accounts.queries import actor_of
from koinon.events.actions import places, quotas, reconciling, registering, waiting
from koinon.events.clock.places import count_places, lapse_offers
from koinon.events.models import Counter, Hold, Overtaking, Registration
from koinon.events.notices.waiting import OFFER
from koinon.events.tests.racing import faults
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from tests import factories

pytestmark = pytest.mark.django_db
CLOCK = machine("clock")


@pytest.fixture
def by_anna(anna):
    return actor_of(person=anna)


@pytest.fixture
def full(gathering):
    """One place, taken by the first; three wait."""
    quotas.put(gathering, rule="all", places=1)
    rows = [factories.registration(event=gathering, state="approval") for _ in range(4)]
    return [places.settle(row) for row in rows]


def leaves(row):
    Registration.objects.filter(pk=row.pk).update(state="withdrawn")
    places.free(row)
    return places.move_up(row.event)


@pytest.fixture
def offered(full):
    """The first has left: a place is offered to the second."""
    return leaves(full[0])[0]


def token_of(row, **facts):
    return links.make(OFFER, registration=str(facts.get("registration", row.pk)))


def test_the_person_hears_of_it_with_a_link(offered):
    notice = Notice.objects.get(person=offered.person)
    assert "A place is free for you" in notice.title
    assert notice.address.startswith("/events/offers/")


def test_yes_by_the_letter_without_signing_in(client, offered):
    address = reverse("events:offer", args=[token_of(offered)])
    assert b"Yes, I come" in client.get(address).content
    offered.refresh_from_db()
    assert offered.state == "offered", "a look changes nothing"
    assert b"You have a place" in client.post(address, {"says": "yes"}).content
    offered.refresh_from_db()
    assert (offered.state, offered.due_at) == ("confirmed", None)
    assert b"You have this place already" in client.post(address, {"says": "yes"}).content


def test_no_by_the_letter_gives_the_place_to_the_next(client, offered, full):
    address = reverse("events:offer", args=[token_of(offered)])
    assert b"You said no" in client.post(address, {"says": "no"}).content
    full[2].refresh_from_db()
    assert full[2].state == "offered"
    client.post(address, {"says": "yes"})
    offered.refresh_from_db()
    assert offered.state == "withdrawn", "the same letter once more brings nothing back"
    assert faults(offered.event) == []


def test_a_letter_opens_no_other_registration(offered, full):
    link = links.read(OFFER, token_of(offered))
    with pytest.raises(Refused):
        waiting.accept_offer(by=VISITOR, registration=full[2], link=link)
    foreign = links.read("events.consent", links.make("events.consent", registration=str(offered.pk)))
    with pytest.raises(Refused):
        waiting.accept_offer(by=VISITOR, registration=offered, link=foreign)


def test_a_forged_link_says_so(client, offered):
    answer = client.get(reverse("events:offer", args=[token_of(offered)[:-2]]))
    assert answer.status_code == 410


def test_nobody_else_answers(offered, full, stranger, by_anna):
    for by in (VISITOR, actor_of(person=stranger), actor_of(person=full[2].person), by_anna):
        with pytest.raises(Refused):
            waiting.accept_offer(by=by, registration=offered)
    assert waiting.accept_offer(by=actor_of(person=offered.person), registration=offered).state == "confirmed"
    assert Statement.objects.filter(verb="events.offer_accepted").count() == 1


def test_signed_in(enter, offered):
    client = enter(offered.person)
    answer = client.post(reverse("events:offer_mine", args=[offered.pk]), {"says": "yes"})
    assert b"You have a place" in answer.content


def test_too_late_is_too_late(client, offered, full):
    Registration.objects.filter(pk=offered.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(reverse("events:offer", args=[token_of(offered)]), {"says": "yes"})
    assert b"This offer has ended" in answer.content
    lapse_offers(0)
    offered.refresh_from_db()
    full[2].refresh_from_db()
    assert (offered.state, full[2].state) == ("lapsed", "offered")
    assert Counter.objects.get().taken == 1


def test_the_clock_is_never_too_early(offered):
    lapse_offers(0)
    offered.refresh_from_db()
    assert offered.state == "offered"
    with pytest.raises(ValidationError):
        waiting.lapse_offer(by=CLOCK, registration=offered)
    with pytest.raises(Refused):
        waiting.lapse_offer(by=actor_of(person=offered.person), registration=offered)


def test_an_offer_ends_when_the_event_begins(gathering):
    now = timezone.now()
    gathering.starts_at = now + timedelta(hours=5)
    assert places.due(gathering, now) == gathering.starts_at
    gathering.starts_at = now + timedelta(days=30)
    assert places.due(gathering, now) == now + timedelta(hours=gathering.offer_hours)


def test_nothing_is_offered_once_it_has_begun(gathering, full):
    gathering.starts_at, gathering.ends_at = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=5)
    gathering.save()
    full[0].refresh_from_db()
    assert leaves(full[0]) == []


def test_by_hand_with_a_reason_that_is_kept(by_anna, full):
    Counter.objects.update(capacity=2)
    with pytest.raises(ValidationError) as refused:
        waiting.offer(by=by_anna, registration=full[3])
    assert "why" in refused.value.message_dict
    waiting.offer(by=by_anna, registration=full[3], why="Speaks in the morning.")
    full[3].refresh_from_db()
    assert full[3].state == "offered"
    assert Overtaking.objects.values_list("others", "by_hand", "why").get() == (2, True, "Speaks in the morning.")


def test_by_hand_only_what_is_free(by_anna, full):
    with pytest.raises(ValidationError, match="There is no room"):
        waiting.offer(by=by_anna, registration=full[1])
    assert Hold.objects.count() == 1


def test_a_higher_priority_stands_ahead(by_anna, full, stranger):
    with pytest.raises(Refused):
        waiting.prefer(by=actor_of(person=stranger), registration=full[3], priority=2)
    with pytest.raises(ValidationError):
        waiting.prefer(by=by_anna, registration=full[3], priority=99)
    waiting.prefer(by=by_anna, registration=full[3], priority=2)
    assert [row.pk for row in leaves(full[0])] == [full[3].pk]


def test_another_organiser_finds_nothing(enter, full):
    other = factories.helper().person
    client = enter(other)
    step = reverse("events:waiting_step", args=[full[1].event.slug, full[1].pk, "offer"])
    assert client.post(step, {"why": "mine"}).status_code == 404


def test_a_registration_of_another_event_is_not_moved_here(enter, anna, full):
    foreign = factories.registration(state="waiting")
    step = reverse("events:waiting_step", args=[full[1].event.slug, foreign.pk, "prefer"])
    assert enter(anna).post(step, {"priority": "3"}).status_code == 404


def test_the_page_shows_the_line_and_says_what_is_full(enter, anna, full):
    address = reverse("events:waiting", args=[full[0].event.slug])
    said = enter(anna).get(address).content.decode()
    assert said.index(full[1].name) < said.index(full[2].name) < said.index(full[3].name)
    assert "Full for them" in said
    refused = enter(anna).post(reverse("events:waiting_step", args=[full[0].event.slug, full[2].pk, "offer"]), {})
    assert "Others asked earlier" in refused.content.decode()


def test_the_page_with_three_asks_as_often_as_with_one(enter, anna, gathering):
    quotas.put(gathering, rule="all", places=1)
    quotas.put(gathering, rule="most", places=1, facts={"countries": ["ME"]})

    def come():
        home = factories.organisation()
        return places.settle(factories.registration(event=gathering, state="approval", organisation=home))

    client, counts = enter(anna), []
    come()
    for number in (1, 3):
        while gathering.registrations.filter(state="waiting").count() < number:
            come()
        for name in ("events:waiting", "events:quotas"):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(name, args=[gathering.slug]))
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_places_in_words_with_live_counts(enter, anna, gathering):
    client, address = enter(anna), reverse("events:quotas", args=[gathering.slug])
    assert "No rule about places" in client.get(address).content.decode()
    client.post(address, {"rule": "all", "places": "2", "name_en": ""})
    client.post(address, {"rule": "kept", "places": "50 %", "countries": ["ME"], "name_en": "Hosts"})
    places.settle(factories.registration(event=gathering, state="approval", country="RS"))
    said = client.get(address).content.decode()
    assert "Kept for Montenegro: 50 % (1)" in said
    assert "1 of 2" in said
    assert "1 of 1" in said


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"rule": "all", "places": "many"}, "Please write a number"),
        ({"rule": "all", "places": "50 %"}, "A share is possible"),
        ({"rule": "kept", "places": "3"}, "for whom"),
        ({"rule": "chosen", "places": "3"}, "please write one"),
        ({"rule": "all", "places": "999999"}, "at most 100,000"),
        ({"rule": "most", "places": "5 %", "countries": ["ME"]}, "first how many places"),
    ],
)
def test_what_is_refused_is_said_beside_the_field(enter, anna, gathering, sent, words):
    said = enter(anna).post(reverse("events:quotas", args=[gathering.slug]), sent).content.decode()
    assert words in said
    assert f'value="{sent["places"]}"' in said, "nothing typed is lost"
    assert not gathering.quotas.exists()


def test_a_number_below_what_is_taken_is_refused_beside_the_field(enter, anna, full):
    quota = full[0].event.quotas.get()
    address = reverse("events:quota", args=[quota.event.slug, quota.pk])
    said = enter(anna).post(address, {"places": "0"}).content.decode()
    assert "Taken already: 1." in said


def test_who_waits_and_wants_less_has_room_at_once(gathering):
    gathering.most_units = 3
    gathering.save()
    quotas.put(gathering, rule="all", places=3)
    places.settle(factories.registration(event=gathering, state="approval", units=2))
    row = places.settle(factories.registration(event=gathering, state="approval", units=2))
    assert row.state == "waiting"
    changed = registering.change(by=actor_of(person=row.person), registration=row, units=1)
    assert changed.state == "offered"
    assert faults(gathering) == []


# --- at night ------------------------------------------------------------------------------------


def test_a_night_in_which_all_is_right_writes_to_nobody(gathering, full, anna):
    count_places(0)
    assert Statement.objects.get(verb="events.places_counted").counts == {}
    assert not Notice.objects.filter(person=anna).exists()


def test_what_is_provably_wrong_is_mended_and_told(gathering, full, anna):
    """A counter that counts somebody who left; a hold of somebody who waits; somebody with a place and no hold."""
    quota = quotas.put(gathering, rule="all", places=3, quota=gathering.quotas.get())
    first, second, third, last = (Registration.objects.get(pk=row.pk) for row in full)
    Registration.objects.filter(pk=first.pk).update(state="withdrawn")
    Hold.objects.filter(registration=second).delete()
    Registration.objects.filter(pk=third.pk).update(state="waiting", due_at=None)
    Counter.objects.update(taken=3)
    found = reconciling.reconcile(by=CLOCK, event=gathering).found
    assert {(kind, number) for kind, number, _facts in found} == {
        ("dropped", 2), ("put", 1), ("counters", 1), ("offered", 2),
    }  # fmt: skip
    assert faults(gathering) == []
    assert quota.counters.get().taken == 3
    text = Notice.objects.filter(person=anna).latest("made_at").text
    assert "still held by people who do not come, free now: 2" in text
    assert last.event_id == gathering.pk


def test_one_too_many_is_told_and_nobody_loses_a_place(gathering, full, anna):
    """Past everything, somebody was confirmed by hand in the database."""
    Registration.objects.filter(pk=full[1].pk).update(state="confirmed")
    found = reconciling.reconcile(by=CLOCK, event=gathering).found
    assert [(kind, number) for kind, number, _facts in found] == [("put", 1), ("counters", 1), ("overfull", 1)]
    assert "2 have a place, and there are 1" in Notice.objects.filter(person=anna).latest("made_at").text
    full[1].refresh_from_db()
    assert full[1].state == "confirmed"
    assert reconciling.reconcile(by=CLOCK, event=gathering).found == []  # said once
    counter = Counter.objects.get(quota__event=gathering)
    assert (counter.taken, counter.over) == (2, 1)
