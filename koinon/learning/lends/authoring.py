"""What authoring lends to the pages below: the shelf of a network, what waits for authors, what is a person's."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.learning.actions.authors import forget_author
from koinon.learning.models import (
    Asset,
    Authorship,
    Course,
    Framework,
    Proposal,
    Question,
    Text,
    Version,
    speaking,
)
from koinon.learning.notices import authoring as notices
from koinon.network import seams as network
from koinon.network.models import Network


@network.network_nav.lend(order=30)
def shelf(here: Network, me: Actor) -> list[network.NavEntry]:
    return [network.NavEntry(to("learning:courses_of", here.slug), _("Courses"), "courses", 30)]


@people.notice_kinds.lend(order=50)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


def _mine(me: Actor, *roles: str) -> Q:
    written = Authorship.objects.filter(course=OuterRef("course"), person=me.person, role__in=roles)
    return Q(Exists(written)) | Q(course__organisation__in=speaking(me))


_drafts = Version.objects.filter(course=OuterRef("course"), state="draft")
_reviews: Prepared[Version] = Prepared(
    lambda me: (
        Version.objects.filter(_mine(me, "author", "reviewer"), state="review")
        .select_related("course")
        .order_by("due_on", "pk")[:20]
    )
)
_proposals: Prepared[Proposal] = Prepared(
    lambda me: (
        Proposal.objects.filter(_mine(me, "author"), state="sent")
        .select_related("course")
        .order_by("due_on", "pk")[:20]
    )
)
_roles: Prepared[Authorship] = Prepared(
    lambda me: (
        Authorship.objects.filter(Exists(_drafts), person=me.person, role="translator")
        .select_related("course")
        .order_by("-pk")[:10]
    )
)


@people.desk_items.lend(order=31)
@people.only_if(lambda me: [(_reviews, {"me": me})])
def reviews(me: Actor) -> list[people.DeskItem]:
    """Versions that somebody looks at: mine to do, or mine to wait for."""
    rows = _reviews(me=me) if me.is_known else []
    named = Authorship.objects.filter(person=me.person, role="reviewer", course__in=[row.course_id for row in rows])
    ours = set(named.values_list("course", flat=True)) if rows else set()
    return [
        people.DeskItem(
            title=row.course.title, url=to("learning:write_check", row.course.slug), kind=_("Review"),
            whose="" if row.course_id in ours else _("Reviewers"), since=row.moved_at, until=row.due_on,
            is_mine=row.course_id in ours,
        )
        for row in rows
    ]  # fmt: skip


@people.desk_items.lend(order=32)
@people.only_if(lambda me: [(_proposals, {"me": me})])
def proposals(me: Actor) -> list[people.DeskItem]:
    """What others propose for courses of mine."""
    return [
        people.DeskItem(
            title=row.course.title, url=to("learning:proposals", row.course.slug), kind=_("Proposal"), since=row.at,
            until=row.due_on, is_mine=True,
        )
        for row in (_proposals(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.desk_items.lend(order=33)
@people.only_if(lambda me: [(_roles, {"me": me})])
def translations(me: Actor) -> list[people.DeskItem]:
    """Courses whose drafts I am asked to translate."""
    return [
        people.DeskItem(
            title=row.course.title, url=to("learning:write_languages", row.course.slug), kind=_("Translation"),
            since=row.since, is_mine=True,
        )
        for row in (_roles(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.data_of.lend(order=50)
def written(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Which courses a person works on, what they translated, what they proposed."""
    works = ("course__title", "role", "languages", "since")
    said = ("node__version__course__title", "node__key", "language", "said", "changed_at")
    proposed = ("course__title", "language", "said", "why", "answer", "at")
    return {
        "courses_written": list(Authorship.objects.filter(person=person).values(*works)),
        "translations": list(Text.objects.filter(translator=person).values(*said)),
        "course_proposals": list(Proposal.objects.filter(person=person).values(*proposed)),
    }


people.forget.lend(order=50)(forget_author)


@network.deeds.lend(order=50)
def deeds() -> dict[str, Any]:
    return {
        "learning.course_begun": gettext_lazy("Courses begun"),
        "learning.published": gettext_lazy("Courses published"),
        "learning.proposal_sent": gettext_lazy("Improvements proposed for courses of others"),
    }


@network.merging.lend(order=50)
def parts() -> list[network.Carry]:
    """Questions and files of which both have the same stay where they are: courses of the other find their own."""
    return [
        network.Carry(Course, "organisation", gettext_lazy("Courses")),
        network.Carry(Question, "organisation", gettext_lazy("Questions")),
        network.Carry(Asset, "organisation", gettext_lazy("Files of courses")),
        network.Carry(Framework, "organisation", gettext_lazy("Frameworks of competences")),
    ]
