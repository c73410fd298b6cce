"""Amounts in the database: with the digits that their currency has, and never in another one by mistake."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

from koinon.kit import money


def amount_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """Up to ten million, with room for the finest currencies."""
    return models.DecimalField(max_digits=10, decimal_places=money.FINEST, **options)


def is_exact(*fields: str) -> Q:
    """Each amount has no more digits than the currency of its row."""
    behind = Case(
        When(currency__in=money.WHOLE, then=Value(0)), When(currency__in=money.FINE, then=Value(money.FINEST)),
        default=Value(2),
    )  # fmt: skip
    return Q(currency__regex="^[A-Z]{3}$", **{name: Func(F(name), behind, function="ROUND") for name in fields})
