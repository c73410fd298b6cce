"""Finding events, and what the page of one shows: when, where, programme by day and track, who speaks."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koinon.events.models import Event, EventSession, Speaker
from koinon.events.queries import times
from koinon.events.queries.afterwards import panels
from koinon.events.queries.registering import box
from koinon.events.rules.events import part_in
from koinon.kit import moments, search
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.search import cursors
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies.countries import country_name, own_name
from koinon.network.models import Network
from koinon.network.queries import page_of
from koinon.projects.models import SHOWN, Project

SIZE = 20
KIND = "event"
"""The kind of an event in the index."""
WHEN = {
    "": _("Still to come"),
    "month": _("Within a month"),
    "past": _("Past ones"),
    "mine": _("Those I organise"),
}
SPOKEN = ("sq", "en", "el", "lt", "mk", "sl", "nb", "sr", "bs", "hr", "bg", "tr", "de", "fr")
HAS_PLACE = ("confirmed", "attended", "missed")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the list; empty words ask for everything."""

    kind: str = ""
    country: str = ""
    language: str = ""
    when: str = ""
    network: UUID | None = None
    organisation: UUID | None = None
    after: str = ""
    words: str = ""


def read(given: Any) -> Asked:
    """The filters of an address; words that nobody of ours wrote count as empty."""
    kind, when = given.get("kind", ""), given.get("when", "")
    country, language = given.get("country", "")[:2].upper(), given.get("language", "")[:8]
    return Asked(
        kind=kind if kind in Event.Kind.values else "", when=when if when in WHEN else "",
        country=country if country.isalpha() else "", language=language if language.isalpha() else "",
        after=given.get("after", ""), words=" ".join(given.get("q", "").replace("\0", " ").split())[:200],
    )  # fmt: skip


def _seen(me: Actor, slug: str, link: str | None) -> QuerySet[Event]:
    """An event that the reader sees, or whose link they hold, with what its pages show."""
    is_seen = Q(pk__in=Event.objects.visible_to(me).filter(slug=slug).values("pk"))
    if link:
        is_seen |= Q(link_key=link) & ~Q(state="draft")
    rows = Event.objects.select_related("organisation", "network", "place", "series", "picture", "project")
    return rows.filter(is_seen, slug=slug)


seen: Prepared[Event] = Prepared(_seen)


def found(me: Actor, asked: Asked) -> tuple[list[Event], str]:
    """A page of events, and the word for the next one; past ones from the newest."""
    rows = _narrowed(me, asked)
    if asked.words:
        return _searched(rows, asked, me), ""
    is_back = asked.when == "past"
    order = ("-starts_at", "-pk") if is_back else ("starts_at", "pk")
    cursor = cursors.read(asked.after)
    if cursor is not None and (at := _moment(cursor.key)) is not None:
        side = "lt" if is_back else "gt"
        rows = rows.filter(Q(**{f"starts_at__{side}": at}) | Q(starts_at=at, **{f"pk__{side}": cursor.noun}))
    page = list(rows.select_related("organisation", "network", "place").order_by(*order)[: SIZE + 1])
    if len(page) <= SIZE:
        return page, ""
    last = page[SIZE - 1]
    return page[:SIZE], cursors.Cursor(last.starts_at.astimezone(UTC).isoformat(), last.pk).write()


def list_page(request: HttpRequest, network: Network | None = None) -> dict[str, Any]:
    """The list with its filters; countries are those of events that the reader sees."""
    me: Actor = request.me  # type: ignore[attr-defined]
    asked = read(request.GET)
    ours = networks_of(me) if network is None else []
    chosen = network or next((row for row in ours if row.slug == request.GET.get("network")), None)
    if chosen is not None:
        asked = replace(asked, network=chosen.pk)
    rows, after = found(me, asked)
    language = (get_language() or "en")[:2]
    here = Event.objects.visible_to(me).filter(**({"network": chosen} if chosen else {}))
    codes = here.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
    return {
        "rows": [shown(row) for row in rows], "after": after, "asked": asked, "kinds": Event.Kind.choices,
        "whens": [(key, label) for key, label in WHEN.items() if key != "mine" or me.is_known],
        "countries": sorted(((code, country_name(code, language)) for code in codes), key=lambda each: each[1]),
        "languages_spoken": spoken(), "networks": [] if network else ours,
        "is_filtered": any((asked.kind, asked.country, asked.language, asked.when, asked.words)) or chosen != network,
    }  # fmt: skip


