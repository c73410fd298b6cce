"""Doors of the lineage: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405

FOLLOW = (IN, IN, IN, IN, NONE, NONE, ASK)
"""Who runs the programme, and facilitators of it (the supervisor was one): each sees their own part."""

DOORS: dict = {
    "programmes:lineage": ("get", FOLLOW),
    "programmes:lineage_map": ("get", FOLLOW),
    "programmes:lineage_points": ("get", FOLLOW),
    "programmes:lineage_land": ("get", FOLLOW),
    "programmes:lineage_tree": ("get", FOLLOW),
    "programmes:lineage_file": ("get", FOLLOW),
    "programmes:drift": ("post", (IN, NONE, NONE, NONE, NONE, NONE, ASK)),
}


def addresses(request) -> dict:
    """The addresses, with a drift of the programme; an answer without words comes back with the mistake."""
    programme = request.getfixturevalue("programme")
    of_programme = [name for name in DOORS if name not in ("programmes:lineage_file", "programmes:drift")]
    drift = factories.driftwarning(programme=programme)
    return {
        **{name: reverse(name, args=[programme.slug]) for name in of_programme},
        "programmes:lineage_file": reverse("programmes:lineage_file", args=[programme.slug, "csv"]),
        "programmes:drift": reverse("programmes:drift", args=[drift.pk]),
    }
