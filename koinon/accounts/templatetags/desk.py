"""The rows of the desk in one piece: up to a hundred on a page that its owner opens several times a day."""

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import truncatewords
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from koinon.accounts.seams import DeskItem, NearItem, NewsItem
from koinon.kit.templatetags.kit import escaped, state, turn, when

register = template.Library()
WORDS = 40


@register.simple_tag
def desk_rows(items: Iterable[DeskItem], mine: bool = False) -> SafeString:
    """What waits: title, kind and organisation, whose turn since when and until when."""
    look = " k-desk__row--mine" if mine else ""
    parts = []
    for item in items:
        organisation = f" · {escaped(item.organisation)}" if item.organisation else ""
        parts.append(
            f'<li class="k-desk__row{look}"><h3 class="k-item__title">{_title(item)}</h3>\n'
            f'<p class="k-item__meta">{escaped(item.kind)}{organisation}</p>'
            f"{turn(item.whose, item.since, item.until, mine=mine)}</li>"
        )
    return SafeString(f'<ul class="k-desk">{"".join(parts)}</ul>')


@register.simple_tag
def news_rows(items: Iterable[NewsItem]) -> SafeString:
    """What is new: title, kind, when, the beginning of the text."""
    new = f" {state(gettext('new'), 'accent')}"
    parts = []
    for item in items:
        title = _title(item) if item.url else escaped(item.title)
        kind = f"{escaped(item.kind)} · " if item.kind else ""
        text = f"<p>{escaped(truncatewords(item.text, WORDS))}</p>" if item.text else ""
        parts.append(
            f'<li class="k-item"><div><h3 class="k-item__title">{title}{new if item.is_unread else ""}</h3>\n'
            f'<p class="k-item__meta">{kind}{when(item.at)}</p>{text}</div></li>'
        )
    return SafeString(f'<ul class="k-list">{"".join(parts)}</ul>')


@register.simple_tag
def near_rows(items: Iterable[NearItem]) -> SafeString:
    """What is near: title, kind, how it is near."""
    parts = []
    for item in items:
        words = " · ".join(escaped(part) for part in (item.kind, item.text) if part)
        parts.append(
            f'<li class="k-item"><div><h3 class="k-item__title">{_title(item)}</h3>'
            f'<p class="k-item__meta">{words}</p></div></li>'
        )
    return SafeString(f'<ul class="k-list">{"".join(parts)}</ul>')


def _title(item: DeskItem | NewsItem | NearItem) -> str:
    return f'<a href="{escaped(item.url)}">{escaped(item.title)}</a>'
