"""Letters that come in: at signed addresses, once each, without quotes, never from machines; over SMTP and LMTP."""

import smtplib
import socket
from email.message import EmailMessage
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.kit import inbox
from koinon.kit.ids import uuid7
from koinon.kit.inbox import letters, quotes, server
from koinon.kit.inbox.addresses import key_of
from koinon.kit.inbox.arrivals import TooMany, take
from koinon.kit.models import Arrival, MailAddress


@pytest.fixture(autouse=True)
def with_inbox(settings):
    settings.KOINON_INBOX = "replies@koinon.example"


@pytest.fixture
def address(db):
    return inbox.address_for("test.letter", person=uuid4(), noun=uuid7())


@pytest.fixture
def taken(monkeypatch):
    found = []
    monkeypatch.setitem(__import__("koinon.kit.inbox.arrivals", fromlist=["x"])._TAKERS, "test.letter", found.append)
    return found


def letter(text="Yes, on Monday.\n\nAna", **headers):
    made = EmailMessage()
    headers = {"From": "Ana <ana@x.example>", "Subject": "Re: hello", "Message-ID": f"<{uuid4()}@x>", **headers}
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def arrive(made, to, envelope="ana@x.example"):
    return inbox.receive(raw=made.as_bytes(), to=to, envelope=envelope)


def test_an_address_is_the_same_each_time_fits_and_is_signed(db):
    person, noun = uuid4(), uuid7()
    first, second = (inbox.address_for("test.letter", person=person, noun=noun) for _ in range(2))
    assert first == second
    assert len(first.split("@")[0]) <= 64
    assert inbox.is_ours(first)
    assert inbox.is_ours(first.upper()), "mail servers may change the case"
    assert inbox.address_for("test.letter", person=uuid4(), noun=noun) != first


def test_made_up_addresses_are_refused_without_a_question(address, django_assert_num_queries):
    local, domain = address.split("@")
    wrong = [
        local[:-1] + ("a" if local[-1] != "a" else "b"),
        local[:-4],
        local + "a",
        "replies",
        "replies+",
        "x" + local,
    ]
    with django_assert_num_queries(0):
        assert not any(inbox.is_ours(f"{each}@{domain}") for each in wrong)
        assert not inbox.is_ours(local + "@elsewhere.example")


def test_no_inbox_no_address(settings, db):
    settings.KOINON_INBOX = ""
    assert inbox.address_for("test.letter", person=uuid4(), noun=uuid7()) == ""
    assert key_of("replies+x@y") == ""


def test_a_letter_is_taken_once_whoever_repeats_it(address, taken):
    made = letter()
    row = arrive(made, address)
    assert arrive(made, address) is None
    take(arrival=str(row.pk))
    take(arrival=str(row.pk))
    assert [each.text for each in taken] == ["Yes, on Monday.\n\nAna"]
    assert taken[0].sender == "ana@x.example"
    row.refresh_from_db()
    assert (row.state, row.said) == ("taken", {}), "the words are not kept twice"


def test_a_letter_to_a_forgotten_address(address):
    MailAddress.objects.all().delete()
    with pytest.raises(LookupError):
        arrive(letter(), address)


