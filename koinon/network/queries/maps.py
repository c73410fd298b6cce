"""The map of a network: how many members are at each place, in one query, however many there are."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import Count, QuerySet

from koinon.kit import search
from koinon.network.models import Network, Organisation, name_in
from koinon.network.queries.directory import KIND, members_of

SHAPES = Path(__file__).parents[1] / "static" / "network" / "map"
EUROPE = (-32.0, 26.0, 62.0, 74.0)
WIDTH = 1000
LISTED = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the gazetteer and how many members are there."""

    place: int
    longitude: float
    latitude: float
    name: str
    country: str
    count: int


def spots(*, network: Network, asked: Any, language: str) -> list[Spot]:
    """Places of the members that a question finds, most members first; two queries at most."""
    members = _found(network, asked, language).filter(place__isnull=False)
    rows = (
        members.order_by()
        .values_list(
            "place_id", "place__longitude", "place__latitude", "place__native", "place__name", "place__country"
        )
        .annotate(count=Count("pk"))
        .order_by("-count", "place_id")
    )
    return [Spot(key, x, y, native or name, country, count) for key, x, y, native, name, country, count in rows]


def as_json(found: Sequence[Spot]) -> bytes:
    """Spots as compact arrays: [longitude, latitude, count, place, name], degrees to four digits."""
    rows = [[round(each.longitude, 4), round(each.latitude, 4), each.count, each.place, each.name] for each in found]
    return json.dumps({"spots": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def members_at(*, network: Network, asked: Any, place: int, language: str) -> list[dict[str, str]]:
    """Of the members that a question finds those at one place, for the little window of the map."""
    found = _found(network, asked, language).filter(place=place)
    rows = found.order_by("slug").values_list("slug", "names", "language")[:LISTED]
    return [{"slug": slug, "name": name_in(names, own, language)} for slug, names, own in rows]


def _found(network: Network, asked: Any, language: str) -> "QuerySet[Organisation]":
    """The members that a question finds, in no order; all of them when nothing is asked."""
    if asked.is_empty:
        return members_of(network)
    facts = {"text": asked.text, "language": language, "spoken": network.languages, "filters": asked.facets}
    return members_of(network).filter(pk__in=search.matching(scope=network.pk, kind=KIND, **facts))


def picture(found: Sequence[Spot]) -> bytes:
    """The map as a drawing for those without script: land, borders, a point for each place."""
    is_europe = all(
        EUROPE[0] <= each.longitude <= EUROPE[2] and EUROPE[1] <= each.latitude <= EUROPE[3] for each in found
    )
    name = "europe" if is_europe else "world"
    frame = _frame(name, found)
    left, top, width, height = frame
    scale = width / WIDTH
    most = max((each.count for each in found), default=1)
    points = []
    for each in reversed(found):
        x, y = _project(each.longitude, each.latitude)
        radius = (5 + 11 * math.sqrt(each.count / most)) * scale
        said = f"<title>{escape(each.name)}: {each.count}</title>"
        points.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{said}</circle>')
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}">'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" fill="#dfe9ee"/>'
        f'<path d="{_land(name)}" fill="#f7f5ef" stroke="#9fb0b8" stroke-width="{0.8 * scale:.2f}"/>'
        f'<g fill="#1d5ea8" fill-opacity=".78" stroke="#ffffff" stroke-width="{1.5 * scale:.2f}">'
        f"{''.join(points)}</g></svg>"
    )
    return drawing.encode()


def _frame(name: str, found: Sequence[Spot]) -> tuple[float, float, float, float]:
    """What the drawing shows (left, top, width, height): the points with some land around, 8 to 5 at least."""
    whole = (-180.0, -56.0, 180.0, 76.0) if name == "world" else EUROPE
    west, south, east, north = whole
    if found and name == "europe":
        longitudes, latitudes = [each.longitude for each in found], [each.latitude for each in found]
        west, east = max(min(longitudes) - 4, whole[0]), min(max(longitudes) + 4, whole[2])
        south, north = max(min(latitudes) - 2.5, whole[1]), min(max(latitudes) + 2.5, whole[3])
    (left, bottom), (right, top) = _project(west, south), _project(east, north)
    width, height = right - left, bottom - top
    if width < height * 1.6:
        left, width = left - (height * 1.6 - width) / 2, height * 1.6
    elif height < width / 2.2:
        top, height = top - (width / 2.2 - height) / 2, width / 2.2
    return left, top, width, height


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Web Mercator in units of a tenth of a degree at the equator, y downwards."""
    bent = math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))
    return longitude * 10, -bent * 10


@lru_cache(maxsize=2)
def _land(name: str) -> str:
    """The outlines of all countries as one path, points closer than a unit left out; made once in a process."""
    shapes = json.loads((SHAPES / f"{name}.geojson").read_bytes())
    parts = []
    for feature in shapes["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        parts += [_ring(ring) for polygon in polygons for ring in polygon[:1]]
    return "".join(parts)


def _ring(ring: Sequence[Sequence[float]]) -> str:
    points: list[tuple[int, int]] = []
    for longitude, latitude, *_ in ring:
        x, y = _project(longitude, max(min(latitude, 84), -84))
        if not points or abs(round(x) - points[-1][0]) + abs(round(y) - points[-1][1]) >= 2:
            points.append((round(x), round(y)))
    if len(points) < 3:
        return ""
    (x, y), steps = points[0], []
    for (before_x, before_y), (next_x, next_y) in pairwise(points):
        steps.append(f"{next_x - before_x} {next_y - before_y}")
    return f"M{x} {y}l{' '.join(steps)}z"
