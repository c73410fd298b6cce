"""What waits for learners on their desk, their deadlines in calendars, their data, and what is cut when they go."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.accounts.notices import absolute
from koinon.kit import calendars
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.learning.actions.forgotten import forget_learner
from koinon.learning.models import (
    Attempt,
    Attendance,
    Enrolment,
    Evidence,
    EvidenceFile,
    Happening,
    Outcome,
    PlayState,
    Post,
    Received,
)
from koinon.learning.notices import learning as notices
from koinon.learning.queries.my_learning import WITHOUT_BODIES, walk

RUNNING = ["open", "running"]


@people.account_links.lend(order=10)
def my_learning(me: Actor) -> list[tuple[str, str]]:
    return [(_("My learning"), to("learning:home"))] if me.is_known else []


@people.notice_kinds.lend(order=40)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.desk_items.lend(order=40)
@people.only_if(lambda me: [(_going_on, {"person": me.person})])
def next_steps(me: Actor) -> list[people.DeskItem]:
    """Courses that go on: mine to go on with, or a facilitator looks at what I handed in. One query."""
    items = []
    for row in _going_on(person=me.person) if me.is_known else ():
        is_mine = row.stands != "waiting"  # type: ignore[attr-defined]
        items.append(
            people.DeskItem(
                title=row.run.title, url=to("learning:my_run", row.run_id), kind=_("Course"),
                whose="" if is_mine else _("Facilitator"), since=row.seen_at or row.moved_at, until=row.run.ends_on,
                is_mine=is_mine,
            )
        )  # fmt: skip
    return items


_whole = Outcome.objects.filter(enrolment=OuterRef("pk"), node=None).values("state")[:1]
_going_on: Prepared[Enrolment] = Prepared(
    lambda person: (
        Enrolment.objects.filter(
            person=person, state="enrolled", run__state__in=RUNNING, run__starts_on__lte=date.today(),
            run__ends_on__gte=date.today(),
        )
        .select_related("run")
        .annotate(stands=Subquery(_whole))
        .order_by("run__ends_on", "pk")[:20]
    )
)  # fmt: skip


@people.desk_items.lend(order=39)
@people.only_if(lambda me: [(_returned, {"person": me.person})])
def returned_evidence(me: Actor) -> list[people.DeskItem]:
    """Practice that came back with advice. One query."""
    return [
        people.DeskItem(
            title=_("Back with advice: %(title)s") % {"title": row.enrolment.run.title},
            url=to("learning:lesson", row.enrolment.run_id, row.node), kind=_("Practice task"), since=row.moved_at,
            until=row.enrolment.run.ends_on, is_mine=True,
        )
        for row in (_returned(person=me.person) if me.is_known else ())
    ]  # fmt: skip


_returned: Prepared[Evidence] = Prepared(
    lambda person: (
        Evidence.objects.filter(enrolment__person=person, state="returned", enrolment__run__state__in=RUNNING)
        .select_related("enrolment__run")
        .order_by("pk")[:20]
    )
)


@people.desk_items.lend(order=38)
@people.only_if(lambda me: [(_timed, {"person": me.person})])
def open_attempts(me: Actor) -> list[people.DeskItem]:
    """Quizzes whose time runs. One query."""
    return [
        people.DeskItem(
            title=_("A quiz is open: %(title)s") % {"title": row.enrolment.run.title},
            url=to("learning:lesson", row.enrolment.run_id, row.node), kind=_("Quiz"), since=row.at, until=row.ends_at,
            is_mine=True,
        )
        for row in (_timed(person=me.person) if me.is_known else ())
    ]  # fmt: skip


_timed: Prepared[Attempt] = Prepared(
    lambda person: (
        Attempt.objects.filter(enrolment__person=person, state="open", ends_at__isnull=False)
        .select_related("enrolment__run")
        .order_by("pk")[:10]
    )
)


@people.calendar_entries.lend(order=40)
def deadlines(me: Actor) -> list[calendars.Entry]:
    """Days by which parts of my courses should be done, and the end of each. Two queries (skeletons are kept)."""
    rows = Enrolment.objects.learning().filter(person=me.person, run__state__in=RUNNING)
    mine = list(rows.select_related("run__version").defer(*WITHOUT_BODIES)[:50])
    done = set(
        Outcome.objects.filter(enrolment__in=mine, state__in=["done", "waiting"], node__isnull=False)
        .values_list("enrolment", "node")
    ) if mine else set()  # fmt: skip
    entries = []
    for row in mine:
        address = absolute(to("learning:my_run", row.run_id))
        title = _("%(title)s: the course ends") % {"title": row.run.title}
        entries.append(calendars.Entry(f"run-{row.run_id}@koinon", title, row.run.ends_on, url=address))
        over = {str(node) for enrolment, node in done if enrolment == row.pk}
        for part in walk(row.run, (row.language, me.language), row, outcomes={}).deadlines:
            if part.node.key not in over and part.due:
                uid, words = f"due-{row.run_id}-{part.node.key}@koinon", _("Until today: %(title)s")
                entries.append(
                    calendars.Entry(
                        uid, words % {"title": part.title}, part.due, text=row.run.title, url=absolute(part.url)
                    )
                )
    return entries


@people.data_of.lend(order=40)
def learned(person: Person) -> dict[str, list[dict[str, Any]]]:
    """All that somebody did and wrote as a learner; answers to surveys have no name and stay."""
    mine = {"enrolment__person": person}
    return {
        "enrolments": _rows(
            Enrolment.objects.filter(person=person).values(
                "id", "run", "run__title", "language", "how", "state", "moved_at", "why", "done", "total", "at"
            )
        ),
        "received_from_devices": _rows(
            Received.objects.filter(person=person).values("key", "kind", "run", "node", "device", "client_at", "at")
        ),
        "learning_events": _rows(
            Happening.objects.filter(**mine).values("id", "enrolment", "node", "kind", "data", "at")
        ),
        "quiz_attempts": _rows(
            Attempt.objects.filter(**mine).values(
                "id", "enrolment", "node", "number", "state", "language", "answers", "points", "of_points", "at",
                "handed_in_at", "answered__question", "answered__feedback",
            )
        ),
        "evidence": _rows(
            Evidence.objects.filter(**mine).values(
                "id", "enrolment", "node", "state", "text", "witness", "witness_email", "witness_agrees",
                "witness_says", "points", "feedback", "history", "round", "at",
            )
        ),
        "evidence_files": _rows(
            EvidenceFile.objects.filter(evidence__enrolment__person=person).values("evidence", "upload", "upload__name")
        ),
        "contributions": _rows(
            Post.objects.filter(person=person).values("id", "run", "node", "text", "language", "at")
        ),
        "outcomes": _rows(Outcome.objects.filter(**mine).values("enrolment", "node", "state", "share", "at")),
        "presence_at_sessions": _rows(Attendance.objects.filter(**mine).values("session__title", "is_there", "at")),
        "states_of_packages": _rows(PlayState.objects.filter(**mine).values("enrolment", "node", "data", "at")),
    }  # fmt: skip


people.forget.lend(order=40)(forget_learner)


def _rows(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in values]
