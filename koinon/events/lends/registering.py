"""Registrations on desks: mine, those I decide on, those I send; my events in the menu; data, forgetting, merging."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.events.actions import reconciling
from koinon.events.actions.purging import forget_person, of
from koinon.events.models import Care, Event, GuardianConsent, Registration, Spelling
from koinon.events.queries.nominations import to_send
from koinon.events.queries.registering import turn_of
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor, machine
from koinon.network import seams

FEW = 20
MINE = ("draft", "offered")
"""States in which the one who is registered has the next word."""

_mine: Prepared[Registration] = Prepared(
    lambda person: (
        Registration.objects.filter(
            person=person, state__in=[*MINE, "sender", "consent", "approval", "waiting"],
            event__state__in=["open", "closed"],
        )
        .select_related("event")
        .order_by("due_at", "pk")[:FEW]
    )
)  # fmt: skip
_deciding: Prepared[Any] = Prepared(
    lambda me: (
        Registration.objects.filter(event__in=Event.objects.held_by(me), state="approval")
        .order_by()
        .values_list("event__slug", "event__names", "event__language")
        .annotate(number=Count("pk"), since=Min("moved_at"), until=Min("due_at"))[:FEW]
    )
)
_sending: Prepared[Registration] = Prepared(
    lambda me: to_send(me).select_related("event", "nominated_by").order_by("due_at", "pk")[:FEW]
)


@people.account_links.lend(order=12)
def my_events(me: Actor) -> list[tuple[str, str]]:
    return [(_("My events"), to("events:my_events"))] if me.is_known else []


@people.desk_items.lend(order=27)
@people.only_if(lambda me: [(_mine, {"person": me.person})])
def mine(me: Actor) -> list[people.DeskItem]:
    """Places offered to me, nominations that wait for my yes, and whom my registrations wait for. One query."""
    return [
        people.DeskItem(
            title=_asked(row), url=to("events:registration", row.pk), kind=_("Event"), whose=turn_of(row),
            since=row.moved_at, until=row.due_at, is_mine=row.state in MINE,
        )
        for row in (_mine(person=me.person) if me.is_known else [])
    ]  # fmt: skip


@people.desk_items.lend(order=28)
@people.only_if(lambda me: [(_deciding, {"me": me})])
def deciding(me: Actor) -> list[people.DeskItem]:
    """Registrations I decide on, one row for each event. One query."""
    return [
        people.DeskItem(
            title=_("Registrations to decide on: %(event)s (%(number)s)")
            % {"event": Event(names=names, language=language), "number": number},
            url=f"{to('events:people', slug)}?group=approval", kind=_("Event"), since=since, until=until, is_mine=True,
        )
        for slug, names, language, number, since, until in (_deciding(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.desk_items.lend(order=29)
@people.only_if(lambda me: [(_sending, {"me": me})])
def sending(me: Actor) -> list[people.DeskItem]:
    """Nominations I send, or not, as the coordinator of their network. One query."""
    return [
        people.DeskItem(
            title=_("%(organisation)s sends %(name)s: %(event)s")
            % {"organisation": row.nominated_by, "name": row.name, "event": row.event},
            url=to("events:sending", row.pk), kind=_("Event"), since=row.moved_at, until=row.due_at, is_mine=True,
        )
        for row in (_sending(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.data_of.lend(order=34)
def data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Everything somebody said when they registered, what they need, and consents that name their address."""
    theirs = Registration.objects.filter(of(person))
    rows = theirs.values(
        "id", "event__slug", "name", "email", "organisation_name", "country", "gender", "language", "state", "how",
        "units", "answers", "listed", "listed_until", "why", "is_minor", "at", "moved_at",
    )  # fmt: skip
    care = Care.objects.filter(registration__in=theirs).values(
        "registration", "food", "access", "travel", "arrives_at", "leaves_at", "emergency"
    )
    consents = GuardianConsent.objects.filter(email__iexact=person.email).values(
        "registration__event__slug", "state", "guardian", "may_attend", "may_be_photographed", "may_be_published",
        "text_version", "given_at", "until", "withdrawn_at",
    )  # fmt: skip
    decided = Registration.objects.filter(decided_by=person).values("id", "event__slug", "state", "why")
    found: dict[str, Any] = {
        "event_registrations": rows, "event_needs": care, "event_consents": consents, "event_decisions": decided
    }  # fmt: skip
    return {name: [dict(row) for row in each] for name, each in found.items()}


people.forget.lend(order=34)(forget_person)


@seams.merging.lend(order=36)
def parts() -> list[seams.Carry]:
    """Who comes from the organisation that goes comes from the one that stays; places are counted anew."""
    coming = gettext_lazy("People at events")
    return [
        seams.Carry(Registration, "organisation", coming, is_private=True, after=_count_anew),
        seams.Carry(Registration, "nominated_by", coming, is_private=True, after=_count_anew),
        seams.Carry(Spelling, "organisation", coming, is_private=True, after=_count_spelled_anew),
    ]


@seams.deeds.lend(order=36)
def deeds() -> dict[str, Any]:
    return {
        "events.nominated": gettext_lazy("People nominated for events"),
        "events.approved": gettext_lazy("Registrations decided on"),
    }


def _asked(row: Registration) -> str:
    if row.state == "draft":
        return _("You are nominated: %(event)s") % {"event": row.event}
    if row.state == "offered":
        return _("A place is free for you: %(event)s") % {"event": row.event}
    return _("Your registration: %(event)s") % {"event": row.event}


def _count_anew(keys: list[UUID]) -> None:
    """Rules about one organisation count by the one that people come from now; who are too many keep their places."""
    _follow(Event.objects.filter(registrations__in=keys))


def _count_spelled_anew(keys: list[UUID]) -> None:
    _follow(Event.objects.filter(spellings__in=keys))


def _follow(events: QuerySet[Event]) -> None:
    for event in events.distinct().order_by("pk"):
        if not reconciling.is_right(event):
            reconciling.follow(by=machine("merging"), event=event)
