"""Letters of the cascade: to candidates, facilitators, supervisors and those who run a programme."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import absolute, tell_all
from koinon.kit import links, mail
from koinon.kit.addresses import to
from koinon.kit.templatetags.kit import day
from koinon.kit.verbs import Actor
from koinon.network.queries import speakers_of
from koinon.programmes.models import (
    CascadeGrant,
    Delivery,
    Observation,
    Participant,
    Programme,
    Qualification,
    ToolkitProposal,
)
from koinon.programmes.queries.standing import standing

KINDS: list[tuple[str, Any, str]] = [
    ("programmes.way", _("My way to deliver a programme, and my grants"), "now"),
    ("programmes.delivery", _("What I deliver or supervise"), "now"),
    ("programmes.running", _("Programmes my organisation runs"), "now"),
    ("programmes.reminder", _("Reminders about programmes I deliver"), "now"),
]
SURVEY, NEXT, BEGIN = "programmes.survey", "programmes.next", "programmes.begin"
SOON = timedelta(hours=1)
OPEN_WAY, OPEN_GRANT = _("Open my way"), _("Open the grant")
OPEN_DELIVERY, OPEN_PROGRAMME = _("Open the delivery"), _("Open the programme")


def unless_demo(tell: Callable[..., None]) -> Callable[..., None]:
    """The demo writes no letters: its people have just been made up."""

    @wraps(tell)
    def silent(*, by: Actor, result: Any) -> None:
        if by.role != "demo":
            tell(by=by, result=result)

    return silent


def runners(programme: Programme) -> list[Person]:
    return list(speakers_of(programme.organisation_id))


def givers(delivery: Delivery) -> list[Person]:
    """The facilitator, unless the grant was withdrawn, and the helpers."""
    grant = CascadeGrant.objects.select_related("person").get(pk=delivery.grant_id)
    first = [grant.person] if grant.person is not None and grant.state != "withdrawn" else []
    return [*first, *delivery.helpers.all()]


def checkers(delivery: Delivery) -> list[Person]:
    return [delivery.supervisor] if delivery.supervisor else runners(delivery.programme)


@unless_demo
def on_the_way(*, by: Actor, result: Qualification) -> None:
    """To the candidate what is asked for; to those who run it, if the candidate asked by themselves."""
    if by.person == result.person_id:
        _tell(
            runners(result.programme), "programmes.running", result.programme,
            _("%(name)s wants to deliver: %(title)s"),
            "", {"name": str(result.person)}, to("programmes:way", result.pk), OPEN_WAY,
        )  # fmt: skip
    else:
        _way(result, _("You are on the way to deliver: %(title)s"))


@unless_demo
def way_invited(*, by: Actor, result: Programme) -> None:
    """A one-tap link to somebody who may have no account, in the language of who invites."""
    email = getattr(result, "invited", "")
    address = absolute(to("programmes:begin", links.make(BEGIN, programme=str(result.pk), email=email)))
    with translation.override(by.language):
        context = {"title": str(result), "address": address}
        mail.send(to=email, template="programmes/mail/begin", language=by.language, context=context)


@unless_demo
def stands(*, by: Actor, result: Qualification) -> None:
    """Ready: the candidate and whoever grants hear of it."""
    if result.state == "ready" and getattr(result, "has_moved", False):
        _way(result, _("You have all that is asked for: %(title)s"))
        facts = {"name": str(result.person), "until": _day(result.due_on)}
        _tell(
            runners(result.programme), "programmes.running", result.programme,
            _("%(name)s waits for a grant: %(title)s"),
            _("Please answer by %(until)s."), facts, to("programmes:way", result.pk), OPEN_WAY,
        )  # fmt: skip


@unless_demo
def granted(*, by: Actor, result: CascadeGrant) -> None:
    _grant(
        result,
        _("You may deliver: %(title)s"),
        _("Your grant holds until %(until)s. Opening a delivery takes five minutes."),
    )


@unless_demo
def renewed(*, by: Actor, result: CascadeGrant) -> None:
    _grant(result, _("Your grant was renewed: %(title)s"), _("It holds until %(until)s."))


@unless_demo
def withdrawn(*, by: Actor, result: CascadeGrant) -> None:
    """The facilitator with the reason; whoever goes on with their deliveries; who would have come."""
    _grant(
        result, _("Your grant was withdrawn: %(title)s"),
        _("The reason: %(why)s\nWhat you delivered stays, and so does every badge that was given."), why=result.why,
    )  # fmt: skip
    for delivery in getattr(result, "handed_on", []):
        _delivery(
            givers(delivery), delivery, _("You go on with: %(delivery)s"),
            _("Whoever gave it delivers no more. It is yours now, with its list."),
        )  # fmt: skip
    for delivery in getattr(result, "called_off", []):
        called_off(by=by, result=delivery)


@unless_demo
def expired(*, by: Actor, result: CascadeGrant) -> None:
    _grant(
        result, _("Your grant has ended: %(title)s"),
        _("What is under way may go on. To open new deliveries, ask those who run the programme to renew it."),
    )  # fmt: skip


@unless_demo
def ends_soon(*, by: Actor, result: CascadeGrant) -> None:
    """To the facilitator and to those who could renew it."""
    text = _("It holds until %(until)s. Then no new delivery can be opened.")
    _grant(result, _("Your grant ends soon: %(title)s"), text, kind="programmes.reminder")
    facts = {"name": str(result.person or ""), "until": _day(result.until)}
    _tell(
        runners(result.programme), "programmes.running", result.programme,
        _("The grant of %(name)s ends soon: %(title)s"),
        _("It holds until %(until)s. Renew it if they go on."), facts, to("programmes:grant", result.pk), OPEN_GRANT,
    )  # fmt: skip


@unless_demo
def nudged(*, by: Actor, result: CascadeGrant) -> None:
    """How far from the target, and the next small step."""
    text = _(
        "So far: %(deliveries)s of %(target_deliveries)s deliveries, %(people)s of %(target_people)s people.\n"
        "One evening in your own place counts. Opening it takes five minutes."
    )
    done = getattr(result, "done", (0, 0))
    facts = {
        "deliveries": done[0], "people": done[1], "target_deliveries": result.target_deliveries,
        "target_people": result.target_people,
    }  # fmt: skip
    _grant(result, _("When do you deliver next? %(title)s"), text, kind="programmes.reminder", **facts)


@unless_demo
def helper_named(*, by: Actor, result: tuple[Delivery, Person]) -> None:
    _delivery([result[1]], result[0], _("You help to give: %(delivery)s"), _("From %(starts)s to %(ends)s. %(venue)s"))


@unless_demo
def supervisor_named(*, by: Actor, result: Delivery) -> None:
    if result.supervisor is not None:
        text = _("You may plan a visit, see who takes part, and verify the report.")
        _delivery([result.supervisor], result, _("You supervise: %(delivery)s"), text)


@unless_demo
def called_off(*, by: Actor, result: Delivery) -> None:
    """Those who gave it and supervise it; participants with an address get a letter."""
    people = {person.pk: person for person in [*givers(result), *([result.supervisor] if result.supervisor else [])]}
    people = {key: person for key, person in people.items() if key != by.person}
    _delivery(people.values(), result, _("Called off: %(delivery)s"), _("The reason: %(why)s"))
    for row in result.participants.exclude(email=""):
        _letter(row, "programmes/mail/called_off")


@unless_demo
def reported(*, by: Actor, result: Delivery) -> None:
    text = _("Please verify it by %(due)s, or send it back with a question.")
    _delivery(checkers(result), result, _("A report to verify: %(delivery)s"), text)


@unless_demo
def handed_back(*, by: Actor, result: Delivery) -> None:
    _delivery(givers(result), result, _("Your report came back: %(delivery)s"), _("The question: %(why)s"))


@unless_demo
def verified(*, by: Actor, result: Delivery) -> None:
    _delivery(givers(result), result, _("Your report is verified: %(delivery)s"), _("Thank you. It counts now."))


@unless_demo
def report_waits(*, by: Actor, result: Delivery) -> None:
    """Once, to whoever's turn it is."""
    if result.state in ("planned", "running"):
        text = _("It is over. The report takes ten minutes: who came, what you changed.")
        _delivery(givers(result), result, _("A report is due: %(delivery)s"), text, kind="programmes.reminder")
    elif result.state == "returned":
        _delivery(
            givers(result), result, _("Your report waits for an answer: %(delivery)s"), _("The question: %(why)s")
        )
    else:
        reported(by=by, result=result)