def test_what_fails_waits_for_the_next_try(address, monkeypatch, taken):
    from koinon.kit.inbox import arrivals

    row = arrive(letter(), address)
    monkeypatch.setitem(arrivals._TAKERS, "test.letter", lambda _letter: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(arrival=str(row.pk))
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize(
    ("headers", "envelope"),
    [
        ({"Auto-Submitted": "auto-replied"}, "ana@x.example"),
        ({"Auto-Submitted": "auto-generated; owner-email=x"}, "ana@x.example"),
        ({"Precedence": "bulk"}, "ana@x.example"),
        ({"List-Id": "<a.b.c>"}, "ana@x.example"),
        ({"X-Autoreply": "yes"}, "ana@x.example"),
        ({"Subject": "Automatic reply: away"}, "ana@x.example"),
        ({}, ""),
    ],
)
def test_machines_are_not_posted(address, taken, headers, envelope):
    row = arrive(letter(**headers), address, envelope)
    assert row.state == "ignored"
    assert row.said == {}
    take(arrival=str(row.pk))
    assert not taken


def test_auto_submitted_no_is_a_person(address):
    assert arrive(letter(**{"Auto-Submitted": "no"}), address).state == "waiting"


def test_our_own_letters_that_come_back_are_no_answers(address):
    """A forwarder that sends our letter to its own Reply-To cannot start a loop."""
    from django.core import mail as outbox

    from koinon.kit import mail

    mail.deliver(to="a@x.example", subject="s", text="t", html="<p>t</p>", reply_to=address)
    own = outbox.outbox[-1].message()
    assert own["Auto-Submitted"] == "auto-generated"
    assert arrive(own, address).state == "ignored"


def test_an_answer_of_a_calendar_is_no_message(address):
    made = letter()
    made.add_attachment("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", subtype="calendar")
    assert arrive(made, address).state == "ignored"


def test_attachments_are_named_and_left_out(address, taken):
    made = letter()
    made.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="plan.pdf")
    take(arrival=str(arrive(made, address).pk))
    assert taken[0].dropped == ["plan.pdf"]


def test_a_letter_in_html_only(address, taken):
    made = letter()
    made.set_content(
        "<html><head><style>p{x}</style></head><body><p>Po, <b>mirë</b>.</p><p>Nesër?</p><script>x()</script>"
        '<div class="gmail_quote">On Monday K wrote:<blockquote>old words</blockquote></div></body></html>',
        subtype="html",
    )
    take(arrival=str(arrive(made, address).pk))
    assert taken[0].text == "Po, mirë.\n\nNesër?" or taken[0].text == "Po, mirë.\nNesër?"


def test_too_many_at_one_address_wait(address):
    for _ in range(30):
        arrive(letter(), address)
    with pytest.raises(TooMany):
        arrive(letter(), address)


ANSWERS = [
    ("Yes.\n\nOn Mon, 3 May 2027 at 10:00, Koinon <k@x.example> wrote:\n> ∙∙∙∙∙∙ Write ∙∙∙∙∙∙\n> old", "Yes."),
    ("Po.\n\nMë hënë, 3 maj 2027 10:00, Koinon <k@x.example> shkroi:\n> old\n> older", "Po."),
    ("Taip.\n\n2027-05-03, pr, 10:00 Koinon <k@x.example> rašė:\n\n> old", "Taip."),
    ("Да.\n\nНа пон., 3 мај 2027 г. во 10:00 Koinon <k@x.example> напиша:\n\n> old", "Да."),
    ("Ναι.\n\nΣτις Δευ 3 Μαΐ 2027 στις 10:00 π.μ., ο χρήστης Koinon <k@x.example> έγραψε:\n\n> old", "Ναι."),
    ("Ja.\n\nVon: Koinon <k@x.example>\nGesendet: Montag\nAn: ana@x.example\nBetreff: hello\n\nold", "Ja."),
    ("Yes.\n\n-----Original Message-----\nFrom: K\n\nold", "Yes."),
    ("Yes.\n-- \nAna\nMunicipality\n+355 1", "Yes."),
    ("Yes.\n\nSent from my phone", "Yes."),
    ("> old\n\nYes, below.", "Yes, below."),
    ("One.\n\nOn the other hand: two.\n\nThree.", "One.\n\nOn the other hand: two.\n\nThree."),
    ("Our times:\n- Monday\n- Tuesday", "Our times:\n- Monday\n- Tuesday"),
    ("> only quoted", ""),
]  # fmt: skip


@pytest.mark.parametrize(("whole", "new"), ANSWERS)
def test_only_the_new_words(whole, new):
    assert quotes.answer_of(whole) == new
    assert quotes.answer_of(whole.replace("\n", "\r\n")) == new


@given(st.text(alphabet=st.sampled_from(list(">- \n:@<oOnwrte1∙Στις.а")), max_size=500))
@settings(max_examples=200)
def test_no_text_breaks_it(text):
    kept = quotes.answer_of(text)
    assert len(kept) <= len(text)
    assert quotes.answer_of(quotes.text_of(text)) is not None


