"""What speaks for a new partner: a few signals of each organisation for one that asks, over the whole graph."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from koinon.matching.engine.partners_graph import Graph, Numbers
from koinon.matching.engine.partners_record import Codes

Single = NDArray[np.float32]

SIGNALS = (
    "partners",
    "projects",
    "projects of the last year",
    "projects alone",
    "partners in common",
    "share in common",
    "any in common",
    "two steps",
    "three steps",
    "four steps",
    "countries that work together",
    "kinds that work together",
    "works with my country",
    "works with my kind",
    "works with newcomers",
    "size of its projects",
    "size like mine",
    "duration like mine",
    "roles like mine",
    "sort of project like mine",
)
"""In the order of the columns; see docs/matching.md. Kinds of organisations follow, the most common first."""

MOST_KINDS = 8
NEWCOMER = 2
"""An organisation with at most so many projects is new."""
SIZES, MONTHS = (3, 5, 8, 12, 20), (13, 25, 37, 49)
"""Where one sort of project ends and the next begins: organisations, months."""
SMOOTH = 5.0


@dataclass(slots=True)
class Signals:
    """What can be known once for a graph; `of` gives the signals of all organisations for one that asks."""

    graph: Graph
    own: Single = field(init=False, repr=False)
    projects: Numbers = field(init=False, repr=False)
    sizes: Numbers = field(init=False, repr=False)
    months: Numbers = field(init=False, repr=False)
    size: Numbers = field(init=False, repr=False)
    newcomers: Numbers = field(init=False, repr=False)
    kinds: Single = field(init=False, repr=False)
    sorts: Single = field(init=False, repr=False)
    countries: tuple[Numbers, Single] = field(init=False, repr=False)
    types: tuple[Numbers, Single] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        graph = self.graph
        self.projects = graph.project_count.astype(float)
        self.sizes = graph.organisations_of.lengths.astype(float)
        self.size = graph.projects_of.sums(np.log(self.sizes)) / self.projects
        self.months = graph.projects_of.sums(graph.months) / self.projects
        last = graph.projects_of.sums((graph.year == graph.year.max()).astype(float))
        self.own = np.log1p(np.stack([graph.degree, self.projects, last, graph.alone])).astype(np.float32)
        self.newcomers = _newcomers(graph)
        self.kinds = _kinds(graph)
        self.sorts = _sorts(graph, self.sizes)
        self.countries = _affinity(graph, graph.country)
        self.types = _affinity(graph, graph.kind)

    @property
    def names(self) -> list[str]:
        return [*SIGNALS, *(f"kind {place}" for place in range(1, len(self.kinds) + 1))]

    def of(self, asker: int) -> Single:
        """Signals x organisations, for the organisation at this place of the graph."""
        graph = self.graph
        common = in_common(graph, asker)
        share = common / np.sqrt(max(graph.degree[asker], 1) * np.maximum(graph.degree, 1))
        country, kind = graph.country[asker], graph.kind[asker]
        return np.array(
            [
                *self.own,
                np.log1p(common),
                share,
                common > 0,
                *self._steps(asker),
                self.countries[0][country][graph.country],
                self.types[0][kind][graph.kind],
                self.countries[1][country],
                self.types[1][kind],
                self.newcomers,
                self.size,
                -np.abs(self.size - self.size[asker]),
                -np.abs(self.months - self.months[asker]) / 12,
                graph.roles @ graph.roles[asker],
                self.sorts @ self.sorts[asker],
                *self.kinds,
            ],
            np.float32,
        )

    def _steps(self, asker: int) -> tuple[Numbers, Numbers, Numbers]:
        """How likely one gets there by two, three and four steps of "a project of it, an organisation of that"."""
        here = np.zeros(self.graph.count)
        here[asker] = 1
        first = self._step(here)
        first[asker] = 0
        second = self._step(first)
        third = self._step(second)
        return np.log(1e-5 + second), np.log(1e-5 + third), np.log(1e-6 + self._step(third))

    def _step(self, here: Numbers) -> Numbers:
        in_projects = self.graph.organisations_of.sums(here / self.projects) / self.sizes
        return self.graph.projects_of.sums(in_projects)


def in_common(graph: Graph, asker: int, weight: Numbers | None = None) -> Numbers:
    """Partners in common with each organisation; each counts one, or its `weight`."""
    partners = graph.partners_of.of_row(asker)
    if not len(partners):
        return np.zeros(graph.count)
    theirs = np.concatenate([graph.partners_of.of_row(each) for each in partners])
    weights = None if weight is None else np.repeat(weight[partners], graph.degree[partners])
    return np.bincount(theirs, weights, graph.count).astype(float)


def _newcomers(graph: Graph) -> Numbers:
    """How many of its partners were new, beside what is usual (a logarithm: 0 is usual)."""
    is_new = (graph.project_count <= NEWCOMER).astype(float)[graph.partners_of.to]
    owner = np.repeat(np.arange(graph.count), graph.degree)
    usual = max(float(is_new.mean()), 1e-3)
    found: Numbers = np.log((np.bincount(owner, is_new, graph.count) + 3 * usual) / ((graph.degree + 3) * usual))
    return found


def _kinds(graph: Graph) -> Single:
    """One line for each of the most common kinds of organisation but one: 1 where it is of the kind."""
    times = np.bincount(graph.kind)
    common = np.argsort(-times, kind="stable")[:MOST_KINDS]
    common = common[times[common] > 0]
    return np.array([graph.kind == kind for kind in common[:-1]], np.float32).reshape(-1, graph.count)


def _sorts(graph: Graph, sizes: Numbers) -> Single:
    """Organisations x sorts of project (size and duration), as unit vectors."""
    sort = np.searchsorted(SIZES, sizes, "right") * (len(MONTHS) + 1) + np.searchsorted(MONTHS, graph.months, "right")
    count = (len(SIZES) + 1) * (len(MONTHS) + 1)
    owner = np.repeat(np.arange(graph.count), graph.project_count)
    times = np.bincount(owner * count + sort[graph.projects_of.to], minlength=graph.count * count)
    found = times.reshape(graph.count, count).astype(np.float32)
    normal: Single = found / np.linalg.norm(found, axis=1, keepdims=True)
    return normal


def _affinity(graph: Graph, code: Codes) -> tuple[Numbers, Single]:
    """How often two groups have ties beside what their sizes let expect; and each organisation with each group.

    Both are logarithms (0 is usual): groups x groups, and groups x organisations.
    """
    groups = int(code.max()) + 1
    owner = np.repeat(np.arange(graph.count), graph.degree)
    ties = np.bincount(owner * groups + code[graph.partners_of.to], minlength=graph.count * groups)
    ties = ties.reshape(graph.count, groups).astype(float)
    between = np.stack([ties[code == group].sum(0) for group in range(groups)])
    share = (between.sum(0) + 1) / (between.sum() + groups)
    expected = np.outer(between.sum(1), between.sum(0)) / max(between.sum(), 1)
    single = (ties + 3 * share) / ((graph.degree[:, None] + 3) * share)
    return np.log((between + SMOOTH) / (expected + SMOOTH)), np.log(single).T.astype(np.float32)
