"""Versions: checked, looked at by a reviewer, published for ever, and begun anew."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.courses import NOT_YOURS, changed
from koinon.learning.actions.drafts import copy_tree, held
from koinon.learning.engine import blocks, documents
from koinon.learning.models import VERSION_STEPS, Course, Node, Question, Version
from koinon.learning.notices import authoring as notices
from koinon.learning.queries.documents import BLOCKS, document_of, problems

PATIENCE = timedelta(days=7)
"""How long a reviewer has when no day is named."""
NOT_REVIEWER = gettext_lazy("Only reviewers of this course may do this.")
LOG, WHY = 4000, 500


@verb("learning.draft_begun", rule=rules.may_write, refusal=NOT_YOURS)
def begin(*, by: Actor, course: Course) -> Version:
    """A new draft with everything of the last published version, under the same keys; the one that is there, if any."""
    Course.objects.select_for_update().get(pk=course.pk)
    there = course.versions.filter(state__in=["draft", "review"]).first()
    if there is not None:
        return there
    last = course.versions.filter(published_at__isnull=False).order_by("-number").first()
    if last is None:
        raise ValidationError(_("Nothing of this course is published yet."))
    top = course.versions.aggregate(top=Max("number"))["top"]
    made = Version.objects.create(
        course=course, number=top + 1, language=last.language, languages=course.languages, texts=last.texts
    )
    copy_tree(last, made)
    return made


@verb("learning.review_asked", rule=rules.may_write, refusal=NOT_YOURS, then=notices.review_asked)
def ask_review(*, by: Actor, course: Course, due_on: date | None = None) -> Version:
    """Reviewers have until a day; meanwhile the draft stays as it is."""
    version = held(course)
    if not course.authorships.filter(role="reviewer").exists():
        raise ValidationError(_("This course has no reviewer. Invite one, or publish it yourself."))
    due = due_on or date.today() + PATIENCE
    if due < date.today():
        raise ValidationError({"due_on": [_("Please give a day that is still to come.")]})
    check(version)
    VERSION_STEPS.move(version, "review", moved_at=timezone.now(), due_on=due, returned_why="")
    return version


@verb("learning.review_taken_back", rule=rules.may_write, refusal=NOT_YOURS)
def take_back(*, by: Actor, course: Course) -> Version:
    """There is something to change first."""
    version = _in_review(course)
    VERSION_STEPS.move(version, "draft", moved_at=timezone.now(), due_on=None)
    return version


@verb("learning.version_returned", rule=rules.may_review, refusal=NOT_REVIEWER, then=notices.returned)
def hand_back(*, by: Actor, course: Course, why: str) -> Version:
    """The reviewer says what should change."""
    said = prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please write a few words.")]})
    version = _in_review(course)
    VERSION_STEPS.move(version, "draft", moved_at=timezone.now(), due_on=None, returned_why=said)
    return version


@verb("learning.version_published", rule=rules.may_review, refusal=NOT_REVIEWER, then=notices.published)
def release(*, by: Actor, course: Course, changelog: str = "") -> Version:
    """The reviewer publishes what was asked to be looked at."""
    return _published(by, _in_review(course), changelog)


@verb("learning.published", rule=rules.may_write, refusal=NOT_YOURS)
def publish(*, by: Actor, course: Course, changelog: str = "") -> Version:
    """Publish the draft: this version stays as it is from now on. Where there are reviewers, they do it (release)."""
    version = held(course)
    if course.authorships.filter(role="reviewer").exists() and not by.is_machine:
        raise ValidationError(_("This course has a reviewer: ask for a review, then they publish it."))
    return _published(by, version, changelog)


def check(version: Version) -> documents.Document:
    """The document of a draft; refuses what may not be published, naming each thing."""
    document = document_of(version)
    if not document.nodes:
        raise ValidationError(_("There is nothing in this course yet."))
    found = [each for each in problems(version.course, document, [version.language]) if each.code in BLOCKS]
    if found:
        said = dict.fromkeys(each.sentence for each in found)
        raise ValidationError([_("This is to be mended before publishing:"), *list(said)[:10]])
    return document


def _in_review(course: Course) -> Version:
    version = Version.objects.select_for_update().filter(course=course, state="review").first()
    if version is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return version


def _published(by: Actor, version: Version, changelog: str) -> Version:
    document = check(version)
    course = version.course
    size = _weigh(version, document)
    Question.objects.filter(placed__node__version=version).update(is_used=True)
    VERSION_STEPS.move(
        version, "published", moved_at=timezone.now(), published_at=timezone.now(), published_by_id=by.person,
        due_on=None, returned_why="", removed=[], size=size, languages=course.languages,
        changelog=prose.clean(changelog)[:LOG],
    )  # fmt: skip
    course.title = version.texts[version.language]["title"]
    course.is_published = True
    course.save(update_fields=["title", "is_published"])
    changed(course)
    return version


def _weigh(version: Version, document: documents.Document) -> int:
    """Write what opening each node costs, in bytes, and give the sum."""
    sizes = {asset.key: asset.size for asset in document.assets}
    rows = {str(row.key): row for row in Node.objects.filter(version=version)}
    for node in document.nodes:
        said = node.texts.get(version.language, {})
        own = sizes.get(str(node.settings.get("asset", "")), 0)
        rows[node.key].size = blocks.weight(said.get("blocks") or (), sizes) + own
    Node.objects.bulk_update(rows.values(), ["size"], batch_size=500)
    return sum(row.size for row in rows.values())
