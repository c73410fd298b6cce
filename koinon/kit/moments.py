"""Days and times in words of a language; kept, because lists name the same day again and again."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from django.utils.translation import get_language


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """The locale of a language; English is European English, because the places are in Europe."""
    try:
        code = language.replace("-", "_")
        return Locale.parse("en_GB" if code == "en" else code)
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@lru_cache(maxsize=4096)
def long_day(value: dt.date, language: str) -> str:
    """12 May 2026; the short word after a Lithuanian day never stands alone on the next line."""
    return format_date(value, format="long", locale=locale_of(language)).replace(" d.", "\u00a0d.")


def spelled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a sentence, days as the reader of this moment writes them."""
    language = get_language() or "en"
    return {name: long_day(it, language) if isinstance(it, dt.date) else it for name, it in values.items()}


def clock(value: dt.time, language: str) -> str:
    """14:05; seconds are left out."""
    return _clock(value.replace(second=0, microsecond=0, tzinfo=None), language)


def ago(delta: dt.timedelta, language: str) -> str:
    """3 days ago, in 2 weeks: to the minute within a day, to the hour beyond it; words cannot tell more apart."""
    seconds = int(delta.total_seconds())
    step = 60 if abs(seconds) < 86_400 else 3_600
    return _ago(int(seconds / step) * step, language)


@lru_cache(maxsize=2048)
def _clock(value: dt.time, language: str) -> str:
    return format_time(value, "short", locale=locale_of(language))


@lru_cache(maxsize=2048)
def _ago(seconds: int, language: str) -> str:
    delta = dt.timedelta(seconds=seconds)
    return format_timedelta(delta, add_direction=True, locale=locale_of(language), threshold=1.4)
