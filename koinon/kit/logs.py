"""Structured logs, one JSON object a line, without personal data: no addresses, no names, no paths, no query strings.

An exception is logged by its kind and place; what it says may quote what a person typed, so it is left out.
"""

import logging
import logging.config
import re
import sys
import traceback
from typing import Any

import structlog

DEEPEST = 8
FORBIDDEN = frozenset({"email", "name", "ip", "password", "token", "to", "query", "cookie"})


def drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keys that would carry a person's data are cut whoever wrote them."""
    return {key: ("(not logged)" if key in FORBIDDEN else value) for key, value in event.items()}


def say_the_view(record: logging.LogRecord) -> bool:
    """Django names paths, and the queue what a job was given: names and keys stand in both. Always True."""
    request = getattr(record, "request", None)
    if request is not None and isinstance(record.args, tuple):
        match = getattr(request, "resolver_match", None)
        view = match.view_name if match else "no view"
        record.args = tuple(view if each == request.path else each for each in record.args)
    if record.name.startswith("procrastinate"):
        record.msg = re.sub(r"\(.*\)", "(…)", str(record.msg), flags=re.DOTALL)
    return True


def place_of_problems(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Instead of a traceback with words: kinds and places of the exception and of what it came from."""
    given = event.pop("exc_info", None)
    problem = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    told: list[str] = []
    while isinstance(problem, BaseException) and len(told) < DEEPEST:
        diagnosis = getattr(problem, "diag", None)  # of a database: the rule that was broken, not by which values
        rule = " ".join(filter(None, (getattr(diagnosis, each, "") for each in ("sqlstate", "constraint_name"))))
        places = "".join(traceback.format_tb(problem.__traceback__))
        told.append(f"{type(problem).__name__}{rule and f' ({rule})'}\n{places}")
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return {**event, "exception": "from ".join(told)} if told else event


def configure(options: dict[str, Any]) -> None:
    """Set up logging; `is_debug` prints for people, else JSON for machines. Called by Django."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal,
    ]
    is_debug = options.get("is_debug")
    drawn: list[Any] = (
        [structlog.dev.ConsoleRenderer()] if is_debug else [place_of_problems, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(say_the_view)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for quiet in ("django.request", "procrastinate", "httpx", "granian", "mail.log", "PIL", "weasyprint"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
