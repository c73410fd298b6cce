"""Where apps above lend to networks and organisations: panels of their pages, entries of the navigation, figures."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model

from koinon.accounts.models import Person
from koinon.kit.prepared import Question, answers_to
from koinon.kit.seams import Seam
from koinon.kit.verbs import Actor
from koinon.network.models import Network, Organisation


@dataclass(frozen=True)
class Panel:
    """A titled part of a page: `template` is included with `context` and the page's own; small `order` first."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    ident: str = ""
    more: str = ""
    more_label: Any = ""


@dataclass(frozen=True)
class NavEntry:
    """An entry in the navigation of a network; `key` is what pages call themselves to be marked as current."""

    url: str
    label: Any
    key: str
    order: int = 50
    count: int | None = None


@dataclass(frozen=True)
class Figure:
    """A number people may see on the home page of a network, with what it counts."""

    number: int
    label: Any
    url: str = ""


Lender = Callable[[Organisation, Actor], Panel | None]
organisation_panels: Seam[[Organisation, Actor], Panel | None] = Seam("Parts of an organisation's page")


def panel_if(ask: Callable[[Organisation, Actor], list[Question] | None]) -> Callable[[Lender], Lender]:
    """Say with which prepared questions a panel begins: all are asked at once, and most answer with no.

    None instead of questions: the panel is there for this reader, whatever they would answer.
    """

    def mark(lender: Lender) -> Lender:
        lender.ask = ask  # type: ignore[attr-defined]
        return lender

    return mark


def panel_with(ask: Callable[[Organisation, Actor], list[Question]]) -> Callable[[Callable[..., Panel | None]], Lender]:
    """Say which rows (of a Listed) and values (of a Single) a panel needs; all panels are asked at once."""

    def mark(lender: Callable[..., Panel | None]) -> Lender:
        @functools.wraps(lender)
        def alone(organisation: Organisation, me: Actor) -> Panel | None:
            return lender(organisation, me, *answers_to(ask(organisation, me)))

        alone.ask, alone.told = ask, lender  # type: ignore[attr-defined]
        return alone

    return mark


network_panels: Seam[[Network, Actor], Panel | None] = Seam("Parts of a network's home page")
network_nav: Seam[[Network, Actor], list[NavEntry]] = Seam("Entries in the navigation of a network")
network_settings: Seam[[Network, Actor], list[NavEntry]] = Seam("Pages where a coordinator sets how the network works")
network_figures: Seam[[Network], list[Figure]] = Seam("Figures for the home page of a network")
organisation_changed: Seam[[list[UUID]], None] = Seam("Organisations changed, or where they belong: index them anew")

organisation_marks: Seam[[UUID, list[UUID]], dict[UUID, set[str]]] = Seam(
    'What organisations have in a network, for the directory: id -> {"offers", "needs"}'
)
imported_listings: Seam[[Actor, Network, Organisation, list[dict[str, Any]]], list[UUID]] = Seam(
    "Offers and needs of a spreadsheet: make them (once only) and give their ids; rows hold side, title, text, …"
)
imported_listings_undone: Seam[[Actor, Network, list[UUID]], list[str]] = Seam(
    "Take imported offers and needs back; a sentence for each that stays because somebody has used it since"
)
exported_listings: Seam[[Actor, Network, list[UUID]], dict[UUID, list[dict[str, Any]]]] = Seam(
    "Offers and needs of these organisations for a spreadsheet, as rows like those of imported_listings"
)


Changes = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]
"""New values of some fields, or how to find them for a row."""


@dataclass(frozen=True)
class Carry:
    """How the rows of one model follow when one organisation goes into another; `field` names the organisation.

    Rows that do not fit beside those that are there (a constraint says so) try each of `otherwise`, or stay behind with
    the changes `staying` when nothing fits. `by_hand` does it in a way of its own: by_hand(ledger, kept, gone).
    `moves=False` says: these stay where they are, on purpose. `after(ids)` is told what moved, there and back again.
    `is_private` says: that there are such rows, and how many, is told to nobody; they follow unseen.
    `is_computed` says: jobs write them by themselves, so they do not show that anybody uses the organisation.
    """

    model: type[Model]
    field: str
    label: Any
    otherwise: tuple[Mapping[str, Any], ...] = ()
    staying: Changes = dataclasses.field(default_factory=dict)
    by_hand: Callable[[Any, Organisation, Organisation], None] | None = None
    moves: bool = True
    after: Callable[[list[Any]], None] | None = None
    is_private: bool = False
    is_computed: bool = False


merging: Seam[[], list[Carry]] = Seam("What belongs to an organisation and follows it when two are merged")
handed_over: Seam[[Organisation, Person], None] = Seam(
    "Somebody new leads an organisation: what hung on people who speak for it no more is theirs"
)
deeds: Seam[[], dict[str, Any]] = Seam(
    "Verbs of the chronicle that a member's report counts, with the words for them: verb -> words, in the order shown"
)
holdings: Seam[[UUID, list[UUID], date, date], dict[str, int]] = Seam(
    "What a member (all its ids) had in a network from a day to a day, which no single act tells: name -> number; "
    "the words for the name are lent to `deeds`"
)
