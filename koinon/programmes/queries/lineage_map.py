"""The map of a lineage: a drawing for those without script, rows for those with one."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from koinon.network.queries import maps
from koinon.programmes.queries.lineage import Spot


def said(spot: Spot, people: str) -> str:
    """One place in words."""
    numbers = ", ".join(str(number) for number, _deliveries in spot.generations)
    return _("%(place)s. Generations: %(numbers)s. Deliveries: %(deliveries)s. People reached: %(people)s.") % {
        "place": spot.name, "numbers": numbers, "deliveries": spot.deliveries, "people": people,
    }  # fmt: skip


def as_rows(rows: Sequence[tuple[Spot, str]]) -> list[list[Any]]:
    """[longitude, latitude, deliveries, earliest generation, words], degrees to four digits."""
    return [
        [round(spot.longitude, 4), round(spot.latitude, 4), spot.deliveries, spot.first, said(spot, people)]
        for spot, people in rows
    ]


def drawing(rows: Sequence[tuple[Spot, str]]) -> bytes:
    """The network's drawing of land and points; points grow with the number of deliveries."""
    return maps.picture(
        [
            maps.Spot(spot.place, spot.longitude, spot.latitude, spot.name, spot.country, spot.deliveries)
            for spot, _people in rows
        ]
    )
