"""Letters about one's own learning: evidence, witnesses, long answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Notice, Person
from koinon.accounts.notices import absolute, tell_all
from koinon.kit import links, mail, moments
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.learning.engine.documents import digest
from koinon.learning.models import Attempt, Enrolment, Evidence, Run
from koinon.learning.queries.trees import tree_of

KINDS: list[tuple[str, Any, str]] = [
    ("learning.evidence", _("Practice tasks that are handed in or looked at"), "now"),
    ("learning.read", _("My long answers were read"), "now"),
    ("learning.talk", _("Discussions of my courses"), "daily"),
    ("learning.deadline", _("Deadlines of my courses"), "now"),
]


def title_of(enrolment: Enrolment, node: Any) -> Any:
    """The title of a part of the course, in the language of whoever reads."""
    tree = tree_of(enrolment.run.version)
    return lambda language: tree.title(node, (language, enrolment.language))[0]


def teachers(enrolment: Enrolment) -> list[Person]:
    return [row.person for row in enrolment.run.facilitations.select_related("person")]


def evidence_handed_in(*, by: Actor, result: Evidence) -> None:
    """Facilitators hear of it; the witness gets a letter when there is a new one."""
    if getattr(result, "must_ask", False):
        witness_asked(by=by, result=result)
    if result.state != "handed_in" or by.is_machine:
        return
    tell_all(
        people=teachers(result.enrolment), kind="learning.evidence",
        title=_("Practice was handed in: %(title)s"), text=_("%(run)s. Please look at it by %(day)s."),
        facts={
            "title": title_of(result.enrolment, result.node), "run": result.enrolment.run.title,
            "day": lambda language: moments.long_day(result.due_on, language) if result.due_on else "",
        },
        address=to("accounts:desk"), action=_("Look at it"),
    )  # fmt: skip


def evidence_answered(*, by: Actor, result: Evidence) -> None:
    """The learner hears that somebody has looked: accepted, or back with advice."""
    title = _("Accepted: %(title)s") if result.state == "accepted" else _("Back with advice: %(title)s")
    _tell_learner(
        result.enrolment, "learning.evidence", title, "%(feedback)s", _("Open the task"),
        {"title": title_of(result.enrolment, result.node), "feedback": result.feedback}, result.node,
    )  # fmt: skip


def answers_read(*, by: Actor, result: Attempt) -> None:
    """The learner hears that the long answers were read."""
    points = {"points": f"{result.points or 0:g}", "of": f"{result.of_points or 0:g}"}
    _tell_learner(
        result.enrolment, "learning.read", _("Your answers were read: %(title)s"), _("%(points)s of %(of)s points."),
        _("Open the quiz"), {"title": title_of(result.enrolment, result.node), **points}, result.node,
    )  # fmt: skip


def witness_asked(*, by: Actor, result: Evidence) -> None:
    """A letter to somebody without an account: one tap, yes or no."""
    row = Evidence.objects.select_related("enrolment__person", "enrolment__run__version").get(pk=result.pk)
    token = links.make("learning.witness", evidence=str(row.pk), round=row.round, email=digest(row.witness_email))
    learner = row.enrolment.person.name or row.enrolment.person.email
    context = {
        "learner": learner, "witness": row.witness, "run": row.enrolment.run.title,
        "title": title_of(row.enrolment, row.node)(row.language), "words": row.text[:1500],
        "address": absolute(to("learning:witness", token)),
    }  # fmt: skip
    mail.send(to=row.witness_email, template="learning/mail/witness", language=row.language, context=context)


def witnessed(*, by: Actor, result: Evidence) -> None:
    """The learner hears what the witness said."""
    says = _("%(witness)s has confirmed it") if result.witness_agrees else _("%(witness)s has not confirmed it")
    _tell_learner(
        result.enrolment, "learning.evidence", says, "%(words)s", _("Open the task"),
        {"witness": result.witness, "words": result.witness_says}, result.node,
    )  # fmt: skip


def _tell_learner(
    enrolment: Enrolment, kind: str, title: Any, text: Any, action: Any, facts: dict[str, Any], node: Any
) -> None:
    address = to("learning:lesson", enrolment.run_id, node)
    tell_all(people=[enrolment.person], kind=kind, title=title, text=text, facts=facts, address=address, action=action)


def due_soon(*, run: Run, node: str, due: date, people: Sequence[Person]) -> None:
    """A part should be done in some days; those who were told already are not told again."""
    address, tree = to("learning:lesson", run.pk, UUID(node)), tree_of(run.version)
    told = set(
        Notice.objects.filter(kind="learning.deadline", address=address, person__in=people).values_list(
            "person", flat=True
        )
    )
    tell_all(
        people=[person for person in people if person.pk not in told], kind="learning.deadline",
        title=_("Until %(day)s: %(title)s"), text="%(run)s", action=_("Open"), address=address,
        facts={
            "title": lambda language: tree.title(node, (language,))[0], "run": run.title,
            "day": lambda language: moments.long_day(due, language),
        },
    )  # fmt: skip
