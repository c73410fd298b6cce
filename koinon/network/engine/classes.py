"""Which class of membership fits an organisation: rules are read from top to bottom, the first that fits wins."""

from collections.abc import Iterable
from typing import Any


def fits(rule: Any, kind: str, country: str, people: int | None) -> bool:
    """True if all that the rule gives holds; `people` is the population of the place (None: not known).

    A rule has `kinds`, `countries` (empty: all), `people_from` (at least) and `people_to` (less than; None: no limit).
    """
    if rule.kinds and kind not in rule.kinds:
        return False
    if rule.countries and country not in rule.countries:
        return False
    if rule.people_from is None and rule.people_to is None:
        return True
    if people is None:
        return False
    return (rule.people_from or 0) <= people and (rule.people_to is None or people < rule.people_to)


def first(rules: Iterable[Any], kind: str, country: str, people: int | None) -> Any | None:
    """The first rule that fits; None when none does."""
    return next((rule for rule in rules if fits(rule, kind, country, people)), None)
