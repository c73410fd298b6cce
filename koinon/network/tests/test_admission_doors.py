"""The doors of the desk of admission: coordinator, member, stranger, visitor, coordinator of another network."""

import pytest
from django.urls import reverse

from koinon.kit import files, links
from koinon.kit.models import Work
from tests import factories

IN, OUT, ASKED, GONE = 200, 404, 302, 410

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
READERS = ("vesa", "milos", "stranger", "visitor", "rival")


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


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DOORS)
def test_door(name, reader, things, request, enter):
    method, arguments, answers = DOORS[name]
    who = request.getfixturevalue(reader)
    client = who if reader == "visitor" else enter(who)
    address = reverse(name, args=[things.get(argument, argument) for argument in arguments])
    answer = getattr(client, method)(address, {"step": "remind"} if name.endswith("many") else {})
    assert answer.status_code == answers[READERS.index(reader)]
    if reader == "visitor" and answer.status_code == ASKED:
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door[0] == "post"])
def test_a_link_alone_changes_nothing(name, things, vesa, enter):
    arguments = [things.get(argument, argument) for argument in DOORS[name][1]]
    assert enter(vesa).get(reverse(name, args=arguments)).status_code == 405
