"""Attacks by mail: letters made to break the reader, two senders, signs no database keeps, addresses made up."""

from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from koinon.kit import inbox
from koinon.kit.ids import uuid7
from koinon.kit.inbox import arrivals, server
from koinon.kit.inbox.letters import read
from koinon.kit.models import Arrival

pytestmark = pytest.mark.django_db
PURPOSE = "attack.letter"


@pytest.fixture(autouse=True)
def with_inbox(settings, monkeypatch):
    settings.KOINON_INBOX = "replies@koinon.example"
    monkeypatch.setattr(server, "connection", SimpleNamespace(close=lambda: None))


@pytest.fixture
def taken(monkeypatch):
    """What reached whoever takes these letters."""
    found = []
    monkeypatch.setitem(arrivals._TAKERS, PURPOSE, found.append)
    return found


@pytest.fixture
def address():
    return inbox.address_for(PURPOSE, person=uuid7(), noun=uuid7())


def delivered(raw, to, envelope="a@example.org"):
    """As the mail process takes it, and the job after it."""
    said = server._receive(raw, to, envelope)
    for row in Arrival.objects.filter(state="waiting"):
        arrivals.take(arrival=str(row.pk))
    return said


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@example.org\nMessage-ID: <1@x>\n\nHello\x00 there\n",
        b"From: a@example.org\nMessage-ID: <\x00@x>\nSubject: \x00\n\nHello\n",
        b"From: \xff\xfe@example.org\nMessage-ID: <\xff@x>\nSubject: \xff\n\nHello \xff\n",
        b"From: =?utf-8?b?7aCA?= <a@example.org>\nMessage-ID: =?utf-8?b?7aCA?=\n\nHello\n",
        b"From: a@example.org\nContent-Type: text/plain; charset=utf-7\n\n+2AA-\n",
        b"From: a@example.org\nContent-Type: text/plain; charset=unicode_escape\n\n\\ud800 \\x00 hi\n",
        b"From: a@example.org\nContent-Type: text/plain; charset=rot13\n\nHello\n",
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b'Content-Disposition: attachment; filename="\x00\xff.exe"\n\nx\n--b\n\nHello\n--b--\n',
    ],
)
def test_no_letter_is_tried_for_ever_because_of_its_signs(raw, address, taken):
    assert delivered(raw, address) == "250 2.0.0 Taken"
    for letter in taken:
        said = f"{letter.text}{letter.sender}{letter.message_id}{letter.dropped}"
        assert "\x00" not in said
        said.encode()


def test_parts_in_parts_without_end_are_not_tried_for_ever(address, taken):
    depth = 3000
    raw = b"From: a@example.org\nMessage-ID: <deep@x>\nContent-Type: multipart/mixed; boundary=b0\n\n"
    raw += b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(depth))
    said = delivered(raw, address)
    assert not said.startswith("4"), "a poisoned letter must not come again and again"
    assert not taken


@pytest.mark.parametrize(
    "head",
    [
        b"From: victim@example.org\nFrom: attacker@evil.example\n",
        b"From: victim@example.org, attacker@evil.example\n",
        b"From: attacker@evil.example\nFrom: victim@example.org\n",
    ],
)
def test_a_letter_with_two_senders_counts_as_nobodys(head):
    found = read(head + b"Message-ID: <2@x>\n\nHello\n", envelope="attacker@evil.example")
    assert found.sender != "victim@example.org"


def test_a_name_that_looks_like_an_address_is_not_the_sender():
    found = read(b'From: "victim@example.org" <attacker@evil.example>\nMessage-ID: <3@x>\n\nHello\n')
    assert found.sender == "attacker@evil.example"


def test_made_up_addresses_are_refused_at_the_door_and_leave_nothing(address):
    name, _at, domain = address.partition("@")
    key = name.partition("+")[2]
    letter = b"From: a@example.org\n\nHello\n"
    for to in (
        f"replies+{'a' * 32}@{domain}",
        f"replies+{key[:-1]}@{domain}",
        f"replies+{key[:16]}{'b' * 16}@{domain}",
        f"{name}@elsewhere.example",
        f"bounce+{key}@{domain}",
        "replies@koinon.example",
        f"{name}@{domain}@evil.example",
    ):
        assert not inbox.is_ours(to)
        assert server._receive(letter, to, "a@example.org").startswith("550")
    assert not Arrival.objects.exists()


def test_a_letter_to_one_purpose_never_reaches_another(address, taken, monkeypatch):
    other = []
    monkeypatch.setitem(arrivals._TAKERS, "attack.other", other.append)
    made = EmailMessage()
    made["From"], made["Message-ID"], made["Subject"] = "a@example.org", "<9@x>", "attack.other"
    made.set_content("Hello")
    delivered(made.as_bytes(), address)
    assert (len(taken), len(other)) == (1, 0)


def test_a_forged_bounce_names_nobody_but_whose_address_it_came_to(monkeypatch):
    mine = uuid7()
    to = inbox.bounce_address(mine)
    heard = []
    monkeypatch.setattr(arrivals.bounced, "gather", lambda bounce: heard.append(bounce) or [])
    raw = (
        b"From: MAILER-DAEMON@evil.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nGone\n--b\nContent-Type: message/delivery-status\n\n"
        b"Reporting-MTA: dns; evil.example\n\nFinal-Recipient: rfc822; boss@example.org\nAction: failed\n"
        b"Status: 5.1.1\n\n--b--\n"
    )
    assert delivered(raw, to, "") == "250 2.0.0 Taken"
    assert [(each.person, each.address) for each in heard] == [(mine, "boss@example.org")]
