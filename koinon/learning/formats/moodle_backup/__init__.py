"""Moodle course backups (.mbz, tar.gz or ZIP, names with or without "./"): sections, activities, files, questions."""

import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.learning.engine import xml
from koinon.learning.engine.archives import MB, Archive, is_archive, is_zip
from koinon.learning.engine.documents import Document
from koinon.learning.engine.drafts import Draft, line
from koinon.learning.engine.reports import Refused, Report, reasons
from koinon.learning.formats import Format, Progress
from koinon.learning.formats.moodle_backup.activities import Course, take
from koinon.learning.formats.moodle_backup.questions import Bank
from koinon.learning.formats.moodle_backup.source import Backup, value

_NAME = "moodle_backup.xml"

reasons(
    not_a_course=_("This is a Moodle backup of a part, not of a course."),
    people_left=_("Names, answers and marks of people in the backup are not taken over."),
    orphan=_("It stands in no section of the backup."),
)


def looks(path: Path) -> bool:
    if not is_zip(path):
        return is_archive(path)
    with Archive.at(path) as archive:
        return archive.find(_NAME) is not None


def read(path: Path, report: Report, language: str, progress: Progress) -> Document:
    """The course of a backup; people and what they did are never read."""
    archive = Archive.at(path)
    if archive.find(_NAME) is None:
        archive.close()
        raise Refused("unknown_format")
    about = xml.child(xml.parse(archive.read(archive.find(_NAME) or _NAME, limit=32 * MB), _NAME), "information")
    course = _course(archive)
    seed = f"moodle {value(about, 'original_wwwroot')} {value(about, 'original_course_id')}"
    draft = Draft(seed, _language(value(course, "lang")) or language, report, archive)
    backup = Backup(archive, draft)
    _people(backup, report)
    whole = Course(backup, Bank(backup), {})
    _sections(whole, about, progress)
    title = value(course, "fullname") or value(about, "original_course_fullname") or path.stem
    return draft.document(title, summary=value(course, "summary"))


def _course(archive: Archive) -> Any:
    name = archive.find("course/course.xml")
    return xml.parse(archive.read(name), "course/course.xml") if name else None


def _language(said: str) -> str:
    found = re.match(r"[a-z]{2,3}(?=$|_)", said)
    return found.group() if found else ""


def _people(backup: Backup, report: Report) -> None:
    users = xml.children(backup.root("users.xml"), "user")
    if users:
        report.dropped("users.xml", str(len(users)), "people", "people_left")


def _sections(whole: Course, about: Any, progress: Progress) -> None:
    """Sections by their number, activities in the order of each section's own sequence."""
    contents = xml.child(about, "contents")
    activities = {value(each, "moduleid"): each for each in xml.children(xml.child(contents, "activities"), "activity")}
    sections = [_section(whole.backup, each) for each in xml.children(xml.child(contents, "sections"), "section")]
    total, done = len(activities), 0
    if not sections and not activities:
        raise Refused("not_a_course")
    for number, where, title, root in sorted(sections, key=lambda each: each[0]):
        parent = _take_section(whole, number, where, title, root)
        listed = [each for each in value(root, "sequence").split(",") if each in activities]
        here = [key for key, each in activities.items() if value(each, "sectionid") == where.rsplit("_", 1)[-1]]
        for key in dict.fromkeys(listed + here):
            take(whole, activities.pop(key), parent)
            progress(done := done + 1, total)
    for each in activities.values():
        whole.backup.draft.report.dropped(
            value(each, "directory"), line(value(each, "title")), value(each, "modulename"), "orphan"
        )


def _section(backup: Backup, element: Any) -> tuple[int, str, str, Any]:
    where = value(element, "directory") or f"sections/section_{value(element, 'sectionid')}"
    root = backup.root(f"{where}/section.xml")
    number = value(root, "number") if root is not None else value(element, "title")
    return int(number) if number.isdigit() else 0, where, value(root, "name") or value(element, "title"), root


def _take_section(whole: Course, number: int, where: str, title: str, root: Any) -> str:
    """The section's node; section 0 without words of its own gives none: what is in it stands at the top."""
    draft = whole.backup.draft
    context = xml.attribute(root, "contextid") if root is not None else ""
    summary = value(root, "summary")
    hidden = value(root, "visible") == "0"
    if number == 0 and not summary and not value(root, "name"):
        return ""
    title = line(title) if not title.isdigit() else f"{number}"
    settings = {"is_hidden": True} if hidden else {}
    key = draft.node(where, "section", title, settings=settings, code="was_hidden" if hidden else "")
    resolve = whole.backup.section_resolver(context, where)
    blocks, code = draft.blocks(summary, where, resolve)
    if blocks:
        draft.node(f"{where}#summary", "page", title, parent=key, blocks=blocks, code=code, is_optional=True)
    return key


FORMAT = Format(name="moodle_backup", title="Moodle (.mbz)", looks=looks, read=read, suffix=".mbz", order=10)
