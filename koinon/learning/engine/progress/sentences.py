"""The one sentence that says why: the same words for the learner and for the facilitator."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from koinon.kit import words
from koinon.learning.engine.progress.events import Outcome

SENTENCES: Mapping[str, str | Promise] = {
    "viewed": _("Opened."),
    "not_viewed": _("Not opened yet."),
    "answered": _("Answered."),
    "not_answered": _("Not answered yet."),
    "accepted": _("The evidence has been accepted."),
    "handed_in": _("The evidence has been handed in; a facilitator looks at it next."),
    "returned": _("The evidence came back with advice; it can be handed in again."),
    "not_handed_in": _("No evidence has been handed in yet."),
    "score_waits": _("Handed in; a facilitator reads the long answers next."),
    "not_scored": _("Not answered yet; %(needed)s%% of the points are needed."),
    "score": _("%(share)s%% of the points; %(needed)s%% were needed."),
    "score_low": _("%(share)s%% of the points; %(needed)s%% are needed: try again, or ask the facilitator."),
    "score_points": _("%(points)s of %(of)s points; %(needed)s were needed."),
    "score_low_points": _("%(points)s of %(of)s points; %(needed)s are needed: try again, or ask the facilitator."),
    "completed": _("Worked through to the end."),
    "not_completed": _("Not worked through to the end yet."),
    "passed": _("Passed."),
    "not_passed": _("Not passed yet."),
    "excused": _("Excused by a facilitator; it counts as done."),
    "reopened": _("Opened again by a facilitator; what was done before counts no more."),
    "nothing": _("Nothing is asked for here."),
    "any": _("One of these is enough: %(ways)s"),
    "": "",
}
"""code (Outcome.why) -> sentence; codes that count are in COUNTED."""

COUNTED: Mapping[str, tuple[Any, str]] = {
    "attended": (
        ngettext_lazy(
            "%(done)s of %(needed)s session attended.", "%(done)s of %(needed)s sessions attended.", "needed_"
        ),
        "needed",
    ),
    "not_attended": (
        ngettext_lazy(
            "No session attended yet; %(needed)s is needed.",
            "No session attended yet; %(needed)s are needed.",
            "needed_",
        ),
        "needed",
    ),
    "posted": (
        ngettext_lazy(
            "%(done)s of %(needed)s contribution written.", "%(done)s of %(needed)s contributions written.", "needed_"
        ),
        "needed",
    ),
    "not_posted": (
        ngettext_lazy(
            "No contribution written yet; %(needed)s is needed.",
            "No contribution written yet; %(needed)s are needed.",
            "needed_",
        ),
        "needed",
    ),
    "steps": (
        ngettext_lazy("%(done)s of %(of)s step done.", "%(done)s of %(of)s steps done.", "of_"),
        "of",
    ),
    "steps_waiting": (
        ngettext_lazy(
            "%(done)s of %(of)s step done; a facilitator looks at the rest next.",
            "%(done)s of %(of)s steps done; a facilitator looks at the rest next.",
            "of_",
        ),
        "of",
    ),
}


def sentence(outcome: Outcome) -> str:
    """Why somebody stands where they stand, in the language of the reader."""
    return said(outcome.why, outcome.values)


def said(why: str, values: Mapping[str, Any]) -> str:
    """The same for the code and values of a stored outcome; "" for codes that nobody knows (any more)."""
    if why in ("score", "score_low") and "points" in values:
        of = values["of"]
        needed = math.ceil(values["needed"] * of * 100 - 1e-6) / 100
        places = {"points": _short(values["points"]), "of": _short(of), "needed": _short(needed)}
        return str(SENTENCES[f"{why}_points"]) % places
    if why in COUNTED:
        form, name = COUNTED[why]
        return str(form % {**values, f"{name}_": values[name]})
    if why == "any":
        ways = words.clauses(said(way["why"], way["values"]).rstrip(".") for way in values["ways"])
        return str(SENTENCES["any"]) % {"ways": ways}
    shares = {name: _percent(name, value) for name, value in values.items() if name in ("share", "needed")}
    return str(SENTENCES.get(why, "")) % {**values, **shares}


def _percent(name: str, share: float) -> str:
    """Reached shares are never rounded up to what is needed, needed ones never down."""
    scaled = share * 1000
    rounded = math.ceil(scaled - 1e-6) if name == "needed" else math.floor(scaled + 1e-6)
    return _short(rounded / 10)


def _short(number: float) -> str:
    """Two decimals at most, none where there are none."""
    return number_format(number, decimal_pos=2).rstrip("0").rstrip(".,") if number % 1 else number_format(int(number))
