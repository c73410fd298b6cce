"""Letters of a run: places, changes, sessions and messages for those who learn; what waits for those who teach."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute, tell_all
from koinon.kit import calendars, links, mail
from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import day, moment
from koinon.kit.verbs import Actor
from koinon.learning.models import Announcement, Enrolment, Evidence, Facilitation, Invited, Run, Session
from koinon.learning.queries.calendars import entry
from koinon.learning.queries.cohorts import standings
from koinon.learning.queries.trees import tree_of
from koinon.network.queries import speakers_of

KINDS: list[tuple[str, Any, str]] = [
    ("learning.run", _("Courses I learn in: places, dates, changes"), "now"),
    ("learning.announcement", _("Messages from those who teach me"), "now"),
    ("learning.reminder", _("Reminders about my courses"), "now"),
    ("learning.teaching", _("Courses I teach: what waits for me"), "now"),
]
OPEN_COURSE, OPEN_DESK = _("Open the course"), _("Open the desk of the course")


def unless_demo(tell: Callable[..., None]) -> Callable[..., None]:
    """The demo writes no letters: its people have just been made up."""

    @wraps(tell)
    def silent(*, by: Actor, result: Any) -> None:
        if by.role != "demo":
            tell(by=by, result=result)

    return silent


def teachers(run: Run) -> list[Person]:
    """Who teaches; with nobody named, those who speak for the organisation."""
    named = [row.person for row in Facilitation.objects.filter(run=run).select_related("person")]
    return named or list(speakers_of(run.organisation_id))


def learners(run: Run) -> list[Person]:
    rows = Enrolment.objects.filter(run=run).learning().select_related("person").order_by("pk")
    return [row.person for row in rows]


@unless_demo
def enrolled(*, by: Actor, result: Enrolment) -> None:
    """The learner, and who must answer; nobody when nothing has changed, or when the demo is made."""
    if getattr(result, "was_there", False):
        return
    if result.state == "asked":
        _teach(
            result.run, _("%(name)s asks for a place: %(run)s"), _("Please answer by %(day)s."),
            {"name": str(result.person), "day": _day(result.due_on)}, to("learning:learner", result.pk),
        )  # fmt: skip
    _learn([result.person], result.run, *_PLACE[result.state])


_PLACE: dict[str, tuple[Any, Any]] = {
    "enrolled": (_("You have a place: %(run)s"), _("From %(starts)s to %(ends)s. Everything is on its page.")),
    "waiting": (
        _("You are on the waiting list: %(run)s"),
        _("All places are taken. As soon as one is free it is yours, and we write to you."),
    ),
    "asked": (_("You asked for a place: %(run)s"), _("A facilitator answers; we write to you.")),
    "refused": (_("No place for you this time: %(run)s"), _("The facilitator writes: %(why)s")),
}


@unless_demo
def answered(*, by: Actor, result: Enrolment) -> None:
    _learn([result.person], result.run, *_PLACE[result.state], why=result.why)


def place_free(row: Enrolment) -> None:
    _learn([row.person], row.run, _("A place is free, and it is yours: %(run)s"), _PLACE["enrolled"][1])


@unless_demo
def removed(*, by: Actor, result: Enrolment) -> None:
    text = _("The facilitator writes: %(why)s\nWhat you did stays yours.")
    _learn([result.person], result.run, _("You are no longer on the list: %(run)s"), text, why=result.why)


@unless_demo
def changed(*, by: Actor, result: Run) -> None:
    if getattr(result, "is_told", False):
        text = _("From %(starts)s to %(ends)s. Place: %(place)s")
        _learn(learners(result), result, _("Days or place have changed: %(run)s"), text)


@unless_demo
def ended(*, by: Actor, result: Run) -> None:
    """Who teaches is told what still waits; learners keep their pages."""
    if by.is_machine:
        _teach(result, _("The course has ended: %(run)s"), _("What was handed in can still be looked at."))


@unless_demo
def cancelled(*, by: Actor, result: Run) -> None:
    people = getattr(result, "told", [])
    _learn(people, result, _("Called off: %(run)s"), _("The reason: %(why)s"), why=result.why)


@unless_demo
def moved_on(*, by: Actor, result: Run) -> None:
    text = _(
        "What you have done still counts where the part is still there. The page of the course shows where you are."
    )
    _learn(learners(result), result, _("There is a newer version of your course: %(run)s"), text)


@unless_demo
def facilitator_added(*, by: Actor, result: Facilitation) -> None:
    if result.person_id != by.person:
        _tell(
            [result.person], "learning.teaching", result.run, _("You teach: %(run)s"),
            _("From %(starts)s to %(ends)s."), {}, to("learning:teach", result.run_id), OPEN_DESK,
        )  # fmt: skip


@unless_demo
def facilitator_left(*, by: Actor, result: Run) -> None:
    """Those who stay hear of it: what waited for the one who went waits for them."""
    gone = getattr(result, "gone", None)
    text = _("What waited for %(name)s waits for you now.")
    _teach(result, _("%(name)s teaches no more: %(run)s"), text, {"name": str(gone or "")})


@unless_demo
def invited(*, by: Actor, result: Invited) -> None:
    """The letter with the one-tap link, to somebody who may have no account."""
    token = links.make("learning.invited", invited=str(result.pk))
    run = result.run
    with translation.override(result.language):
        context = {
            "invited": result, "run": run, "organisation": str(run.organisation),
            "address": absolute(to("learning:invitation", token)),
        }  # fmt: skip
    mail.send(to=result.email, template="learning/mail/invited", language=result.language, context=context)


@unless_demo
def all_invited(*, by: Actor, result: list[Invited]) -> None:
    for row in result:
        invited(by=by, result=row)


@unless_demo
def session_planned(*, by: Actor, result: Session) -> None:
    if result.run.state in ("open", "running"):
        _session(result, _("A date for you: %(title)s, %(when)s"))


@unless_demo
def session_changed(*, by: Actor, result: Session) -> None:
    _session(result, _("Another time or place: %(title)s, %(when)s"))


@unless_demo
def session_called_off(*, by: Actor, result: Session) -> None:
    why = getattr(result, "why", "")
    _session(result, _("Called off: %(title)s, %(when)s"), _("The reason: %(why)s") if why else "", why=why)


@unless_demo
def session_tomorrow(*, by: Actor, result: Session) -> None:
    _session(result, _("Soon: %(title)s, %(when)s"), kind="learning.reminder", invites=False)


@unless_demo
def decided(*, by: Actor, result: Enrolment) -> None:
    """A part counts as done, or is to be done anew."""
    node, kind, why = getattr(result, "told", ("", "", ""))
    title = _("This counts as done: %(title)s") if kind == "excused" else _("To be done anew: %(title)s")
    tree = tree_of(result.run.version)
    facts = {"title": lambda language: tree.title(node, (language, result.language))[0], "why": why}
    _tell(
        [result.person], "learning.run", result.run, title, _("The facilitator writes: %(why)s"), facts,
        to("learning:lesson", result.run_id, node), OPEN_COURSE,
    )  # fmt: skip


@unless_demo
def evidence_waits(*, by: Actor, result: Evidence) -> None:
    enrolment = result.enrolment
    facts = {"name": str(enrolment.person)}
    text = _("It was to be looked at by today.")
    _teach(enrolment.run, _("%(name)s waits for your word: %(run)s"), text, facts, to("learning:evidence", result.pk))


@unless_demo
def asked_again(*, by: Actor, result: Enrolment) -> None:
    facts = {"name": str(result.person)}
    _teach(
        result.run, _("%(name)s still waits for an answer: %(run)s"), _("It was to be answered by today."), facts,
        to("learning:learner", result.pk),
    )  # fmt: skip


@unless_demo
def announced(*, by: Actor, result: Announcement) -> None:
    """Everybody who learns, and the others who teach."""
    people = {person.pk: person for person in [*learners(result.run), *teachers(result.run)]}
    if by.person is not None:
        people.pop(by.person, None)
    facts = {"title": result.title, "text": result.text}
    _tell(
        people.values(), "learning.announcement", result.run, _("%(run)s: %(title)s"), _("%(text)s"), facts,
        to("learning:announcement", result.pk), OPEN_COURSE,
    )  # fmt: skip


@unless_demo
def stuck(*, by: Actor, result: Enrolment) -> None:
    """The same sentence as on the page: where they stand, and that the facilitator can be asked."""
    text = _("%(why)s\n\nOne step is enough for today. If something is in your way, ask the facilitator on the page.")
    why = _where(result)
    _learn(
        [result.person], result.run, _("Your course waits for you: %(run)s"), text, kind="learning.reminder", why=why
    )


@unless_demo
def ends_soon(*, by: Actor, result: Run) -> None:
    rows = Enrolment.objects.filter(run=result, state="enrolled").select_related("person").order_by("pk")
    people = [row.person for row in rows]
    text = _("There is time until %(ends)s. What is still to do is on its page.")
    _learn(people, result, _("One more week: %(run)s"), text, kind="learning.reminder")


def _where(enrolment: Enrolment) -> Callable[[str], str]:
    """The sentence of the first part that is not done, in the language of whoever reads."""

    def said(language: str) -> str:
        with translation.override(language):
            where = standings(enrolment.run, [enrolment], language).get(enrolment.pk)
        return f"{where.title}: {where.said}" if where else ""

    return said


def _session(
    session: Session, title: Any, text: Any = "", *, kind: str = "learning.run", invites: bool = True, why: str = ""
) -> None:
    """To each in their own time zone, with the entry that their calendar understands."""
    address = to("learning:my_run", session.run_id)
    for person in learners(session.run):
        place = "\n".join(each for each in (session.place, session.link) if each)
        facts = {"title": session.title, "when": _moment(session.starts_at, person), "place": place, "why": why}
        has_mail = invites and not person.is_assisted
        _tell(
            [person], kind, session.run, title, text or (_("%(place)s") if place else ""), facts, address, OPEN_COURSE,
            invitation=invitation(session, person) if has_mail else b"",
        )  # fmt: skip


def invitation(session: Session, person: Person) -> bytes:
    """The calendar's part of a letter about a session."""
    guest = (person.name or person.email, person.email)
    return calendars.invitation(calendars.Invitation(entry(session), mail.sender(), guest, session.sequence))


