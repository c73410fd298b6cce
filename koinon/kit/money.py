"""Amounts of money: a number with as many digits as its currency has, and the three letters of ISO 4217."""

from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_decimal, get_currency_name
from django.utils.translation import get_language

from koinon.kit.moments import locale_of

WHOLE = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
FINE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""Minor units as ISO 4217 has them. CLDR counts what is paid in cash: no coins in Tirana and Belgrade, yet receipts
there have two digits."""
FINEST = 3


def digits(currency: str) -> int:
    """How many digits stand after the point."""
    return 0 if currency in WHOLE else FINEST if currency in FINE else 2


def is_known(currency: str) -> bool:
    return currency in _codes()


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the currency has units small enough for it."""
    return amount.is_finite() and amount == round(amount, digits(currency))


def figure(amount: Decimal, currency: str, language: str = "") -> str:
    """1,234.50, in the way of a language (the reader's, when none is given)."""
    behind = "." + "0" * digits(currency) if digits(currency) else ""
    locale = locale_of((language or get_language() or "en")[:2])
    return str(format_decimal(amount, format=f"#,##0{behind}", locale=locale))


def said(amount: Decimal, currency: str, language: str = "") -> str:
    """1,234.50 EUR, on one line."""
    return f"{figure(amount, currency, language)}\u00a0{currency}"


@lru_cache(maxsize=64)
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of all currencies that are paid with somewhere today, in the order of their codes."""
    locale = locale_of(language[:2])
    return tuple((code, f"{code} · {get_currency_name(code, locale=locale)}") for code in _codes())


@lru_cache(maxsize=1)
def _codes() -> tuple[str, ...]:
    rows = (row for country in get_global("territory_currencies").values() for row in country)
    return tuple(sorted({code for code, _since, until, is_tender in rows if until is None and is_tender}))
