"""Where a lower page must show a higher thing, the lower app declares a seam and the higher one lends to it.

    # network/seams.py                      # matching/lends.py
    organisation_panels = Seam("…")         @organisation_panels.lend(order=20)
                                            def offers(organisation, me): ...

This replaces signals and plug-in registries. `lends.py` of every app is read once at start (kit/apps.py).
"""

from collections.abc import Callable, Iterator
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Seam(Generic[P, R]):
    """An ordered list of functions lent by apps above; `title` says in one sentence what is wanted."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._lent: list[tuple[int, str, Callable[P, R]]] = []

    def lend(self, *, order: int = 50) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a function; lower `order` comes first, ties by name so that order never depends on imports."""

        def register(function: Callable[P, R]) -> Callable[P, R]:
            self._lent.append((order, f"{function.__module__}.{function.__qualname__}", function))
            self._lent.sort(key=lambda lent: lent[:2])
            return function

        return register

    def __iter__(self) -> Iterator[Callable[P, R]]:
        return iter([function for _, _, function in self._lent])

    def gather(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Ask every lender and keep the answers that are not None."""
        return [answer for function in self if (answer := function(*args, **kwargs)) is not None]
