"""Structured logs, one JSON object a line, without personal data: no addresses, no names, no query strings."""

import logging
import logging.config
import sys
from typing import Any

import structlog

FORBIDDEN = frozenset({"email", "name", "ip", "password", "token", "to", "query", "cookie"})


def drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keys that would carry a person's data are cut whoever wrote them."""
    return {key: ("(not logged)" if key in FORBIDDEN else value) for key, value in event.items()}


def configure(options: dict[str, Any]) -> None:
    """Set up logging; `is_debug` prints for people, else JSON for machines. Called by Django."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal,
    ]
    renderer: Any = structlog.dev.ConsoleRenderer() if options.get("is_debug") else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for quiet in ("django.request", "procrastinate", "httpx", "granian", "mail.log", "PIL", "weasyprint"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
