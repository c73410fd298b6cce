"""Every address of people, tried by coordinator, member, stranger, visitor, and the coordinator of another network."""

import pytest
from django.urls import reverse

from koinon.accounts.views import calendar
from koinon.kit import links
from tests import doors, factories

pytestmark = pytest.mark.django_db

MINE = (200, 200, 200, 302, 200)
POSTS = (302, 302, 302, 302, 302)
OPEN = (200, 200, 200, 200, 200)
GONE = (404, 404, 404, 302, 404)
OF_MILOS = (200, 200, 404, 404, 404)
NO_PHOTO = (404, 404, 404, 404, 404)

# name: (method, arguments, what coordinator, member, stranger, visitor and the rival get)
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


@pytest.fixture
def things(milos):
    return {
        "milos": milos.pk,
        "photo-key": "photo",
        "sign_in": links.make("accounts.sign_in", person=str(milos.pk), email=milos.email),
        "join": links.make("accounts.join", email="new@example.org"),
        "calendar": calendar.SIGNER.sign(str(factories.calendarkey(person=milos).nonce)),
        "unsubscribe": links.make("accounts.unsubscribe", person=str(milos.pk), kind="accounts.archive"),
    }


@doors.everybody(DOORS)
def test_doors(name, reader, things, request):
    doors.check(request, DOORS, name, reader, things)


def test_a_forgotten_person_has_no_page(enter, vesa, milos):
    factories.visibility(person=milos)
    type(milos).objects.filter(pk=milos.pk).update(is_active=False)
    assert enter(vesa).get(reverse("accounts:person", args=[milos.pk])).status_code == 404
