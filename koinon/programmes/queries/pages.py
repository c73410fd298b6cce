"""What the pages of programmes show: mine, a programme's people, a delivery with its tabs, lists of participants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor
from koinon.learning.models import Enrolment, Run
from koinon.programmes.engine.suppression import FEWEST, hidden, may_tell
from koinon.programmes.models import (
    CascadeGrant,
    Delivery,
    Participant,
    Programme,
    Qualification,
)
from koinon.programmes.queries import opinions
from koinon.programmes.queries.lineage import PEOPLE
from koinon.programmes.queries.lineage_rows import NOT_BEGUN
from koinon.programmes.queries.standing import Standing, standings
from koinon.programmes.queries.toolkits import titles
from koinon.programmes.rules import cascade as rules

MOST = 100


@dataclass(frozen=True)
class Mine:
    """A grant of mine with what was done under it."""

    grant: CascadeGrant
    deliveries: int
    people: int

    @property
    def may_open(self) -> bool:
        grant = self.grant
        return grant.state == "active" and grant.until >= timezone.localdate() and grant.programme.state == "running"


@dataclass(frozen=True)
class OnWay:
    """Somebody on the way, with where they stand."""

    row: Qualification
    standing: Standing


def my_grants(me: Actor) -> list[Mine]:
    """One query."""
    rows = CascadeGrant.objects.filter(person=me.person).exclude(state="withdrawn").select_related("programme")
    counted = ~Q(deliveries__state="cancelled")
    told = rows.annotate(
        number=Count("deliveries", filter=counted), people=Sum("deliveries__number_reached", filter=counted)
    )
    return [Mine(row, row.number, row.people or 0) for row in told.order_by("-pk")]


def my_deliveries(me: Actor) -> list[Delivery]:
    """What I give or help with, what goes on first. One query."""
    rows = Delivery.objects.given_by(me).exclude(state="cancelled").select_related("programme", "place")
    return list(rows.order_by("-starts_on", "-pk")[:30])


def my_visits(me: Actor) -> list[Delivery]:
    """What I supervise and is not verified yet. One query."""
    rows = Delivery.objects.looked_after_by(me).exclude(state__in=["cancelled", "verified"])
    return list(rows.select_related("programme", "place").order_by("starts_on", "pk")[:30])


def on_way(rows: QuerySet[Qualification]) -> list[OnWay]:
    """With their standings; four queries, whatever the number of rows."""
    found = list(rows.select_related("programme__course", "person", "came_from")[:MOST])
    told = standings(found)
    return [OnWay(row, told[row.pk]) for row in found]


def my_ways(me: Actor) -> list[OnWay]:
    return on_way(Qualification.objects.open().filter(person=me.person).order_by("-pk"))


def grants_of(programme: Programme) -> QuerySet[CascadeGrant]:
    """All grants with what was done under each: one row, one query."""
    counted = ~Q(deliveries__state="cancelled")
    rows = CascadeGrant.objects.filter(programme=programme).select_related("person", "organisation")
    return rows.annotate(
        number=Count("deliveries", filter=counted), people=Sum("deliveries__number_reached", filter=counted)
    ).order_by("generation", "-pk")


def about(programme: Programme, *, is_original: bool) -> texts.Reading:
    """What it is about, in the reader's language where somebody translated it. One query at most."""
    language = programme.language if is_original else (get_language() or "en")[:2]
    return texts.read(programme, "about", language)


def figures(programme: Programme) -> dict[str, int | None]:
    """For the public page; None where a number is too small to be shown. Two queries."""
    rows = Delivery.objects.filter(programme=programme).exclude(state__in=NOT_BEGUN)
    told = rows.aggregate(deliveries=Count("pk"), people=Sum(PEOPLE))
    grants = CascadeGrant.objects.filter(programme=programme).exclude(state="withdrawn")
    return {
        "deliveries": told["deliveries"], "people": shown(told["people"] or 0), "facilitators": shown(grants.count()),
    }  # fmt: skip


