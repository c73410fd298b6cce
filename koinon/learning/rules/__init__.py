"""Who may in learning? The same answer for pages, jobs, the shell and the demo loader."""

from koinon.learning.rules.courses import (
    keeps_bank,
    may_answer_proposal,
    may_copy,
    may_create,
    may_review,
    may_translate,
    may_translate_node,
    may_unplace,
    may_write,
    may_write_node,
    owns,
    writes,
)
from koinon.learning.rules.credentials import gives_badges, holds_badge
from koinon.learning.rules.learning import may_say, somebody
from koinon.learning.rules.runs import learns, may_open_run, may_teach, teaches

__all__ = [
    "gives_badges",
    "holds_badge",
    "keeps_bank",
    "learns",
    "may_answer_proposal",
    "may_copy",
    "may_create",
    "may_open_run",
    "may_review",
    "may_say",
    "may_teach",
    "may_translate",
    "may_translate_node",
    "may_unplace",
    "may_write",
    "may_write_node",
    "owns",
    "somebody",
    "teaches",
    "writes",
]
