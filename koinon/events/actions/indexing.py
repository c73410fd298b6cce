"""The index of events: one event within a minute of its change, in the network to which it belongs."""

from uuid import UUID

from koinon.events.models import Event
from koinon.events.queries.events import KIND
from koinon.kit import jobs, search

_LONGEST = 6000


@jobs.task("events.index_event")
def index_event(event: str) -> None:
    """Put a published event into its network, or take it out of every network it is not shown in any more."""
    row = Event.objects.select_related("organisation", "place").filter(pk=UUID(event)).first()
    here = row.network_id if row is not None and _is_shown(row) else None
    for scope in search.scopes_of(kind=KIND, noun=UUID(event)):
        if scope != here:
            search.remove(scope=scope, kind=KIND, nouns=[UUID(event)])
    if row is not None and here is not None:
        search.put(scope=here, kind=KIND, rows=[row_of(row)])


def changed(event: Event) -> None:
    """The index of its network hears of it within a minute."""
    if event.network_id:
        again(event)


def again(event: Event) -> None:
    """The same for an event that may have left a network."""
    jobs.later(index_event, once=f"event:{event.pk}", event=str(event.pk))


def row_of(event: Event) -> search.Row:
    """One event as a row of the index: its titles, what it says of itself, its sessions, its town."""
    titles = [name for names in event.sessions.values_list("names", flat=True) for name in names.values()]
    town = [event.place.name, event.place.native, *event.place.spellings] if event.place else []
    return search.Row(
        noun=event.pk,
        title=event.names.get(event.language, ""),
        language=event.language,
        names=tuple(event.names.values()),
        tags=tuple(dict.fromkeys([*event.organisation.names.values(), *town, event.venue])),
        text=" ".join([event.about, *titles])[:_LONGEST],
        country=event.country,
        sort=event.kind,
        languages=tuple(event.languages),
        embeds=f"{event.names.get(event.language, '')}. {event.about[:600]}",
    )


def _is_shown(event: Event) -> bool:
    """Where members of the network look, only what is for them or for everybody."""
    return event.state in ("open", "closed", "over", "reported") and event.audience in ("network", "public")
