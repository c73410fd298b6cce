"""Write the two maps of the site from world-atlas (Natural Earth): `python tools/build_map.py FOLDER`.

FOLDER holds countries-50m.json and countries-110m.json of the npm package world-atlas. `europe.geojson` is
Europe and its neighbours, cut to a frame; `world.geojson` is everything, coarser. Each country carries its
ISO code and its CLDR names, never the names of the file. Three corrections: Kosovo (no number in the file)
is XK; Crimea is drawn with Ukraine, northern Cyprus with Cyprus, as the United Nations General Assembly and
the European Union see them.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

from babel.core import get_global

sys.path.insert(0, str(Path(__file__).parents[1]))
from koinon.kit.vocabularies.countries import country_name

OUT = Path(__file__).parents[1] / "koinon" / "network" / "static" / "network" / "map"
LANGUAGES = ("en", "sq", "mk", "lt", "el")
NAMELESS = {
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Somaliland": "SO",
    "Indian Ocean Ter.": "AU",
    "Ashmore and Cartier Is.": "AU",
}
FRAME = (-32.0, 26.0, 62.0, 74.0)
WORLD = (-180.0, -60.0, 180.0, 85.0)
SIMFEROPOL = (34.1, 44.95)

Ring = list[tuple[float, float]]


def main(folder: Path) -> None:
    """Write both maps and say how large they are."""
    for source, target, digits, frame in (
        ("countries-50m.json", "europe.geojson", 3, FRAME),
        ("countries-110m.json", "world.geojson", 2, WORLD),
    ):
        shapes = countries(json.loads((folder / source).read_text(encoding="utf-8")))
        move_crimea(shapes)
        del shapes["AQ"]  # no member lives there, and it goes round the pole
        features = [feature(code, shape, digits, frame) for code, shape in sorted(shapes.items())]
        content = {"type": "FeatureCollection", "features": [each for each in features if each]}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (OUT / target).write_text(text + "\n", encoding="utf-8")
        print(target, len(content["features"]), "countries", len(text.encode()), "bytes")


def countries(topology: dict) -> dict[str, list[list[Ring]]]:
    """Decode a TopoJSON into polygons by ISO code."""
    arcs = [decode(arc, topology["transform"]) for arc in topology["arcs"]]
    numbers = get_global("territory_aliases")
    found: dict[str, list[list[Ring]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = numbers[shape["id"]][0] if shape.get("id") in numbers else NAMELESS.get(name)
        if code is None or shape["type"] is None:
            print("left out:", name)
            continue
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        found.setdefault(code, []).extend([[join(ring, arcs) for ring in polygon] for polygon in polygons])
    return found


def decode(arc: list[list[int]], transform: dict) -> Ring:
    """Turn one arc of differences into degrees."""
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append(
            (
                x * transform["scale"][0] + transform["translate"][0],
                y * transform["scale"][1] + transform["translate"][1],
            )
        )
    return points


def join(ring: list[int], arcs: list[Ring]) -> Ring:
    """Put the arcs of one ring end to end; a negative number is that arc backwards."""
    points: Ring = []
    for number in ring:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += part[1:] if points else part
    return points


def move_crimea(shapes: dict[str, list[list[Ring]]]) -> None:
    """Give Ukraine the polygon that holds Simferopol, wherever the file put it."""
    for polygon in [each for each in shapes["RU"] if inside(SIMFEROPOL, each[0]) and len(each[0]) < 500]:
        shapes["RU"].remove(polygon)
        shapes["UA"].append(polygon)
    if not any(inside(SIMFEROPOL, polygon[0]) for polygon in shapes["UA"]):
        raise SystemExit("Crimea is not a polygon of its own in this file: look at the map")


def inside(point: tuple[float, float], ring: Ring) -> bool:
    """Tell whether a point lies in a ring (even-odd rule)."""
    x, y = point
    hit = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


def feature(
    code: str, polygons: list[list[Ring]], digits: int, frame: tuple[float, float, float, float]
) -> dict | None:
    """Make one GeoJSON feature; none where nothing of the country lies in the frame."""
    drawn = []
    for polygon in polygons:
        unrolled = [unroll(ring) for ring in polygon]
        for turn in (0, -360, 360):
            rings = [rounded(cut([(x + turn, y) for x, y in ring], frame), digits) for ring in unrolled]
            if len(rings[0]) >= 4:
                drawn.append([ring for ring in rings if len(ring) >= 4])
    if not drawn:
        return None
    names = {f"name_{language}": country_name(code, language) for language in LANGUAGES}
    return {
        "type": "Feature",
        "id": int.from_bytes(code.encode(), "big"),
        "properties": {"iso2": code, **names},
        "geometry": {"type": "MultiPolygon", "coordinates": drawn},
    }


def unroll(ring: Ring) -> Ring:
    """Let longitudes run on past 180 degrees where a ring crosses the date line."""
    points = ring[:1]
    for x, y in ring[1:]:
        points.append((x - 360 * round((x - points[-1][0]) / 360), y))
    return points


def rounded(ring: Ring, digits: int) -> list[list[float]]:
    """Round a ring, drop repeated points, close it."""
    points: list[list[float]] = []
    for x, y in ring:
        point = [round(x, digits), round(y, digits)]
        if not points or points[-1] != point:
            points.append(point)
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points


def cut(ring: Ring, frame: tuple[float, float, float, float]) -> Ring:
    """Cut a ring to the frame, side by side (Sutherland and Hodgman)."""
    west, south, east, north = frame
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        ring = cut_side(ring, axis, limit, sign)
    return ring


def cut_side(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """Keep what lies on the inner side of one line."""
    kept: Ring = []
    for before, point in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
        within, was_within = (point[axis] - limit) * sign >= 0, (before[axis] - limit) * sign >= 0
        if within != was_within:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if within:
            kept.append(point)
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]))
