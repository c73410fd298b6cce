"""What a report may tell: numbers by which somebody could be recognised are hidden, with those that betray them."""

from collections.abc import Mapping
from typing import TypeVar

FEW = 5
K = TypeVar("K")


def hidden(cells: Mapping[K, int], few: int = FEW) -> dict[K, int | None]:
    """Counts that add up to a known total, with those below `few` hidden (None), and so many of the next larger that
    what is hidden is at least two cells and at least `few` people together: subtracting from the total tells nothing.

    A cell of nobody tells of nobody and stays. The order stays as it was.
    """
    by_size = sorted((key for key in cells if cells[key] > 0), key=lambda key: (cells[key], str(key)))
    gone = [key for key in by_size if cells[key] < few]
    if gone:
        for key in by_size[len(gone) :]:
            if len(gone) >= 2 and sum(cells[each] for each in gone) >= few:
                break
            gone.append(key)
    return {key: None if key in gone else number for key, number in cells.items()}


def mean(values: list[int], few: int = FEW) -> float | None:
    """The mean of answers on a scale, with one digit; None when fewer than `few` have answered."""
    return round(sum(values) / len(values), 1) if len(values) >= few else None
