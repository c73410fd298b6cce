"""Every address of learning, tried by everybody: who gets in, who is asked to sign in, who finds nothing there."""

from importlib import import_module

import pytest

from tests import doors

pytestmark = pytest.mark.django_db

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


@doors.everybody(DOORS, WHO)
def test_door(request, address, name, reader):
    method, answers = DOORS[name]
    assert doors.knock(request, reader, method, address) == answers[WHO.index(reader)]


@doors.posted(DOORS)
def test_what_writes_is_never_done_by_a_look(request, address, name):
    assert doors.knock(request, "mara", "get", address) == doors.AWAY
