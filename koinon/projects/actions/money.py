"""Amounts: Decimal with two digits, never negative. No verbs: those who write amounts ask here."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CENT = Decimal("0.01")
LARGEST = Decimal("99999999.99")


def amount_of(said: Decimal, field: str, *, is_needed: bool = False) -> Decimal:
    """The amount with two digits; ValidationError for `field` when it is none, negative, too fine or too large."""
    try:
        amount = Decimal(said)
        kept = amount.quantize(CENT)
    except (InvalidOperation, TypeError, ValueError) as problem:
        raise ValidationError({field: [_("Please give an amount such as 120.50.")]}) from problem
    if not amount.is_finite() or kept != amount or amount < 0 or amount > LARGEST or (is_needed and not amount):
        raise ValidationError({field: [_("Please give an amount such as 120.50.")]})
    return kept
