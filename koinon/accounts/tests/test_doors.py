"""Every address of people, tried by coordinator, member, stranger, visitor, and the coordinator of another network."""

import pytest
from django.urls import reverse

from koinon.accounts.views import calendar
from koinon.kit import links
from tests import factories

pytestmark = pytest.mark.django_db

MINE = {"vesa": 200, "milos": 200, "stranger": 200, "rival": 200, "visitor": 302}
POSTS = {"vesa": 302, "milos": 302, "stranger": 302, "rival": 302, "visitor": 302}
OPEN = {"vesa": 200, "milos": 200, "stranger": 200, "rival": 200, "visitor": 200}
GONE = {"vesa": 404, "milos": 404, "stranger": 404, "rival": 404, "visitor": 302}
OF_MILOS = {"vesa": 200, "milos": 200, "stranger": 404, "rival": 404, "visitor": 404}
NO_PHOTO = {"vesa": 404, "milos": 404, "stranger": 404, "rival": 404, "visitor": 404}

# name: (method, arguments, what each of five people gets)
DOORS = {
    "accounts:desk": ("get", [], MINE),
    "accounts:read": ("post", [], POSTS),
    "accounts:act": ("post", [], POSTS),
    "accounts:person": ("get", ["milos"], OF_MILOS),
    "accounts:photo": ("get", ["milos"], NO_PHOTO),
    "accounts:ask_link": ("get", [], OPEN),
    "accounts:sign_in": ("get", ["sign_in"], OPEN),
    "accounts:join": ("get", ["join"], OPEN),
    "accounts:welcome": ("get", [], MINE),
    "accounts:profile": ("get", [], MINE),
    "accounts:sights": ("get", [], MINE),
    "accounts:consents": ("get", [], MINE),
    "accounts:agree": ("post", ["photo-key"], POSTS),
    "accounts:withdraw": ("post", ["photo-key"], POSTS),
    "accounts:notices": ("get", [], MINE),
    "accounts:calendar": ("get", [], MINE),
    "accounts:calendar_feed": ("get", ["calendar"], OPEN),
    "accounts:unsubscribe": ("get", ["unsubscribe"], OPEN),
    "accounts:security": ("get", [], MINE),
    "accounts:sessions": ("get", [], MINE),
    "accounts:end_session": ("post", [987654], GONE),
    "accounts:data": ("get", [], MINE),
    "accounts:gather": ("post", [], POSTS),
    "accounts:forget": ("get", [], MINE),
}


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("who", ["vesa", "milos", "stranger", "rival", "visitor"])
def test_doors(name, who, request, enter, visitor, milos):
    method, arguments, expected = DOORS[name]
    person = None if who == "visitor" else request.getfixturevalue(who)
    client = visitor if person is None else enter(person)
    response = getattr(client, method)(reverse(name, args=[_argument(name, given, milos) for given in arguments]))
    assert response.status_code == expected[who], response.content.decode()[:400]


@pytest.mark.parametrize("name", [name for name, (_m, _a, expected) in DOORS.items() if expected["visitor"] == 302])
def test_visitors_are_asked_to_sign_in(name, visitor, milos):
    method, arguments, _expected = DOORS[name]
    response = getattr(visitor, method)(reverse(name, args=[_argument(name, given, milos) for given in arguments]))
    assert response["Location"].startswith("/accounts/login/?next=")


def _argument(name, given, milos):
    return {
        "milos": milos.pk,
        "photo-key": "photo",
        "sign_in": links.make("accounts.sign_in", person=str(milos.pk), email=milos.email),
        "join": links.make("accounts.join", email="new@example.org"),
        "calendar": calendar.SIGNER.sign(str(factories.calendarkey(person=milos).nonce)),
        "unsubscribe": links.make("accounts.unsubscribe", person=str(milos.pk), kind="accounts.archive"),
    }.get(given, given)


def test_a_forgotten_person_has_no_page(enter, vesa, milos):
    factories.visibility(person=milos)
    type(milos).objects.filter(pk=milos.pk).update(is_active=False)
    assert enter(vesa).get(reverse("accounts:person", args=[milos.pk])).status_code == 404
