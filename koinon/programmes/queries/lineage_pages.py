"""The pages of a lineage in words and figures: cells that may be told, sentences, the picture, the table, the files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from koinon.programmes.engine import rings, suppression
from koinon.programmes.engine.estimates import Estimate
from koinon.programmes.engine.lineage import Facilitator, Generation
from koinon.programmes.models import DriftWarning, Programme
from koinon.programmes.queries import lineage as questions
from koinon.programmes.queries.lineage import Asked, Seen, Spot

SIZE = 25
KEPT = 32
"""Pictures that a process keeps: 80 kilobytes each at most."""
ROWS = 16
"""Facilitators in the picture of a phone."""


def number(value: float, digits: int) -> str:
    """Rounded: Django's own formatting cuts digits off."""
    return number_format(round(value, digits), digits)


def figure(found: Estimate | None, digits: int = 1) -> str:
    """1.4 (0.9 to 2.1), or that they are too few."""
    if found is None:
        return _("too few to tell")
    said = {name: number(getattr(found, name), digits) for name in ("value", "low", "high")}
    return _("%(value)s (%(low)s to %(high)s)") % said


def percent(found: Estimate | None) -> str:
    """81 % (76 to 85)."""
    if found is None:
        return _("too few to tell")
    return _("%(value)s %% (%(low)s to %(high)s)") % {
        name: round(100 * getattr(found, name)) for name in ("value", "low", "high")
    }


def completion(row: Generation | Facilitator) -> str:
    """With an interval where there are five facilitators; without where few people could be told from it, nothing."""
    if not suppression.may_tell(row.finished, row.told):
        return _("too few to tell")
    if isinstance(row, Generation) and row.completion is not None:
        return percent(row.completion)
    return f"{round(100 * row.finished / row.told)} %"


def people(row: Any) -> str:
    """How many were reached by a facilitator, in a generation or a place; not where they are only a few."""
    if row.few and not row.told:
        return _("fewer than 5") if row.few == 1 else _("too few to tell")
    return number_format(row.reached)


@dataclass(frozen=True)
class Line:
    """One generation (or all of them) as the table says it."""

    row: Generation
    people: str
    completion: str
    factor: str
    each: str
    quality: str
    quiz: str
    observed: str
    sentence: str = ""


def lines(rows: Sequence[Generation]) -> list[Line]:
    """The generations, each with what it lost since the one before."""
    return [line(row, rows[place - 1] if place else None) for place, row in enumerate(rows)]


def line(row: Generation, before: Generation | None = None) -> Line:
    said = people(row)
    factor = figure(row.factor) if row.may_go_on else _("the last one")
    return Line(
        row, said, completion(row) if row.reached else "–", factor, figure(row.people, 0), figure(row.quality),
        percent(row.quiz), figure(row.observed), _sentence(row, said, factor, before),
    )  # fmt: skip


def _sentence(row: Generation, told: str, factor: str, before: Generation | None) -> str:
    """One generation in words, with what was lost since the one before."""
    said = [
        ngettext(
            "%(number)s facilitator, %(delivered)s delivered.",
            "%(number)s facilitators, %(delivered)s of them delivered.",
            row.facilitators,
        )
        % {"number": number_format(row.facilitators), "delivered": number_format(row.delivered)}
    ]
    if row.reached:
        said.append(_("People reached: %(people)s.") % {"people": told})
    if suppression.may_tell(row.finished, row.told):
        said.append(_("Took part to the end: %(share)s.") % {"share": completion(row)})
    if row.may_go_on and row.delivered:
        said.append(_("New facilitators for each who delivered: %(factor)s.") % {"factor": factor})
    if before is not None and before.delivered:
        share = round(100 * row.delivered / before.delivered)
        said.append(
            _("For 100 who delivered in the generation before, %(share)s deliver in this one.") % {"share": share}
        )
    return " ".join(said)


@dataclass(frozen=True)
class Summary:
    """Public figures of a programme: no name, and nothing about a few; "" where a figure needs more."""

    deepest: int
    factor: str
    share: str


def summary(programme: Programme) -> Summary | None:
    """For its public page; None before the first delivery. Two queries at most."""
    told = questions.whole(programme)
    if told is None or not told[1].deliveries:
        return None
    generations, found = told
    deepest = max(row.number for row in generations if row.delivered)
    share = completion(found) if suppression.may_tell(found.finished, found.told) else ""
    return Summary(deepest, figure(found.factor) if found.factor else "", share)


@dataclass(frozen=True)
class Row:
    """One facilitator in the table."""

    who: Facilitator
    name: str
    organisation: str
    people: str
    completion: str
    address: str
    is_me: bool

    @property
    def after(self) -> int:
        return self.who.branch_facilitators - 1


