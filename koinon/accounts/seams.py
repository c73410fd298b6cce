"""Where apps above lend to people: the roles they hold, what is theirs, what must be forgotten, their desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.kit.calendars import Entry
from koinon.kit.prepared import Question
from koinon.kit.seams import Seam
from koinon.kit.verbs import Actor


@dataclass(frozen=True)
class Held:
    """The roles that somebody holds in one scope, and the row of the scope with what it is called."""

    thing: Any
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Roles:
    """What an app knows of somebody's roles: its question, a Listed, and how the rows are read, by scope."""

    question: Question
    read: Callable[[list[Any]], dict[UUID, Held]]


@dataclass(frozen=True)
class DeskItem:
    """Something that waits: whose turn it is, since when, until when. `is_mine`: it waits for the reader."""

    title: str
    url: str
    kind: str
    whose: str = ""
    since: datetime | date | None = None
    until: datetime | date | None = None
    is_mine: bool = False
    organisation: str = ""


@dataclass(frozen=True)
class NewsItem:
    """Something that happened, newest first on the desk. `kind` is a short word, translated."""

    title: str
    url: str
    at: datetime
    kind: str = ""
    text: str = ""
    is_unread: bool = False


@dataclass(frozen=True)
class NearItem:
    """Something close by, in place or in meaning; `text` says in a few words how it is near."""

    title: str
    url: str
    text: str = ""
    kind: str = ""


@dataclass(frozen=True)
class FirstStep:
    """A next thing to do for somebody who is new here."""

    title: str
    url: str
    text: str = ""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody a visitor of the demo may become by one click; `role` in words ("Representative of Serres")."""

    person: UUID
    name: str
    role: str


@dataclass(frozen=True)
class DemoGroup:
    """Demo people of one network; `is_first`: the few to begin with."""

    title: str
    people: tuple[DemoPerson, ...]
    is_first: bool = False


roles_of: Seam[[UUID], Roles] = Seam("Roles a person holds today, by scope id; one query")
acting_choices: Seam[[Actor], list[Any]] = Seam("Organisations a person may act for today (rows with pk and a name)")
must_have_second_factor: Seam[[Actor], bool] = Seam(
    "Must this person have a second factor? Asked on each page: no query"
)
data_of: Seam[[Person], dict[str, list[dict[str, Any]]]] = Seam("Everything that is a person's, as plain rows by table")
forget: Seam[[Person], None] = Seam("Cut what links rows above to a person who wants to be forgotten")
notice_kinds: Seam[[], list[tuple[str, Any, str]]] = Seam("Kinds of notice: (kind, title, default pace)")
my_places: Seam[[Actor], list[tuple[str, str]]] = Seam(
    "Networks of somebody, for the head of their own pages: (label, url)"
)
account_links: Seam[[Actor], list[tuple[str, str]]] = Seam(
    "More of one's own pages, for the menu of each page: no query"
)
calendar_entries: Seam[[Actor], list[Entry]] = Seam("What stands in somebody's calendar")
desk_items: Seam[[Actor], list[DeskItem]] = Seam("What waits on somebody's desk")
"""A lender that begins with a prepared question says so by @only_if: it is called only when the question has rows."""
desk_news: Seam[[Actor], list[NewsItem]] = Seam("What is new for somebody")
desk_near: Seam[[Actor], list[NearItem]] = Seam("What is near somebody's organisation: in place, in meaning")
first_steps: Seam[[Actor], list[FirstStep]] = Seam("What somebody who is new here may do next")
demo_people: Seam[[], list[DemoGroup]] = Seam("Demo people by network, for the page where one becomes them")


Ask = Callable[[Actor], list[Question]]
Lender = Callable[[Actor], list[DeskItem]]


def only_if(ask: Ask) -> Callable[[Lender], Lender]:
    """Say with which prepared questions a part of the desk begins; all are asked at once, and most answer with no."""

    def mark(lender: Lender) -> Lender:
        lender.ask = ask  # type: ignore[attr-defined]
        return lender

    return mark
