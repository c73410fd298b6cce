"""Doors of what comes after admission: claims, merges, reports, standings, freshness, successors."""

from datetime import date, timedelta

import pytest

from koinon.kit import links
from tests import doors, factories
from tests.doors import ASKED, IN, OUT

pytestmark = pytest.mark.django_db

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


@doors.everybody(DOORS)
def test_door(name, reader, things, request):
    doors.check(request, DOORS, name, reader, things)


@doors.posted(DOORS)
def test_a_link_alone_changes_nothing(name, things, request):
    doors.check_look(request, DOORS, name, things)
