"""Which numbers of people may be told, and what is told for those that may not."""

from collections.abc import Sequence

FEWEST = 5
FEW = 2
"""What one to four people of a delivery are counted as, wherever deliveries are added up.

Whatever is then subtracted from whatever (filters, branches, generations, the page of yesterday), what remains is this
number: sums are made of nothing that is hidden. An honest sum is off by two for each such delivery at most.
"""


def counted(number: int) -> int:
    """A number as it goes into sums: nobody, two for a few, or what it is."""
    return FEW if 0 < number < FEWEST else number


def finished(part: int, whole: int) -> int:
    """Of those of a delivery, how many came to its end, as it goes into sums: neither they nor the others are a few."""
    if whole < FEWEST:
        return 0
    return counted(part) if part < FEWEST else whole - counted(whole - part)


def hidden(counts: Sequence[int]) -> frozenset[int]:
    """Positions of cells to be hidden beside a total that is shown. Zeros stay: they are nobody.

    Small cells go first; then the smallest others, until at least two are hidden and they hold five people together,
    so that the total less what is shown tells nothing about a few.
    """
    found = [place for place, count in enumerate(counts) if 0 < count < FEWEST]
    if not found:
        return frozenset()
    others = sorted(
        (place for place, count in enumerate(counts) if count >= FEWEST), key=lambda place: (counts[place], place)
    )
    while others and (len(found) < 2 or sum(counts[place] for place in found) < FEWEST):
        found.append(others.pop(0))
    return frozenset(found)


def may_tell(part: int, whole: int) -> bool:
    """Whether "so many of so many" may be told: neither those who did nor those who did not are a few."""
    rest = whole - part
    return whole >= FEWEST and not 0 < part < FEWEST and not 0 < rest < FEWEST
