"""Take what was done without a connection: thing by thing, each once, each by the verb that pages use, or a reason.

Each thing is a transaction of its own, kept when the answer says so: a server that falls over between two of them
loses none that was acknowledged, and what is sent again is found here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit.moments import long_day
from koinon.kit.verbs import NOBODY, Actor, Refused, verb
from koinon.learning.actions import attempts, evidence, progress, sessions, talk
from koinon.learning.engine.documents import Node
from koinon.learning.engine.outbox import Item, Letter
from koinon.learning.models import Attendance, Enrolment, Evidence, Post, Received, Session
from koinon.learning.queries.my_learning import HIDDEN
from koinon.learning.queries.offline import UPLOAD, manner_of, upload_by
from koinon.learning.queries.questions_shown import answers_from
from koinon.learning.queries.quizzes import asked_at
from koinon.learning.queries.trees import tree_of
from koinon.learning.rules import somebody, teaching


@dataclass(frozen=True)
class Answer:
    """What became of one thing: taken, refused or in conflict, with a sentence when it was not simply taken."""

    key: str
    state: str
    said: str = ""


def receive(*, by: Actor, letter: Letter) -> list[Answer]:
    """All of a letter, in the order of the device. Wrong ones are refused; the others go on."""
    keys = [item.key for item in letter.items]
    there = set(Received.objects.filter(person=by.person, key__in=keys).values_list("key", flat=True))
    found = [Answer(key, "refused", _("This could not be read.")) for key in letter.wrong]
    for item in letter.items:
        found.append(Answer(str(item.key), "taken") if item.key in there else _one(by, item, letter))
        there.add(item.key) if found[-1].state == "taken" else None
    return found


def _one(by: Actor, item: Item, letter: Letter) -> Answer:
    try:
        row = _twice(by, item, letter)
        return Answer(str(item.key), "taken", getattr(row, "said", ""))
    except Refused as refusal:
        return Answer(str(item.key), "refused", str(refusal))
    except ValidationError as problem:
        state = "conflict" if getattr(problem, "code", "") == "conflict" else "refused"
        return Answer(str(item.key), state, " ".join(problem.messages))
    except IntegrityError:
        return Answer(str(item.key), "refused", _("This could not be read."))


def _twice(by: Actor, item: Item, letter: Letter) -> Received:
    """Once more when somebody else wrote the same row in the same instant: then it is there, and is read."""
    done_at = letter.corrected(item, timezone.now())
    try:
        return take(by=by, item=item, device=letter.device, done_at=done_at)
    except IntegrityError:
        there = Received.objects.filter(person=by.person, key=item.key).first()
        return there or take(by=by, item=item, device=letter.device, done_at=done_at)


@verb("learning.outbox_taken", rule=somebody)
def take(*, by: Actor, item: Item, device: str, done_at: datetime) -> Received:
    """One thing, once: the row of `Received` and what follows from it stand or fall together.

    Raises ValidationError (code "conflict" where the server knows something newer) or Refused of the verb behind it.
    """
    row = Received.objects.create(
        person_id=by.person or NOBODY, key=item.key, kind=item.kind, node=item.node, device=device,
        sequence=item.sequence, client_at=item.at,
    )  # fmt: skip
    run, said = _TAKERS[item.kind](by, item, device, done_at)
    Received.objects.filter(pk=row.pk).update(run=run)
    row.said = said  # type: ignore[attr-defined]
    return row


Taken = tuple[UUID, str]


def _viewed(by: Actor, item: Item, device: str, done_at: datetime) -> Taken:
    """`I have read this`. The key of the event is made of the enrolment's too: nobody else's key can be in its way."""
    enrolment, node = _here(by, item)
    progress.note(
        by=by, enrolment=enrolment, node=node.key, kind="viewed", key=uuid5(enrolment.pk, str(item.key)), device=device,
        sequence=item.sequence, client_at=item.at,
    )  # fmt: skip
    return enrolment.run_id, ""


def _quiz(by: Actor, item: Item, device: str, done_at: datetime) -> Taken:
    enrolment, node = _here(by, item)
    asked = asked_at(enrolment.run.version, node.key)
    manner = manner_of(node)
    if manner == "online":
        raise ValidationError(_("This quiz has a time limit: please answer it with a connection."))
    last = upload_by(node, enrolment.run)
    if manner == "sealed" and date.today() > last:
        words = _("It came after the last day for sending, %(day)s, and does not count.")
        raise ValidationError(words % {"day": long_day(last, by.language)})
    fields = _fields(item.data)
    known = {question.key for question in asked.questions}
    if {key[3:] for key in fields if key.startswith("on.")} - known:
        raise _conflict(_("The quiz was changed after you saved it: please answer it again."))
    answers = answers_from(asked.questions, fields)
    attempt = attempts.begin(by=by, enrolment=enrolment, node=node.key, language=_language(item, enrolment))
    if attempt.answers:
        raise _conflict(_("You have begun this quiz elsewhere: hand in that try first, then send this one again."))
    attempts.hand_in(by=by, attempt=attempt, answers=answers)
    return enrolment.run_id, _late(node, enrolment, by)


def _post(by: Actor, item: Item, device: str, done_at: datetime) -> Taken:
    enrolment, node = _here(by, item)
    answers = None
    if key := _key(item.data.get("answers")):
        answers = Post.objects.filter(run=enrolment.run_id, node=node.key, pk=key, hidden_why="").first()
        if answers is None:
            raise _conflict(_("What you answered to is not there any more."))
    text, language = _text(item.data.get("text"), talk.TEXT), _language(item, enrolment)
    talk.post(by=by, run=enrolment.run, node=node.key, text=text, answers=answers, language=language)
    return enrolment.run_id, ""


def _evidence(by: Actor, item: Item, device: str, done_at: datetime) -> Taken:
    enrolment, node = _here(by, item)
    text = _text(item.data.get("text"), evidence.TEXT)
    there = Evidence.objects.filter(enrolment=enrolment, node=node.key).first()
    if there is not None and there.moved_at > done_at and there.text != text:
        raise _conflict(
            _("Something happened to this task after you wrote: open it, and hand in what you want to say.")
        )
    facts: dict[str, Any] = {"witness": there.witness, "witness_email": there.witness_email} if there else {}
    evidence.hand_in(by=by, enrolment=enrolment, node=node.key, text=text, **facts)
    return enrolment.run_id, _late(node, enrolment, by)


def _roll(by: Actor, item: Item, device: str, done_at: datetime) -> Taken:
    """One mark of a roll call. Attendance keeps the client's key where no other row has it."""
    key, whose, is_there = _key(item.data.get("session")), _key(item.data.get("enrolment")), item.data.get("is_there")
    session = Session.objects.filter(pk=key or NOBODY).select_related("run__organisation", "run__version").first()
    if session is None or not isinstance(is_there, bool) or not teaching.may_change(by=by, session=session):
        raise Refused(_("You do not teach here, or not any more."))
    learner = Enrolment.objects.learning().filter(pk=whose or NOBODY, run=session.run_id).first()
    if learner is None:
        raise ValidationError(_("This learner is not in the course any more."))
    keys = {} if Attendance.objects.filter(pk=item.key).exists() else {learner.pk: item.key}
    there = {learner.pk: is_there}
    sessions.roll(by=by, session=session, there=there, keys=keys, client_at=done_at)
    row = Attendance.objects.filter(session=session, enrolment=learner).first()
    is_overruled = row is not None and row.is_there != is_there
    return session.run_id, _("A later word about this learner was there already; it holds.") if is_overruled else ""