ORDERS: dict[str, Callable[[Facilitator], Any]] = {
    "code": lambda row: [int(part) for part in row.code.split(".")],
    "people": lambda row: (-row.reached, row.key),
    "deliveries": lambda row: (-row.deliveries, row.key),
    "new": lambda row: (-row.became, row.key),
    "after": lambda row: (-row.branch_facilitators, row.key),
}


@dataclass(frozen=True)
class Table:
    """A page of the facilitators just below what is open, sorted as asked."""

    rows: list[Row]
    total: int
    before: str
    after: str


def table(found: Seen, question: Asked) -> Table:
    """Who stands below: of the whole the first generation, of a branch its root and the next one. One query."""
    below = found.lineage.tops if found.root is None else [found.root, *found.root.below]
    shown = [row for row in below if not question.is_filtered or row.branch_deliveries]
    shown.sort(key=ORDERS[question.sort])
    page = shown[question.after : question.after + SIZE]
    told = questions.names([row.key for row in page]) if found.is_runner else {}
    before = str(max(0, question.after - SIZE)) if question.after else ""
    after = str(question.after + SIZE) if len(shown) > question.after + SIZE else ""
    return Table([_row(row, found, question, told) for row in page], len(shown), before, after)


def _row(row: Facilitator, found: Seen, question: Asked, told: dict[UUID, tuple[str, str]]) -> Row:
    name, organisation = told.get(row.key, ("", ""))
    is_root = found.root is not None and found.root.key == row.key
    return Row(
        row, name or nameless(row, found.own), organisation, people(row), completion(row) if row.told else "–",
        "" if is_root or not row.below else question.address(branch=row.key), row.key == found.own,
    )  # fmt: skip


def nameless(row: Facilitator, own: UUID | None) -> str:
    """How somebody past the first generation is called: by where they stand."""
    return _("You") if row.key == own else _("Facilitator %(code)s") % {"code": row.code}


def picture(found: Seen, question: Asked, colours: dict[str, str] = rings.PAGE) -> str:
    """The rings of what is open; "" when nobody is there. One query for names, if the reader may know them."""
    tops = _tops(found, question)
    if not tops or found.key is None:
        return ""
    few = len(tops) <= rings.LABELLED
    told = questions.names([row.key for row in tops]) if found.is_runner and few else {}
    names = tuple((key, name) for key, (name, _house) in told.items() if name)
    drawn = Drawn(found.key, question, found.root.key if found.root else None, found.own, names, colours is rings.FILE)
    return _picture(drawn, get_language() or "en")


class Drawn(NamedTuple):
    """All that a picture depends on, but the language: the same is drawn once."""

    key: questions.Key
    question: Asked
    root: UUID | None
    own: UUID | None
    names: tuple[tuple[UUID, str], ...]
    is_file: bool


@lru_cache(maxsize=KEPT)
def _picture(drawn: Drawn, language: str) -> str:
    found, told = questions.tree(drawn.key, drawn.question.filters), dict(drawn.names)
    tops = found.tops if drawn.root is None else [found.all[drawn.root]]
    shown = [row for row in tops if not drawn.question.is_filtered or row.branch_deliveries]
    words = _("%(name)s. Generation: %(number)s. Deliveries: %(deliveries)s. People reached: %(people)s. %(after)s")

    def name(point: rings.Point) -> str:
        return told.get(point.who.key) or nameless(point.who, drawn.own)

    def said(point: rings.Point) -> str:
        who = point.who
        return words % {
            "name": name(point), "number": who.generation, "deliveries": who.deliveries,
            "people": people(who), "after": _after(who),
        }  # fmt: skip

    def address(point: rings.Point) -> str:
        return "" if drawn.is_file or not point.who.below else drawn.question.address(branch=point.who.key)

    label = _("Generations of facilitators, from the inside outwards. The tables say the same.")
    colours, first = rings.FILE if drawn.is_file else rings.PAGE, shown[0].generation
    return rings.draw(
        rings.lay_out(shown), label=label, said=said, address=address, name=name, first=first, colours=colours
    )


@dataclass(frozen=True)
class Branch:
    """One row of the picture where there is no room for rings."""

    who: Facilitator
    ring: int
    name: str
    address: str
    words: str