def _learn(
    people: Iterable[Person], run: Run, title: Any, text: Any, *, kind: str = "learning.run", **facts: Any
) -> None:
    _tell(people, kind, run, title, text, facts, to("learning:run", run.pk), OPEN_COURSE)


def _teach(run: Run, title: Any, text: Any, facts: dict[str, Any] | None = None, address: str = "") -> None:
    where = address or to("learning:teach", run.pk)
    _tell(teachers(run), "learning.teaching", run, title, text, facts or {}, where, OPEN_DESK)


def _tell(
    people: Iterable[Person], kind: str, run: Run, title: Any, text: Any, facts: dict[str, Any], address: str,
    action: Any, *, invitation: bytes = b"",
) -> None:  # fmt: skip
    known = {
        "run": run.title, "starts": _day(run.starts_on), "ends": _day(run.ends_on), "place": run.place, "why": run.why,
    }  # fmt: skip
    tell_all(
        people=people, kind=kind, title=title, text=text, facts={**known, **facts}, address=address, action=action,
        invitation=invitation,
    )  # fmt: skip


def _day(on: date | None) -> Callable[[str], str]:
    def said(language: str) -> str:
        with translation.override(language):
            return day(on)

    return said


def _moment(at: datetime, person: Person) -> Callable[[str], str]:
    def said(language: str) -> str:
        with translation.override(language), timezone.override(ZoneInfo(person.zone)):
            return moment(at)

    return said
