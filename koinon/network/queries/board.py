"""Applications of a network as a list and as a board, with filters; the same number of queries whatever the rows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language, gettext_lazy

from koinon.kit.meaning.folding import fold
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name
from koinon.network.models import SPEAKS, Application, Network
from koinon.network.queries.applications import TONES, whose_turn

PAGE = 25
ON_BOARD = 12
COLUMNS = [
    (gettext_lazy("Submitted"), ("submitted",)),
    (gettext_lazy("Completeness check"), ("check", "returned")),
    (gettext_lazy("Endorsement"), ("endorsement",)),
    (gettext_lazy("Under review"), ("review",)),
    (gettext_lazy("On the waiting list"), ("waitlisted",)),
    (gettext_lazy("Onboarding"), ("admitted", "onboarding")),
]
FILTERS = ("state", "turn", "country", "q", "late")


def asked(values: Mapping[str, str]) -> dict[str, str]:
    """The filters that somebody set and that mean something."""
    said = {name: values.get(name, "")[:80] for name in FILTERS}
    if said["state"] not in Application.State.values:
        said["state"] = ""
    if said["turn"] not in Application.Turn.values:
        said["turn"] = ""
    return said


def filtered(me: Actor, network: Network, said: Mapping[str, str]) -> QuerySet[Application]:
    """Applications this reader handles, narrowed down."""
    rows: QuerySet[Application] = Application.objects.for_staff(me).filter(network=network)
    if said.get("state"):
        rows = rows.filter(state=said["state"])
    if said.get("turn"):
        rows = rows.filter(turn=said["turn"])
    if said.get("country"):
        rows = rows.filter(organisation__country=said["country"])
    if said.get("q"):
        rows = rows.filter(organisation__keys__contains=fold(said["q"]))
    if said.get("late"):
        rows = rows.filter(due_on__lt=date.today(), state__in=Application.OPEN)
    return rows


def listed(me: Actor, network: Network, values: Mapping[str, str]) -> dict[str, Any]:
    """One page of the list, those that wait first."""
    said = asked(values)
    rows = filtered(me, network, said)
    after = values.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    urgent = Case(When(state__in=Application.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = rows.annotate(urgent=urgent).order_by("urgent", "due_on", "-id").select_related("organisation", "network")
    found = list(ordered[start : start + PAGE + 1])
    return {
        "rows": [_card(me, row) for row in found[:PAGE]],
        "after": str(start + PAGE) if len(found) > PAGE else "",
        "before": str(max(start - PAGE, 0)) if start else "",
        "total": rows.count(),
        **_choices(me, network, said),
    }


def board(me: Actor, network: Network, values: Mapping[str, str]) -> dict[str, Any]:
    """Columns by state, the most urgent of each on top."""
    said = {**asked(values), "state": ""}
    rows = filtered(me, network, said).filter(state__in=Application.OPEN)
    place = Window(RowNumber(), partition_by=[F("state")], order_by=[F("due_on").asc(), F("id").desc()])
    found = rows.annotate(place=place).filter(place__lte=ON_BOARD).select_related("organisation", "network")
    cards = [_card(me, row) for row in found.order_by("due_on", "-id")]
    choices = _choices(me, network, said)
    counts = {value: count for value, _label, count in choices["states"]}
    columns = []
    for label, states in COLUMNS:
        mine = [card for card in cards if card["application"].state in states]
        total = sum(counts.get(state, 0) for state in states)
        columns.append({"label": label, "cards": mine, "total": total, "state": states[0]})
    return {"columns": columns, "total": sum(column["total"] for column in columns), **choices}


def _card(me: Actor, row: Application) -> dict[str, Any]:
    """What the list and the board show of one; it asks the database nothing."""
    return {
        "application": row,
        "tone": TONES[row.state],
        **whose_turn(row),
        "is_mine": row.turn == "network" and me.holds("coordinator", row.network_id) and not _is_of_mine(me, row),
        "is_late": bool(row.due_on and row.turn and row.due_on < date.today()),
    }


def _is_of_mine(me: Actor, row: Application) -> bool:
    """My own house applies: others decide."""
    return me.person == row.applicant_id or any(me.holds(role, row.organisation_id) for role in SPEAKS)


def _choices(me: Actor, network: Network, said: Mapping[str, str]) -> dict[str, Any]:
    """What the filters offer, with counts over everything. Two queries."""
    rows = Application.objects.for_staff(me).filter(network=network).order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    language = (get_language() or "en")[:2]
    lands = rows.exclude(organisation__country="").values_list("organisation__country").annotate(Count("pk"))
    countries = sorted((country_name(code, language), code, count) for code, count in lands)
    return {
        "said": said,
        "is_filtered": any(said.values()),
        "states": [(value, label, counts[value]) for value, label in Application.State.choices if counts.get(value)],
        "turns": [(value, label) for value, label in Application.Turn.choices if value],
        "countries": countries,
        "all": sum(counts.values()),
    }


def chosen(me: Actor, network: Network, keys: list[str], values: Mapping[str, str], is_all: bool) -> list[Application]:
    """The ticked applications, or all that the filters leave; at most 2,000."""
    rows = filtered(me, network, asked(values)) if is_all else filtered(me, network, {}).filter(Q(pk__in=keys))
    return list(rows.select_related("organisation", "network").order_by("due_on", "-id")[:2000])
