"""Who really sent a letter: the mail server's own finding counts, what a sender writes about himself does not."""

import email
import email.policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit import inbox
from koinon.kit.ids import uuid7
from koinon.kit.inbox import arrivals, proofs

OURS = "mx.koinon.example"
ANA = "ana@culture.example.org"


def letter(*headers):
    head = "".join(f"Authentication-Results: {each}\n" for each in headers)
    raw = f"{head}From: {ANA}\nMessage-ID: <1@x>\n\nYes.\n".encode()
    return email.message_from_bytes(raw, policy=email.policy.default)


def is_proved(*headers, sender=ANA):
    return proofs.is_proved(letter(*headers), sender, OURS)


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=pass header.from=culture.example.org",
        "dmarc=pass (p=none dis=none) header.from=culture.example.org",
        "DMARC=Pass HEADER.From=Culture.Example.ORG",
        "spf=fail smtp.mailfrom=x@elsewhere.example; dmarc=pass header.from=culture.example.org",
        "dkim=pass header.d=culture.example.org",
        'dkim=pass header.i=@culture.example.org header.s=key header.b="a/b=c"',
        "dkim=pass (2048-bit key; unprotected) header.d=example.org header.b=ab=cd",
        "dkim=fail header.d=culture.example.org; dkim=pass header.d=example.org",
        'dkim/1=pass reason="good ; signature" header.d=example.org',
        "spf=pass smtp.mailfrom=bounce+ana=x@culture.example.org",
        'spf=pass smtp.mailfrom="odd local"@example.org smtp.helo=x',
        "spf=pass smtp.mailfrom=example.org",
        "\n dmarc=pass\n\t(a (nested\\) comment); dmarc=fail)\n header.from=culture.example.org;",
    ],
)
def test_what_our_server_found_is_believed(said):
    assert is_proved(f"{OURS}; {said}")
    assert is_proved(f"{OURS.upper()} 1;{said}")
    assert is_proved(f"(by us)\n {OURS} (the mail server) 1 (one);{said}")


@pytest.mark.parametrize(
    "said",
    [
        "none",
        "",
        "dmarc=none header.from=culture.example.org",
        "dmarc=pass",
        "dmarc=pass header.from=evil.example",
        "dmarc=pass header.from=example.org",
        "dmarc=fail header.from=culture.example.org; dkim=pass header.d=example.org",
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=sub.culture.example.org",
        "dkim=pass header.d=xculture.example.org",
        "dkim=pass header.d=ulture.example.org",
        "dkim=pass header.d=org",
        "dkim=pass header.d=",
        "dkim=pass",
        "dkim=pass header.d=evil.example header.i=@culture.example.org",
        "dkim=fail (dkim=pass header.d=culture.example.org)",
        'dkim=fail reason="x; dkim=pass header.d=culture.example.org"',
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=culture.example.org"@evil.example',
        'spf=pass smtp.mailfrom="ana@culture.example.org\\"@evil.example',
        "spf=pass smtp.mailfrom=ana@culture.example.org@evil.example",
        "spf=pass smtp.helo=culture.example.org",
        "spf=softfail smtp.mailfrom=culture.example.org",
        "arc=pass header.d=culture.example.org",
        "auth=pass smtp.auth=ana@culture.example.org",
        "dmarc=pass header.from=culture.example.org header.from=evil.example",
        "dmarc=pass header.from=culture.example.org (without end",
        "dmarc==pass header.from=culture.example.org",
    ],
)
def test_what_it_did_not_find_is_not(said):
    assert not is_proved(f"{OURS}; {said}")


PASS = "dmarc=pass header.from=culture.example.org"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [f"mx.evil.example; {PASS}"],
        [f"{OURS}.evil.example; {PASS}"],
        [f"mx.evil.example ({OURS}); {PASS}"],
        [f"=?utf-8?q?mx=2Ekoinon=2Eexample?=; {PASS}"],
        [f"{OURS}; dmarc=fail header.from=culture.example.org", f"{OURS}; {PASS}"],
        [f"{OURS}; none", f"{OURS}; {PASS}"],
        [f"{OURS}; dkim=(broken", f"{OURS}; {PASS}"],
        [f"{OURS} 2; {PASS}", f"{OURS}; {PASS}"],
        [f"mx.evil.example; {PASS}", f"{OURS}; spf=fail smtp.mailfrom=evil.example", f"{OURS}; {PASS}"],
        [f'mx.evil.example; x="\n {OURS}; {PASS}'],
    ],
)
def test_who_writes_the_header_himself_proves_nothing(headers):
    assert not is_proved(*headers)


def test_headers_of_others_above_ours_are_passed_over():
    assert is_proved("list.example.net; dmarc=fail header.from=culture.example.org", f"{OURS}; {PASS}")
    assert is_proved("(((", f"{OURS}; {PASS}")


def test_domains_in_any_script_are_the_same_as_on_the_wire():
    made = letter(f"{OURS}; dkim=pass header.d=xn--e1aybc.example")
    assert proofs.is_proved(made, "ana@тест.example", OURS)
    assert not proofs.is_proved(letter(f"{OURS}; {PASS}"), "", OURS)


@given(st.text(alphabet=st.sampled_from(list('ab.;="()\\ \t@/1')), max_size=60))
def test_no_header_breaks_the_reader_nor_is_believed_by_chance(text):
    made = EmailMessage()
    made._headers.append(("Authentication-Results", f"{OURS}; {text}"))
    assert not proofs.is_proved(made, ANA, OURS)


LOCAL = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@given(LOCAL)
def test_nothing_a_stranger_puts_into_a_quotation_is_read_as_a_finding(local):
    quoted = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
    name, results = proofs.parse(f"{OURS}; spf=pass smtp.mailfrom={quoted}@evil.example; dkim=none")
    assert (name, [each.method for each in results]) == (OURS, ["spf", "dkim"])
    assert results[0].facts == {"smtp.mailfrom": f"{local}@evil.example"}


def arrived(headers, monkeypatch):
    found = []
    monkeypatch.setitem(arrivals._TAKERS, "test.proof", found.append)
    to = inbox.address_for("test.proof", person=uuid4(), noun=uuid7())
    row = inbox.receive(raw=letter(*headers).as_bytes(), to=to, envelope=ANA)
    arrivals.take(arrival=str(row.pk))
    return found[0].is_proved


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("authority", "headers", "wanted"),
    [("", [], True), (OURS, [], False), (OURS, [f"{OURS}; {PASS}"], True), (OURS, [f"mx.evil.example; {PASS}"], False)],
)
def test_who_takes_the_letter_hears_it(settings, monkeypatch, authority, headers, wanted):
    settings.KOINON_INBOX, settings.KOINON_INBOX_AUTHSERV = "replies@koinon.example", authority
    assert arrived(headers, monkeypatch) is wanted
