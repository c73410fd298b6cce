"""The picture of a network as files: GraphML for graph tools, CSV for spreadsheets, SVG for slides."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from koinon.kit.verbs import Actor
from koinon.matching.engine.sketch import FILE, PAGE, sketch
from koinon.matching.queries import picture
from koinon.network.models import Network, name_in

KINDS = {"graphml": "application/graphml+xml", "csv": "text/csv", "svg": "image/svg+xml"}
NAMED = 80
"""Names stand beside points up to so many of them."""

KEYS = {
    "node": {"name": "string", "slug": "string", "kind": "string", "country": "string", "cluster": "string",
             "x": "double", "y": "double"},
    "edge": {"tie": "string", "since": "string", "until": "string", "note": "string"},
}  # fmt: skip


def lines(kind: str, network: Network, me: Actor, question: picture.Asked, *, language: str) -> Iterator[bytes]:
    """One of KINDS, piece by piece, with what this reader may see."""
    if kind == "csv":
        return _csv(network, me, question, language)
    if kind == "graphml":
        return _graphml(network, me, question, language)
    return _svg(network, me, question, language)


def drawing(found: picture.Drawn, **facts: Any) -> str:
    """The drawing of the server for a page."""
    return sketch(
        found.clusters, found.nodes, found.ties, found.bundles, words=len(found.nodes) <= NAMED, colours=PAGE, **facts
    )


def _svg(network: Network, me: Actor, question: picture.Asked, language: str) -> Iterator[bytes]:
    found = picture.drawn(network, me, question, language=language)
    is_named = len(found.nodes) <= NAMED
    yield sketch(
        found.clusters, found.nodes, found.ties, found.bundles, label=str(network), colours=FILE, words=is_named
    ).encode()


def _csv(network: Network, me: Actor, question: picture.Asked, language: str) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["organisation", "organisation_slug", "tied_to", "tied_to_slug", "tie", "since", "until", "note"])
    yield b"\xef\xbb\xbf"
    for row in picture.streamed(picture.ties_of(network, me, question)):
        sides = [value for side in (row.a, row.b) for value in (_safe(_name(side, language)), side.slug)]
        writer.writerow([*sides, row.get_kind_display(), row.since or "", row.until or "", _safe(row.note)])
        if buffer.tell() > 64_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _graphml(network: Network, me: Actor, question: picture.Asked, language: str) -> Iterator[bytes]:
    clusters = {row.pk: picture.name_of(row, language) for row in picture.clusters_of(network, me)}
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for part, keys in KEYS.items():
        for key, sort in keys.items():
            yield f'<key id="{key}" for="{part}" attr.name="{key}" attr.type="{sort}"/>\n'.encode()
    yield b'<graph edgedefault="undirected">\n'
    nodes = picture.placed(network, question).select_related("organisation").order_by("organisation_id")
    for row in nodes.defer("organisation__about", "organisation__about_html").iterator(chunk_size=2000):
        place = row.organisation
        facts = {
            "name": _name(place, language), "slug": place.slug, "kind": place.kind, "country": place.country,
            "cluster": clusters.get(row.cluster_id or row.pk, ""), "x": row.x, "y": row.y,
        }  # fmt: skip
        yield f"<node id={quoteattr(place.slug)}>{_data(facts)}</node>\n".encode()
    for tie in picture.streamed(picture.ties_of(network, me, question)):
        facts = {"tie": tie.kind, "since": tie.since or "", "until": tie.until or "", "note": tie.note}
        ends = f"source={quoteattr(tie.a.slug)} target={quoteattr(tie.b.slug)}"
        yield f"<edge {ends}>{_data(facts)}</edge>\n".encode()
    yield b"</graph>\n</graphml>\n"


def _data(facts: dict[str, Any]) -> str:
    return "".join(f'<data key="{key}">{escape(str(value))}</data>' for key, value in facts.items() if value != "")


def _name(organisation: Any, language: str) -> str:
    return name_in(organisation.names, organisation.language, language)


def _safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _taken(buffer: io.StringIO) -> bytes:
    said = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return said