@unless_demo
def visit_planned(*, by: Actor, result: Observation) -> None:
    facts: dict[str, Any] = {"on": _day(result.on)}
    _delivery(
        givers(result.delivery), result.delivery, _("A visit on %(on)s: %(delivery)s"),
        _("Your supervisor comes to look on and to talk with you afterwards."), **facts,
    )  # fmt: skip


@unless_demo
def visit_done(*, by: Actor, result: Observation) -> None:
    _delivery(
        givers(result.delivery), result.delivery, _("What your supervisor saw: %(delivery)s"), _("%(words)s"),
        words=result.words,
    )  # fmt: skip


@unless_demo
def proposed(*, by: Actor, result: ToolkitProposal) -> None:
    programme = result.toolkit.programme
    _tell(
        runners(programme), "programmes.running", programme, _("Somebody changed an activity: %(title)s"),
        _("They write: %(changed)s"), {"changed": result.changed[:500]}, to("programmes:proposals", programme.slug),
        OPEN_PROGRAMME,
    )  # fmt: skip


@unless_demo
def proposal_answered(*, by: Actor, result: ToolkitProposal) -> None:
    title = (
        _("Taken into the next version: %(title)s")
        if result.state == "accepted"
        else _("Not taken this time: %(title)s")
    )
    if result.by is not None:
        _tell(
            [result.by], "programmes.delivery", result.toolkit.programme, title, _("The authors write: %(answer)s"),
            {"answer": result.answer}, to("programmes:delivery", result.delivery_id), OPEN_DELIVERY,
        )  # fmt: skip


