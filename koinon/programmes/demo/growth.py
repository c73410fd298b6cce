"""The rest of the demo's cascade: enough facilitators in four generations for figures with their intervals.

Roles with a number, deliveries in counts, written at once: nobody is told about them, and no act of today made them.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from koinon.accounts import demo
from koinon.accounts.models import Person
from koinon.network.models import Place
from koinon.programmes.models import CascadeGrant, Delivery, Participant, Programme, Toolkit

TITLES = {"sq": ("Lehtësues %s", "Mbrëmje dëgjimi"), "mk": ("Олеснувач %s", "Вечер на слушање")}
MANY = (0, 1, 0, 0, 1, 0, 0)
"""Who delivers once more than others, in turn."""


@dataclass(frozen=True)
class Generation:
    """How many facilitators, how long ago they began, and how well participants found it on average."""

    number: int
    facilitators: int
    ago: int
    quality: str


GENERATIONS = (
    Generation(1, 5, 400, "4.6"), Generation(2, 11, 280, "4.3"), Generation(3, 21, 160, "3.9"),
    Generation(4, 16, 70, "3.6"),
)  # fmt: skip


def grow(programme: Programme, places: list[int]) -> list[Delivery]:
    """Generation after generation, each from the deliveries of the one before, always the same ones."""
    towns = {row.pk: row for row in Place.objects.filter(pk__in=places)}
    found = [towns[key] for key in dict.fromkeys(places) if key in towns]
    kits = {kit.number: kit for kit in programme.toolkits.filter(state="published")}
    made: list[Delivery] = []
    above: list[Delivery] = []
    for each in GENERATIONS:
        grants = _grants(programme, each, above)
        below = _deliveries(each, grants, found, kits)
        _took_part(above, grants)
        made, above = made + below, below
    _took_part(above, [])
    return made


def _grants(programme: Programme, each: Generation, above: list[Delivery]) -> list[CascadeGrant]:
    since = timezone.localdate() - timedelta(days=each.ago + 20)
    holders = [_person(each, n) for n in range(each.facilitators)]
    Person.objects.bulk_create(holders)
    rows = [
        CascadeGrant(
            programme=programme, person=person, parent=above[n * n % len(above)] if above else None,
            generation=each.number, since=since, until=since + timedelta(days=730), is_demo=True,
            target_deliveries=programme.target_deliveries, target_people=programme.target_people,
        )
        for n, person in enumerate(holders)
    ]  # fmt: skip
    return CascadeGrant.objects.bulk_create(rows)


def _person(each: Generation, n: int) -> Person:
    code, language = f"{each.number}-{n + 1}", "mk" if n % 3 == 2 else "sq"
    return Person(
        email=demo.address(f"leaders-{code}"), name=TITLES[language][0] % code, language=language, is_demo=True,
        password=make_password(None),
    )  # fmt: skip


def _deliveries(
    each: Generation, grants: list[CascadeGrant], towns: list[Place], kits: dict[int, Toolkit]
) -> list[Delivery]:
    rows = [
        _delivery(each, grant, n, towns, kits)
        for n, grant in enumerate(grants)
        for _once_more in range(1 + MANY[n % len(MANY)])
    ]
    return Delivery.objects.bulk_create(rows)


def _delivery(each: Generation, grant: CascadeGrant, n: int, towns: list[Place], kits: dict[int, Toolkit]) -> Delivery:
    starts = timezone.localdate() - timedelta(days=each.ago - 3 * n % 50)
    number, above, language = 9 + n * 5 % 9, grant.parent, "mk" if n % 3 == 2 else "sq"
    return Delivery(
        programme=grant.programme, grant=grant, parent=above, path=[*above.path, above.pk] if above else [],
        generation=each.number, title=TITLES[language][1], language=language, state="verified", starts_on=starts,
        ends_on=starts + timedelta(days=1), place=towns[n * 3 % len(towns)] if towns else None,
        toolkit=kits.get(1 if each.ago > 200 else 2), expected=number, is_demo=True,
        quality=Decimal(each.quality) + Decimal(n % 5 - 2) / 10,
    )  # fmt: skip


def _took_part(given: list[Delivery], came: list[CascadeGrant]) -> None:
    """Nameless people of these deliveries; as many of them became facilitators as there are grants."""
    became = {row.pk: [grant for grant in came if grant.parent_id == row.pk] for row in given}
    for row in given:
        row.number_reached = max(row.expected, len(became[row.pk]))
        row.number_finished = row.number_reached - row.number_reached // 7
        row.number_became = len(became[row.pk])
    Delivery.objects.bulk_update(given, ["number_reached", "number_finished", "number_became"])
    Participant.objects.bulk_create(
        Participant(
            delivery=row, age="18-29" if n % 2 else "30-64", has_finished=n < row.number_finished,
            has_become=n < row.number_became,
        )
        for row in given
        for n in range(row.number_reached)
    )  # fmt: skip
