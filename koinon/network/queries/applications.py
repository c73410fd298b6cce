"""Applications as lists and as a page: the same words for the applicant and for the staff."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When
from django.utils.translation import get_language, gettext_lazy

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network import rules
from koinon.network.models import (
    APPLICATION_STEPS,
    SPEAKS,
    Advice,
    Application,
    Membership,
    Network,
    Organisation,
)

HOUR = timedelta(hours=1)
PAGE = 25
TARGETS = {
    "review": "review",
    "return": "returned",
    "decline": "declined",
    "admit": "admitted",
    "withdraw": "withdrawn",
}
TONES = {
    "draft": "plain",
    "submitted": "waiting",
    "review": "waiting",
    "returned": "waiting",
    "admitted": "good",
    "declined": "bad",
    "withdrawn": "plain",
}
WAY = [gettext_lazy("Sent"), gettext_lazy("Under review"), gettext_lazy("Decided")]


def may_apply_for(me: Actor, network: Network) -> list[Organisation]:
    """Organisations I speak for that do not belong to the network and have nothing under way there. One query."""
    mine = [key for role in SPEAKS for key in me.scopes(role)]
    if not mine:
        return []
    belong = Membership.objects.active().filter(network=network, organisation__in=mine).values("organisation")
    asked = Application.objects.open().filter(network=network, organisation__in=mine).values("organisation")
    rows = Organisation.objects.filter(pk__in=mine).exclude(pk__in=belong).exclude(pk__in=asked)
    return list(rows.order_by("slug"))


def listed(me: Actor, network: Network, state: str, after: str) -> dict[str, Any]:
    """One page of a network's applications, those that wait first; three queries."""
    rows = Application.objects.for_staff(me).filter(network=network)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in Application.State.values:
        rows = rows.filter(state=state)
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    urgent = Case(When(state__in=Application.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = rows.annotate(urgent=urgent).order_by("urgent", "due_on", "-id").select_related("organisation", "network")
    found = list(ordered[start : start + PAGE + 1])
    return {
        "rows": [{"application": row, "tone": TONES[row.state], **whose_turn(row)} for row in found[:PAGE]],
        "after": str(start + PAGE) if len(found) > PAGE else "",
        "before": str(max(start - PAGE, 0)) if start else "",
        "state": state,
        "states": [
            (value, label, counts.get(value, 0)) for value, label in Application.State.choices if counts.get(value)
        ],
        "total": sum(counts.values()),
    }


def whose_turn(row: Application) -> dict[str, Any]:
    """Whose turn it is, since when, until when; nobody's once it is decided."""
    whose: Any = ""
    if row.state in ("draft", "returned"):
        whose = row.organisation
    elif row.state in ("submitted", "review"):
        whose = row.network
    return {"whose": whose, "since": row.moved_at if whose else None, "until": row.due_on if whose else None}


def page(me: Actor, row: Application) -> dict[str, Any]:
    """Everything on the page of one application; two queries."""
    is_staff = rules.may_review(by=me, application=row)
    is_ours = rules.may_change_application(by=me, application=row)
    advices = list(Advice.objects.filter(application=row).select_related("person")) if is_staff else []
    mine = next(({"verdict": each.verdict, "text": each.text} for each in advices if each.person_id == me.person), {})
    turn = whose_turn(row)
    country = country_name(row.organisation.country, (get_language() or "en")[:2]) if row.organisation.country else ""
    is_mine = bool(turn["whose"]) and (is_ours if row.state in ("draft", "returned") else is_staff)
    return {
        "application": row,
        "organisation": row.organisation,
        "country": country,
        "tone": TONES[row.state],
        "way": way_of(row),
        "turn": {**turn, "is_mine": is_mine},
        "is_staff": is_staff,
        "is_ours": is_ours,
        "may": {step: may_take(me, row, step) for step in (*TARGETS, "advise")},
        "advices": advices,
        "my_advice": mine,
    }


def way_of(row: Application) -> Mapping[str, Any]:
    """The steps line: labels and how far it is."""
    is_over = row.state in ("admitted", "declined", "withdrawn")
    first = row.get_state_display() if row.state in ("draft", "returned") else WAY[0]
    last = row.get_state_display() if is_over else WAY[2]
    return {"labels": [first, WAY[1], last], "current": len(WAY) if is_over else int(row.state == "review")}


def may_take(me: Actor, row: Application, step: str) -> bool:
    """True if this reader may take this step now."""
    if step == "advise":
        return row.state in ("submitted", "review") and rules.may_review(by=me, application=row)
    if not APPLICATION_STEPS.allows(row.state, TARGETS[step]):
        return False
    if step == "withdraw":
        return rules.may_change_application(by=me, application=row)
    return (rules.may_review if step == "review" else rules.may_decide)(by=me, application=row)