def branches(found: Seen, question: Asked) -> list[Branch]:
    """The largest branches, each below whom it came from: the picture of a phone. One query for names at most."""
    drawn = rings.lay_out(_tops(found, question), most=ROWS)
    told = questions.names([point.who.key for point in drawn.points]) if found.is_runner else {}
    rows: list[Branch] = []

    def tell(point: rings.Point) -> None:
        who = point.who
        name = told.get(who.key, ("", ""))[0] or nameless(who, found.own)
        address = question.address(branch=who.key) if who.below else ""
        reached = _("People reached: %(people)s.") % {"people": people(who)}
        rows.append(Branch(who, point.ring, name, address, f"{reached} {_after(who)}"))
        for below in point.below or ():
            tell(below)

    for point in drawn.points:
        if point.above is None:
            tell(point)
    return rows


def _tops(found: Seen, question: Asked) -> list[Facilitator]:
    tops = found.lineage.tops if found.root is None else [found.root]
    return [row for row in tops if not question.is_filtered or row.branch_deliveries]


def _after(who: Facilitator) -> str:
    return _("Facilitators after them: %(number)s.") % {"number": who.branch_facilitators - 1}


BY_CHANCE = gettext_lazy("Chance alone does this in fewer than one of a hundred programmes (%(units)s facilitators).")
SENTENCES = {
    "quality": gettext_lazy(
        "Marks by participants fall: from %(start)s in generation %(first)s to %(end)s in generation %(last)s."
    ),
    "quiz": gettext_lazy(
        "Results of the quiz fall: from %(start)s in generation %(first)s to %(end)s in generation %(last)s."
    ),
    "observed": gettext_lazy(
        "What supervisors see gets worse: from %(start)s in generation %(first)s to %(end)s in generation %(last)s."
    ),
    "finished": gettext_lazy(
        "Fewer finish: %(start)s of the people in generation %(first)s, %(end)s in generation %(last)s."
    ),
    "behind": gettext_lazy(
        "Toolkits get older: %(start)s versions behind the newest in generation %(first)s, %(end)s in generation"
        " %(last)s."
    ),
    "changed": gettext_lazy(
        "More of the toolkit is changed: %(start)s of the activities in generation %(first)s, %(end)s in generation"
        " %(last)s."
    ),
}


def drift_sentence(warning: DriftWarning) -> str:
    """One warning in a sentence with its numbers, and how sure that is."""
    facts = warning.facts
    said = {**facts, **{name: _value(warning.measure, facts[name]) for name in ("start", "end")}}
    return " ".join(str(words) % said for words in (SENTENCES[warning.measure], BY_CHANCE))


def _value(measure: str, value: float) -> str:
    return f"{round(100 * value)} %" if measure in ("quiz", "finished", "changed") else number(value, 1)


def place_lines(rows: Sequence[Spot]) -> list[tuple[Spot, str]]:
    """Places with their people as they may be told."""
    return [(spot, people(spot)) for spot in rows]


def tabs(programme: Programme, question: Asked, current: str) -> list[dict[str, Any]]:
    parts = [("lineage", _("Tree of generations")), ("lineage_map", _("Map of generations"))]
    return [
        {"url": reverse(f"programmes:{name}", args=[programme.slug]) + question.address(), "label": label,
         "current": name == current}
        for name, label in parts
    ]  # fmt: skip


def crumbs(found: Seen, question: Asked) -> list[tuple[str, str]]:
    """(label, address) from the whole down to what is open, as far as the reader may go up. One query at most."""
    if found.root is None:
        return []
    way = found.lineage.way(found.root.key)
    if not found.is_runner:
        way = way[[one.key for one in way].index(found.own) :] if found.own else way
    told = questions.names([way[0].key]) if found.is_runner else {}
    whole = [(_("The whole programme"), question.address(branch=None))] if found.is_runner else []
    return whole + [
        (told.get(one.key, ("", ""))[0] or nameless(one, found.own), question.address(branch=one.key)) for one in way
    ]


def sorts(question: Asked) -> list[dict[str, Any]]:
    """Ways to sort the facilitators, as tabs."""
    labels = {
        "code": _("Order of the grants"), "people": _("Most people reached"), "deliveries": _("Most deliveries"),
        "new": _("Most new facilitators"), "after": _("Largest branch"),
    }  # fmt: skip
    return [
        {"url": f"{question.address(sort=key)}#facilitators", "label": label, "current": key == question.sort}
        for key, label in labels.items()
    ]


def drift(programme: Programme) -> list[tuple[DriftWarning, str]]:
    """Warnings with their sentences: what waits first, then the last answers. One query."""
    rows = DriftWarning.objects.filter(programme=programme).exclude(state="gone").select_related("answered_by")
    found = sorted(rows.order_by("-pk")[:10], key=lambda row: row.state != "open")
    return [(row, drift_sentence(row)) for row in found]