@pytest.mark.parametrize(
    "text", ["On " * 60_000, "<" * 200_000, "<div " * 40_000, "On 1:" + " " * 190_000, ">" * 200_000]
)
def test_hostile_letters_are_read_in_time(text):
    import time

    begun = time.process_time()
    quotes.answer_of(text)
    quotes.text_of(text)
    assert time.process_time() - begun < 2


@given(st.binary(max_size=2000))
@settings(max_examples=150)
def test_no_bytes_break_it(raw):
    assert letters.read(raw, envelope="a@b").message_id


def test_broken_headers_and_charsets():
    raw = b"From: =?x-unknown?q?=FF?= <a@x.example>\nSubject: =?utf-8?b?###?=\n"
    raw += b"Content-Type: text/plain; charset=x-none\n\nHi\xff\n"
    read = letters.read(raw, envelope="a@x.example")
    assert (read.sender, read.text.startswith("Hi"), read.why) == ("a@x.example", True, "")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["smtp", "lmtp"])
def test_over_the_wire(kind):
    port = free_port()
    controller = server.start(f"{kind}://127.0.0.1:{port}")
    address = inbox.address_for("test.letter", person=uuid4(), noun=uuid7())
    try:
        client = (smtplib.SMTP if kind == "smtp" else smtplib.LMTP)("127.0.0.1", port, timeout=20)
        with client:
            made = letter()
            client.send_message(made, "ana@x.example", [address])
            client.send_message(made, "ana@x.example", [address])
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                client.send_message(letter(), "ana@x.example", ["someone@koinon.example"])
            assert next(iter(refused.value.recipients.values()))[0] == 550
            client.mail("ana@x.example")
            client.rcpt(address)
            assert client.rcpt(address)[0] == 452, "one recipient at a time"
            client.rset()
            with pytest.raises(smtplib.SMTPException):
                client.send_message(letter("x" * 90 + "\n" * 11 * 2**20), "ana@x.example", [address])
    finally:
        controller.stop()
    assert list(Arrival.objects.values_list("state", flat=True)) == ["waiting"]


def test_an_address_to_listen_at_that_is_none():
    with pytest.raises(ValueError, match="KOINON_INBOX_LISTEN"):
        server.start("http://x")


REPORT = b"""From: MAILER-DAEMON@x.example
To: %s
Subject: Undelivered
MIME-Version: 1.0
Message-ID: <r1@x>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.example

Final-Recipient: rfc822; ana@x.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--b--
"""


def test_a_bounce_goes_to_the_seam_once_and_names_the_person(db, monkeypatch):
    person = uuid4()
    to = inbox.bounce_address(person)
    told = []
    monkeypatch.setattr(inbox.bounced, "_lent", [(50, "test", told.append)])
    row = inbox.receive(raw=REPORT % to.encode(), to=to, envelope="")
    take(arrival=str(row.pk))
    take(arrival=str(row.pk))
    assert [(each.person, each.address, each.status, each.is_lasting) for each in told] == [
        (person, "ana@x.example", "5.1.1", True)
    ]


def test_letters_leave_with_an_envelope_that_names_the_person(db, mailoutbox):
    from koinon.kit import mail

    person = uuid4()
    mail.deliver(
        to="a@x.example", subject="s", text="t", html="<p>t</p>", envelope=inbox.bounce_address(person),
        reply_to="replies+x@koinon.example",
    )  # fmt: skip
    sent = mailoutbox[-1]
    assert inbox.is_ours(sent.from_email)
    assert "koinon" in sent.message()["From"].lower()
    assert "+" not in sent.message()["From"]
    assert sent.message()["Reply-To"] == "replies+x@koinon.example"


def test_old_arrivals_are_swept(address, taken):
    from datetime import timedelta

    from django.utils import timezone

    from koinon.kit import clock

    old, waiting = arrive(letter(), address), arrive(letter("Two."), address)
    take(arrival=str(old.pk))
    Arrival.objects.update(at=timezone.now() - timedelta(days=100))
    clock.sweep(0)
    assert list(Arrival.objects.values_list("pk", flat=True)) == [waiting.pk]
