"""The shelf: courses that somebody may see, found by words, and the public page of one."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from koinon.kit import search
from koinon.kit.verbs import Actor
from koinon.learning.clock.shelf import KIND
from koinon.learning.engine import documents
from koinon.learning.models import Course, Run, Version
from koinon.learning.queries.trees import tree_of
from koinon.network.models import Network, name_in

SIZE = 24
FOUND = 200
"""Courses that a search brings at most."""


def shelf(
    me: Actor, *, network: Network | None = None, words: str = "", language: str = "", after: str = ""
) -> dict[str, Any]:
    """A page of published courses, newest first, or what the words find, best first: {"rows", "next"}."""
    rows = Course.objects.visible_to(me).filter(is_published=True).select_related("organisation", "network")
    if network is not None:
        rows = rows.filter(network=network)
    if language:
        rows = rows.filter(languages__contains=[language])
    if words:
        return {"rows": _rows(_found(rows, network, words, me), me), "next": ""}
    if (key := _uuid(after)) is not None:
        rows = rows.filter(pk__lt=key)
    page = list(rows.order_by("-pk")[: SIZE + 1])
    last = str(page[SIZE - 1].pk) if len(page) > SIZE else ""
    return {"rows": _rows(page[:SIZE], me), "next": last}


def mine(me: Actor) -> list[Course]:
    """Courses that I write, review or translate, or that an organisation of mine owns; the newest first."""
    rows = Course.objects.manageable_by(me).select_related("organisation")
    return list(rows.prefetch_related("versions").order_by("-pk")[:100])


def _rows(courses: list[Course], me: Actor) -> list[dict[str, Any]]:
    """Courses as lists show them, each called as its version in the reader's language calls it. One query."""
    versions = Version.objects.published().filter(course__in=courses).order_by("number")
    texts = dict(versions.values_list("course", "texts"))
    found = []
    for course in courses:
        said = documents.chosen(texts.get(course.pk, {}), (me.language, course.language))
        title, language = (said[1]["title"], said[0]) if said[1].get("title") else (course.title, course.language)
        found.append({"course": course, "who": _who(course, me), "title": title, "language": language})
    return found


def _who(course: Course, me: Actor) -> str:
    owner = course.organisation
    return name_in(owner.names, owner.language, me.language)


def course_page(course: Course, me: Actor) -> dict[str, Any]:
    """What the page of a course shows: words in the reader's language where there are, outline, runs, versions."""
    published = list(course.versions.filter(published_at__isnull=False).order_by("-number"))
    current = next((row for row in published if row.state == "published"), None)
    language, said = documents.chosen(current.texts, (me.language, course.language)) if current else ("", {})
    runs = (
        Run.objects.visible_to(me).filter(course=course, state__in=["open", "running"]).select_related("organisation")
    )
    return {
        "course": course, "who": _who(course, me), "version": current, "versions": published,
        "said": said, "said_language": language, "outline": outline(current, me) if current else [],
        "runs": list(runs.order_by("starts_on", "pk")[:20]), "forked_from": _origin(course, me),
    }  # fmt: skip


def outline(version: Version, me: Actor) -> list[dict[str, Any]]:
    """The parts of a version with the number of steps in each; titles in the reader's language."""
    tree = tree_of(version)
    found: list[dict[str, Any]] = []
    inside: dict[str, dict[str, Any]] = {}
    for node in tree.nodes:
        if node.settings.get("is_hidden"):
            continue
        title, language = tree.title(node.key, (me.language,))
        above = inside.get(node.parent)
        if above is None:
            above = {"title": title, "language": language, "kind": node.kind, "steps": 0, "size": 0}
            found.append(above)
        inside[node.key] = above
        above["size"] += tree.sizes.get(node.key, 0)
        above["steps"] += node.kind != "section"
    return found


def _origin(course: Course, me: Actor) -> Course | None:
    """The course that this one was copied from, if the reader may see it."""
    if course.forked_from_id is None:
        return None
    return Course.objects.visible_to(me).filter(versions=course.forked_from_id).first()


def _found(rows: Any, network: Network | None, words: str, me: Actor) -> list[Course]:
    if network is None:
        name = Q(title__icontains=words) | Q(organisation__names__icontains=words)
        return list(rows.filter(name).order_by("-pk")[:SIZE])
    ids = search.find(scope=network.pk, kind=KIND, text=words, language=me.language, size=FOUND).ids
    there = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [there[key] for key in ids if key in there]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
