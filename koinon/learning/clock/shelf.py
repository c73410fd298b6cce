"""The index of courses: one course within a minute of its change, on the shelf of its network."""

from uuid import UUID

from koinon.kit import jobs, search
from koinon.kit.vocabularies import eurovoc
from koinon.learning.models import Course, Text, Version

KIND = "course"
READERS = ("en", "sq", "lt", "mk", "el")
_LONGEST = 6000


@jobs.task("learning.index_course")
def index_course(course: str) -> None:
    """Put one course on the shelf of its network, or take it off every shelf it is not on any more."""
    row = Course.objects.select_related("organisation").filter(pk=course).first()
    here = row.network_id if row is not None and row.is_published else None
    for scope in search.scopes_of(kind=KIND, noun=UUID(course)):
        if scope != here:
            search.remove(scope=scope, kind=KIND, nouns=[UUID(course)])
    version = Version.objects.published().filter(course=UUID(course)).first()
    if row is not None and here is not None and version is not None:
        search.put(scope=here, kind=KIND, rows=[row_of(row, version)])


def row_of(course: Course, version: Version) -> search.Row:
    """One course as a row of the index: what it says of itself, and the titles of its parts, in all its languages."""
    said = [text for each in version.texts.values() for name, text in each.items() if isinstance(text, str)]
    titles = Text.objects.filter(node__version=version).values_list("said__title", flat=True)
    about = version.texts.get(version.language, {})
    labels = [eurovoc.label(theme, language) for theme in course.themes for language in READERS]
    return search.Row(
        noun=course.pk,
        title=course.title,
        language=course.language,
        names=tuple(str(each["title"]) for each in version.texts.values() if each.get("title")),
        tags=tuple(dict.fromkeys([*labels, *course.organisation.names.values()])),
        text=" ".join([*said, *(str(title) for title in titles if title)])[:_LONGEST],
        country=course.organisation.country,
        themes=tuple(course.themes),
        languages=tuple(course.languages),
        embeds=". ".join(str(about[name]) for name in ("title", "summary", "learn") if about.get(name)) or None,
    )
