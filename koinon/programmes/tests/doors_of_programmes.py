"""Doors of programmes and toolkits: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405

ALL = (IN, IN, IN, IN, IN, IN, IN)
SIGNED = (IN, IN, IN, IN, IN, IN, ASK)
RUN = (IN, NONE, NONE, NONE, NONE, NONE, ASK)
RUN_GO = (GO, NONE, NONE, NONE, NONE, NONE, ASK)

DOORS = {
    "programmes:of_network": ("get", (IN, NONE, NONE, NONE, NONE, NONE, NONE)),
    "programmes:home": ("get", SIGNED),
    "programmes:new": ("get", SIGNED),
    "programmes:programme": ("get", ALL),
    "programmes:edit": ("get", RUN),
    "programmes:translate": ("get", RUN),
    "programmes:asked": ("get", RUN),
    "programmes:step": ("post", RUN_GO),
    "programmes:toolkit": ("get", ALL),
    "programmes:version": ("get", ALL),
    "programmes:toolkit_print": ("get", ALL),
    "programmes:toolkit_changes": ("get", ALL),
    "programmes:toolkit_draft": ("get", RUN),
    "programmes:toolkit_step": ("post", RUN_GO),
    "programmes:activity_new": ("get", RUN),
    "programmes:activity": ("get", RUN),
    "programmes:handout_new": ("post", RUN),
    "programmes:activity_step": ("post", RUN_GO),
    "programmes:activity_translate": ("get", RUN),
    "programmes:handout": ("get", RUN[:6] + (NONE,)),
    "programmes:handout_remove": ("post", RUN_GO),
    "programmes:proposals": ("get", RUN),
    "programmes:proposal_answer": ("post", RUN),
}


def addresses(request):
    """A published version 1, a draft of version 2 with a handout, a proposal."""
    programme = request.getfixturevalue("programme")
    toolkit, delivery = request.getfixturevalue("toolkit"), request.getfixturevalue("delivery")
    draft = factories.toolkit(programme=programme)
    leaf = factories.activity(toolkit=draft)
    paper = factories.handout(activity=leaf, upload=_kept())
    proposal = factories.toolkitproposal(toolkit=toolkit, delivery=delivery, activity=toolkit.activities.get().key)
    slug = programme.slug
    places = {
        "of_network": [programme.network.slug], "home": [], "new": [], "programme": [slug], "edit": [slug],
        "translate": [slug], "asked": [slug], "step": [slug, "close"], "toolkit": [slug], "version": [slug, 1],
        "toolkit_print": [slug, 1], "toolkit_changes": [slug, 1], "toolkit_draft": [slug],
        "toolkit_step": [slug, "drop"], "activity_new": [slug], "activity": [slug, leaf.pk],
        "handout_new": [slug, leaf.pk], "activity_step": [slug, leaf.pk, "up"],
        "activity_translate": [slug, leaf.pk, "sq"], "handout": [paper.pk], "handout_remove": [slug, paper.pk],
        "proposals": [slug], "proposal_answer": [slug, proposal.pk],
    }  # fmt: skip
    return {f"programmes:{name}": reverse(f"programmes:{name}", args=args) for name, args in places.items()}


def _kept():
    from koinon.kit import files

    return files.keep_paper(b"%PDF-1.4 a page", name="page.pdf", media_type="application/pdf")
