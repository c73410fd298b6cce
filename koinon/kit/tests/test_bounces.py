"""Delivery status reports of several servers, and what is no report."""

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit import bounces

REPORT = """From: MAILER-DAEMON@mx.example.org
To: bounces@koinon.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Sun, 22 Nov 2026 08:00:00 +0000

{groups}
--b1
Content-Type: text/rfc822-headers

Message-ID: <1@koinon.example>
To: anna@serres.gr

--b1--
"""
GONE = """Final-Recipient: rfc822; Anna@Serres.gr
Original-Recipient: rfc822;anna@serres.gr
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <anna@serres.gr>: Recipient address
    rejected: User unknown
"""
SLOW = """Final-Recipient: rfc822; bill@serres.gr
Action: delayed
Status: 4.4.1
"""
SENT = """Final-Recipient: rfc822; carl@serres.gr
Action: delivered
Status: 2.0.0
"""


def read(text):
    return bounces.failures(email.message_from_string(text, policy=email.policy.default))


def test_an_address_that_is_gone():
    (failure,) = read(REPORT.format(groups=GONE))
    assert (failure.address, failure.status, failure.is_lasting) == ("anna@serres.gr", "5.1.1", True)
    assert "User unknown" in failure.says


def test_several_recipients_and_those_that_are_only_slow():
    found = read(REPORT.format(groups=f"{GONE}\n{SLOW}\n{SENT}"))
    assert [(failure.address, failure.is_lasting) for failure in found] == [
        ("anna@serres.gr", True),
        ("bill@serres.gr", False),
    ]


def test_a_lasting_word_with_a_passing_code_does_not_last():
    (failure,) = read(REPORT.format(groups=GONE.replace("5.1.1", "4.2.2")))
    assert not failure.is_lasting


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.1.1 <anna@serres.gr>... User unknown", "5.1.1"),
        ("<anna@serres.gr>: 550 no such user", "5.1.1"),
        ("anna@serres.gr 552 mailbox full", "5.2.2"),
    ],
)
def test_servers_that_write_no_report(said, status):
    text = f"From: Mail Delivery System <MAILER-DAEMON@old.example>\nTo: x@y.z\nSubject: failure\n\nSorry.\n\n{said}\n"
    (failure,) = read(text)
    assert (failure.address, failure.status, failure.is_lasting) == ("anna@serres.gr", status, True)


def test_a_letter_of_a_person_is_no_report_whatever_it_says():
    assert read("From: anna@serres.gr\nTo: x@y.z\nSubject: Re\n\n550 5.1.1 bill@serres.gr User unknown\n") == []


def test_a_report_without_recipients_or_with_a_broken_part_says_nothing():
    assert read(REPORT.format(groups="")) == []
    assert (
        read("Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\x00") == []
    )


@given(st.binary(max_size=2000))
def test_nothing_strangers_send_breaks_it(raw):
    bounces.failures(email.message_from_bytes(raw, policy=email.policy.default))
    bounces.failures(email.message_from_bytes(REPORT.format(groups="").encode() + raw, policy=email.policy.default))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_field_breaks_it(text):
    group = f"Final-Recipient: rfc822; {text}\nAction: {text}\nStatus: {text}\n"
    raw = REPORT.format(groups=group).encode("utf-8", "replace")
    bounces.failures(email.message_from_bytes(raw, policy=email.policy.default))
