"""Every address of programmes, tried by everybody: who gets in, who is asked to sign in, who finds nothing there."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from koinon.programmes.actions.lineage_sheet import renew

pytestmark = pytest.mark.django_db

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405
"""Gets the page; is sent on after the deed; is asked to sign in; finds nothing; the method does not fit."""

WHO = ("mara", "fatmir", "luka", "supervisor", "stranger", "rival", "visitor")
"""Runs the programme; gives the delivery; came of it and delivers, too; supervises it; signed in only; coordinator of
another network; nobody."""

SUBJECTS = [
    name for name in ("programmes", "cascade", "lineage") if find_spec(f"koinon.programmes.tests.doors_of_{name}")
]
TABLES = [import_module(f"koinon.programmes.tests.doors_of_{subject}") for subject in SUBJECTS]
DOORS = {name: door for table in TABLES for name, door in table.DOORS.items()}
HOME = {name: table for table in TABLES for name in table.DOORS}
"""name -> (method, what each of WHO meets); doors_of_<subject>.py has DOORS and addresses(request) -> {name: path}."""


@pytest.fixture
def address(request, name, mara, fatmir, delivery, luka, supervisor, next_delivery):
    """The address of this door, with the rows of its subject behind it."""
    renew(delivery.programme)
    return HOME[name].addresses(request)[name]


@pytest.fixture(autouse=True)
def with_second_factor(rival):
    rival.has_second_factor = True
    rival.save(update_fields=["has_second_factor"])


@pytest.mark.parametrize("place", range(len(WHO)), ids=WHO)
@pytest.mark.parametrize("name", DOORS)
def test_door(request, enter, address, name, place):
    method, expected = DOORS[name]
    who = request.getfixturevalue(WHO[place])
    client = who if WHO[place] == "visitor" else enter(who)
    answer = getattr(client, method)(address)
    if expected[place] == ASK:
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
    else:
        assert answer.status_code == expected[place]
        if expected[place] == GO:
            assert "/accounts/login/" not in answer["Location"]


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door[0] == "post"])
def test_what_writes_is_never_done_by_a_look(enter, mara, address, name):
    assert enter(mara).get(address).status_code == 405
