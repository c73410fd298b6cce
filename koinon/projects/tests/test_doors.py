"""Every address of projects, tried by everybody: who gets in, who is asked to sign in, who finds nothing there."""

from importlib import import_module

import pytest

pytestmark = pytest.mark.django_db

GO, ASK = 302, "sign in"
WHO = ("ana", "bo", "petra", "milos", "jana", "stranger", "rival", "visitor")
"""Lead; team; supervisor; who runs the call; juror; signed in only; coordinator of another network; nobody."""

SUBJECTS = ("plans", "calls", "doing")
TABLES = [import_module(f"koinon.projects.tests.doors_of_{subject}") for subject in SUBJECTS]
DOORS = {name: door for table in TABLES for name, door in table.DOORS.items()}
HOME = {name: table for table in TABLES for name in table.DOORS}
"""name -> (method, what each of WHO meets); doors_of_<subject>.py has DOORS and addresses(request) -> {name: path}."""


@pytest.fixture
def address(request, name, ana, bo, petra, milos, jana, plan):
    """The address of this door (and what is sent), with the rows of its subject behind it."""
    from koinon.projects.models import Juror

    Juror.objects.get_or_create(call=plan.call, person=jana)
    if name == "projects:juror_leave" or HOME[name].__name__.endswith("calls"):
        Juror.objects.all().delete()
    found = HOME[name].addresses(request)[name]
    return found if isinstance(found, tuple) else (found, {})


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
    answer = getattr(client, method)(*address)
    if expected[place] == ASK:
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
    else:
        assert answer.status_code == expected[place]
        if expected[place] == GO:
            assert "/accounts/login/" not in answer["Location"]


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door[0] == "post"])
def test_what_writes_is_never_done_by_a_look(enter, ana, address, name):
    assert enter(ana).get(address[0]).status_code == 405


def test_every_address_has_a_door():
    from koinon.projects.urls import urlpatterns

    assert {f"projects:{each.name}" for each in urlpatterns} == set(DOORS)