@unless_demo
def survey_asked(*, by: Actor, result: Delivery) -> None:
    """A letter with five buttons in one link to each who was asked just now."""
    for row in getattr(result, "asked", []):
        token = links.make(SURVEY, participant=str(row.pk))
        _letter(row, "programmes/mail/survey", absolute(to("programmes:survey", token)))


@unless_demo
def next_invited(*, by: Actor, result: Participant) -> None:
    """Would you deliver it yourself? A one-tap link, with or without an account."""
    token = links.make(NEXT, participant=str(result.pk))
    address = absolute(to("programmes:next", token))
    if result.person is not None:
        with translation.override(result.person.language):
            mail.send(
                to=result.person.email, template="programmes/mail/next", language=result.person.language,
                context=_context(result, address),
            )  # fmt: skip
    else:
        _letter(result, "programmes/mail/next", address)


def _letter(row: Participant, template: str, address: str = "") -> None:
    """To somebody who may have no account, in the language of the delivery."""
    if row.email:
        with translation.override(row.delivery.language):
            mail.send(
                to=row.email, template=template, language=row.delivery.language, context=_context(row, address)
            )  # fmt: skip


def _context(row: Participant, address: str) -> dict[str, Any]:
    programme = row.delivery.programme
    return {"delivery": row.delivery, "title": str(programme), "address": address, "why": row.delivery.why}


def _way(row: Qualification, title: Any) -> None:
    def sentence(language: str) -> str:
        with translation.override(language):
            return standing(row).sentence

    facts = {"sentence": sentence}
    _tell(
        [row.person],
        "programmes.way",
        row.programme,
        title,
        _("%(sentence)s"),
        facts,
        to("programmes:way", row.pk),
        OPEN_WAY,
    )


def _grant(grant: CascadeGrant, title: Any, text: Any, *, kind: str = "programmes.way", **facts: Any) -> None:
    people = [grant.person] if grant.person is not None else []
    _tell(
        people, kind, grant.programme, title, text, {"until": _day(grant.until), **facts},
        to("programmes:grant", grant.pk), OPEN_GRANT,
    )  # fmt: skip


def _delivery(
    people: Iterable[Person],
    delivery: Delivery,
    title: Any,
    text: Any,
    *,
    kind: str = "programmes.delivery",
    **facts: Any,
) -> None:
    known = {
        "delivery": delivery.title, "starts": _day(delivery.starts_on), "ends": _day(delivery.ends_on),
        "venue": delivery.venue, "why": delivery.why, "due": _day(delivery.due_on or timezone.localdate()),
    }  # fmt: skip
    where = to("programmes:delivery", delivery.pk)
    _tell(people, kind, delivery.programme, title, text, {**known, **facts}, where, OPEN_DELIVERY)


def _tell(
    people: Iterable[Person], kind: str, programme: Programme, title: Any, text: Any, facts: dict[str, Any],
    address: str, action: Any,
) -> None:  # fmt: skip
    tell_all(
        people=people, kind=kind, title=title, text=text, facts={"title": _title(programme), **facts}, address=address,
        action=action,
    )  # fmt: skip


def _title(programme: Programme) -> Callable[[str], str]:
    def said(language: str) -> str:
        with translation.override(language):
            return str(programme)

    return said


def _day(on: date | None) -> Callable[[str], str]:
    def said(language: str) -> str:
        with translation.override(language):
            return day(on)

    return said
