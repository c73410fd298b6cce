"""Money in words, with the digits that its currency has."""

from decimal import Decimal

import pytest

from koinon.kit import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        ("1234.5", "EUR", "en", "1,234.50\u00a0EUR"),
        ("1234.5", "EUR", "lt", "1\u00a0234,50\u00a0EUR"),
        ("1234.5", "RSD", "el", "1.234,50\u00a0RSD"),
        ("1234", "JPY", "sq", "1\u00a0234\u00a0JPY"),
        ("0.125", "KWD", "mk", "0,125\u00a0KWD"),
    ],
)
def test_said(amount, currency, language, said):
    assert money.said(Decimal(amount), currency, language) == said


@pytest.mark.parametrize(
    ("amount", "currency", "is_exact"),
    [
        ("1.5", "JPY", False),
        ("1.005", "EUR", False),
        ("1.005", "KWD", True),
        ("1.50", "ALL", True),
        ("NaN", "EUR", False),
    ],
)
def test_exact(amount, currency, is_exact):
    assert money.is_exact(Decimal(amount), currency) == is_exact


def test_currencies_are_those_of_today():
    codes = [code for code, _words in money.choices("en")]
    assert {"EUR", "ALL", "MKD", "RSD", "NOK", "GBP", "JPY", "KWD"} <= set(codes)
    assert not {"DEM", "YUN", "XXX", "HRK"} & set(codes)
    assert all(money.is_known(code) for code in codes)
    assert {*money.WHOLE, *money.FINE} <= set(codes)
