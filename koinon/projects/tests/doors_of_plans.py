"""Doors of plans and teams: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.kit import links
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

ALL = (IN, IN, IN, IN, IN, IN, IN, ASK)
TEAM = (IN, IN, NONE, NONE, NONE, NONE, NONE, ASK)
TEAM_GO = (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)
INSIDE = (IN, IN, IN, IN, NONE, NONE, NONE, ASK)

DOORS: dict = {
    "projects:projects_of": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "projects:mine": ("get", ALL),
    "projects:new": ("get", ALL),
    "projects:invitation": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "projects:project": ("get", (IN, IN, IN, IN, IN, NONE, NONE, NONE)),
    "projects:project_step": ("post", (IN, IN, IN, IN, NONE, NONE, NONE, ASK)),
    "projects:plan": ("get", TEAM),
    "projects:part_add": ("post", TEAM),
    "projects:part": ("get", TEAM),
    "projects:part_drop": ("post", TEAM_GO),
    "projects:tick": ("post", TEAM_GO),
    "projects:team": ("get", INSIDE),
    "projects:team_choose": ("post", (GO, GO, NONE, NONE, NONE, NONE, NONE, ASK)),
    "projects:team_step": ("post", TEAM_GO),
    "projects:picture": ("get", (IN, IN, IN, IN, IN, NONE, NONE, NONE)),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; an approved plan of a call that everybody may answer."""
    plan, network = request.getfixturevalue("plan"), request.getfixturevalue("network")
    type(network).objects.filter(pk=network.pk).update(is_public=True)
    picture = request.getfixturevalue("kept")
    type(plan).objects.filter(pk=plan.pk).update(
        state="approved", supervisor=request.getfixturevalue("petra"), picture=picture, picture_alt="A bench"
    )
    step, line = factories.step(project=plan), plan.risks.get()
    asked = factories.teammate(project=plan, state="invited")
    known = factories.mandate(organisation=factories.member(network), person=factories.person(name="Kim"))
    here = [plan.slug]
    request.getfixturevalue("monkeypatch").setattr("koinon.projects.queries.people.names_for", lambda **_: _Names())
    found = {name: reverse(f"projects:{name}", args=here) for name in ("project", "plan", "team", "picture")}
    token = links.make("projects.teammate", teammate=str(asked.pk))
    return {
        **{f"projects:{name}": address for name, address in found.items()},
        "projects:projects_of": reverse("projects:projects_of", args=[network.slug]),
        "projects:mine": reverse("projects:mine"),
        "projects:new": reverse("projects:new", args=[network.slug]) + f"?call={plan.call.slug}",
        "projects:invitation": reverse("projects:invitation", args=[token]),
        "projects:project_step": reverse("projects:project_step", args=[plan.slug, "take-back"]),
        "projects:part_add": reverse("projects:part_add", args=[plan.slug, "steps"]),
        "projects:part": reverse("projects:part", args=["steps", step.pk]),
        "projects:part_drop": reverse("projects:part_drop", args=["risks", line.pk]),
        "projects:tick": reverse("projects:tick", args=[step.pk]),
        "projects:team_choose": (reverse("projects:team_choose", args=here), {"person": str(known.pk)}),
        "projects:team_step": reverse("projects:team_step", args=[asked.pk, "take-back"]),
    }


class _Names(dict):
    """Everybody shows their name."""

    def get(self, key, default=None):
        return "Somebody"

    def __missing__(self, key):
        return "Somebody"
