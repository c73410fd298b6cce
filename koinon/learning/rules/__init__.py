"""Who may in learning? The same answer for pages, jobs, the shell and the demo loader."""

from koinon.learning.rules.courses import may_create, may_review, may_translate, may_write, owns, writes
from koinon.learning.rules.credentials import gives_badges, holds_badge
from koinon.learning.rules.runs import learns, may_open_run, may_teach, teaches

__all__ = [
    "gives_badges",
    "holds_badge",
    "learns",
    "may_create",
    "may_open_run",
    "may_review",
    "may_teach",
    "may_translate",
    "may_write",
    "owns",
    "teaches",
    "writes",
]
