"""Every address, every kind of reader: coordinator, member, stranger, visitor, coordinator of another network."""

import pytest

from koinon.kit import links
from koinon.network.tests import (
    test_admission_doors,
    test_after_doors,
    test_directory,
    test_drafts,
    test_forms,
    test_intake,
    test_map,
)
from tests import doors, factories
from tests.doors import ASKED, IN, OUT

# name: (method, arguments, what coordinator, member, stranger, visitor and the rival get)
MINE = {
    "network:home": ("get", [], (IN, IN, IN, IN, IN)),
    "network:places": ("get", [], (IN, IN, IN, IN, IN)),
    "network:themes": ("get", [], (IN, IN, IN, IN, IN)),
    "network:languages": ("get", [], (IN, IN, IN, IN, IN)),
    "network:found": ("get", [], (OUT, OUT, OUT, ASKED, OUT)),
    "network:network": ("get", ["slug"], (IN, IN, OUT, OUT, OUT)),
    "network:network_edit": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:network_translate": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:staff": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:staff_remove": ("post", ["slug", "coordination"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:apply": ("get", ["slug"], (IN, IN, OUT, ASKED, OUT)),
    "network:applications": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:application": ("get", ["slug", "application"], (IN, OUT, OUT, ASKED, OUT)),
    "network:application_change": ("get", ["slug", "application"], (OUT, OUT, OUT, ASKED, OUT)),
    "network:application_move": ("post", ["slug", "application", "review"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:organisation": ("get", ["organisation"], (IN, IN, OUT, OUT, OUT)),
    "network:organisation_edit": ("get", ["organisation"], (OUT, IN, OUT, ASKED, OUT)),
    "network:organisation_translate": ("get", ["organisation"], (OUT, IN, OUT, ASKED, OUT)),
    "network:people": ("get", ["organisation"], (IN, IN, OUT, ASKED, OUT)),
    "network:invite": ("get", ["organisation"], (IN, IN, OUT, ASKED, OUT)),
    "network:membership_end": ("get", ["membership"], (IN, IN, OUT, ASKED, OUT)),
    "network:mandate_withdraw": ("post", ["mandate"], (OUT, ASKED, OUT, ASKED, OUT)),
    "network:mandate_letter": ("get", ["mandate"], (IN, IN, OUT, ASKED, OUT)),
    "network:invitation_withdraw": ("post", ["invitation"], (OUT, ASKED, OUT, ASKED, OUT)),
    "network:invitation": ("get", ["token"], (IN, IN, IN, IN, IN)),
}
DOORS = {
    **MINE,
    **test_admission_doors.DOORS,
    **test_after_doors.DOORS,
    **test_directory.DOORS,
    **test_drafts.DOORS,
    **test_forms.DOORS,
    **test_intake.DOORS,
    **test_map.DOORS,
}


@pytest.fixture
def things(network, organisation, vesa, milos, letter):
    mandate = organisation.mandates.get(person=milos)
    mandate.letter = letter
    mandate.save()
    invitation = factories.invitation(organisation=organisation)
    factories.coordinator(network)
    application = factories.application(network=network, organisation=factories.organisation())
    return {
        "slug": network.slug,
        "organisation": organisation.slug,
        "application": application.pk,
        "coordination": network.coordinations.get(person=vesa).pk,
        "membership": organisation.memberships.get().pk,
        "mandate": mandate.pk,
        "invitation": invitation.pk,
        "token": links.make("network.invitation", invitation=str(invitation.pk)),
        "review": "review",
    }


@doors.everybody(MINE)
def test_door(name, reader, things, request):
    doors.check(request, MINE, name, reader, things)


@doors.posted(MINE)
def test_a_link_alone_changes_nothing(name, things, request):
    doors.check_look(request, MINE, name, things)
