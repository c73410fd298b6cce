"""Every address of learning with things that no page asked for: never an error of ours, and a look writes nothing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koinon.learning.tests.test_doors import DOORS, TABLES

pytestmark = pytest.mark.django_db

NAMES = [
    "after",
    "answer",
    "course",
    "in",
    "key",
    "language",
    "old",
    "page",
    "part",
    "q",
    "show",
    "try",
    "state",
    "sort",
    "light",
    "placed",
    "step",
    "run",
    "node",
    "chosen",
    "pick",
    "back",
    "form",
    "email",
    "name",
    "row",
    "listed",
    "learner",
]
GARBAGE = (
    "\x00",
    "9" * 400,
    "-1",
    "<script>alert(1)</script>",
    "é" * 3000,
    "[[[[",
    "00000000-0000-0000-0000-00000000000g",
)
WHO = ("mara", "arben", "fatmir", "luka")
MAY_WRITE = re.compile(r'"(?:django_session|kit_tally|kit_statement)"')
"""A session is kept alive, tries are counted; nothing else follows from a look."""


@pytest.fixture
def addresses(request, mara, arben, fatmir, enrolment):
    return {name: path for table in TABLES for name, path in table.addresses(request).items()}


@pytest.fixture
def clients(request, enter):
    found = [enter(request.getfixturevalue(name)) for name in WHO]
    for client in found:
        client.raise_request_exception = False
    return found


def test_no_garbage_in_an_address_is_an_error_of_ours(clients, addresses):
    failed = []
    for said in GARBAGE:
        for name in [name for name, door in DOORS.items() if door[0] == "get"]:
            for client in clients[:1] if DOORS[name][1][0] == 200 else clients[3:]:
                answer = client.get(addresses[name].split("?")[0], dict.fromkeys(NAMES, said))
                failed += [(name, said[:10])] if answer.status_code == 500 else []
    assert failed == []


def test_no_garbage_in_a_form_is_an_error_of_ours(clients, addresses):
    failed = []
    for said in GARBAGE[:4]:
        for name, path in addresses.items():
            client = clients[0] if DOORS[name][1][0] in (200, 302, 400) else clients[3]
            answer = client.post(path, dict.fromkeys(NAMES, said))
            failed += [(name, said[:10])] if answer.status_code == 500 else []
    assert failed == []


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"null", b"1e999", b'{"number": NaN}', b"\xff\xfe"])
def test_no_body_is_an_error_of_ours(clients, addresses, body):
    failed = []
    for name, path in addresses.items():
        answer = clients[3].post(path, body, content_type="application/json")
        failed += [name] if answer.status_code == 500 else []
    assert failed == []


def test_a_look_writes_nothing(clients, addresses):
    written = []
    for name in [name for name, door in DOORS.items() if door[0] == "get"]:
        client = clients[0] if DOORS[name][1][0] == 200 else clients[3]
        client.get(addresses[name])
        with CaptureQueriesContext(connection) as asked:
            client.get(addresses[name])
        for query in asked:
            said = (query["sql"] or "").lstrip("( ")
            if re.match(r"(?i)insert|update|delete", said) and not MAY_WRITE.search(said):
                written.append((name, said[:90]))
    assert written == []
