"""Activities of a Moodle backup: what each becomes with us, and what is said where we have nothing of the kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import xml
from koinon.learning.engine.documents import Block
from koinon.learning.engine.drafts import line, paragraph, plain
from koinon.learning.engine.reports import Refused, reasons
from koinon.learning.formats.moodle_backup.completion import rule_of
from koinon.learning.formats.moodle_backup.questions import Bank
from koinon.learning.formats.moodle_backup.source import Backup, Stored, number, value

reasons(
    was_hidden=_("It was hidden from learners; it comes hidden."),
    was_restricted=_("The conditions of access are not taken over."),
    as_page=_("It becomes a page."),
    as_pages=_("It becomes a section of pages."),
    as_survey=_("It becomes a survey."),
    lesson_question=_("Questions inside a lesson are not taken over; its pages are."),
    news_forum=_("Announcements belong to a course that runs, not to its text."),
    no_file=_("Its file is not in the archive."),
)


@dataclass
class Course:
    """A backup while it is read, with its question bank."""

    backup: Backup
    bank: Bank
    scratch: dict[str, Any]


@dataclass(frozen=True)
class Activity:
    """One activity: where it stands, its XML, its module (completion, visibility), and the node above."""

    course: Course
    where: str
    kind: str
    title: str
    context: str
    root: Any
    module: Any
    parent: str

    @property
    def backup(self) -> Backup:
        return self.course.backup

    def blocks(self, *path: str, html: str = "") -> tuple[list[Block], str]:
        """Blocks of a text of it, with the files of its own module."""
        resolve = self.backup.resolver(self.context, f"mod_{self.kind}", self.where)
        return self.backup.draft.blocks(html or value(self.root, *path), f"{self.where}/{'/'.join(path)}", resolve)

    def node(self, kind: str, code: str = "", **facts: Any) -> str:
        """Its node, hidden or open as it was, with its own rule of completion."""
        settings = dict(facts.pop("settings", {}))
        notes = [code] if code else []
        if value(self.module, "visible") == "0":
            settings["is_hidden"] = True
            notes.append("was_hidden")
        if re.search(r'"c"\s*:\s*\[\s*[{\[]', value(self.module, "availability")):
            notes.append("was_restricted")
        rule, is_optional = rule_of(
            kind, self.kind, self.root, self.module, self.backup.root(f"{self.where}/grades.xml")
        )
        facts = {"rule": rule, "is_optional": is_optional} | facts
        key = self.backup.draft.node(
            self.where, kind, self.title, parent=self.parent, settings=settings, code=notes[0] if notes else "", **facts
        )
        for each in notes[1:]:
            self.backup.draft.report.changed(self.where, self.title, self.kind, each)
        return key

    def drop(self, code: str, **values: Any) -> None:
        self.backup.draft.report.dropped(self.where, self.title, self.kind, code, **values)


def take(course: Course, element: Any, parent: str) -> None:
    """Read one activity into the draft, with a line in the report whatever becomes of it."""
    where, kind = value(element, "directory"), value(element, "modulename")
    outer = course.backup.root(f"{where}/{kind}.xml") if re.fullmatch(r"[a-z][a-z0-9_]{0,40}", kind) else None
    root = xml.child(outer, kind)
    module = course.backup.root(f"{where}/module.xml")
    title = line(value(root, "name") or value(element, "title")) or kind
    activity = Activity(course, where, kind, title, xml.attribute(outer, "contextid"), root, module, parent)
    if root is None:
        return activity.drop("missing", name=f"{where}/{kind}.xml")
    maker = MAKERS.get(kind)
    if maker is None:
        return activity.drop(DROPPED.get(kind, "no_kind"))
    return maker(activity)


def _page(activity: Activity) -> None:
    intro, _code = activity.blocks("intro") if value(activity.root, "printintro") == "1" else ([], "")
    blocks, code = activity.blocks("content")
    activity.node("page", code, blocks=intro + blocks)


def _label(activity: Activity) -> None:
    blocks, _code = activity.blocks("intro")
    title = plain(value(activity.root, "intro"))[:60] or activity.title
    replace(activity, title=title).node("page", "as_page", blocks=blocks, is_optional=True)


def _url(activity: Activity) -> None:
    address = value(activity.root, "externalurl")
    if not re.match(r"https?://[^\s]+$", address, re.IGNORECASE):
        return activity.drop("outside_tool")
    blocks, code = activity.blocks("intro")
    activity.node("link", code, blocks=blocks, settings={"url": address})
    return None


def _files(activity: Activity, area: str = "content") -> list[tuple[Stored, str]]:
    """(file, asset) of what is there; what is not is said."""
    found = []
    for stored in activity.backup.kept(activity.context, f"mod_{activity.kind}", area):
        try:
            found.append((stored, activity.backup.asset(stored)))
        except Refused as refused:
            if refused.code != "missing":
                raise
            activity.backup.draft.report.dropped(activity.where, line(stored.name), "file", "no_file")
    return found


def _resource(activity: Activity) -> None:
    files = _files(activity)
    if not files:
        return activity.drop("no_file")
    if len(files) > 1:
        return _listed(activity, files)
    blocks, code = activity.blocks("intro")
    activity.node("file", code, blocks=blocks, settings={"asset": files[0][1]})
    return None


def _folder(activity: Activity) -> None:
    _listed(activity, _files(activity))


def _listed(activity: Activity, files: list[tuple[Stored, str]]) -> None:
    blocks, _code = activity.blocks("intro")
    listed: list[Block] = [
        {"id": activity.backup.draft.key(f"{activity.where}/{stored.path}{stored.name}"), "type": "file",
         "data": {"asset": asset, "title": line((stored.path + stored.name).lstrip("/"))}}
        for stored, asset in files
    ]  # fmt: skip
    activity.node("page", "as_page", blocks=blocks + listed)


def _book(activity: Activity) -> None:
    chapters = xml.children(xml.child(activity.root, "chapters"), "chapter")
    key = activity.node("section", "as_pages", rule={})
    for chapter in sorted(chapters, key=lambda each: number(each, "pagenum")):
        where = f"{activity.where}#{xml.attribute(chapter, 'id')}"
        hidden = value(chapter, "hidden") == "1"
        blocks, code = activity.blocks(html=value(chapter, "content")) if value(chapter, "content") else ([], "")
        activity.backup.draft.node(
            where, "page", value(chapter, "title"), parent=key, blocks=_keyed(activity, blocks, where),
            code="was_hidden" if hidden else code, settings={"is_hidden": True} if hidden else {},
        )  # fmt: skip


def _keyed(activity: Activity, blocks: list[Block], where: str) -> list[Block]:
    """Blocks of several texts of one activity must not share their ids."""
    return [{**block, "id": activity.backup.draft.key(f"{where}/{block['id']}")} for block in blocks]


def _lesson(activity: Activity) -> None:
    key = activity.node("section", "as_pages", rule={})
    pages = {xml.attribute(each, "id"): each for each in xml.every(activity.root, "page")}
    ordered, at = [], next((name for name, each in pages.items() if value(each, "prevpageid") in ("0", "")), "")
    while at in pages:
        ordered.append((at, page := pages.pop(at)))
        at = value(page, "nextpageid")
    for name, page in [*ordered, *pages.items()]:
        where = f"{activity.where}#{name}"
        if value(page, "qtype") != "20":
            activity.backup.draft.report.dropped(where, line(value(page, "title")), "question", "lesson_question")
            continue
        blocks, code = activity.blocks(html=value(page, "contents")) if value(page, "contents") else ([], "")
        activity.backup.draft.node(
            where, "page", value(page, "title"), parent=key, blocks=_keyed(activity, blocks, where), code=code
        )


def _glossary(activity: Activity) -> None:
    blocks, _code = activity.blocks("intro")
    for entry in xml.every(activity.root, "entry"):
        where = f"{activity.where}#{xml.attribute(entry, 'id')}"
        html = f"<h3>{paragraph(line(value(entry, 'concept')))[3:-4]}</h3>{value(entry, 'definition')}"
        blocks += _keyed(activity, activity.blocks(html=html)[0], where)
    activity.node("page", "as_page", blocks=blocks)


def _forum(activity: Activity) -> None:
    if value(activity.root, "type") == "news":
        return activity.drop("news_forum")
    blocks, code = activity.blocks("intro")
    activity.node("discussion", code, blocks=blocks)
    return None


def _assign(activity: Activity) -> None:
    enabled = {
        value(each, "plugin")
        for each in xml.every(activity.root, "plugin_config")
        if value(each, "subtype") == "assignsubmission"
        and value(each, "name") == "enabled"
        and value(each, "value") == "1"
    }
    asks = [ours for theirs, ours in (("onlinetext", "text"), ("file", "file")) if theirs in enabled] or ["text"]
    blocks, code = activity.blocks("intro")
    points = max(0.0, number(activity.root, "grade"))
    settings: dict[str, Any] = {"asks": asks, "rubric": [{"key": "whole", "points": points}] if points else []}
    activity.node("task", code, blocks=blocks, settings=settings)


def _package(activity: Activity) -> None:
    from koinon.learning.formats.moodle_backup.packages import described

    files = _files(activity, "package")
    if not files:
        return activity.drop("no_file")
    asset = activity.backup.draft.assets[files[0][1]]
    try:
        settings = described(activity.kind, asset.read())
    except Refused as refused:
        return activity.drop(refused.code, **refused.values)
    blocks, code = activity.blocks("intro")
    activity.node("package", code, blocks=blocks, settings=settings | {"asset": asset.key})
    return None


def _quiz(activity: Activity) -> None:
    from koinon.learning.formats.moodle_backup.quizzes import take_quiz

    take_quiz(activity)


def _survey(activity: Activity) -> None:
    from koinon.learning.formats.moodle_backup.quizzes import take_survey

    take_survey(activity)


MAKERS: dict[str, Callable[[Activity], None]] = {
    "page": _page, "label": _label, "url": _url, "resource": _resource, "folder": _folder, "book": _book,
    "lesson": _lesson, "glossary": _glossary, "forum": _forum, "assign": _assign, "scorm": _package,
    "h5pactivity": _package, "quiz": _quiz, "feedback": _survey, "choice": _survey,
}  # fmt: skip
DROPPED = {"lti": "outside_tool", "bigbluebuttonbn": "outside_tool", "imscp": "no_kind"}