_TAKERS: Mapping[str, Callable[[Actor, Item, str, datetime], Taken]] = {
    "viewed": _viewed, "quiz": _quiz, "post": _post, "evidence": _evidence, "roll": _roll,
}  # fmt: skip


def _here(by: Actor, item: Item) -> tuple[Enrolment, Node]:
    """My enrolment in the run that is named, held, and the part, as the run's version has it now."""
    rows = Enrolment.objects.learning().filter(run=item.run, person=by.person).select_related("run__version")
    enrolment = rows.select_for_update(of=("self",)).first() if item.run else None
    if enrolment is None:
        raise Refused(_("You are not in this course, or not any more."))
    node = tree_of(enrolment.run.version).node(item.node) if item.node else None
    if node is None or node.settings.get(HIDDEN):
        raise _conflict(_("This part is not in the course any more."))
    return enrolment, node


def _late(node: Node, enrolment: Enrolment, by: Actor) -> str:
    """What is said of something that arrived after its day; it counts all the same."""
    last = upload_by(node, enrolment.run) - UPLOAD if node.settings.get("due_days") is not None else None
    if last is None or date.today() <= last:
        return ""
    return _("It came after its day, %(day)s; the facilitators see both.") % {"day": long_day(last, by.language)}


def _fields(data: Mapping[str, Any]) -> QueryDict:
    """The fields of a form as a browser lists them: [[name, value], …]."""
    found = QueryDict(mutable=True)
    given = data.get("fields")
    for pair in given[:2000] if isinstance(given, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(each, str) for each in pair):
            found.appendlist(pair[0][:200], attempts.storable(pair[1]))
    return found


def _language(item: Item, enrolment: Enrolment) -> str:
    said = item.data.get("language")
    return said if said in enrolment.run.version.languages else enrolment.language


def _text(said: Any, most: int) -> str:
    """Never cut in silence: what is too long comes back whole."""
    if isinstance(said, str) and len(said) > most:
        raise ValidationError(_("This is too long: at most %(most)s characters, please.") % {"most": most})
    return str(attempts.storable(said)) if isinstance(said, str) else ""


def _key(said: Any) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _conflict(words: str) -> ValidationError:
    return ValidationError(words, code="conflict")
