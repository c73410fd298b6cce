"""Letters on the way of a registration: whose turn it is, what was decided, a place or the waiting list."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute, tell_all
from koinon.events.models import Registration
from koinon.events.notices import calendars, consents
from koinon.events.notices.telling import name_of, tell_organisers, tell_registered, unless_demo, when
from koinon.events.rules.registering import GUEST, sending
from koinon.kit import limits, links, mail
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network.queries import speakers_of, staff_of

LETTERS, PER = 5, timedelta(days=1)
"""So many letters that somebody else may cause to one address in a day."""

MINE: dict[str, tuple[Any, Any]] = {
    "sender": (
        _("You said yes: %(event)s"),
        _("The coordinator of your network decides next, then the organisers. We write to you."),
    ),
    "consent": (
        _("We asked your guardian: %(event)s"),
        _("We wrote to the address of your guardian. As soon as they agree, your registration goes on."),
    ),
    "approval": (_("The organisers have your registration: %(event)s"), _("They decide next; we write to you.")),
    "waiting": (
        _("You are on the waiting list: %(event)s"),
        _("All places are taken. As soon as one is free for you, we write and keep it for you for a while."),
    ),
    "confirmed": (_("You have a place: %(event)s"), _("%(when)s\n%(place)s\nThe page has your code for the entrance.")),
    "rejected": (_("No place for you this time: %(event)s"), _("The answer says: %(said)s")),
    "withdrawn": (
        _("You are no longer registered: %(event)s"),
        _("If that was a mistake, you can register once more."),
    ),
    "lapsed": (
        _("Your registration has ended: %(event)s"),
        _("An answer did not come in time. If you still want to come, you can register once more."),
    ),
}
"""state -> what somebody is told whose registration has come there."""
IN_VAIN = (
    _("No place became free for you: %(event)s"),
    _("The waiting list has ended, and nobody gave a place back in time. We are sorry."),
)
"""Who waited to the end was asked nothing, and cannot register once more."""


@unless_demo
def registered(*, by: Actor, result: Registration) -> None:
    """A new one goes its way; the same form again says nothing; a known address gets its link once more."""
    was_there = getattr(result, "was_there", "")
    if was_there == "address":
        _again(result)
    elif not was_there:
        moved(by=by, result=result)


@unless_demo
def put_down(*, by: Actor, result: Registration) -> None:
    if not getattr(result, "was_there", ""):
        _tell_them(result)
        _tell_next(by, result)


@unless_demo
def moved(*, by: Actor, result: Registration) -> None:
    """Whoever is registered, and whoever has a word to say now."""
    if result.state == "email":
        _confirm(result)
        return
    _tell_them(result)
    _tell_next(by, result)


@unless_demo
def left(*, by: Actor, result: Registration) -> None:
    """The person, and calendars take it out; who said no to a nomination knows it: then those who nominated hear."""
    if result.left_from == "draft" and result.state == "withdrawn" and result.nominated_by_id:
        speakers = speakers_of(result.nominated_by_id)
        if by.person not in {person.pk for person in speakers}:
            _tell_nominators(result, speakers)
            return
    _tell_them(result, why=result.why)


@unless_demo
def nominated(*, by: Actor, result: Registration) -> None:
    """The one who is nominated, by the link that says yes; who is registered already gets the link to that."""
    if getattr(result, "was_there", ""):
        if result.was_there == "address":  # type: ignore[attr-defined]
            _again(result)
        return
    _letter(
        result, _("You are nominated: %(event)s"),
        _("%(organisation)s nominates you. The page says what it is about. Please say yes or no by %(until)s."),
        _("Say yes or no"),
    )  # fmt: skip


@unless_demo
def reminded(*, by: Actor, result: Registration) -> None:
    """Whose turn it is."""
    if result.state == "draft":
        nominated(by=by, result=result)
    elif result.state == "email":
        _confirm(result)
    else:
        _tell_next(by, result)


def _tell_them(row: Registration, *, why: str = "") -> None:
    """The one who is registered; not a guardian who is being asked in a letter of its own."""
    if row.state not in MINE or (row.state == "consent" and row.person_id is None):
        return
    title, text = IN_VAIN if (row.left_from, row.state) == ("waiting", "lapsed") else MINE[row.state]
    if row.state == "withdrawn" and why:
        text = _("The reason: %(said)s")
    has_entry = row.state in ("confirmed", "withdrawn", "rejected")
    tell_registered(
        row, title=title, text=text, facts={"said": why}, invitation=calendars.part_of(row) if has_entry else b""
    )


def _tell_next(by: Actor, row: Registration) -> None:
    """Coordinators, the guardian, the organisers: each at their turn."""
    if row.state == "sender":
        _tell_senders(row)
    elif row.state == "consent":
        consents.asked(row)
    elif row.state == "approval":
        tell_organisers(
            row.event, title=_("%(name)s asks to come: %(event)s"), text=_("Please decide by %(until)s."),
            facts={"name": row.name, "until": _until(row)}, address=to("events:person", row.event.slug, row.pk), by=by,
        )  # fmt: skip


def _tell_senders(row: Registration) -> None:
    people = {person.pk: person for network in sending(row) for person in staff_of(network, ("coordinator",))}
    facts = {
        "name": row.name, "organisation": str(row.nominated_by), "until": _until(row),
        "event": lambda language: name_of(row.event, language),
    }  # fmt: skip
    tell_all(
        people=people.values(), kind="events.organising", title=_("%(organisation)s sends %(name)s: %(event)s"),
        text=_("Please say by %(until)s whether your network sends them."), facts=facts,
        address=to("events:sending", row.pk), action=_("Decide"),
    )  # fmt: skip


def _tell_nominators(row: Registration, speakers: list[Person]) -> None:
    facts = {"name": row.name, "event": lambda language: name_of(row.event, language)}
    tell_all(
        people=speakers, kind="events.organising", title=_("%(name)s cannot come: %(event)s"),
        text=_("You can nominate somebody else as long as registration is open."), facts=facts,
        address=to("events:nominate", row.event.slug), action=_("Nominate somebody"),
    )  # fmt: skip


def _confirm(row: Registration) -> None:
    _letter(
        row, _("Please confirm your registration: %(event)s"),
        _("One tap, and it goes on. Without it nothing happens, and by %(until)s we forget it."),
        _("Confirm"),
    )  # fmt: skip


def _again(row: Registration) -> None:
    """To the address itself: it is registered already, and here is the page. The page of the form says none of it."""
    if row.state == "email":
        _confirm(row)
    elif row.state == "draft":
        nominated(by=Actor(), result=row)
    elif _may_write(row.email):
        title = _("This address is registered already: %(event)s")
        text = _("Somebody, perhaps you, filled in the form once more. Nothing has changed.")
        tell_registered(row, title=title, text=text)


def _letter(row: Registration, title: Any, text: Any, action: Any) -> None:
    """A letter that somebody else may have caused: no more than some in a day to one address."""
    if not _may_write(row.email):
        return
    language, event = row.language, row.event
    with translation.override(language):
        facts = {
            "event": name_of(event, language), "until": _until(row)(language),
            "organisation": str(row.nominated_by or ""),
        }  # fmt: skip
        context = {
            "heading": str(title) % facts, "text": str(text) % facts, "action": str(action), "event": event,
            "address": absolute(to("events:guest", links.make(GUEST, registration=str(row.pk)))),
            "organisation": str(event.organisation),
        }  # fmt: skip
    mail.send(to=row.email, template="events/mail/told", language=language, context=context)


def _may_write(address: str) -> bool:
    return limits.spend(f"events.letter:{address}", times=LETTERS, per=PER)


def _until(row: Registration) -> Any:
    at: datetime | None = row.due_at
    return lambda language: when(at, row.event.zone, row.person, language) if at else ""