def networks_of(me: Actor) -> list[Network]:
    """Networks to choose among: who belongs to one only has no choice. One query, none for visitors."""
    rows = list(Network.objects.filter(pk__in=list(me.roles)).order_by("slug")) if me.roles else []
    return rows if len(rows) > 1 else []


def spoken() -> list[tuple[str, str]]:
    """Languages to look for, each in its own name."""
    return [(code, own_name(code)) for code in SPOKEN]


def shown(event: Event) -> dict[str, Any]:
    """One event as a row of a list."""
    return {
        "event": event, "when": times.span(event.starts_at, event.ends_at, event.zone), "where": where(event),
        "own": times.own(event.starts_at, event.ends_at, event.zone, times.reader()),
    }  # fmt: skip


def where(event: Event) -> str:
    """Budva, Montenegro; or that it is online."""
    if event.mode == "online":
        return str(event.get_mode_display())
    town = str(event.place) if event.place_id and event.place else event.venue
    land = country_name(event.country, (get_language() or "en")[:2]) if event.country else ""
    return ", ".join(part for part in (town, land) if part)


def frame(request: HttpRequest, event: Event) -> dict[str, Any]:
    """The network around the page, for those who may see that network."""
    me: Actor = request.me  # type: ignore[attr-defined]
    network = event.network
    if network is None or not (network.is_public or network.pk in me.roles):
        return {}
    return page_of(request, network, "events")


def event_page(request: HttpRequest, event: Event) -> dict[str, Any]:
    """What the page of an event shows this reader; the same few queries however long its programme is."""
    me: Actor = request.me  # type: ignore[attr-defined]
    standing = box(event, me, request.GET.get("link", ""), request.user.name if request.user.is_authenticated else "")
    mine, part = standing["mine"], part_in(by=me, event=event)
    has_place = bool(part) or (mine is not None and mine.state in HAS_PLACE)
    days = programme(event, has_place=has_place)
    here = request.build_absolute_uri(to("events:event", event.slug))
    return {
        "event": event, "parts": panels(event, me), "organises": part == "organiser",
        "keeps_door": bool(part),
        "has_place": has_place, "days": days,
        "is_public": event.audience == "public" and event.state != "draft",
        "data": structured(event, here) if event.audience == "public" else "",
        "shared_picture": shared(event, here), "shared_alt": f"{event}, {where(event)}",
        "project": event.project if event.project and is_open(event.project) else None,
        **standing, **shown(event), **frame(request, event),
    }  # fmt: skip


def programme(event: Event, *, has_place: bool) -> list[dict[str, Any]]:
    """The sessions by day (of the event's clocks) and track; two queries. Links only for those who have a place."""
    rows = _sessions(event=event.pk)
    speakers = speakers_of_all(event)
    mine = times.reader()
    found: dict[date, dict[str, list[dict[str, Any]]]] = {}
    for row in rows:
        on = row.starts_at.astimezone(ZoneInfo(event.zone)).date()
        tracks = found.setdefault(on, {})
        tracks.setdefault(row.track, []).append(_session(row, event, speakers.get(row.pk, []), mine, has_place))
    language = get_language() or "en"
    return [
        {"on": on, "day": moments.long_day(on, language), "zone": _zone_of(on, event.zone),
         "tracks": [{"name": name, "sessions": tracks[name]} for name in sorted(tracks)]}
        for on, tracks in found.items()
    ]  # fmt: skip


_sessions: Prepared[EventSession] = Prepared(
    lambda event: EventSession.objects.filter(event=event).select_related("quota").order_by("starts_at", "track", "pk")
)
_speakers: Prepared[Speaker] = Prepared(
    lambda event: (
        Speaker.objects.filter(session__event=event).select_related("organisation", "person").order_by("order", "pk")
    )
)


