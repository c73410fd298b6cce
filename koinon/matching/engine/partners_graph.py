"""The ties that a record makes, as sparse rows: organisations and projects both ways, partners of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from koinon.matching.engine.partners_record import FEWEST, MOST, Codes, Flags, Record

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: what row `i` holds is `to[start[i]:start[i + 1]]`, ascending."""

    start: Codes
    to: Codes

    @classmethod
    def of(cls, row: Codes, to: Codes, count: int) -> "Rows":
        order = np.lexsort((to, row))
        return cls(np.searchsorted(row[order], np.arange(count + 1)), to[order])

    def of_row(self, row: int) -> Codes:
        return self.to[self.start[row] : self.start[row + 1]]

    @property
    def lengths(self) -> Codes:
        return np.diff(self.start)

    def sums(self, values: Numbers) -> Numbers:
        """For each row the sum of `values` at what it holds; no row may be empty."""
        return np.add.reduceat(values[self.to], self.start[:-1])


@dataclass(frozen=True, slots=True)
class Graph:
    """Organisations with at least one tie, numbered from 0 in the order of the record's."""

    codes: Codes
    """Place of each organisation in the record."""
    projects_of: Rows
    organisations_of: Rows
    partners_of: Rows
    kind: Codes
    country: Codes
    year: Codes
    """Of each project."""
    months: Numbers
    roles: Numbers
    """Organisations x roles: the share of its projects in which it had the role."""
    alone: Codes
    """Projects that an organisation carried out by itself: no tie, yet a sign of activity."""

    @property
    def count(self) -> int:
        return len(self.codes)

    @property
    def project_count(self) -> Codes:
        return self.projects_of.lengths

    @property
    def degree(self) -> Codes:
        """How many partners each has."""
        return self.partners_of.lengths


def ties_of(record: Record) -> Flags:
    """The projects that make ties: those of 2 to 60 organisations."""
    sizes = np.bincount(record.project, minlength=len(record.year))
    return (sizes >= FEWEST) & (sizes <= MOST)


def graph(record: Record, projects: Flags) -> Graph:
    """The graph of the chosen projects of a record; its other projects count only as work done alone."""
    rows = projects[record.project]
    codes, organisation = np.unique(record.organisation[rows], return_inverse=True)
    numbers, project = np.unique(record.project[rows], return_inverse=True)
    count = len(codes)
    of_projects = Rows.of(project, organisation, len(numbers))
    from_, to = pairs(of_projects, count)
    sizes = np.bincount(record.project, minlength=len(record.year))
    alone = record.organisation[sizes[record.project] == 1]
    roles = int(record.role.max()) + 1 if len(record.role) else 1
    times = np.bincount(organisation * roles + record.role[rows], minlength=count * roles).reshape(count, roles)
    return Graph(
        codes=codes,
        projects_of=Rows.of(organisation, project, count),
        organisations_of=of_projects,
        partners_of=Rows.of(from_, to, count),
        kind=_latest(record, record.kind)[codes],
        country=_latest(record, record.country)[codes],
        year=record.year[numbers],
        months=record.months[numbers],
        roles=times / times.sum(1, keepdims=True),
        alone=np.bincount(alone, minlength=len(record.organisations))[codes],
    )


def pairs(organisations_of: Rows, count: int) -> tuple[Codes, Codes]:
    """Each two organisations of one project, both ways, once."""
    found = [np.zeros(0, np.int64)]
    for project in range(len(organisations_of.start) - 1):
        members = organisations_of.of_row(project)
        found.append((members[:, None] * count + members[None, :]).ravel())
    keys = np.unique(np.concatenate(found))
    keys = keys[keys // count != keys % count] if count else keys
    return keys // max(count, 1), keys % max(count, 1)


def new_partners(record: Record, known: Graph, projects: Flags) -> Rows:
    """Who became a partner of whom in the chosen projects, among the organisations of the graph; old ties left out."""
    place = np.full(len(record.organisations), -1, np.int64)
    place[known.codes] = np.arange(known.count)
    rows = projects[record.project] & (place[record.organisation] >= 0)
    members = Rows.of(record.project[rows], place[record.organisation[rows]], len(record.year))
    from_, to = pairs(members, known.count)
    old = np.repeat(np.arange(known.count), known.degree) * known.count + known.partners_of.to
    keys = np.setdiff1d(from_ * known.count + to, old, assume_unique=True)
    return Rows.of(keys // max(known.count, 1), keys % max(known.count, 1), known.count)


def _latest(record: Record, values: Codes) -> Codes:
    """What each organisation was in its last row by year (then by project)."""
    found = np.zeros(len(record.organisations), np.int64)
    order = np.lexsort((record.project, record.year[record.project]))
    found[record.organisation[order]] = values[order]
    return found
