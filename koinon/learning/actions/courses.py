"""Courses: begun empty or from a template, described, copied to be adapted, put on a shelf or taken off it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import jobs, prose
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.drafts import held
from koinon.learning.clock.shelf import index_course
from koinon.learning.engine import blocks, reading
from koinon.learning.engine.starts import STARTS, Place
from koinon.learning.models import Course, Licence, Node, Text, Version
from koinon.network.actions.naming import save_with_slug
from koinon.network.models import Network, Organisation

TITLE, CREDIT, SUMMARY = 200, 300, 2000
SAID = ("title", "summary", "learn", "whom")
"""What a version says of itself in each language: name, what it is about, what one learns, for whom it is."""
NOT_YOURS = gettext_lazy("Only those who write this course may do this.")
NOT_OWNER = gettext_lazy("Only who speaks for the organisation may begin its courses.")
_FACTS = ("network", "subject", "themes", "licence", "credit", "picture", "is_public", "languages")


@verb("learning.course_begun", rule=rules.may_create, refusal=NOT_OWNER)
def create(
    *, by: Actor, organisation: Organisation, title: str, language: str, network: Network | None = None,
    start: str = "", summary: str = "", languages: Sequence[str] = (), licence: str = Licence.BY_SA, credit: str = "",
    subject: str = "", themes: Sequence[str] = (), is_public: bool = False, is_demo: bool = False,
) -> Course:  # fmt: skip
    """A course with its first draft: empty, or from a template (a key of engine.starts.STARTS)."""
    if start and start not in STARTS:
        raise ValidationError({"start": [_("Please choose one of the list.")]})
    course = begin(
        organisation=organisation, title=title, language=language, network=network, languages=languages,
        licence=licence, credit=credit, subject=subject, themes=themes, is_public=is_public, is_demo=is_demo,
    )  # fmt: skip
    said = {"title": course.title, **({"summary": prose.clean(summary)[:SUMMARY]} if summary else {})}
    version = Version.objects.create(
        course=course, number=1, language=course.language, languages=course.languages,
        texts={course.language: said},
    )  # fmt: skip
    if start:
        _furnish(version, start)
    return course


@verb("learning.course_edited", rule=rules.may_write, refusal=NOT_YOURS)
def edit(*, by: Actor, course: Course, texts: Mapping[str, Mapping[str, str]] | None = None, **facts: Any) -> Course:
    """Change what is given: facts of the shelf at once, words (language -> name -> text) in the draft."""
    if unknown := set(facts) - set(_FACTS):
        raise TypeError(f"a course has no {', '.join(sorted(unknown))}")
    if "languages" in facts:
        facts["languages"] = list(dict.fromkeys([course.language, *facts["languages"]]))
    for name, value in facts.items():
        setattr(course, name, value)
    course.save(update_fields=list(facts))
    if texts is not None:
        _say(held(course), texts)
    draft = Version.objects.filter(course=course, state="draft")
    if "languages" in facts:
        draft.update(languages=course.languages)
    _name(course)
    changed(course)
    return course


@verb("learning.course_words_translated", rule=rules.may_translate, refusal=NOT_YOURS)
def translate(
    *, by: Actor, course: Course, language: str, said: Mapping[str, str], fits: Collection[str] = ()
) -> Course:
    """What the course says of itself, in another language; what changed or still `fits` is of the source as it is."""
    version = held(course)
    if language == version.language:
        raise ValidationError(_("There is nothing to translate here."))
    before = version.texts.get(language, {})
    now = reading.marks(version.texts, version.language)
    words = {
        name: prose.line(text)[:TITLE] if name == "title" else prose.clean(text)[:SUMMARY]
        for name, text in said.items() if name in SAID and isinstance(text, str) and text.strip()
    }  # fmt: skip
    old = before.get("of", {})
    marks = {
        name: now[name] if name in fits or text != before.get(name) else old.get(name, "")
        for name, text in words.items() if name in now
    }  # fmt: skip
    version.texts = {**version.texts, language: {**words, "of": marks}}
    version.save(update_fields=["texts"])
    return course


@verb("learning.course_withdrawn", rule=rules.may_write, refusal=NOT_YOURS)
def withdraw(*, by: Actor, course: Course) -> Course:
    """Off the shelf: nobody new finds it; runs that were opened go on to their end."""
    course.is_published = False
    course.save(update_fields=["is_published"])
    changed(course)
    return course


@verb("learning.course_shown", rule=rules.may_write, refusal=NOT_YOURS)
def show(*, by: Actor, course: Course) -> Course:
    """Back on the shelf, as it was published."""
    if not course.versions.published().exists():
        raise ValidationError(_("Nothing of this course is published yet."))
    course.is_published = True
    course.save(update_fields=["is_published"])
    changed(course)
    return course


def begin(
    *, organisation: Organisation, title: str, language: str, languages: Sequence[str] = (), **facts: Any
) -> Course:
    """Inside a verb: the row of a course, under an address made from its title."""
    said = prose.line(title)[:TITLE]
    if not said:
        raise ValidationError({"title": [_("Please write a few words.")]})
    facts["credit"] = prose.line(facts.get("credit", ""))[:CREDIT]
    facts["themes"] = list(facts.get("themes", ()))
    course = Course(
        organisation=organisation, title=said, language=language,
        languages=list(dict.fromkeys([language, *languages])), **facts,
    )  # fmt: skip
    save_with_slug(course, said, "course")
    return course


def changed(course: Course) -> None:
    """The shelf is indexed anew within a minute."""
    if course.network_id:
        jobs.later(index_course, once=f"course:{course.pk}", course=str(course.pk))


def _say(version: Version, texts: Mapping[str, Mapping[str, str]]) -> None:
    kept = {language: dict(said) for language, said in version.texts.items()}
    for language, said in texts.items():
        mine = kept.setdefault(language, {})
        for name, text in said.items():
            if name in SAID:
                mine[name] = prose.line(text)[:TITLE] if name == "title" else prose.clean(text)[:SUMMARY]
    if not kept.get(version.language, {}).get("title"):
        raise ValidationError({"title": [_("Please write a few words.")]})
    version.texts = {language: {name: text for name, text in said.items() if text} for language, said in kept.items()}
    version.save(update_fields=["texts"])


def _name(course: Course) -> None:
    """Until something is published the course is called what its draft says."""
    if course.is_published:
        return
    draft = course.versions.filter(state="draft").first()
    title = draft.texts.get(draft.language, {}).get("title") if draft else ""
    if title and title != course.title:
        course.title = title
        course.save(update_fields=["title"])


def _furnish(version: Version, start: str) -> None:
    """The places of a template, in words of the course's language."""
    with translation.override(version.language):
        places: list[tuple[Place, UUID | None]] = [(place, None) for place in reversed(STARTS[start].places)]
        number = 0
        while places:
            place, parent = places.pop()
            number += 1
            node = Node.objects.create(
                version=version, key=uuid4(), parent=parent, order=number, kind=place.kind,
                settings=dict(place.settings), rule=dict(place.rule),
            )  # fmt: skip
            Text.objects.create(node=node, language=version.language, said=_said(place, node))
            places += [(each, node.key) for each in reversed(place.inside)]


def _said(place: Place, node: Node) -> dict[str, Any]:
    words = [
        {"id": uuid5(NAMESPACE_URL, f"{node.key}{number}").hex[:16], "type": "paragraph", "data": {"text": str(text)}}
        for number, text in enumerate(place.says)
    ]
    rubric = {
        f"rubric.{row['key']}": str(text)
        for row, text in zip(place.settings.get("rubric", ()), place.rubric, strict=False)
    }
    return {"title": str(place.title), "blocks": blocks.cleaned(words)[0], **rubric}
