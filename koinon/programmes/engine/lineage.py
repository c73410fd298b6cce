"""The lineage of a programme: who came from whom, added up by branch and by generation. Plain rows in, figures out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from koinon.programmes.engine import estimates
from koinon.programmes.engine.estimates import Estimate


@dataclass(slots=True)
class Facilitator:
    """One grant: whom it came from, and what was delivered under it. `code`: 2.4.1 is the first who came from 2.4.

    `few`: how many deliveries had one to four people; `told`: the people of the others, of whom `finished` came to the
    end. `quality`, `quiz`, `observed`, `behind` (versions of the toolkit behind the newest of that day) and `changed`
    (share of activities) are means of the deliveries; None: not known. `branch_*` add up this one and all who came of
    it.
    """

    key: UUID
    above: UUID | None
    generation: int
    deliveries: int = 0
    reached: int = 0
    told: int = 0
    few: int = 0
    finished: int = 0
    became: int = 0
    quality: float | None = None
    quiz: float | None = None
    observed: float | None = None
    behind: float | None = None
    changed: float | None = None
    code: str = ""
    below: list["Facilitator"] = field(default_factory=list)
    branch_people: int = 0
    branch_facilitators: int = 0
    branch_deliveries: int = 0

    @property
    def has_delivered(self) -> bool:
        return self.deliveries > 0


@dataclass(slots=True)
class Lineage:
    """All facilitators by key, in order of generation, and those with nobody above."""

    all: dict[UUID, Facilitator]
    tops: list[Facilitator]

    def branch(self, key: UUID) -> list[Facilitator]:
        """This one and all who came of them, in order of generation; nothing for a key that is not here."""
        found = [self.all[key]] if key in self.all else []
        for one in found:
            found += one.below
        return found

    def way(self, key: UUID) -> list[Facilitator]:
        """From the first generation down to this one."""
        found: list[Facilitator] = []
        one = self.all.get(key)
        while one is not None:
            found.append(one)
            one = self.all.get(one.above) if one.above else None
        return found[::-1]


def grow(rows: Iterable[Facilitator]) -> Lineage:
    """Put each below whom they came from, numbered in order of their grants, and add the branches up.

    A row whose parent is not here, or is not of an earlier generation, stands at the top: nothing can go in a circle.
    """
    ordered = sorted(rows, key=lambda row: (row.generation, row.key.int))
    lineage = Lineage({row.key: row for row in ordered}, [])
    for row in ordered:
        above = lineage.all.get(row.above) if row.above else None
        if above is not None and above.generation < row.generation:
            siblings, start = above.below, f"{above.code}."
        else:
            row.above, siblings, start = None, lineage.tops, ""
        siblings.append(row)
        row.code = f"{start}{len(siblings)}"
    for row in reversed(ordered):
        people, facilitators, deliveries = row.reached, 1, row.deliveries
        for one in row.below:
            people += one.branch_people
            facilitators += one.branch_facilitators
            deliveries += one.branch_deliveries
        row.branch_people, row.branch_facilitators, row.branch_deliveries = people, facilitators, deliveries
    return lineage


@dataclass(frozen=True, slots=True)
class Generation:
    """What one generation did, with the figures that come of it; None: too few, or not asked.

    `factor`: new facilitators for each one who delivered; `people`: people reached by each. Both are of those who have
    delivered. `may_go_on`: whether the programme lets another generation follow.
    """

    number: int
    facilitators: int
    delivered: int
    deliveries: int
    reached: int
    told: int
    few: int
    finished: int
    became: int
    factor: Estimate | None
    people: Estimate | None
    completion: Estimate | None
    quality: Estimate | None
    quiz: Estimate | None
    observed: Estimate | None
    may_go_on: bool = True


def generations(rows: Iterable[Facilitator], *, most: int) -> list[Generation]:
    """A line for each generation that has somebody. `most`: how deep the programme may go."""
    by_number: dict[int, list[Facilitator]] = {}
    for row in rows:
        by_number.setdefault(row.generation, []).append(row)
    return [_summed(number, found, number < most) for number, found in sorted(by_number.items())]


def overall(rows: Sequence[Facilitator], *, most: int) -> Generation:
    """The same over all; the factor counts only those whom another generation may follow."""
    return _summed(0, rows, True, [row for row in rows if row.generation < most])


def _summed(
    number: int, rows: Sequence[Facilitator], may_go_on: bool, multiplying: Sequence[Facilitator] | None = None
) -> Generation:
    active = [row for row in rows if row.deliveries]
    fruitful = active if multiplying is None else [row for row in multiplying if row.deliveries]
    return Generation(
        number=number, facilitators=len(rows), delivered=len(active),
        deliveries=sum(row.deliveries for row in active),
        reached=sum(row.reached for row in active), told=sum(row.told for row in active),
        few=sum(row.few for row in active), finished=sum(row.finished for row in active),
        became=sum(row.became for row in active),
        factor=estimates.rate(row.became for row in fruitful) if may_go_on else None,
        people=estimates.rate(row.reached for row in active),
        completion=estimates.share((row.finished, row.told) for row in active),
        quality=estimates.mean(_known(row.quality for row in active), least=1, most=5),
        quiz=estimates.mean(_known(row.quiz for row in active), least=0, most=1),
        observed=estimates.mean(_known(row.observed for row in active), least=1, most=5),
        may_go_on=may_go_on,
    )  # fmt: skip


def measured(rows: Iterable[Facilitator]) -> dict[str, list[tuple[int, float]]]:
    """(generation, value) of each facilitator by measure, for drift."""
    found: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if row.has_delivered:
            values = {
                "quality": row.quality, "quiz": row.quiz, "observed": row.observed, "behind": row.behind,
                "changed": row.changed, "finished": row.finished / row.told if row.told else None,
            }  # fmt: skip
            for name, value in values.items():
                if value is not None:
                    found.setdefault(name, []).append((row.generation, value))
    return found


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