def shown(number: int) -> int | None:
    """A count that names nobody: none, or five and more."""
    return number if number == 0 or number >= FEWEST else None


def counts(delivery: Delivery) -> tuple[int | None, int | None]:
    """(reached, finished) for readers of counts: without those from which somebody could be told."""
    reached, finished = delivery.number_reached, delivery.number_finished
    return shown(reached), finished if may_tell(finished, reached) else None


def tabs_of(delivery: Delivery, me: Actor, current: str) -> list[dict[str, Any]]:
    """The parts of a delivery that this reader may open."""
    rows = [("delivery", _("Delivery"))]
    if rules.sees_names(by=me, delivery=delivery):
        rows.append(("participants", _("Who takes part")))
    if rules.gives(by=me, delivery=delivery):
        rows += [("report", _("Report")), ("delivery_settings", _("Settings"))]
    return [
        {"url": to(f"programmes:{name}", delivery.pk), "label": label, "current": name == current}
        for name, label in rows
    ]


def listed(delivery: Delivery, me: Actor) -> list[Participant]:
    """Participants whose names the reader may see: all for those who give or supervise it; for those who gave the
    parent no children, and nobody without their name being shared."""
    rows = delivery.participants.order_by("name", "pk")
    own = rules.gives(by=me, delivery=delivery) or rules.looks_after(by=me, delivery=delivery)
    return list(rows if own else rows.exclude(age="u18").exclude(name=""))


def facts_of(delivery: Delivery, *, is_own: bool) -> dict[str, Any]:
    """Figures, visits and the report of a delivery: all of it for those whose it is, counts for the others."""
    ages = [*Participant.Age.choices, ("", _("Not said"))]
    used = {str(key) for key in delivery.used}
    return {
        "counts": (delivery.number_reached, delivery.number_finished) if is_own else counts(delivery),
        "ages": breakdown(delivery, "age", ages, is_own=is_own), "helpers": list(delivery.helpers.order_by("pk")),
        "visits": list(delivery.observations.order_by("on", "pk")) if is_own else [],
        "proposals": list(delivery.proposals.order_by("-pk")) if is_own else [],
        "said": opinions.shown(delivery, get_language() or delivery.language) if is_own else [],
        "learning": learning_in(delivery) if is_own else {},
        "leaves": [title for key, title in titles(delivery.toolkit, delivery.language) if key in used],
    }  # fmt: skip


def runs_for(delivery: Delivery, me: Actor) -> QuerySet[Run]:
    """Runs of the programme's course that the reader teaches and that belong to no other delivery."""
    rows = Run.objects.taught_by(me).filter(course=delivery.programme.course_id).exclude(state="cancelled")
    return rows.filter(Q(delivery=None) | Q(delivery=delivery)).order_by("-starts_on", "-pk")


def learning_in(delivery: Delivery) -> dict[str, int]:
    """How many learn in the run of a delivery, and how many have finished. One query, none without a run."""
    if delivery.run_id is None:
        return {}
    rows = Enrolment.objects.learning().filter(run=delivery.run_id)
    return rows.aggregate(learn=Count("pk"), done=Count("pk", filter=Q(state="finished")))


@dataclass(frozen=True)
class Cell:
    """A count, or that it is too small to be shown."""

    label: str
    number: int | None


def breakdown(delivery: Delivery, field: str, names: Sequence[tuple[str, Any]], *, is_own: bool = False) -> list[Cell]:
    """People by age or gender; for readers of counts without what could name somebody. One query."""
    told = dict(delivery.participants.order_by().values_list(field).annotate(number=Count("pk")))
    numbers = [told.get(key, 0) for key, _label in names]
    left_out = frozenset() if is_own else hidden(numbers)
    return [
        Cell(str(label), None if place in left_out else numbers[place]) for place, (_key, label) in enumerate(names)
    ]
