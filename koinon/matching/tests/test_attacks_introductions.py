"""Attacks on introductions, threads and meetings: former people, other networks, both at once, what a merge tells."""

from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from koinon.accounts.queries import actor_of
from koinon.accounts.views.calendar import address_of
from koinon.kit import calendars, inbox, links
from koinon.kit.inbox import arrivals
from koinon.kit.verbs import Refused, machine
from koinon.matching.actions import introductions, meetings, replies, threads
from koinon.matching.models import Answer, Introduction, Meeting, Message, Reply, Vote
from koinon.matching.models import Thread as Conversation
from koinon.matching.notices.threads import PURPOSE
from koinon.network.actions import mandates, memberships, merges
from tests import factories

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def files_and_letters(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.KOINON_INBOX = "replies@koinon.example"


@pytest.fixture
def connected(network, organisation, other):
    return factories.introduction(network=network, one=organisation, other=other, state="connected")


@pytest.fixture
def thread(connected):
    return factories.thread(introduction=connected)


@pytest.fixture
def meeting(network, connected, organisation, other):
    row = factories.meeting(network=network, introduction=connected, organiser=organisation, title="MEETING-TITLE")
    for side in (organisation, other):
        factories.party(meeting=row, organisation=side)
    Meeting.objects.filter(pk=row.pk).update(state="fixed", starts_at=timezone.now() + timedelta(days=2))
    return row


def ended(person):
    mandates.withdraw(by=machine("test"), mandate=person.mandates.get(), why="Left")


def test_on_the_day_the_mandate_ends_everything_shuts(
    connected, thread, meeting, ana, other, organisation, enter, visitor
):
    upload_of = threads.post(by=actor_of(person=ana), thread=thread, organisation=other, text="x", person=ana,
                             file=SimpleUploadedFile("a.pdf", PDF))  # fmt: skip
    key = factories.calendarkey(person=ana)
    feed = urlsplit(address_of(key)).path
    client = enter(ana)
    token = links.make("matching.introduction", introduction=str(connected.pk), person=str(ana.pk))
    met = links.make("matching.meeting", meeting=str(meeting.pk), person=str(ana.pk))
    addresses = [
        reverse("matching:introduction", args=[connected.pk]),
        reverse("matching:thread", args=[thread.pk]),
        reverse("matching:message_file", args=[upload_of.pk]),
        reverse("matching:meeting", args=[meeting.pk]),
        reverse("matching:introduction_by_link", args=[token]),
        reverse("matching:meeting_by_link", args=[met]),
    ]
    assert [client.get(each).status_code for each in addresses] == [200] * len(addresses)
    assert b"MEETING-TITLE" in visitor.get(feed).content
    ended(ana)
    assert [client.get(each).status_code for each in addresses] == [404] * len(addresses)
    assert b"MEETING-TITLE" not in visitor.get(feed).content
    before = Message.objects.count()
    client.post(addresses[1], {"text": "Still here"})
    with pytest.raises(Refused):
        threads.post(by=actor_of(person=ana), thread=thread, organisation=other, text="Still here", person=ana)
    assert Message.objects.count() == before


def letter(person, thread, **heads):
    made = EmailMessage()
    for name, value in {"From": person.email, "Message-ID": "<1@x>", **heads}.items():
        made[name.replace("_", "-")] = value
    made.set_content("Forged words")
    to = inbox.address_for(PURPOSE, person=person.pk, noun=thread.pk)
    row = inbox.receive(raw=made.as_bytes(), to=to, envelope="attacker@evil.example")
    if row is not None:
        arrivals.take(arrival=str(row.pk))


def test_a_letter_after_the_mandate_goes_nowhere(thread, ana):
    ended(ana)
    letter(ana, thread)
    assert not Message.objects.exists()


def test_a_letter_with_two_senders_is_held(thread, ana):
    letter(ana, thread, From=f"{ana.email}, attacker@evil.example")
    assert [row.state for row in Message.objects.all()] == ["held"]


def test_what_is_held_is_read_and_released_by_nobody_else(thread, ana, milos, vesa, stranger, rival, enter, acting):
    letter(ana, thread, From="attacker@evil.example")
    row = Message.objects.get()
    assert row.state == "held"
    for person in (milos, vesa, stranger, rival):
        client = enter(person)
        assert client.post(reverse("matching:message_held", args=[row.pk, "release"])).status_code == 404
        assert b"Forged words" not in client.get(reverse("matching:thread", args=[thread.pk])).content
        with pytest.raises(Refused):
            threads.release(by=acting(person), message=row)
    row.refresh_from_db()
    assert row.state == "held"


def test_words_in_a_thread_run_nowhere(thread, ana, other, milos, enter, acting):
    said = "<script>alert(1)</script> [x](javascript:alert(1)) javascript:alert(1) <img src=x onerror=alert(1)>"
    threads.post(by=acting(ana), thread=thread, organisation=other, text=said, person=ana)
    page = enter(milos).get(reverse("matching:thread", args=[thread.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_a_file_of_a_thread_opens_for_its_two_sides_only(
    thread, ana, other, milos, vesa, rival, stranger, acting, enter
):
    row = threads.post(by=acting(ana), thread=thread, organisation=other, text="x", person=ana,
                       file=SimpleUploadedFile("a.pdf", PDF))  # fmt: skip
    for person, code in ((ana, 200), (milos, 200), (vesa, 404), (rival, 404), (stranger, 404)):
        client = enter(person)
        assert client.get(reverse("matching:message_file", args=[row.pk])).status_code == code
        if person is not ana:
            assert client.get(reverse("kit:file", args=[row.upload_id])).status_code == 404


def test_nobody_brokers_over_the_border_of_a_network(network, organisation, other, rival, vesa, milos, acting, enter):
    elsewhere = rival.coordinations.get().network
    foreign = factories.member(elsewhere)
    for by, place, one, two in (
        (rival, network, organisation, other),
        (rival, elsewhere, organisation, other),
        (rival, elsewhere, foreign, other),
        (vesa, network, organisation, foreign),
        (milos, network, organisation, other),
    ):
        with pytest.raises(Refused):
            introductions.broker(by=acting(by), network=place, one=one, other=two)
    address = reverse("matching:broker", args=[network.slug]) + f"?one={organisation.slug}&other={foreign.slug}"
    enter(vesa).post(address, {"words_for_one": "x", "words_for_other": "y"})
    assert not Introduction.objects.exists()


def test_a_call_of_another_network_is_named_in_no_introduction(network, organisation, other, vesa, milos, acting):
    elsewhere = factories.network()
    secret = factories.listing(network=elsewhere, organisation=factories.member(elsewhere), title="SECRET-CALL")
    for act in (
        lambda: introductions.broker(by=acting(vesa), network=network, one=organisation, other=other, need=secret),
        lambda: introductions.ask(
            by=acting(milos), network=network, organisation=organisation, other=other, offer=secret
        ),
    ):
        with pytest.raises((Refused, ValidationError)):
            act()
    assert not Introduction.objects.exists()


def test_who_left_the_network_is_not_connected_any_more(network, organisation, other, milos, ana, acting):
    row = factories.introduction(network=network, one=organisation, other=other, state="proposed")
    introductions.answer(by=acting(milos), introduction=row, organisation=organisation, says="yes")
    memberships.end(by=machine("test"), membership=other.memberships.get(), why="Left")
    with pytest.raises((Refused, ValidationError)):
        introductions.answer(by=acting(ana), introduction=row, organisation=other, says="yes")
    row.refresh_from_db()
    assert row.state == "proposed"
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("says", ["yes", "no", "later"])
def test_the_preview_of_a_merge_does_not_count_private_answers(says, network, organisation, other, vesa, enter):
    twin = factories.member(network, names={"en": "Twin"})
    row = factories.introduction(network=network, one=organisation, other=twin, state="proposed")
    cluster = factories.cluster(network=network, origin="founded", state="voting")
    factories.clustermember(cluster=cluster, organisation=twin)
    ballot = factories.ballot(cluster=cluster)

    def told():
        groups = merges.rehearse(kept=other, gone=twin).groups
        return [(str(each.label), each.moved, len(each.stays)) for each in groups]

    before = told()
    again_on = introductions.months_after(row.closes_on)[0] if says == "later" else None
    factories.answer(introduction=row, organisation=twin, says=says, again_on=again_on)
    factories.vote(ballot=ballot, organisation=twin, says="no")
    assert told() == before
    merges.ask(by=machine("test"), network=network, kept=other, gone=twin)
    assert Answer.objects.get().organisation == other
    assert Vote.objects.get().organisation == other


def test_a_title_writes_no_line_of_its_own_into_a_calendar(meeting, milos, ana):
    evil = "Talk\r\nATTENDEE:mailto:evil@evil.example\nBEGIN:VALARM"
    entry = calendars.Entry("1", evil, timezone.now(), text=evil, place=evil, url="https://x/")
    invited = calendars.Invitation(entry, (f'A"\r\nX-EVIL:1;{evil}', "a@example.org"), (evil, "b@example.org"))
    for made in (calendars.write("Koinon", [entry]), calendars.invitation(invited)):
        lines = made.decode().replace("\r\n ", "").split("\r\n")
        assert not [line for line in lines if line.startswith(("X-EVIL", "BEGIN:VALARM"))]
        assert all("mailto:b@example.org" in line for line in lines if line.startswith("ATTENDEE"))


def test_a_meeting_takes_no_guest_from_elsewhere_and_no_foreign_time(network, organisation, other, milos, connected,
                                                                     meeting, acting):  # fmt: skip
    foreign = factories.member(factories.network())
    times = [timezone.now() + timedelta(days=day) for day in (2, 3, 4)]
    facts = {"network": network, "organiser": organisation, "title": "x", "slots": times, "zone": "UTC"}
    for guests, row in (([foreign], connected), ([other, foreign], connected), ([foreign], None), ([other], None)):
        with pytest.raises(Refused):
            meetings.call(by=acting(milos), guests=guests, introduction=row, **facts)
    elsewhere = factories.slot(meeting=factories.meeting(network=network))
    with pytest.raises(ValidationError):
        meetings.choose(by=acting(milos), meeting=meeting, slot=elsewhere.pk)
    assert Meeting.objects.exclude(pk=meeting.pk).count() == 1


def at_once(*acts):
    """Each in a thread and a transaction of its own, from one gate; what each came to."""
    gate, said = Barrier(len(acts)), []

    def run(act):
        try:
            gate.wait(10)
            act()
            said.append("done")
        except (ValidationError, IntegrityError, Refused):
            said.append("told")
        finally:
            connection.close()

    running = [Thread(target=run, args=(act,)) for act in acts]
    for each in running:
        each.start()
    for each in running:
        each.join(30)
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_two_times_yes_at_the_same_instant_connect_once():
    network = factories.network()
    one, two = factories.member(network), factories.member(network)
    people = [factories.representative(each) for each in (one, two)]
    row = factories.introduction(network=network, one=one, other=two, state="proposed")

    def yes(person, side):
        mine = Introduction.objects.get(pk=row.pk)
        return lambda: introductions.answer(
            by=actor_of(person=person), introduction=mine, organisation=side, says="yes"
        )

    assert at_once(yes(people[0], one), yes(people[1], two)) == ["done", "done"]
    row.refresh_from_db()
    assert row.state == "connected"
    assert Conversation.objects.filter(introduction=row).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reply_is_not_accepted_and_withdrawn_at_once():
    network = factories.network()
    asker, answerer = factories.member(network), factories.member(network)
    people = [factories.representative(each) for each in (asker, answerer)]
    call = factories.listing(network=network, organisation=asker, replies_taken=1)
    row = factories.reply(listing=call, organisation=answerer)
    mine = [
        Reply.objects.select_related("listing__network", "listing__organisation", "organisation").get() for _ in "ab"
    ]
    said = at_once(
        lambda: replies.accept(by=actor_of(person=people[0]), reply=mine[0]),
        lambda: replies.withdraw(by=actor_of(person=people[1]), reply=mine[1]),
    )
    assert said == ["done", "told"]
    row.refresh_from_db()
    call.refresh_from_db()
    assert (row.state, call.replies_taken) in [("accepted", 1), ("withdrawn", 0)]
