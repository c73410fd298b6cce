"""Frameworks that somebody may use, with their competences."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from koinon.kit.verbs import Actor
from koinon.learning.models import Framework
from koinon.learning.queries.assets import said
from koinon.learning.queries.homes import owners


def visible(me: Actor) -> "QuerySet[Framework]":
    """The shipped ones and those of organisations of mine."""
    ours = [owner.pk for owner in owners(me)]
    return Framework.objects.filter(Q(organisation=None) | Q(organisation__in=ours)).select_related("organisation")


def listed(me: Actor) -> list[Framework]:
    """With the number of their competences. Two queries."""
    return list(visible(me).annotate(count=Count("competences")).order_by("name", "pk"))


def competences(framework: Framework, me: Actor) -> list[dict[str, Any]]:
    """In their order, named in the reader's language, each under its parent. One query."""
    rows = list(framework.competences.order_by("order", "pk"))
    depths: dict[Any, int] = {}
    for row in rows:
        depths[row.pk] = depths.get(row.parent_id, -1) + 1 if row.parent_id else 0
    return [{"row": row, "name": said(row.names, (me.language, "en")), "depth": min(depths[row.pk], 3)} for row in rows]
