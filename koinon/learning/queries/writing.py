"""What authors see: the frame of a course's pages, the tree of its draft, and what each part asks for."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning import rules
from koinon.learning.engine import documents
from koinon.learning.engine.asking import asks
from koinon.learning.models import Course, Node, NodeKind, Version
from koinon.learning.queries import lesson_pages
from koinon.learning.queries.trees import tree_of
from koinon.network.queries import page_of


def frame(request: HttpRequest, course: Course, current: str) -> dict[str, Any]:
    """The context of every page where a course is written: its draft, what may be done, the tabs."""
    me: Actor = request.me  # type: ignore[attr-defined]
    rows = list(course.versions.order_by("-number"))
    draft = next((row for row in rows if row.state in ("draft", "review")), None)
    last = next((row for row in rows if row.published_at is not None), None)
    may_write = rules.may_write(by=me, course=course)
    found = {
        "course": course, "draft": draft, "last": last, "shown": draft or last, "may_write": may_write,
        "is_open": may_write and draft is not None and draft.state == "draft", "tabs": _tabs(course, current),
    }  # fmt: skip
    network = page_of(request, course.network, "courses") if course.network is not None else {}
    return {**network, **found}


def _tabs(course: Course, current: str) -> list[dict[str, Any]]:
    names = {
        "write": _("Course"), "write_about": _("About"), "write_files": _("Files"), "write_languages": _("Languages"),
        "write_people": _("People"), "proposals": _("Proposals"), "write_check": _("Check and publish"),
    }  # fmt: skip
    return [
        {"url": to(f"learning:{name}", course.slug), "label": label, "current": name == current}
        for name, label in names.items()
    ]


def tree_rows(version: Version, language: str = "") -> list[dict[str, Any]]:
    """Every node in order with its depth, what may be done to it, and what it asks of learners."""
    tree = tree_of(version)
    depths: dict[str, int] = {"": -1}
    below: dict[str, list[documents.Node]] = {}
    keys = {node.key for node in tree.nodes}
    for node in tree.nodes:
        below.setdefault(node.parent if node.parent in keys else "", []).append(node)
    found = []
    for node in tree.nodes:
        siblings = below[node.parent if node.parent in keys else ""]
        place = siblings.index(node)
        depths[node.key] = depths.get(node.parent, -1) + 1
        title, said_in = tree.title(UUID(node.key), (language,) if language else ())
        found.append({
            "node": node, "key": node.key, "title": title or _("Without a title"), "language": said_in,
            "depth": depths[node.key],
            "kind": NodeKind(node.kind).label, "asks": asks(node), "is_first": place == 0,
            "is_last": place == len(siblings) - 1, "is_inside": node.parent in keys and node.parent != "",
            "has_section": any(each.kind == "section" for each in siblings[:place]),
        })  # fmt: skip
    return found


def places_of(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Where a new part may stand: at the end of the course, or in one of its sections."""
    sections = [row for row in rows if row["node"].kind == "section"]
    inside = [(row["key"], _("In: %(title)s") % {"title": row["title"]}) for row in sections]
    return [("", _("At the end of the course")), *inside]


def title_of(node: Node) -> str:
    """What a node is called in the language of its course. One query."""
    said = node.texts.filter(language=node.version.language).values_list("said__title", flat=True).first()
    return said or _("Without a title")


def preview(me: Actor, version: Version) -> lesson_pages.Standing:
    """A version on the page of its learners: its links lead from preview to preview, home to where it is written."""
    slug = version.course.slug
    return lesson_pages.preview(
        me, version, place=lambda key: to("learning:write_preview", slug, UUID(key)),
        file=lambda key: to("learning:course_file", slug, key), home=to("learning:write", slug),
    )  # fmt: skip
