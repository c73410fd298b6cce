"""An event of one network, tried from another: its coordinator, those who belonged here before, links of yesterday."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from koinon.accounts.queries import actor_of
from koinon.events.actions import consents, events, registering, waiting
from koinon.events.models import Event, Helper, Registration
from koinon.events.notices.waiting import OFFER
from koinon.events.queries import calendars
from koinon.events.rules.registering import CONSENT, GUEST
from koinon.kit import links
from koinon.kit.verbs import VISITOR
from koinon.network.models import Mandate
from tests import factories

pytestmark = pytest.mark.django_db
TITLE, CALL = "Meeting behind the door", "https://call.example.org/secret-room"
LISTS = ("events:events", "events:my_events", "events:mine_ics", "events:attendance")


@pytest.fixture
def inside(gathering, network):
    """Only for members of the network, which is not public; with a call, and everything a page could tell."""
    network.is_public = False
    network.save()
    Event.objects.filter(pk=gathering.pk).update(
        audience="network", names={"en": TITLE}, mode="both", link=CALL, link_key="k" * 40, about="About it"
    )
    gathering.refresh_from_db()
    gathering.sessions.update(names={"en": TITLE}, link=CALL)
    return gathering


def former(house):
    """Spoke for the house that holds it until yesterday."""
    person = factories.representative(house, name="Former")
    begun, ended = date.today() - timedelta(days=400), date.today()
    Mandate.objects.filter(person=person).update(period=(begun, ended))
    return person


def former_member(network):
    """Speaks for an organisation that left the network yesterday."""
    house = factories.member(network)
    house.memberships.update(period=(date.today() - timedelta(days=400), date.today()))
    return factories.representative(house, name="Left")


def former_organiser(event):
    person = factories.person(name="Helped")
    factories.helper(event=event, person=person)
    Helper.objects.filter(person=person).delete()
    return person


def rejected(event):
    return factories.registration(event=event, state="rejected", person=factories.person(name="Rejected")).person


def pages(event):
    """Every page of events that is read by the slug of one."""
    known = get_resolver().namespace_dict["events"][1].reverse_dict
    names = [name for name in known if isinstance(name, str) and {"slug"} in map(set, parts_of(known.getlist(name)))]
    return [reverse(f"events:{name}", args=[event.slug]) for name in names if name not in ("events_of", "network_ics")]


def parts_of(patterns):
    return [parts for found, *_more in patterns for _path, parts in found]


def others(event, house, network, rival):
    return [rival, former(house), former_member(network), former_organiser(event), rejected(event)]


def says(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + str(answer.headers)


def test_no_page_of_it_opens_or_tells_its_name(enter, visitor, rival, inside, house, network):
    addresses = pages(inside)
    assert len(addresses) > 30
    clients = [visitor, *(enter(person) for person in others(inside, house, network, rival))]
    for address in [*addresses, reverse("events:session_ics", args=[inside.sessions.get().pk])]:
        for client in clients:
            answer = client.get(address)
            assert answer.status_code in (302, 401, 404, 405), address
            assert TITLE not in says(answer), address
            assert CALL not in says(answer), address


def test_no_list_and_no_panel_has_it(enter, visitor, rival, inside, house, network):
    shown = [reverse(name) for name in LISTS]
    shown += [reverse("events:events_of", args=[network.slug]), reverse("events:network_ics", args=[network.slug])]
    shown += [reverse("network:organisation", args=[house.slug]), reverse("network:network", args=[network.slug]), "/"]
    for person in (None, *others(inside, house, network, rival)):
        client = visitor if person is None else enter(person)
        for address in shown:
            if not (address == reverse("events:my_events") and person and person.name == "Rejected"):  # their own no
                assert TITLE not in says(client.get(address)), (address, person)


def test_the_own_feed_of_who_was_rejected_or_left_has_no_call(inside):
    out = rejected(inside)
    assert calendars.coming(actor_of(person=out)) == []
    luka = factories.registration(event=inside)
    registering.withdraw(by=actor_of(person=luka.person), registration=luka)
    (entry,) = calendars.coming(actor_of(person=luka.person))
    assert entry.is_cancelled
    assert CALL not in entry.text + entry.place


def test_a_link_that_was_replaced_opens_nothing(acting, mara, visitor, inside):
    Event.objects.filter(pk=inside.pk).update(audience="link")
    old = Event.objects.get(pk=inside.pk).link_key
    page = reverse("events:event", args=[inside.slug])
    assert visitor.get(page, {"link": old}).status_code == 200
    events.new_link(by=acting(mara), event=inside)
    for name in ("event", "ics", "programme_ics", "programme", "register", "picture"):
        address = reverse(f"events:{name}", args=[inside.slug])
        assert visitor.get(address, {"link": old}).status_code == 404, name
    sent = {"link": old, "key": str(uuid4()), "name": "Ana", "email": "ana@example.org"}
    assert visitor.post(reverse("events:register", args=[inside.slug]), sent).status_code == 404
    assert not Registration.objects.exists()


def test_a_link_of_one_thing_opens_no_other(visitor, inside):
    row = factories.registration(event=inside, person=None, name="Guest", email="g@example.org", state="offered")
    factories.guardianconsent(registration=row)
    made = {
        "events:guest": links.make(GUEST, registration=str(row.pk)),
        "events:offer": links.make(OFFER, registration=str(row.pk)),
        "events:consent": links.make(CONSENT, consent=str(row.consent.pk)),
    }
    for name in made:
        for other, token in made.items():
            answer = visitor.get(reverse(name, args=[token]))
            assert (answer.status_code == 200) is (name == other), (name, other)
            if name != other:
                assert TITLE not in says(answer)


def test_links_sent_once_more_do_nothing_twice(inside):
    row = factories.registration(event=inside, person=None, name="Guest", email="g@example.org", state="offered")
    link = links.read(OFFER, links.make(OFFER, registration=str(row.pk)))
    waiting.accept_offer(by=VISITOR, registration=row, link=link)
    again = Registration.objects.get(pk=row.pk)
    for act in (waiting.accept_offer, waiting.decline_offer):
        with pytest.raises(Exception, match=r"moved on|already|longer"):
            act(by=VISITOR, registration=again, link=link)
    assert Registration.objects.get(pk=row.pk).state == "confirmed"


def test_a_consent_that_was_taken_back_is_not_given_by_the_same_click(inside):
    Event.objects.filter(pk=inside.pk).update(admits_minors=True)
    row = factories.registration(event=inside, person=None, name="Child", email="p@example.org", is_minor=True)
    consent = factories.guardianconsent(registration=row, state="given", may_attend=True, given_at=timezone.now())
    link = links.read(CONSENT, links.make(CONSENT, consent=str(consent.pk)))
    consents.take_back(by=VISITOR, consent=consent, link=link)
    for act in (consents.give, consents.take_back):
        with pytest.raises(Exception, match=r"ended|moved on"):
            act(by=VISITOR, consent=consent, link=link)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_two_clicks_register_once_and_say_the_same(enter, network, inside):
    person = factories.representative(factories.member(network), name="Member")
    client, address = enter(person), reverse("events:register", args=[inside.slug])
    sent = {"key": str(uuid4())}
    first, second = client.post(address, sent), client.post(address, sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Registration.objects.count() == 1
