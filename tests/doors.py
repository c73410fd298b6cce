"""Every address, tried by everybody: how a door is tried, whoever keeps the table.

A table says name -> (method, arguments, what each of READERS gets); `things` gives what stands for an argument.
"""

import pytest
from django.urls import reverse

READERS = ("vesa", "milos", "stranger", "visitor", "rival")
"""Coordinator, member, signed in only, nobody, coordinator of another network: fixtures of the whole house."""

IN, OUT, ASKED, AWAY = 200, 404, 302, 405
"""Gets the page; finds nothing; a visitor is asked to sign in, others are sent on; the method does not fit."""
ON = "sent on"
"""A visitor is sent on elsewhere than to sign in."""


def everybody(table, readers=READERS):
    """The test is run for each `name` of the table and each `reader`."""

    def mark(test):
        return pytest.mark.parametrize("reader", readers)(pytest.mark.parametrize("name", table)(test))

    return mark


def posted(table):
    """The test is run for each `name` of the table that is opened by POST."""
    return pytest.mark.parametrize("name", [name for name, door in table.items() if door[0] == "post"])


def knock(request, reader, method, address, sent=None):
    """The status that `reader` gets; only visitors are ever sent to sign in."""
    who = request.getfixturevalue(reader)
    client = who if reader == "visitor" else request.getfixturevalue("enter")(who)
    answer = getattr(client, method)(address, sent or {})
    if answer.status_code == ASKED:
        is_asked = answer["Location"].startswith(reverse("account_login"))
        assert reader == "visitor" or not is_asked
        return ON if reader == "visitor" and not is_asked else ASKED
    return answer.status_code


def check(request, table, name, reader, things, sent=None):
    """The reader gets what the table says."""
    method, arguments, answers = table[name]
    address = reverse(name, args=[things.get(argument, argument) for argument in arguments])
    assert knock(request, reader, method, address, sent) == answers[READERS.index(reader)]


def check_look(request, table, name, things, status=AWAY):
    """A look (GET) at what is opened by POST changes nothing: the coordinator gets `status`."""
    address = reverse(name, args=[things.get(argument, argument) for argument in table[name][1]])
    assert knock(request, "vesa", "get", address) == status
