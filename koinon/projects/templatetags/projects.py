"""How pages of projects say money and states."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from koinon.kit import money as amounts
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
    """1,234.50 EUR, in the way of the reader's language; points of a jury have no currency, and two digits."""
    if amount is None:
        return ""
    return amounts.said(amount, currency) if currency else amounts.figure(amount, currency)


@register.simple_tag
def state_of(row: Any) -> SafeString:
    """The state of a row as a word with a point."""
    return state_tag(row.get_state_display(), TONES.get(row.state, "plain"))


@register.simple_tag
def mood_of(row: Any) -> SafeString:
    """How a check-in says that it goes."""
    return state_tag(row.get_mood_display(), TONES.get(row.mood, "plain"))
