"""Around one page of a draft: what stands before and after it, and what somebody else has saved meanwhile."""

from typing import Any

from koinon.learning.engine import blocks
from koinon.learning.models import Node
from koinon.learning.queries.assets import shows
from koinon.learning.queries.trees import tree_of


def around(node: Node) -> dict[str, Any]:
    """The nodes before and after: (key, title) or None; and how many questions and competences it has."""
    tree = tree_of(node.version)
    keys = [each.key for each in tree.nodes]
    place = keys.index(str(node.key))

    def named(number: int) -> tuple[str, str] | None:
        return (keys[number], tree.title(keys[number], ())[0]) if 0 <= number < len(keys) else None

    return {
        "before": named(place - 1), "after": named(place + 1), "placed": node.placed.count(),
        "competences": list(node.competences.all()), "asks_questions": node.kind in ("quiz", "survey"),
    }  # fmt: skip


def theirs(node: Node) -> dict[str, Any]:
    """What stands there now, when two wrote at once: title, HTML, who and when."""
    language = node.version.language
    text = node.texts.filter(language=language).first()
    said = text.said if text else {}
    html = blocks.html(said.get("blocks") or (), shows(node.version.course, (language,)))
    return {"title": said.get("title", ""), "html": html, "at": text.changed_at if text else None}
