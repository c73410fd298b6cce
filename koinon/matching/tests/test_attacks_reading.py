"""Looking changes nothing: mail scanners and browsers open every address in advance, as anybody."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koinon.matching.tests.test_doors import DOORS, WHO, addresses  # noqa: F401  (a fixture)
from koinon.network.tests import test_admission_doors, test_after_doors
from koinon.network.tests import test_doors as network_doors

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"^\s*(insert|update|delete|merge|truncate|alter|create)\b[^\"]*\"?(\w+)\"?", re.IGNORECASE)
OURS = ("django_session", "usersessions_usersession", "kit_tally", "cache", "accounts_remembered")
"""What may be written by a look: that somebody is signed in, how often somebody tries, pages that are kept."""

READ = [name for name, (method, _expected) in DOORS.items() if method == "get"]


def written(client, method, path):
    with CaptureQueriesContext(connection) as asked:
        answer = getattr(client, method)(path)
    found = [WRITES.match(each["sql"] or "") for each in asked.captured_queries]
    tables = {each.group(2) for each in found if each}
    return answer, tables - set(OURS)


@pytest.mark.parametrize("place", WHO)
def test_no_look_writes_anything(request, place, enter, addresses, vesa, rival):  # noqa: F811
    for person in (vesa, rival):
        person.has_second_factor = True
        person.save()
    who = request.getfixturevalue(place)
    client = who if place == "visitor" else enter(who)
    client.get("/desk/")
    for name in READ:
        for method in ("get", "head", "options"):
            _answer, tables = written(client, method, addresses[name])
            assert not tables, f"{method} {name} writes {tables}"


@pytest.mark.parametrize("name", [name for name, (method, _expected) in DOORS.items() if method == "post"])
def test_nothing_is_done_without_the_token_of_the_form(name, enter, addresses, milos):  # noqa: F811
    client = Client(enforce_csrf_checks=True)
    client.force_login(milos, backend="koinon.accounts.adapter.Backend")
    for heads in ({}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ORIGIN": "https://evil.example"}):
        answer = client.post(addresses[name], {"says": "yes", "text": "x"}, **heads)
        assert answer.status_code == 403


def test_every_address_that_writes_wants_the_token():
    """No view is exempt but the two that only set a cookie of the reader, and one-click leaving of letters."""
    from django.urls import get_resolver

    def views(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern, f"{prefix}{pattern.namespace or ''}:" if pattern.namespace else prefix)
            elif pattern.callback.__module__.startswith("koinon"):
                yield f"{prefix}{pattern.name}", pattern.callback

    exempt = {name for name, view in views(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt <= {"kit:language", "kit:theme", "language", "theme", "accounts:unsubscribe"}, exempt


def test_the_tables_of_doors_are_all_read():
    """Doors of the other apps are looked through in the same way by their own tables: posts answer 405 to a look."""
    assert READ
    for table in (network_doors.DOORS, test_admission_doors.DOORS, test_after_doors.DOORS):
        assert all(method in ("get", "post") for method, *_rest in table.values())
