"""Events on pages below: navigation, panels and figures of networks, panels of organisations, desks, data, merging."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.events.actions.team import forget_helper
from koinon.events.models import Event, EventMessage, Helper, Series, Speaker
from koinon.events.notices.telling import KINDS
from koinon.events.queries import lent
from koinon.events.queries.events import shown
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network import seams
from koinon.network.models import Network, Organisation


@seams.network_nav.lend(order=25)
def entries(network: Network, me: Actor) -> list[seams.NavEntry]:
    return [seams.NavEntry(to("events:events_of", network.slug), _("Events"), "events", 25)]


@seams.network_panels.lend(order=25)
def in_network(network: Network, me: Actor) -> seams.Panel | None:
    """What comes next in this network, of what the reader may see. One query."""
    more = to("events:events_of", network.slug)
    return _panel(lent.in_network(me=me, network=network.pk), more)


@seams.organisation_panels.lend(order=25)
@seams.panel_if(lambda organisation, me: [(lent.of_organisation, {"me": me, "organisation": organisation.pk})])
def of_organisation(organisation: Organisation, me: Actor) -> seams.Panel | None:
    """What this organisation holds next, of what the reader may see. One query."""
    return _panel(lent.of_organisation(me=me, organisation=organisation.pk), "")


@seams.network_figures.lend(order=25)
def figures(network: Network) -> list[seams.Figure]:
    found = lent.number_coming(network)
    return [seams.Figure(found, gettext_lazy("Events to come"), to("events:events_of", network.slug))] if found else []


@people.notice_kinds.lend(order=35)
def kinds() -> list[tuple[str, Any, str]]:
    return KINDS


@people.desk_items.lend(order=25)
@people.only_if(lambda me: [(lent.asked, {"me": me})])
def asked(me: Actor) -> list[people.DeskItem]:
    """Programmes that would like to name me."""
    return [
        people.DeskItem(
            title=_("May your name stand in the programme? %(event)s") % {"event": row.session.event},
            url=to("events:speaker_me", row.pk), kind=_("Event"), is_mine=True,
        )
        for row in (lent.asked(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.desk_items.lend(order=26)
@people.only_if(lambda me: [(lent.drafts, {"me": me})])
def drafts(me: Actor) -> list[people.DeskItem]:
    """Events I organise that nobody else sees yet."""
    return [
        people.DeskItem(
            title=_("Not published yet: %(event)s") % {"event": row}, url=to("events:desk", row.slug), kind=_("Event"),
            since=row.made_at, until=row.starts_at, is_mine=True,
        )
        for row in (lent.drafts(me=me) if me.is_known else [])
    ]  # fmt: skip


@people.data_of.lend(order=35)
def helped(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Events somebody helps to hold, what they wrote to participants, where they are named as a speaker."""
    helps = Helper.objects.filter(person=person).values("event__slug", "role", "since")
    wrote = EventMessage.objects.filter(person=person).values("event__slug", "title", "text", "at")
    speaks = Speaker.objects.filter(person=person).values("session__event__slug", "role", "state")
    return {
        "event_teams": [dict(row) for row in helps],
        "event_messages": [dict(row) for row in wrote],
        "event_speaking": [dict(row) for row in speaks],
    }


people.forget.lend(order=35)(forget_helper)


@seams.deeds.lend(order=35)
def deeds() -> dict[str, Any]:
    return {
        "events.event_published": gettext_lazy("Events published"),
        "events.event_ended": gettext_lazy("Events held"),
    }


@seams.merging.lend(order=35)
def parts() -> list[seams.Carry]:
    """Events go to the organisation that stays, with their series; so do roles of speakers."""
    return [
        seams.Carry(Event, "organisation", gettext_lazy("Events")),
        seams.Carry(Series, "organisation", gettext_lazy("Series of events")),
        seams.Carry(Speaker, "organisation", gettext_lazy("Speakers at events"), is_private=True),
    ]


def _panel(rows: list[Event], more: str) -> seams.Panel | None:
    if not rows:
        return None
    return seams.Panel(
        gettext_lazy("Events"), "events/events_panel.html", {"rows": [shown(row) for row in rows]}, 25, ident="events",
        more=more, more_label=gettext_lazy("All events") if more else "",
    )  # fmt: skip
