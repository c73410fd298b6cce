"""Rate limits counted in PostgreSQL, so that they hold over all web processes and a restart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from koinon.kit.ids import uuid7


def spend(key: str, *, times: int, per: timedelta) -> bool:
    """Count one try of `key`; False when more than `times` were made in the current window of length `per`.

    The table keeps digests: whose e-mail or network address was counted cannot be read from it.
    """
    window = _window(per)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO kit_tally (id, key, "window", count) VALUES (%s, %s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET count = kit_tally.count + 1 RETURNING count',
            [uuid7(), sha256(key.encode()).hexdigest(), window],
        )
        return int(cursor.fetchone()[0]) <= times


def limited(name: str, *, times: int, per: timedelta, methods: tuple[str, ...] = ("POST",)) -> Callable[..., Any]:
    """Refuse a view with 429 when one address or person tries too often. `methods`: which requests count."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            counts = request.method in methods and settings.KOINON_LIMITS
            if counts and not spend(f"{name}:{asker(request)}", times=times, per=per):
                return render(request, "429.html", status=429)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def asker(request: HttpRequest) -> str:
    """Whose tries are counted together: a person who is known, else a network address.

    Of IPv6 the first 64 bits count: whoever has one address there has all of them.
    """
    if request.user.is_authenticated:
        return str(request.user.pk)
    given = address_of(request)
    try:
        found = ip_address(given)
    except ValueError:
        return given
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return given


def address_of(request: HttpRequest) -> str:
    """The client's address: behind a declared proxy the last forwarded one, else the peer's."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.KOINON_BEHIND_PROXY and forwarded:
        return forwarded.split(",")[-1].strip()
    return request.META.get("REMOTE_ADDR") or "local"


def sweep() -> int:
    """Forget windows older than a day; returns how many rows went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kit_tally WHERE \"window\" < now() - interval '1 day'")
        return int(cursor.rowcount)


def _window(per: timedelta) -> datetime:
    seconds = int(per.total_seconds())
    now = int(timezone.now().timestamp())
    return datetime.fromtimestamp(now - now % seconds, tz=timezone.get_default_timezone())


__all__ = ["address_of", "asker", "limited", "spend", "sweep"]
