"""Ties on the page of an organisation, in one piece."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import avatar, day, escaped, part, state
from koinon.kit.words import choice
from koinon.matching.models import Tie
from koinon.network.models import Organisation

register = template.Library()


@register.simple_tag
def tied_to(rows: Iterable[tuple[Tie, Organisation]], declare: str = "", is_ours: bool = False) -> SafeString:
    """Each other organisation with what ties the two; the way to declare a tie, or to one's own."""
    words = _words(get_language() or "en")
    items = "".join([_item(tie, other, words) for tie, other in rows])
    shown = f'<ul class="k-list">{items}</ul>' if items else f'<p class="k-help">{words["none"]}</p>'
    links = ((declare, words["declare"]), (to("matching:ties") if is_ours else "", words["ours"]))
    buttons = [
        f'<p class="k-buttons"><a class="btn btn-plain" href="{url}">{text}</a></p>' for url, text in links if url
    ]
    return SafeString("\n".join([shown, *buttons]))


def _item(tie: Tie, other: Organisation, words: dict[str, str]) -> str:
    facts = [
        escaped(choice(tie, "kind")),
        part(tie.note, tie.language) if tie.note else "",
        escaped(words["since"] % {"day": day(tie.since)}) if tie.since else "",
        f"{words['until']} {escaped(day(tie.until))}" if tie.until else "",
        state(choice(tie, "state"), "waiting") if tie.state == "derived" else "",
        f'<a href="{to("matching:tie", tie.pk)}">{words["details"]}</a>',
    ]
    name, address = str(other), to("network:organisation", other.slug)
    return (
        f'<li class="k-item">{avatar(name)}<div><h3 class="k-item__title">'
        f'<a href="{address}">{part(name, other.language)}</a></h3>\n'
        f'<p class="k-item__meta">{" · ".join([fact for fact in facts if fact])}</p></div></li>'
    )


@lru_cache(maxsize=64)
def _words(language: str) -> dict[str, str]:
    with override(language):
        words = {
            "until": gettext("until"), "details": gettext("Details"), "ours": gettext("Our ties"),
            "declare": gettext("Declare a tie with them"),
            "none": gettext("No ties are shown yet. A tie is declared by one organisation and confirmed by the other."),
        }  # fmt: skip
        return {**{name: escaped(text) for name, text in words.items()}, "since": gettext("since %(day)s")}
