"""Doors of calls and juries: name -> (method, what each of test_doors.WHO meets)."""

from django.urls import reverse

from koinon.kit import links
from koinon.projects.notices.asking import PURPOSE
from tests import factories

IN, GO, ASK, NONE = 200, 302, "sign in", 404

RUN = (NONE, NONE, NONE, IN, NONE, NONE, NONE, ASK)
RUN_GO = (NONE, NONE, NONE, GO, NONE, NONE, NONE, ASK)
JURY = (NONE, NONE, NONE, NONE, IN, NONE, NONE, ASK)

DOORS: dict = {
    "projects:calls_of": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "projects:call": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "projects:call_new": ("get", RUN),
    "projects:call_desk": ("get", RUN),
    "projects:call_step": ("post", RUN),
    "projects:criterion_add": ("post", RUN),
    "projects:criterion_drop": ("post", RUN_GO),
    "projects:juror_name": ("post", RUN),
    "projects:asked": ("get", (IN, IN, IN, IN, IN, IN, IN, IN)),
    "projects:juror_leave": ("post", (NONE, NONE, NONE, GO, GO, NONE, NONE, ASK)),
    "projects:judging": ("get", JURY),
    "projects:judge": ("get", JURY),
    "projects:judge_step": ("post", JURY),
    "projects:ranking": ("get", RUN),
    "projects:decision": ("get", RUN),
}


def addresses(request) -> dict:
    """The addresses, with rows behind them; the jury is at work, but for the decision."""
    plan, network, call = (request.getfixturevalue(name) for name in ("plan", "network", "call"))
    type(network).objects.filter(pk=network.pk).update(is_public=True)
    state = "ranked" if request.getfixturevalue("name") == "projects:decision" else "judging"
    type(call).objects.filter(pk=call.pk).update(state=state)
    type(plan).objects.filter(pk=plan.pk).update(state="submitted", due_on=call.decides_on)
    juror = factories.juror(call=call, person=request.getfixturevalue("jana"))
    judgement = factories.judgement(juror=juror, project=plan)
    named = ("call", "call_desk", "criterion_add", "juror_name", "judging", "ranking")
    return {
        **{f"projects:{name}": reverse(f"projects:{name}", args=[call.slug]) for name in named},
        "projects:asked": reverse("projects:asked", args=[links.make(PURPOSE, call=str(call.pk), email="a@b.example")]),
        "projects:calls_of": reverse("projects:calls_of", args=[network.slug]),
        "projects:call_new": reverse("projects:call_new", args=[network.slug]),
        "projects:call_step": reverse("projects:call_step", args=[call.slug, "end-jury"]),
        "projects:criterion_drop": reverse("projects:criterion_drop", args=[call.criteria.first().pk]),
        "projects:juror_leave": reverse("projects:juror_leave", args=[juror.pk]),
        "projects:judge": reverse("projects:judge", args=[judgement.pk]),
        "projects:judge_step": reverse("projects:judge_step", args=[judgement.pk, "conflict"]),
        "projects:decision": reverse("projects:decision", args=[plan.slug]),
    }
