"""What somebody has reached: outcomes of all their courses in words, and competences with where they were shown."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from koinon.kit.verbs import Actor
from koinon.learning.models import Competence, Enrolment, Node, Outcome
from koinon.learning.queries.my_learning import my_enrolments, walk


def outcomes(me: Actor) -> list[Any]:
    """A walk for each of my courses, with the sentence of each part. Two queries (skeletons are kept)."""
    rows = [row for row in my_enrolments(me) if row.state in ("enrolled", "finished", "withdrawn")]
    return [walk(row.run, (row.language, me.language), row, outcomes=found) for row, found in _stand(rows)]


def _stand(rows: list[Enrolment]) -> Iterable[tuple[Enrolment, dict[str, Outcome]]]:
    found: dict[UUID, dict[str, Outcome]] = {row.pk: {} for row in rows}
    for outcome in Outcome.objects.filter(enrolment__in=rows) if rows else ():
        found[outcome.enrolment_id][str(outcome.node or "")] = outcome
    return [(row, found[row.pk]) for row in rows]


def table(me: Actor) -> tuple[list[str], list[list[Any]]]:
    """The same as rows of a sheet: course, part, state, share in percent, day, and the sentence why."""
    lines = []
    for each in outcomes(me):
        for row in each.rows:
            outcome = row.outcome
            lines.append(
                [
                    each.run.title, f"{row.number} {row.title}", row.state,
                    round(outcome.share * 100, 1) if outcome and outcome.share is not None else None,
                    outcome.at.date() if outcome and outcome.at else None, row.sentence,
                ]
            )  # fmt: skip
    return ["course", "part", "state", "percent", "on", "why"], lines


def competences(me: Actor, language: str) -> list[dict[str, Any]]:
    """By framework: each competence that a part I have done stands for, with where and when. Four queries."""
    rows = my_enrolments(me)
    done = Outcome.objects.filter(enrolment__in=rows, state="done", node__isnull=False)
    when = {(row.enrolment_id, row.node): row.at for row in done} if rows else {}
    versions = {row.run.version_id for row in rows}
    of_node: dict[tuple[UUID, UUID], list[UUID]] = {}
    pairs = Node.competences.through.objects.filter(node__version__in=versions)
    for version, key, competence in pairs.values_list("node__version", "node__key", "competence"):
        of_node.setdefault((version, key), []).append(competence)
    shown: dict[UUID, list[dict[str, Any]]] = {}
    for enrolment in rows:
        for (of, node), at in when.items():
            if of == enrolment.pk and node is not None:
                for competence in of_node.get((enrolment.run.version_id, node), ()):
                    shown.setdefault(competence, []).append({"run": enrolment.run, "node": node, "at": at})
    named = Competence.objects.filter(pk__in=shown).select_related("framework")
    return _by_framework(named.order_by("framework__name", "order", "id"), shown, language)


def _by_framework(rows: Iterable[Competence], shown: dict[UUID, list[Any]], language: str) -> list[dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        names = row.names
        said = next((code for code in (language, "en", *names) if names.get(code)), "")
        entry = {"row": row, "name": names.get(said, row.code), "language": said, "shown": shown[row.pk]}
        found.setdefault(row.framework_id, {"framework": row.framework, "rows": []})["rows"].append(entry)
    return list(found.values())
