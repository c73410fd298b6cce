"""Amounts: Decimal with the digits of their currency, never negative. No verbs: those who write amounts ask here."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from koinon.kit import money

LARGEST = Decimal("9999999.999")
EXAMPLE = Decimal("120.50")


def example(currency: str = "EUR") -> str:
    """What to write instead, with the digits of the currency."""
    shown = round(EXAMPLE, 0) if money.digits(currency) == 0 else EXAMPLE
    return _("Please give an amount such as %(example)s.") % {"example": f"{shown:.{money.digits(currency)}f}"}


NEEDED = lazy(example, str)()


def amount_of(said: Decimal, field: str, currency: str, *, is_needed: bool = False, most: Decimal = LARGEST) -> Decimal:
    """The amount; ValidationError for `field` when it is none, negative, too large, or finer than the currency is."""
    try:
        amount = Decimal(said)
    except (InvalidOperation, TypeError, ValueError) as problem:
        raise ValidationError({field: [example(currency)]}) from problem
    if not amount.is_finite() or not 0 <= amount <= most or (is_needed and not amount):
        raise ValidationError({field: [example(currency)]})
    if not money.is_exact(amount, currency):
        raise ValidationError({field: [example(currency)]})
    return round(amount, money.digits(currency))


def currency_of(said: str) -> str:
    """One that is paid with somewhere today; ValidationError for `currency`."""
    if not money.is_known(said):
        raise ValidationError({"currency": [_("Please choose one of the list.")]})
    return said
