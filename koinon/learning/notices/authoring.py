"""What authors, reviewers and translators are told, in their language."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit.verbs import Actor
from koinon.learning.models import Authorship, Course, Proposal, Version
from koinon.learning.queries.people import authors_of

KINDS: list[tuple[str, Any, str]] = [
    ("learning.review", _("A course waits for your review, or was looked at"), "now"),
    ("learning.role", _("You were asked to write, review or translate a course"), "now"),
    ("learning.proposal", _("Proposals for a course"), "now"),
]


def review_asked(*, by: Actor, result: Version) -> None:
    _tell(
        _with_role(result.course, "reviewer"), "learning.review", result.course,
        title=_("“%(title)s” waits for your review"),
        text=_("Read version %(number)s, then publish it or send it back with advice."), action=_("Look at it"),
        facts={"number": result.number}, address=reverse("learning:write_check", args=[result.course.slug]),
    )  # fmt: skip


def review_due(*, by: Actor, result: Version) -> None:
    """The day is near: those who are waited for hear of it once more."""
    _tell(
        _with_role(result.course, "reviewer"), "learning.review", result.course,
        title=_("“%(title)s” still waits for your review"),
        text=_("Its authors hoped to hear from you by now."), action=_("Look at it"),
        address=reverse("learning:write_check", args=[result.course.slug]),
    )  # fmt: skip


def returned(*, by: Actor, result: Version) -> None:
    _tell(
        authors_of(result.course), "learning.review", result.course, without=by,
        title=_("“%(title)s” was sent back with advice"), text=_("The reviewer writes: %(why)s"),
        action=_("Open the course"), facts={"why": result.returned_why},
    )  # fmt: skip


def published(*, by: Actor, result: Version) -> None:
    _tell(
        authors_of(result.course), "learning.review", result.course, without=by,
        title=_("“%(title)s” is published"), text=_("The reviewer has published version %(number)s."),
        action=_("Open the course"), facts={"number": result.number},
    )  # fmt: skip


_ASKED = {
    "author": _("You can write the course “%(title)s” now"),
    "reviewer": _("You are asked to review the course “%(title)s”"),
    "translator": _("You are asked to translate the course “%(title)s”"),
}


def invited(*, by: Actor, result: Authorship) -> None:
    place = "learning:write_languages" if result.role == "translator" else "learning:write"
    _tell(
        [result.person], "learning.role", result.course, without=by, title=_ASKED[result.role],
        text=_("%(organisation)s asked for you."), action=_("Open the course"),
        facts={"organisation": str(result.course.organisation)}, address=reverse(place, args=[result.course.slug]),
    )  # fmt: skip


def proposed(*, by: Actor, result: Proposal) -> None:
    _tell(
        authors_of(result.course), "learning.proposal", result.course,
        title=_("Somebody proposes a change to “%(title)s”"), text=_("They write: %(why)s"), action=_("Read it"),
        facts={"why": result.why}, address=reverse("learning:proposals", args=[result.course.slug]),
    )  # fmt: skip


_ANSWERED = {
    "taken": _("Your proposal for “%(title)s” was taken over"),
    "declined": _("Your proposal for “%(title)s” was declined, with thanks"),
}


def answered(*, by: Actor, result: Proposal) -> None:
    if result.person is not None:
        _tell(
            [result.person], "learning.proposal", result.course, title=_ANSWERED[result.state],
            text=_("The authors write: %(answer)s") if result.answer else "", facts={"answer": result.answer},
            action=_("See the course"), address=reverse("learning:course", args=[result.course.slug]),
        )  # fmt: skip


def _with_role(course: Course, role: str) -> list[Person]:
    return [row.person for row in course.authorships.filter(role=role).select_related("person")]


def _tell(
    people: Iterable[Person], kind: str, course: Course, *, title: Any, text: Any, action: Any,
    facts: dict[str, Any] | None = None, address: str = "", without: Actor | None = None,
) -> None:  # fmt: skip
    tell_all(
        people=[person for person in people if without is None or person.pk != without.person],
        kind=kind, title=title, text=text, facts={"title": course.title, **(facts or {})},
        address=address or reverse("learning:write", args=[course.slug]), action=action,
    )  # fmt: skip
