"""Public holidays of a country, from the package `holidays`; imported when a promise is made, never before.

The import takes 50 ms and 10 MB of a process, a country less than 1 MB: most processes never need it. Days that depend
on the moon are estimates.
"""

from datetime import date
from functools import lru_cache


def is_known(country: str) -> bool:
    """Are the public holidays of `country` ("MK") known?"""
    from holidays import list_supported_countries

    return country in list_supported_countries(include_aliases=False)


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The days of `year` that everybody has off in `country`; none for "" and for a country that is not known."""
    if not country or not is_known(country):
        return frozenset()
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))
