"""Doors of carrying it out and of small grants: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

TEAM = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
TEAM_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
INSIDE = (IN, IN, IN, IN, NONE, NONE, NONE, ASK)

DOORS: dict = {
    "projects:check_ins": ("get", INSIDE),
    "projects:check_in_answer": ("post", INSIDE),
    "projects:photo": ("get", (IN, IN, IN, IN, NONE, NONE, NONE, NONE)),
    "projects:photo_step": ("post", TEAM_GO),
    "projects:reflection": ("get", INSIDE),
    "projects:reflection_step": ("post", INSIDE),
    "projects:result": ("get", TEAM),
    "projects:money": ("get", INSIDE),
    "projects:grant": ("get", INSIDE),
    "projects:grant_step": ("post", INSIDE),
    "projects:receipt": ("get", TEAM),
    "projects:receipt_file": ("get", INSIDE),
    "projects:receipt_step": ("post", INSIDE),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them: a project that is carried out, with a grant that was paid."""
    plan, kept = request.getfixturevalue("running"), request.getfixturevalue("kept")
    told = factories.checkin(project=plan)
    photo = factories.projectphoto(check_in=told, upload=kept)
    grant = factories.smallgrant(project=plan, state="paid")
    receipt = factories.receipt(grant=grant, upload=kept)
    here = {
        name: reverse(f"projects:{name}", args=[plan.slug]) for name in ("check_ins", "reflection", "result", "money")
    }
    return {
        **{f"projects:{name}": address for name, address in here.items()},
        "projects:check_in_answer": reverse("projects:check_in_answer", args=[told.pk]),
        "projects:photo": reverse("projects:photo", args=[photo.pk]),
        "projects:photo_step": reverse("projects:photo_step", args=[photo.pk, "hide"]),
        "projects:reflection_step": reverse("projects:reflection_step", args=[plan.slug, "accept"]),
        "projects:grant": reverse("projects:grant", args=[grant.pk]),
        "projects:grant_step": reverse("projects:grant_step", args=[grant.pk, "close"]),
        "projects:receipt": reverse("projects:receipt", args=[receipt.pk]),
        "projects:receipt_file": reverse("projects:receipt_file", args=[receipt.pk]),
        "projects:receipt_step": reverse("projects:receipt_step", args=[receipt.pk, "return"]),
    }
