"""One step for many applications: what is asked for each, who is ticked, and what it would do."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from koinon.kit.verbs import Actor
from koinon.network.actions import bulk
from koinon.network.forms.decisions import Decline, Extend, StartReview, Waitlist
from koinon.network.forms.fields import Form
from koinon.network.models import Application

TRIED = 25
LABELS = {
    "remind": gettext_lazy("Remind whoever's turn it is"),
    "extend": gettext_lazy("Give more time"),
    "check": gettext_lazy("Begin the completeness check"),
    "review": gettext_lazy("Begin the review"),
    "waitlist": gettext_lazy("Put on the waiting list"),
    "decline": gettext_lazy("Decline with a reason"),
}


class Many(Form):
    """A step that needs no words."""

    def said(self) -> dict[str, Any]:
        return {"facts": dict(self.cleaned_data)}


class ManyExtend(Many, Extend):
    pass


class ManyReview(Many, StartReview):
    pass


class ManyWaitlist(Many, Waitlist):
    pass


class ManyDecline(Many, Decline):
    pass


FORMS: dict[str, type[Many]] = {
    "remind": Many,
    "extend": ManyExtend,
    "check": Many,
    "review": ManyReview,
    "waitlist": ManyWaitlist,
    "decline": ManyDecline,
}


def ticked(said: QueryDict) -> tuple[list[str], dict[str, str], bool]:
    """Ids that are ticked (only those that are ids), the filters of the list, and whether all of them are meant."""
    keys = []
    for key in said.getlist("application")[:2000]:
        try:
            keys.append(str(UUID(key)))
        except ValueError:
            continue
    return keys, {name: said.get(name, "") for name in ("state", "turn", "country", "q", "late")}, "all" in said


def preview(me: Actor, rows: list[Application], step: str, form: Many) -> dict[str, Any]:
    """What the step would do: tried on the first 25 and taken back, when it needs no words or they are there."""
    problems: dict[str, str] = {}
    facts = {**bulk.SAMPLES.get(step, {})}
    for row in rows[:TRIED]:
        if problem := bulk.one(by=me, key=str(row.pk), step=step, facts=facts, is_dry=True):
            problems[str(row.pk)] = problem
    return {
        "label": LABELS[step],
        "rows": [(row, problems.get(str(row.pk), "")) for row in rows[:TRIED]],
        "keys": [str(row.pk) for row in rows],
        "more": max(len(rows) - TRIED, 0),
        "possible": len(rows[:TRIED]) - len(problems),
        "total": len(rows),
    }
