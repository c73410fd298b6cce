"""What a node asks of a learner before it counts as done, in words for its author."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.kit import words
from koinon.learning.engine.documents import Node
from koinon.learning.engine.progress.events import rule_of


def asks(node: Node) -> str:
    """One sentence; "" for a section without a rule of its own: everything in it is asked for."""
    if node.kind == "section" and not node.rule:
        return ""
    return words.clauses(filter(None, (_said(name, value) for name, value in rule_of(node).items())))


def _said(name: str, value: Any) -> str:
    if value is False or value is None:
        return ""
    if name == "all" or name == "any":
        ways = [" + ".join(_said(*each) for each in rule.items()) for rule in value if isinstance(rule, Mapping)]
        return (" / " if name == "any" else " + ").join(filter(None, ways))
    if name == "score":
        return _("Done with %(share)s %% of the points") % {"share": round(100 * _number(value, 0.6))}
    if name in ("attended", "posted"):
        count = max(1, int(_number(value, 1)))
        if name == "posted":
            return ngettext("Done with one post", "Done with %(count)s posts", count) % {"count": count}
        return ngettext("Done when present once", "Done when present %(count)s times", count) % {"count": count}
    return {
        "viewed": _("Done when opened"),
        "answered": _("Done when answered"),
        "accepted": _("Done when a facilitator accepts the evidence"),
        "played": _("Done when passed") if value == "passed" else _("Done when worked through"),
    }.get(name, "")


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
