"""Which cells of a table are not shown: fewer than five people, and what would give these away by subtraction."""

from collections.abc import Sequence

FEWEST = 5


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
