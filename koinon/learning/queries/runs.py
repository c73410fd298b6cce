"""A run on its pages: its tabs, what a newer version would change for whom, the pages of sessions and messages."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning.engine.changes import Change, compared
from koinon.learning.engine.progress.events import rule_of
from koinon.learning.models import Outcome, Run, Version
from koinon.learning.queries.documents import document_of
from koinon.learning.queries.trees import Tree, tree_of
from koinon.learning.rules import runs as rules
from koinon.learning.seams import belongs
from koinon.network.queries import page_of


def reader() -> str:
    """The language of the page."""
    return (get_language() or "en")[:2]


def context(request: HttpRequest, run: Run, tab: str) -> dict[str, Any]:
    """What every page of those who teach shows: the run, its tabs, whether the reader leads it."""
    me: Actor = request.me  # type: ignore[attr-defined]
    names = {
        "teach": _("Desk"), "cohort": _("Learners"), "sessions": _("Sessions"), "messages": _("Messages"),
        "results": _("Results"), "run_people": _("Who comes in"), "run_settings": _("Settings"),
    }  # fmt: skip
    tabs = [
        {"url": to(f"learning:{name}", run.pk), "label": label, "current": name == tab} for name, label in names.items()
    ]
    found = {"run": run, "tabs": tabs, "leads": rules.may_lead(by=me, run=run), "whole": belongs.gather(run, me)}
    return {**found, **(page_of(request, run.network, "courses") if run.network else {})}


def newer(run: Run) -> list[Version]:
    """Published versions of the course that are newer than the one of the run."""
    rows = Version.objects.published().filter(course=run.course_id, number__gt=run.version.number)
    return list(rows.order_by("-number"))


def changes(run: Run, version: Version, language: str) -> dict[str, Any]:
    """What moving to `version` changes, part by part, and for how many learners who have done something there."""
    old, new = tree_of(run.version), tree_of(version)
    languages = (language, *run.languages)
    reached = _reached(run)
    rows = []
    for change in compared(document_of(run.version), document_of(version)):
        title = (old if change.what == "gone" else new).title(change.key, languages)[0]
        rows.append(_row(change, _what(change, old, new), title, reached.get(change.key, 0)))
    learning = run.enrolments.learning().count()
    finished = run.enrolments.filter(state="finished").count()
    adds = sum(row["what"] == "new" for row in rows)
    return {"rows": rows, "learning": learning, "finished": finished, "adds": adds, "version": version}


def _what(change: Change, old: Tree, new: Tree) -> str:
    """`rule` where something else is asked for because the part counts as done in another way."""
    before, after = old.node(change.key), new.node(change.key)
    is_rule = change.what == "asks" and before and after and _asks(before) != _asks(after)
    return "rule" if is_rule else change.what


def _asks(node: Any) -> tuple[Any, bool, str]:
    return dict(rule_of(node)), node.is_optional, node.kind


def _reached(run: Run) -> dict[str, int]:
    """How many learners have begun or done each part; one query."""
    rows = Outcome.objects.filter(enrolment__run=run, enrolment__state__in=["enrolled", "finished"])
    keys = rows.exclude(node=None).exclude(state="not_started").order_by().values_list("node", flat=True)
    found: dict[str, int] = {}
    for key in keys.iterator(chunk_size=5000):
        found[str(key)] = found.get(str(key), 0) + 1
    return found


def _row(change: Change, what: str, title: str, number: int) -> dict[str, Any]:
    words = {
        "gone": _("Goes: what was done here counts no more"),
        "new": _("New: everybody finds it open"),
        "rule": _("Counts as done in another way"),
    }
    for_whom = ngettext("%(number)s learner", "%(number)s learners", number) % {"number": number} if number else ""
    said = words.get(what, change.sentence)
    return {"what": what, "title": title, "words": said, "number": number, "for_whom": for_whom, "change": change}


def outline(run: Run) -> list[dict[str, Any]]:
    """The parts of the course in their order, for its page: title, kind, how deep; hidden ones are left out."""
    tree = tree_of(run.version)
    languages = (reader(), *run.languages)
    depth: dict[str, int] = {}
    shown = []
    for node in tree.nodes:
        depth[node.key] = depth.get(node.parent, -1) + 1 if node.parent else 0
        if not node.settings.get("is_hidden"):
            title, language = tree.title(node.key, languages)
            shown.append(
                {"title": title, "language": language, "kind": node.kind, "is_section": node.kind == "section"}
            )
    return shown
