"""The lineage as one SVG: rings of generations around the programme, folded where there would be too many points."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from html import escape
from math import cos, pi, sin, sqrt

from koinon.programmes.engine.lineage import Facilitator

SIDE = 1000
MOST = 200
"""Points drawn at once; what does not fit is folded into the point it came from, and opened by itself."""
OUTER, INNER = 440.0, 60.0
LABELLED = 8
LONGEST = 24
PAGE = {
    "dot": "var(--k-accent)", "line": "var(--k-muted)", "ring": "var(--k-line)", "word": "var(--k-ink)",
    "paper": "var(--k-paper)", "back": "",
}  # fmt: skip
FILE = {
    "dot": "#1d5ea8", "line": "#6b7280", "ring": "#d5dae0", "word": "#1a1d21", "paper": "#ffffff", "back": "#ffffff",
}  # fmt: skip


@dataclass(slots=True)
class Point:
    """A facilitator on the picture: ring and angle; `folded`: how many who came of them are not drawn."""

    who: Facilitator
    ring: int
    above: "Point | None" = None
    below: list["Point"] | None = None
    folded: int = 0
    angle: float = 0.0
    radius: float = 0.0
    weight: float = 1.0

    @property
    def place(self) -> tuple[float, float]:
        return SIDE / 2 + self.radius * sin(self.angle), SIDE / 2 - self.radius * cos(self.angle)


@dataclass(slots=True)
class Picture:
    """Points from the inside outwards; `left_out`: how many of the first ring there was no room for."""

    points: list[Point]
    rings: int
    left_out: int = 0


def lay_out(tops: Sequence[Facilitator], *, most: int = MOST) -> Picture:
    """Unfold the largest branches of the innermost rings first while there is room, then share the circle out."""
    chosen = sorted(tops, key=_size)[:most]
    points = [Point(who, 1) for who in sorted(chosen, key=lambda who: who.key)]
    first = len(points)
    waiting = [(point.ring, _size(point.who), place) for place, point in enumerate(points) if point.who.below]
    heapify(waiting)
    while waiting:
        _ring, _size_of, place = heappop(waiting)
        point = points[place]
        if len(points) + len(point.who.below) > most:
            point.folded = point.who.branch_facilitators - 1
            continue
        point.below = [Point(who, point.ring + 1, point) for who in point.who.below]
        for child in point.below:
            points.append(child)
            if child.who.below:
                heappush(waiting, (child.ring, _size(child.who), len(points) - 1))
    rings = max((point.ring for point in points), default=0)
    _share(points, first, rings)
    return Picture(points, rings, len(tops) - len(chosen))


def _size(who: Facilitator) -> tuple[int, int, str]:
    return -who.branch_facilitators, -who.branch_people, str(who.key)


def _share(points: list[Point], first: int, rings: int) -> None:
    """Angles by how much is drawn below each; a lonely point stands at the top."""
    for point in reversed(points):
        if point.below:
            point.weight = max(1.0, sum(child.weight for child in point.below))
    _around(points[:first], 0.0, 2 * pi, rings)


def _around(points: Sequence[Point], start: float, width: float, rings: int) -> None:
    whole = sum(point.weight for point in points)
    for point in points:
        part = width * point.weight / whole
        point.angle = start + part / 2 if len(points) > 1 or point.above else 0.0
        point.radius = INNER + (OUTER - INNER) * point.ring / rings
        if point.below:
            _around(point.below, start, part, rings)
        start += part


def draw(
    picture: Picture,
    *,
    label: str,
    said: Callable[[Point], str],
    address: Callable[[Point], str],
    name: Callable[[Point], str],
    first: int = 1,
    colours: dict[str, str] = PAGE,
) -> str:
    """An <svg>. `said`: what a point is, in words; `address`: where it leads ("" nowhere); `name`: beside few points.

    `first`: the generation of the innermost ring.
    """
    back = f'<rect width="{SIDE}" height="{SIDE}" fill="{colours["back"]}"/>' if colours["back"] else ""
    room = _room(picture)
    few = len([point for point in picture.points if point.ring == 1]) <= LABELLED
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="group"'
    parts = [
        f'{head} aria-label="{escape(label)}">',
        back,
        f'<g fill="none" stroke="{colours["ring"]}">',
        *(_ring(number, picture.rings) for number in range(1, picture.rings + 1)),
        f'</g><g fill="none" stroke="{colours["line"]}" stroke-opacity=".6">',
        *(_line(point) for point in picture.points),
        f'</g><circle cx="{SIDE // 2}" cy="{SIDE // 2}" r="16" fill="{colours["word"]}"/>',
        f'<g fill="{colours["dot"]}" stroke="{colours["dot"]}">',
        *(_dot(point, said(point), address(point), colours, room[point.ring]) for point in picture.points),
        f'</g><g fill="{colours["word"]}" stroke="{colours["paper"]}" stroke-width="5" paint-order="stroke"'
        ' font-family="sans-serif" font-size="22">',
        *(_number(number, picture.rings, first) for number in range(1, picture.rings + 1)),
        *(_word(point, name(point)) for point in picture.points if few and point.ring == 1),
        "</g></svg>",
    ]
    return "".join(parts)


def _ring(number: int, rings: int) -> str:
    return f'<circle cx="{SIDE // 2}" cy="{SIDE // 2}" r="{_radius(number, rings):.0f}"/>'


def _radius(number: int, rings: int) -> float:
    return INNER + (OUTER - INNER) * number / rings


def _number(number: int, rings: int, first: int) -> str:
    """The number of the generation on its ring, at the lower left where few lines go."""
    away = _radius(number, rings) * sin(pi / 4)
    return f'<text x="{SIDE / 2 - away:.0f}" y="{SIDE / 2 + away:.0f}" font-weight="600">{number + first - 1}</text>'


def _line(point: Point) -> str:
    x, y = point.place
    if point.above is None:
        return f'<path d="M{SIDE // 2} {SIDE // 2}L{x:.0f} {y:.0f}"/>'
    from_x, from_y = point.above.place
    middle = (point.above.radius + point.radius) / 2
    bends = [
        (SIDE / 2 + middle * sin(angle), SIDE / 2 - middle * cos(angle)) for angle in (point.above.angle, point.angle)
    ]
    (a, b), (c, d) = bends
    return f'<path d="M{from_x:.0f} {from_y:.0f}C{a:.0f} {b:.0f} {c:.0f} {d:.0f} {x:.0f} {y:.0f}"/>'


def _room(picture: Picture) -> dict[int, float]:
    """How large a point may be on each ring, so that neighbours of a full ring hardly touch."""
    crowd = Counter(point.ring for point in picture.points)
    return {ring: 0.7 * pi * _radius(ring, picture.rings) / number for ring, number in crowd.items()}


def _dot(point: Point, said: str, address: str, colours: dict[str, str], most: float) -> str:
    """Filled where somebody has delivered, hollow where not yet; a second ring where a branch is folded."""
    x, y = point.place
    size = max(5.0, min(24.0, 6 + 1.5 * sqrt(point.who.reached), most))
    fill = f' stroke="{colours["paper"]}"' if point.who.has_delivered else f' fill="{colours["paper"]}"'
    around = (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size + 5:.0f}" fill="none" stroke-width="2"/>' if point.folded else ""
    )
    words = escape(said)
    circle = f'{around}<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}"{fill}><title>{words}</title></circle>'
    if not address:
        return circle
    return f'<a href="{escape(address)}" aria-label="{words}" data-code="{point.who.code}">{circle}</a>'


def _word(point: Point, name: str) -> str:
    if not name:
        return ""
    x, y = point.place
    right = x >= SIDE / 2
    short = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
    shift = 24 if right else -24
    anchor = "end" if x + shift > SIDE - 180 else "start" if right or x + shift < 180 else "end"
    return f'<text x="{x + shift:.0f}" y="{y - 22:.0f}" text-anchor="{anchor}">{escape(short)}</text>'
