"""Doors of what comes after admission: claims, merges, reports, standings, freshness, successors."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from koinon.kit import links
from tests import factories

pytestmark = pytest.mark.django_db
IN, OUT, ASKED, AWAY = 200, 404, 302, 405
READERS = ("vesa", "milos", "stranger", "visitor", "rival")

# name: (method, arguments, what coordinator, member, stranger, visitor and the rival get)
DOORS = {
    "network:claim": ("get", ["shadow"], (IN, IN, OUT, OUT, OUT)),
    "network:claim_prove": ("get", ["claim_token"], (IN, IN, IN, IN, IN)),
    "network:claims": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:claim_decide": ("post", ["slug", "claim", "confirm"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:merges": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:merge_new": ("get", ["slug"], (OUT, OUT, OUT, ASKED, OUT)),
    "network:merge": ("get", ["slug", "merge"], (IN, OUT, OUT, ASKED, OUT)),
    "network:merge_move": ("post", ["slug", "merge", "undo"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:standings": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:cycle": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:standing": ("get", ["membership"], (IN, IN, OUT, ASKED, OUT)),
    "network:report": ("get", ["report"], (IN, ASKED, OUT, ASKED, OUT)),
    "network:report_write": ("get", ["report"], (OUT, IN, OUT, ASKED, OUT)),
    "network:report_answer": ("post", ["report", "question"], (OUT, IN, OUT, ASKED, OUT)),
    "network:report_file": ("get", ["report", "question"], (OUT, OUT, OUT, ASKED, OUT)),
    "network:report_move": ("post", ["report", "remind"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:confirm": ("post", ["organisation"], (OUT, ASKED, OUT, ASKED, OUT)),
    "network:confirm_link": ("get", ["confirm_token"], (IN, IN, IN, IN, IN)),
    "network:succession": ("get", ["succession"], (IN, IN, OUT, ASKED, OUT)),
    "network:succession_link": ("get", ["succession_token"], (IN, IN, IN, IN, IN)),
}


@pytest.fixture
def things(network, organisation, vesa, milos):
    shadow = factories.member(network, domain="serres.gr")
    membership = organisation.memberships.get()
    schema = {"language": "en", "parts": [{"key": "p", "titles": {"en": "P"}, "questions": [
        {"key": "why", "kind": "text", "labels": {"en": "Why?"}, "required": True, "limit": 50}]}]}  # fmt: skip
    deputy = factories.mandate(organisation=organisation, person=factories.person(), role="deputy")
    mandate = organisation.mandates.get(person=milos)
    proving = factories.claim(network=network, organisation=shadow, email="a@serres.gr")
    merge = factories.merge(network=network, kept=organisation, gone=factories.member(network), state="done",
                            until=date.today() + timedelta(days=9))  # fmt: skip
    return {
        "slug": network.slug,
        "shadow": shadow.slug,
        "organisation": organisation.slug,
        "membership": membership.pk,
        "claim": factories.claim(network=network, organisation=shadow, state="waiting", person=factories.person()).pk,
        "claim_token": links.make("network.claim", claim=str(proving.pk)),
        "confirm": "confirm",
        "merge": merge.pk,
        "undo": "undo",
        "report": factories.report(membership=membership, schema=schema).pk,
        "question": "why",
        "remind": "remind",
        "confirm_token": links.make("network.confirm", o=organisation.pk.hex, p=milos.pk.hex),
        "succession": factories.succession(organisation=organisation, mandate=mandate, state="escalated").pk,
        "succession_token": links.make("network.succession", deputy=str(deputy.pk)),
    }


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DOORS)
def test_door(name, reader, things, request, enter):
    method, arguments, answers = DOORS[name]
    who = request.getfixturevalue(reader)
    client = who if reader == "visitor" else enter(who)
    address = reverse(name, args=[things[argument] for argument in arguments])
    answer = getattr(client, method)(address)
    assert answer.status_code == answers[READERS.index(reader)]
    if reader == "visitor" and answer.status_code == ASKED:
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door[0] == "post"])
def test_a_link_alone_changes_nothing(name, things, vesa, enter):
    arguments = [things[argument] for argument in DOORS[name][1]]
    assert enter(vesa).get(reverse(name, args=arguments)).status_code in (AWAY, OUT)
