"""The picture of a network as one SVG: discs of clusters, points of members, lines of ties. Colours by the page's own
variables, so that it is right in light and dark; as a file of its own it carries colours instead."""

from collections.abc import Sequence
from html import escape
from math import log1p, sqrt
from typing import Any

SIDE = 1000
LONGEST = 24
PAGE = {
    "disc": "var(--k-accent)",
    "line": "var(--k-muted)",
    "dot": "var(--k-accent)",
    "word": "var(--k-ink)",
    "back": "",
}
FILE = {"disc": "#1d5ea8", "line": "#6b7280", "dot": "#1d5ea8", "word": "#1a1d21", "back": "#ffffff"}


def sketch(
    clusters: Sequence[Sequence[Any]],
    nodes: Sequence[Sequence[Any]],
    ties: Sequence[Sequence[int]],
    bundles: Sequence[Sequence[int]],
    *,
    label: str,
    cluster_address: str = "",
    node_address: str = "",
    colours: dict[str, str] = PAGE,
    words: bool = True,
) -> str:
    """An <svg> of SIDE x SIDE. Rows as in `queries.picture.Drawn`; addresses with "KEY" where id or slug goes, "" for
    no links; `words`: names beside points (left out where there are many)."""
    back = f'<rect width="{SIDE}" height="{SIDE}" fill="{colours["back"]}"/>' if colours["back"] else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{escape(label)}">',
        back,
        f'<g fill="{colours["disc"]}" fill-opacity=".1" stroke="{colours["disc"]}" stroke-opacity=".35">',
        *(_disc(row, cluster_address) for row in clusters),
        f'</g><g stroke="{colours["line"]}" stroke-opacity=".45" fill="none">',
        *(_bundle(clusters[one], clusters[other], number) for one, other, number in bundles),
        *_lines(nodes, ties),
        f'</g><g fill="{colours["dot"]}">',
        *(_dot(row, node_address) for row in nodes),
        f'</g><g fill="{colours["word"]}" font-size="15" font-family="sans-serif" text-anchor="middle">',
        *(_word(row[0], row[1] + 19, row[4]) for row in nodes if words),
        *(_title(row, bool(nodes)) for row in clusters),
        "</g></svg>",
    ]
    return "".join(parts)


def _disc(row: Sequence[Any], address: str) -> str:
    x, y, radius, name, key, size = row[:6]
    circle = f'<circle cx="{x}" cy="{y}" r="{max(radius, 6)}"><title>{escape(name)} ({size})</title></circle>'
    return f'<a href="{escape(address.replace("KEY", key))}">{circle}</a>' if address else circle


def _bundle(one: Sequence[Any], other: Sequence[Any], number: int) -> str:
    width = min(14.0, 1 + 1.6 * log1p(number))
    return f'<path d="M{one[0]} {one[1]}L{other[0]} {other[1]}" stroke-width="{width:.1f}"/>'


def _lines(nodes: Sequence[Sequence[Any]], ties: Sequence[Sequence[int]]) -> list[str]:
    """One line for each pair, stronger where several ties join it."""
    pairs: dict[tuple[int, int], int] = {}
    for one, other, _kind in ties:
        pairs[one, other] = pairs.get((one, other), 0) + 1
    return [
        f'<path d="M{nodes[one][0]} {nodes[one][1]}L{nodes[other][0]} {nodes[other][1]}" stroke-width="{1 + number}"/>'
        for (one, other), number in sorted(pairs.items())
    ]


def _dot(row: Sequence[Any], address: str) -> str:
    circle = f'<circle cx="{row[0]}" cy="{row[1]}" r="6"><title>{escape(row[4])}</title></circle>'
    return f'<a href="{escape(address.replace("KEY", row[5]))}">{circle}</a>' if address else circle


def _word(x: float, y: float, name: str) -> str:
    short = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
    return f'<text x="{x}" y="{y:.0f}">{escape(short)}</text>'


def _title(row: Sequence[Any], above: bool) -> str:
    """The name of a cluster, above its disc where members are drawn in it, else in its middle."""
    x, y, radius, name, _key, size = row[:6]
    large = max(13, min(24, 9 + 1.5 * sqrt(size)))
    at = max(20.0, y - radius - 8) if above else y + 5
    short = name if len(name) <= 2 * LONGEST else name[: 2 * LONGEST - 1].rstrip() + "…"
    return f'<text x="{x}" y="{at:.0f}" font-size="{large:.0f}" font-weight="600">{escape(short)}</text>'
