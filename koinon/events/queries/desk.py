"""The desk of one event: its tabs, all pages of its organisers, the figures, and whose turn it is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.events.models import Event, Speaker
from koinon.events.queries import presence
from koinon.events.queries.publishing import steps
from koinon.kit.addresses import to
from koinon.network.queries import page_of


@dataclass(frozen=True)
class Entry:
    """A page of the organisers: URL name in events, label, what one does there, and the tab under which it stands."""

    name: str
    label: Any
    text: Any
    tab: str


TABS: dict[str, tuple[str, Any]] = {
    "desk": ("desk", gettext_lazy("Desk")),
    "what": ("edit", gettext_lazy("Event")),
    "programme": ("sessions", gettext_lazy("Programme")),
    "places": ("quotas", gettext_lazy("Places")),
    "people": ("people", gettext_lazy("People")),
    "attendance": ("presence", gettext_lazy("Attendance")),
    "messages": ("messages", gettext_lazy("Messages")),
    "after": ("report", gettext_lazy("Afterwards")),
}
"""tab -> (URL name of its first page, label)."""

ENTRIES: list[Entry] = [
    Entry("edit", gettext_lazy("What people read"), gettext_lazy("Title, time, place, what it is."), "what"),
    Entry("cover", gettext_lazy("Picture"), gettext_lazy("On its page, in lists and on other sites."), "what"),
    Entry("rules", gettext_lazy("Rules"), gettext_lazy("Who may register, who decides, what is certified."), "what"),
    Entry("team", gettext_lazy("Team"), gettext_lazy("Who organises, who looks after the door."), "what"),
    Entry("copy", gettext_lazy("Copy"), gettext_lazy("The same again on another day, without its people."), "what"),
    Entry("series", gettext_lazy("Series"), gettext_lazy("Repeat it, or put it with others."), "what"),
    Entry("belonging", gettext_lazy("Where it belongs"), gettext_lazy("Its network and its project."), "what"),
    Entry("sessions", gettext_lazy("Sessions"), gettext_lazy("The programme, speakers, rooms, links."), "programme"),
    Entry("slots", gettext_lazy("Hosts"), gettext_lazy("Days that hosts of the visit offer."), "programme"),
    Entry("quotas", gettext_lazy("Places"), gettext_lazy("How many, and for whom they are kept."), "places"),
    Entry("waiting", gettext_lazy("Waiting list"), gettext_lazy("Who is next, who was offered a place."), "places"),
    Entry(
        "houses", gettext_lazy("Organisations"), gettext_lazy("What is written in two ways counts as one."), "places"
    ),
    Entry("people", gettext_lazy("People"), gettext_lazy("Who registered, and what waits for your word."), "people"),
    Entry("form", gettext_lazy("Questions"), gettext_lazy("What you ask when people register."), "people"),
    Entry("nominate", gettext_lazy("Nominations"), gettext_lazy("Organisations name who comes."), "people"),
    Entry("needs", gettext_lazy("Needs"), gettext_lazy("Food, access and travel of those who come."), "people"),
    Entry("badges", gettext_lazy("Name badges"), gettext_lazy("To print, with the code for the door."), "people"),
    Entry("door", gettext_lazy("At the door"), gettext_lazy("Scan codes on a phone, also offline."), "attendance"),
    Entry("presence", gettext_lazy("Presence"), gettext_lazy("Who was there for how long."), "attendance"),
    Entry("online", gettext_lazy("Online"), gettext_lazy("Bring in the list of a conference tool."), "attendance"),
    Entry("certificates", gettext_lazy("Certificates"), gettext_lazy("Who receives one, and why."), "attendance"),
    Entry("messages", gettext_lazy("Messages"), gettext_lazy("Write to those who are registered."), "messages"),
    Entry("report", gettext_lazy("Report"), gettext_lazy("Drafted from what happened."), "after"),
    Entry("feedback", gettext_lazy("Feedback"), gettext_lazy("What participants said, without names."), "after"),
    Entry("photos", gettext_lazy("Photos"), gettext_lazy("With the consent of those they show."), "after"),
    Entry("shown", gettext_lazy("What was shown"), gettext_lazy("Results, with links to them."), "after"),
    Entry("lists", gettext_lazy("Lists for the funder"), gettext_lazy("Participants, marked and logged."), "after"),
]
"""All pages of the organisers in the order in which they are met; each subject adds its own here."""


def context(request: HttpRequest, event: Event, current: str) -> dict[str, Any]:
    """What every page of the organisers puts into its context; `current`: its URL name (see ENTRIES), or desk."""
    here = next((entry.tab for entry in ENTRIES if entry.name == current), "desk")
    tabs = [
        {"url": url, "label": label, "current": key == here}
        for key, (name, label) in TABS.items()
        if (url := _address(name, event))
    ]
    nav = page_of(request, event.network, "events") if event.network else {}
    return {"event": event, "tabs": tabs, "beside": _beside(event, here, current), **nav}


def links(event: Event) -> list[dict[str, Any]]:
    """All pages by tab, for the desk itself."""
    found = []
    for key, (_name, label) in TABS.items():
        rows = [_link(entry, event) for entry in ENTRIES if entry.tab == key and _fits(entry, event)]
        if rows := [row for row in rows if row["url"]]:
            found.append({"label": label, "rows": rows})
    return found


def figures(event: Event) -> list[tuple[int, Any, str]]:
    """(number, words, address): those confirmed, waiting, deciding; one query."""
    counts = dict(event.registrations.order_by().values_list("state").annotate(number=Count("pk")))
    people = _address("people", event)
    rows = [
        (sum(counts.get(state, 0) for state in ("confirmed", "attended", "missed")), _("Confirmed"), people),
        (counts.get("waiting", 0) + counts.get("offered", 0), _("On the waiting list"), _address("waiting", event)),
        (
            sum(counts.get(state, 0) for state in ("email", "sender", "consent", "approval")),
            _("Not decided yet"),
            people,
        ),
    ]
    if event.state in ("over", "reported"):
        rows.append((counts.get("attended", 0), _("Attended"), _address("presence", event)))
    return rows


def turns(event: Event) -> list[dict[str, Any]]:
    """Whose turn it is: what waits, for whom, since when; three queries."""
    people = _address("people", event)
    words = {
        "approval": (_("Registrations to decide on"), "", people),
        "sender": (_("Nominations that a coordinator has to send on"), _("Sending coordinators"), people),
        "consent": (_("Minors without consent yet"), _("Guardians"), people),
        "offered": (_("Places offered"), _("Who waited"), _address("waiting", event)),
    }
    rows = event.registrations.filter(state__in=list(words)).order_by().values("state")
    found = {row["state"]: row for row in rows.annotate(number=Count("pk"), since=Min("moved_at"), until=Min("due_at"))}
    turns = [
        {"title": words[state][0], "whose": words[state][1], "url": words[state][2], "is_mine": not words[state][1],
         **found[state]} for state in words if state in found
    ]  # fmt: skip
    asked = Speaker.objects.filter(session__event=event, state="asked").count()
    if asked:
        turns.append(
            {"title": _("Speakers who have not answered"), "whose": _("Those who were asked"), "number": asked,
             "url": _address("sessions", event), "is_mine": False, "since": None, "until": None}
        )  # fmt: skip
    if undecided := sum(number for _session, number in presence.undecided(event)):
        turns.append(
            {"title": _("Check-ins or check-outs that are missing"), "whose": "", "number": undecided,
             "url": _address("presence", event), "is_mine": True, "since": None, "until": None}
        )  # fmt: skip
    if event.state == "over":
        turns.insert(0, {"title": _("The report of the event"), "whose": "", "url": _address("report", event),
                         "is_mine": True, "since": None, "until": event.report_due_on, "number": None})  # fmt: skip
    return turns


def page(request: HttpRequest, event: Event) -> dict[str, Any]:
    """Everything on the desk."""
    ways = steps(event) if event.state == "draft" else []
    return {
        "steps": ways, "is_ready": all(row.is_done or not row.is_needed for row in ways), "figures": figures(event),
        "link_address": request.build_absolute_uri(f"{to('events:event', event.slug)}?link={event.link_key}"),
        "turns": turns(event), "groups": links(event), **context(request, event, "desk"),
    }  # fmt: skip


def _fits(entry: Entry, event: Event) -> bool:
    """Hosts belong to a visit, what was shown to where results are shown."""
    only = {"slots": ("study_visit",), "shown": ("dissemination", "conference", "summit")}
    return event.kind in only.get(entry.name, (event.kind,))


def _beside(event: Event, tab: str, current: str) -> list[dict[str, Any]]:
    """The other pages of this tab."""
    rows = [entry for entry in ENTRIES if entry.tab == tab and _fits(entry, event)]
    found = [{**_link(entry, event), "current": entry.name == current} for entry in rows]
    return [row for row in found if row["url"]] if len(rows) > 1 else []


def _link(entry: Entry, event: Event) -> dict[str, Any]:
    return {"url": _address(entry.name, event), "label": entry.label, "text": entry.text}


def _address(name: str, event: Event) -> str:
    try:
        return to(f"events:{name}", event.slug)
    except NoReverseMatch:
        return ""
