"""Every address of learning, tried by everybody: who gets in, who is asked to sign in, who finds nothing there."""

from importlib import import_module

import pytest

pytestmark = pytest.mark.django_db

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405
"""Gets the page; is sent on after the deed; is asked to sign in; finds nothing; the method does not fit."""

WHO = ("mara", "arben", "fatmir", "luka", "other_teacher", "stranger", "rival", "visitor")
"""Owner; author; facilitator; learner; facilitator of another run; signed in only; rival coordinator; nobody."""

SUBJECTS = ("authoring", "packages", "teaching", "learning", "offline", "credentials", "events")
TABLES = [import_module(f"koinon.learning.tests.doors_of_{subject}") for subject in SUBJECTS]
DOORS = {name: door for table in TABLES for name, door in table.DOORS.items()}
HOME = {name: table for table in TABLES for name in table.DOORS}
"""name -> (method, what each of WHO meets); doors_of_<subject>.py has DOORS and addresses(request) -> {name: path}."""


@pytest.fixture
def address(request, name, mara, arben, fatmir, enrolment, other_teacher):
    """The address of this door, with the rows of its subject behind it."""
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
