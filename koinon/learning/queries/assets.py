"""Files of courses as pages show them: where they are, with their words in the reader's language."""

from collections.abc import Iterable
from urllib.parse import quote

from koinon.kit.addresses import to
from koinon.learning.engine.blocks import Shown
from koinon.learning.engine.blocks.showing import Shows
from koinon.learning.models import Asset, Course


def shows(course: Course, languages: Iterable[str], keys: Iterable[str] | None = None) -> Shows:
    """How blocks.html() shows files of a course, in the first of the languages that has words. One query, on demand."""
    order = tuple(dict.fromkeys([*languages, course.language]))
    found: dict[str, Shown] | None = None

    def show(key: str) -> Shown | None:
        nonlocal found
        if found is None:
            rows = Asset.objects.filter(organisation=course.organisation_id).select_related("upload")
            rows = rows.filter(key__in=list(keys)) if keys is not None else rows
            found = {row.key: shown(course, row, order) for row in rows}
        return found.get(key)

    return show


def shown(course: Course, row: Asset, languages: Iterable[str]) -> Shown:
    """One file of a course."""
    upload, order = row.upload, tuple(languages)
    return Shown(
        url=to("learning:course_file", course.slug, quote(row.key, safe="")), name=row.name,
        media_type=upload.media_type, size=upload.size, alt="" if row.is_decoration else said(row.alt, order),
        transcript=said(row.transcript, order), width=upload.width or 0, height=upload.height or 0,
    )  # fmt: skip


def said(words: dict[str, str], languages: Iterable[str]) -> str:
    """The first of the languages in which there are words, else any of them."""
    return next((words[each] for each in (*languages, *words) if words.get(each)), "")
