"""What counts beside meaning: each signal of a pair by name, and how much it weighs.

The unit is meaning: 1 is the usual difference in meaning between two good candidates. A signal that nothing is known
about is 0 and counts neither way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

USUAL: Mapping[str, float] = {
    "themes": 0.6,
    "about": 0.4,
    "partner": 0.5,
    "no_partner": -0.7,
    "country": 0.3,
    "no_country": -0.7,
    "language": 0.2,
    "no_language": -0.3,
    "near": 0.2,
    "common": 0.2,
    "known": -0.2,
    "answers": 0.2,
    "silent": -0.4,
    "new": 0.1,
    "old": -0.2,
    "risk": -0.4,
}
"""How much each signal weighs in a network that has not learned its own weights; docs/matching.md tells them all."""

NEAR_KM = 150
QUICK_DAYS, SLOW_DAYS = 7, 21
"""An organisation that usually answers within a week, or only after three."""
NEW_DAYS, OLD_DAYS = 30, 180
"""An offer or need from this month, or one that nobody has touched for half a year."""
MOST_THEMES, MOST_COMMON = 2, 2


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of an offer or need beside its meaning; empty means "not said", which counts neither way."""

    language: str
    organisation: int
    kind: str = ""
    themes: frozenset[str] = frozenset()
    partner_kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    organisation_kind: str = ""
    country: str = ""
    speaks: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    partners: frozenset[int] = frozenset()
    """Organisations that it has a confirmed tie with."""
    answers_in: int | None = None
    """Days until its organisation usually answers."""
    age: int | None = None
    """Days since it was published or changed."""
    risk: int = 0
    """1: its membership is at risk; 2: inactive, so that it can write nothing new."""


def parts(need: Item, offer: Item) -> dict[str, float]:
    """How much of each signal of `USUAL` there is in a pair; only those that there are."""
    found = {
        "themes": min(MOST_THEMES, len(need.themes & offer.themes)),
        "about": float(bool(need.kind) and need.kind == offer.kind),
        **_sought(need, offer),
    }
    if need.speaks and offer.speaks:
        found["language" if need.speaks & offer.speaks else "no_language"] = 1.0
    distance = kilometres(need.point, offer.point)
    found["near"] = float(distance is not None and distance <= NEAR_KM)
    if offer.organisation in need.partners or need.organisation in offer.partners:
        found["known"] = 1.0
    else:
        found["common"] = min(MOST_COMMON, len(need.partners & offer.partners))
    for each in (need, offer):
        if each.answers_in is not None:
            found["answers"] = found.get("answers", 0) + (each.answers_in <= QUICK_DAYS)
            found["silent"] = found.get("silent", 0) + (each.answers_in > SLOW_DAYS)
        if each.age is not None:
            found["new"] = found.get("new", 0) + (each.age <= NEW_DAYS)
            found["old"] = found.get("old", 0) + (each.age > OLD_DAYS)
        found["risk"] = found.get("risk", 0) + each.risk
    return {name: float(value) for name, value in found.items() if value}


def _sought(need: Item, offer: Item) -> dict[str, float]:
    """The kinds of partner and the countries that each side looks for, both ways."""
    found: dict[str, float] = {}
    for seeker, other in ((need, offer), (offer, need)):
        if seeker.partner_kinds and other.organisation_kind:
            name = "partner" if other.organisation_kind in seeker.partner_kinds else "no_partner"
            found[name] = found.get(name, 0) + 1
        if seeker.countries and other.country:
            name = "country" if other.country in seeker.countries else "no_country"
            found[name] = found.get(name, 0) + 1
    return found


def weighed(found: Mapping[str, float], weights: Mapping[str, float] = USUAL) -> float:
    """What the signals of a pair add to its meaning, in usual differences of meaning."""
    return sum(weights.get(name, 0.0) * value for name, value in found.items())


def kilometres(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float | None:
    """Great-circle distance of two points (latitude, longitude in degrees); None when one is not known."""
    if one is None or other is None:
        return None
    (north, east), (north2, east2) = (map(radians, point) for point in (one, other))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))
