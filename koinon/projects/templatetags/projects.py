"""How pages of projects say money and states."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from koinon.kit.moments import locale_of
from koinon.kit.templatetags.kit import state as state_tag

register = template.Library()
TONES = {
    "approved": "good", "running": "good", "closed": "good", "paid": "good", "accepted": "good", "given": "good",
    "decided": "good", "open": "good", "active": "good", "well": "good", "submitted": "waiting", "returned": "waiting",
    "conditional": "waiting", "closing": "waiting", "judging": "waiting", "ranked": "waiting", "asked": "waiting",
    "halfway": "waiting", "settling": "waiting", "handed_in": "waiting", "slow": "waiting", "invited": "waiting",
    "stuck": "bad", "conflict": "accent",
}  # fmt: skip


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """1,234.50 EUR: two digits always, in the way of the reader's language."""
    if amount is None:
        return ""
    said = format_decimal(amount, format="#,##0.00", locale=locale_of((get_language() or "en")[:2]))
    return f"{said}\u00a0{currency}" if currency else str(said)


@register.simple_tag
def state_of(row: Any) -> SafeString:
    """The state of a row as a word with a point."""
    return state_tag(row.get_state_display(), TONES.get(row.state, "plain"))


@register.simple_tag
def mood_of(row: Any) -> SafeString:
    """How a check-in says that it goes."""
    return state_tag(row.get_mood_display(), TONES.get(row.mood, "plain"))
