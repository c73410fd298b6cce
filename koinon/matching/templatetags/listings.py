"""Offers and needs on the page of their organisation, in one piece."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import chips, day, escaped, part
from koinon.matching.queries.lists import Line

register = template.Library()


@register.simple_tag
def listing_rows(rows: Iterable[Line]) -> SafeString:
    """Title, whether offer or need, what about, until when, themes."""
    until = escaped(gettext("until"))
    parts = []
    for row in rows:
        title = f'<a href="{to("matching:listing", row.key)}">{part(row.title, row.language)}</a>'
        themes = chips(row.themes) if row.themes else ""
        parts.append(
            f'<li class="k-item"><div><h3 class="k-item__title">{title}</h3>\n<p class="k-item__meta">'
            f"{escaped(row.side)} · {escaped(row.kind)} · {until} {escaped(day(row.until))}</p>{themes}</div></li>"
        )
    return SafeString(f'<ul class="k-list">{"".join(parts)}</ul>')
