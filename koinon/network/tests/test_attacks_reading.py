"""Looking changes nothing in what a network runs: forms, admission, reports, claims, merges; as anybody."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.network.tests import test_after_doors
from koinon.network.tests.test_after_doors import things  # noqa: F401  (a fixture)
from tests import doors

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"^\s*(insert|update|delete|merge|truncate)\b[^\"]*\"?(\w+)\"?", re.IGNORECASE)
OURS = {"django_session", "usersessions_usersession", "kit_tally", "cache", "accounts_remembered"}


@pytest.mark.parametrize("reader", doors.READERS)
def test_no_look_writes_anything(reader, things, request, enter):  # noqa: F811
    who = request.getfixturevalue(reader)
    client = who if reader == "visitor" else enter(who)
    client.get("/desk/")
    for name, (method, arguments, _answers) in test_after_doors.DOORS.items():
        address = reverse(name, args=[things.get(argument, argument) for argument in arguments])
        for verb in ("get", "head") if method == "get" else ("get",):
            with CaptureQueriesContext(connection) as asked:
                answer = getattr(client, verb)(address)
            found = [WRITES.match(each["sql"] or "") for each in asked.captured_queries]
            assert not {each.group(2) for each in found if each} - OURS, (name, verb, answer.status_code)
