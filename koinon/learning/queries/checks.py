"""The check list of a draft, each line with the place to mend it; and what changed since the last version."""

from typing import Any

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning import rules
from koinon.learning.engine import reading
from koinon.learning.engine.changes import Change, compared
from koinon.learning.engine.documents import Document
from koinon.learning.models import Asset, Course, Question, Version
from koinon.learning.queries.documents import BLOCKS, document_of, problems


def check_page(me: Actor, course: Course, draft: Version | None) -> dict[str, Any]:
    """What stands in the way, what is only worth a look, who may do what next."""
    found = {
        "may_review": rules.may_review(by=me, course=course),
        "reviewers": [row.person for row in course.authorships.filter(role="reviewer").select_related("person")],
    }
    if draft is None:
        return {**found, "blocking": [], "warning": [], "document": None}
    document = document_of(draft)
    rows = _placed(course, document, problems(course, document, course.languages))
    return {
        **found, "document": document, "is_empty": not document.nodes,
        "blocking": [row for row in rows if row["blocks"]], "warning": [row for row in rows if not row["blocks"]],
    }  # fmt: skip


def changes(version: Version) -> dict[str, Any]:
    """What a version changes for learners, against the one before it."""
    earlier = Version.objects.filter(course=version.course, number__lt=version.number).select_related("course")
    before = earlier.order_by("-number").first()
    found: list[Change] = compared(document_of(before), document_of(version)) if before else []
    return {"version": version, "before": before, "changes": found}


def _placed(course: Course, document: Document, found: list[reading.Problem]) -> list[dict[str, Any]]:
    titles = {node.key: node.texts.get(document.language, {}).get("title", "") for node in document.nodes}
    keys = {problem.values["asset"] for problem in found if "asset" in problem.values}
    assets = {row.key: row for row in Asset.objects.filter(organisation=course.organisation_id, key__in=keys)}
    asked = {
        str(row.key): row
        for row in Question.objects.filter(organisation=course.organisation_id, is_latest=True)
        .filter(key__in=[question.key for question in document.questions])
    }  # fmt: skip
    return [
        {
            "sentence": problem.sentence, "language": problem.language, "title": titles.get(problem.node, ""),
            "url": _url(course, document.language, problem, titles, assets, asked),
            "blocks": problem.code in BLOCKS and problem.language in ("", document.language),
        }
        for problem in found
    ]  # fmt: skip


def _url(
    course: Course, source: str, problem: reading.Problem, titles: dict[str, Any], assets: dict[str, Asset],
    asked: dict[str, Question],
) -> str:  # fmt: skip
    if asset := assets.get(problem.values.get("asset", "")):
        return to("learning:write_file", course.slug, str(asset.pk))
    if question := asked.get(problem.node):
        return to("learning:question", str(question.pk))
    if problem.language not in ("", source) and problem.code in ("no_title", "no_translation", "stale"):
        key = problem.node or "about"
        return to("learning:write_translate", course.slug, problem.language, key)
    if problem.node in titles:
        place = "write_quiz" if problem.code in ("no_questions", "no_question") else "write_node"
        return to(f"learning:{place}", course.slug, problem.node)
    return to("learning:write_about", course.slug)
