"""Proposals for a course beside what stands there now."""

from typing import Any

from koinon.learning.engine import blocks
from koinon.learning.models import Course, Proposal, Text
from koinon.learning.queries.assets import shows


def of_course(course: Course) -> list[dict[str, Any]]:
    """Those that wait first, then the newest; three queries."""
    rows = list(Proposal.objects.filter(course=course).select_related("of", "person").order_by("-pk")[:50])
    said = Text.objects.filter(node__version__course=course, node__key__in=[row.of.key for row in rows])
    now = {
        (text.node.key, text.language): text.said
        for text in said.select_related("node").order_by("node__version__number")
    }
    show = shows(course, (course.language,))
    found = [
        {
            "row": row, "who": row.person.name if row.person else "", "title": row.said.get("title", ""),
            "html": blocks.html(row.said.get("blocks") or (), show),
            "now": blocks.html(now.get((row.of.key, row.language), {}).get("blocks") or (), show),
            "now_title": now.get((row.of.key, row.language), {}).get("title", ""),
        }
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: each["row"].state != "sent")
