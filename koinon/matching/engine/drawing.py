"""A map as one SVG: the bundled shapes, points on it; no tiles, nothing fetched."""

import json
from collections.abc import Sequence
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any

_SHAPES = Path(__file__).parents[2] / "network" / "static" / "network" / "map"
WIDTH = 900
EUROPE = (-25.0, 34.0, 45.0, 71.5)
WORLD = (-170.0, -56.0, 190.0, 78.0)
MARGIN = 3.0
FINE = 1.2
"""Corners of coasts nearer to each other than this (in pixels) are left out."""

Point = tuple[float, float]


def draw(points: Sequence[tuple[Point, str, str]], *, label: str) -> str:
    """An <svg> of the part of the world where `points` ((latitude, longitude), title, class) lie; "" without points."""
    if not points:
        return ""
    west, south, east, north = _window([point for point, _title, _kind in points])
    shrink = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = round((north - south) * scale)

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - west) * shrink * scale, (north - latitude) * scale

    is_europe = west >= -32 and east <= 62 and south >= 26 and north <= 74
    land = "".join(_land("europe" if is_europe else "world", place, (WIDTH, height)))
    dots = "".join(_dot(place(point[1], point[0]), title, kind) for point, title, kind in points)
    head = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
    return f'{head}<path class="land" d="{land}"/>{dots}</svg>'


def _window(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """West, south, east, north around the points, not narrower than a region, within Europe or the world."""
    norths, easts = [point[0] for point in points], [point[1] for point in points]
    west, east = min(easts) - MARGIN, max(easts) + MARGIN
    south, north = min(norths) - MARGIN, max(norths) + MARGIN
    whole = EUROPE if west >= -30 and east <= 60 and south >= 28 and north <= 74 else WORLD
    return max(west, min(whole[0], west)), south, east, min(north, 84.0)


def _land(name: str, place: Any, size: tuple[float, float]) -> list[str]:
    shapes = json.loads((_SHAPES / f"{name}.geojson").read_text("utf-8"))["features"]
    found = []
    for shape in shapes:
        geometry = shape["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for rings in parts:
            found += [path for ring in rings if (path := _ring([place(*corner[:2]) for corner in ring], size))]
    return found


def _ring(corners: list[tuple[float, float]], size: tuple[float, float]) -> str:
    """One closed line without its finest corners; "" when it lies outside or is only a dot."""
    across, down = [x for x, _ in corners], [y for _, y in corners]
    if max(across) < 0 or max(down) < 0 or min(across) > size[0] or min(down) > size[1]:
        return ""
    kept = [corners[0]]
    for x, y in corners[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= FINE:
            kept.append((x, y))
    if len(kept) < 4:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def _dot(at: tuple[float, float], title: str, kind: str) -> str:
    look, where = f"dot {escape(kind)}", f'cx="{at[0]:.1f}" cy="{at[1]:.1f}"'
    return f'<circle class="{look}" {where} r="5"><title>{escape(title)}</title></circle>'
