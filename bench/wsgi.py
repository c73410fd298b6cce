"""The site's web entry with the yardstick in the same process, and a counter of queries for those who ask for it.

/bare/ goes the way of every page, through all middleware: what a page costs more is what the page does. /naked/ passes
no middleware at all, so that one can see what the way itself costs.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection

ASKED, ANSWER = "HTTP_X_COUNT_QUERIES", "X-Queries"
Start = Callable[..., Any]

site = get_wsgi_application()


def _without_middleware() -> WSGIHandler:
    ours, settings.MIDDLEWARE = settings.MIDDLEWARE, []
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = ours


naked = _without_middleware()


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    handler = naked if environ.get("PATH_INFO", "").startswith("/naked/") else site
    return _counted(handler, environ, start_response) if ASKED in environ else handler(environ, start_response)


def _counted(handler: WSGIHandler, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer, and say in a header how many statements Django sent to the database."""
    count = 0

    def wrapper(execute: Any, *words: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*words)

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, (ANSWER, str(count))], *rest)

    with connection.execute_wrapper(wrapper):
        return handler(environ, start)