def speakers_of_all(event: Event) -> dict[UUID, list[dict[str, Any]]]:
    """session -> who speaks: roles, and the names of persons who agreed; who declined or was asked is not named."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in _speakers(event=event.pk):
        is_named = row.person is not None and row.state == "agreed" and row.person.is_active
        name = str(row.person) if is_named else ""
        said = {"name": name, "role": row.role, "organisation": row.organisation, "row": row}
        found.setdefault(row.session_id, []).append(said)
    return found


def is_open(project: Project) -> bool:
    """A project whose page everybody may read."""
    return project.is_public and project.state in SHOWN


def shared(event: Event, address: str) -> str:
    """The picture for other sites under a name that changes with it; "" while none is drawn."""
    return f"{address}picture.png?v={event.social_of[:8]}" if event.social_id else ""


def structured(event: Event, address: str) -> str:
    """schema.org/Event as JSON for a script element: what and where, who holds it, and nobody's name besides."""
    here = ZoneInfo(event.zone)
    online = {"@type": "VirtualLocation", "url": address}
    at = {
        "@type": "Place", "name": event.venue or where(event),
        "address": {"@type": "PostalAddress", "streetAddress": event.address, "addressCountry": event.country,
                    "addressLocality": str(event.place) if event.place_id and event.place else ""},
    }  # fmt: skip
    modes = {"here": "Offline", "online": "Online", "both": "Mixed"}
    data = {
        "@context": "https://schema.org", "@type": "Event", "name": str(event), "url": address,
        "startDate": event.starts_at.astimezone(here).isoformat(),
        "endDate": event.ends_at.astimezone(here).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if event.state == 'cancelled' else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{modes[event.mode]}EventAttendanceMode",
        "location": {"here": at, "online": online, "both": [at, online]}[event.mode],
        "description": event.about[:500], "image": shared(event, address), "inLanguage": event.languages,
        "organizer": {"@type": "Organization", "name": str(event.organisation)},
    }  # fmt: skip
    words = json.dumps({name: said for name, said in data.items() if said}, ensure_ascii=False)
    return words.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _session(
    row: EventSession, event: Event, speakers: list[dict[str, Any]], mine: str, has_place: bool
) -> dict[str, Any]:
    """One session: its hours by the event's clocks; by its own and the reader's as well where they differ."""
    far = times.own(row.starts_at, row.ends_at, event.zone, row.zone)
    return {
        "session": row, "title": str_of(row, event), "hours": times.hours(row.starts_at, row.ends_at, event.zone),
        "far": far, "own": times.own(row.starts_at, row.ends_at, event.zone, mine), "speakers": speakers,
        "link": row.link if has_place and not row.is_cancelled else "",
    }  # fmt: skip


def str_of(row: EventSession, event: Event) -> str:
    """Its title, without asking for its event again."""
    row.event = event
    if row.quota is not None:
        row.quota.event = event
    return str(row)


def _zone_of(on: date, zone: str) -> str:
    return times.zone_name(datetime.combine(on, datetime.min.time().replace(hour=12), ZoneInfo(zone)), zone)


def _narrowed(me: Actor, asked: Asked) -> QuerySet[Event]:
    held = asked.when == "mine" and me.is_known
    rows = Event.objects.held_by(me) if held else Event.objects.visible_to(me).exclude(state="draft")
    now = timezone.now()
    if asked.when in ("", "month"):
        rows = rows.filter(ends_at__gte=now).exclude(state="cancelled")
    if asked.when == "month":
        rows = rows.filter(starts_at__lte=now + timedelta(days=31))
    if asked.when == "past":
        rows = rows.filter(ends_at__lt=now)
    names = {"kind": asked.kind, "country": asked.country, "network": asked.network, "organisation": asked.organisation}
    rows = rows.filter(**{name: value for name, value in names.items() if value})
    return rows.filter(languages__contains=[asked.language]) if asked.language else rows


def _searched(rows: QuerySet[Event], asked: Asked, me: Actor) -> list[Event]:
    """Best first: in a network by meaning and in any language, elsewhere by the words of titles."""
    rows = rows.select_related("organisation", "network", "place")
    if asked.network is None:
        named = Q(names__icontains=asked.words) | Q(organisation__names__icontains=asked.words)
        return list(rows.filter(named).order_by("starts_at", "pk")[:SIZE])
    ids = search.find(scope=asked.network, kind=KIND, text=asked.words, language=me.language, size=200).ids
    there = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [there[key] for key in ids if key in there][:SIZE]


def _moment(word: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
