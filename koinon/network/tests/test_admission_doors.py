"""The doors of the desk of admission: coordinator, member, stranger, visitor, coordinator of another network."""

import pytest

from koinon.kit import files, links
from koinon.kit.models import Work
from tests import doors, factories
from tests.doors import ASKED, IN, OUT

# name: (method, arguments, what coordinator, member, stranger, visitor and the rival get)
DOORS = {
    "network:applications_many": ("post", ["slug"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:applications_work": ("get", ["slug", "work"], (IN, OUT, OUT, ASKED, OUT)),
    "network:figures": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:figures_file": ("get", ["slug", "csv"], (IN, OUT, OUT, ASKED, OUT)),
    "network:review_withdraw": ("post", ["review"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:first_step": ("post", ["beginning"], (ASKED, OUT, OUT, ASKED, OUT)),
    "network:endorsement": ("get", ["token"], (IN, IN, IN, IN, IN)),
    "network:letter": ("get", ["letter"], (IN, IN, OUT, ASKED, OUT)),
    "network:letter_pdf": ("get", ["letter"], (IN, IN, OUT, ASKED, OUT)),
    "network:admission": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:admission_change": ("post", ["slug", "rules"], (IN, OUT, OUT, ASKED, OUT)),
    "network:class_new": ("get", ["slug"], (IN, OUT, OUT, ASKED, OUT)),
    "network:class_edit": ("get", ["slug", "class"], (IN, OUT, OUT, ASKED, OUT)),
    "network:letter_text": ("get", ["slug", "admitted", "en"], (IN, OUT, OUT, ASKED, OUT)),
}


@pytest.fixture
def things(network, organisation, vesa, milos):
    facts = {"network": network, "organisation": factories.organisation()}
    asked = factories.application(**facts, state="endorsement", turn="endorser")
    read = factories.application(network=network, organisation=factories.organisation(), state="review")
    begun = factories.application(network=network, organisation=factories.organisation(), state="onboarding")
    step = factories.firststep(network=network)
    paper = files.keep_paper(b"%PDF-1.7 x", name="letter.pdf", media_type="application/pdf")
    token = links.make("network.endorsement", endorsement=str(factories.endorsement(application=asked).pk))
    return {
        "slug": network.slug,
        "work": Work.objects.create(task="network.bulk", scope=network.pk, person=vesa.pk).pk,
        "review": factories.review(application=read).pk,
        "beginning": factories.beginning(application=begun, step=step).pk,
        "token": token,
        "letter": factories.letter(network=network, organisation=organisation, file=paper).pk,
        "class": factories.membershipclass(network=network).pk,
    }


@doors.everybody(DOORS)
def test_door(name, reader, things, request):
    doors.check(request, DOORS, name, reader, things, {"step": "remind"} if name.endswith("many") else None)


@doors.posted(DOORS)
def test_a_link_alone_changes_nothing(name, things, request):
    doors.check_look(request, DOORS, name, things)
