"""The rows of the directory in one piece: twenty-five on each page, the page most often asked for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import avatar, chips, escaped, facet, ticks
from koinon.network.queries.directory import Facet, Facets

register = template.Library()


@register.simple_tag
def member_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Organisations as queries.directory.rows_of gives them: name, kind and place, beginning of the text, themes."""
    near = f" · <em>{escaped(gettext('near in meaning'))}</em>"
    unclaimed = f" · <em>{escaped(gettext('Not yet claimed'))}</em>"
    start, end = to("network:organisation", "-").split("/-/")
    parts = []
    for row in rows:
        spoken = f' lang="{escaped(row["name_language"])}"' if row["name_language"] else ""
        written = f' lang="{escaped(row["about_language"])}"' if row["about_language"] else ""
        where = f" · {escaped(row['where'])}" if row["where"] else ""
        about = f"<p{written}>{escaped(row['about'])}</p>" if row["about"] else ""
        parts.append(
            f'<li class="k-item">{avatar(row["name"])}<div><h2 class="k-item__title">'
            f'<a href="{start}/{escaped(row["slug"])}/{end}"{spoken}>{escaped(row["name"])}</a></h2>\n'
            f'<p class="k-item__meta">{escaped(row["kind"])}{where}{near if row["is_near"] else ""}'
            f"{unclaimed if row['is_shadow'] else ''}</p>{about}"
            f"{chips(row['themes']) if row['themes'] else ''}</div></li>\n"
        )
    return SafeString(f'<ul class="k-list">{"".join(parts)}</ul>')


@register.simple_tag
def facet_boxes(facets: Iterable[Facet]) -> SafeString:
    """The filters of a list; of those that are kept (see queries.directory.Facets) also this is kept."""
    if shown := getattr(facets, "shown", ""):
        return SafeString(shown)
    parts = []
    for each in facets:
        if not each.first:
            continue
        boxes = ticks(each.name, each.first, form="ask")
        if each.rest:
            more = ticks(each.name, each.rest, form="ask")
            boxes += SafeString(f"<details><summary>{escaped(gettext('More'))}</summary>{more}</details>")
        parts.append(facet(boxes, each.title, each.chosen, each.is_open))
    shown = "".join(parts)
    if isinstance(facets, Facets):
        facets.shown = shown
    return SafeString(shown)
