"""What processes cost, read from /proc: CPU time of a whole family in milliseconds, memory in MB."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Stat:
    """One line of /proc/<pid>/stat: parent, own CPU ticks, those of children that have ended."""

    parent: int
    own: int
    ended: int


@dataclass(frozen=True)
class Memory:
    """Memory of one process or family in MB: RSS counts shared pages in each process, PSS shares them out."""

    rss: float
    pss: float

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)


def parse_stat(line: str) -> Stat:
    """Read a line of /proc/<pid>/stat; the name in parentheses may hold anything."""
    fields = line.rsplit(")", 1)[1].split()
    return Stat(parent=int(fields[1]), own=int(fields[11]) + int(fields[12]), ended=int(fields[13]) + int(fields[14]))


def stats() -> dict[int, Stat]:
    """Every process of this machine now."""
    found = {}
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError):
            found[int(entry.name)] = parse_stat((entry / "stat").read_text())
    return found


def family(root: int, known: dict[int, Stat] | None = None) -> list[int]:
    """The process `root` and all that descend from it, parents first."""
    known = stats() if known is None else known
    members = [root] if root in known else []
    for each in members:
        members.extend(pid for pid, stat in known.items() if stat.parent == each)
    return members


def cpu_ms(root: int) -> float:
    """CPU time the family has used so far, ended children included, in milliseconds (steps of 10)."""
    known = stats()
    return sum(known[pid].own + known[pid].ended for pid in family(root, known)) * 1000 / TICKS


def memory(pid: int) -> Memory:
    """RSS and PSS of one process in MB; zero when it is gone."""
    sizes = {"Rss:": 0, "Pss:": 0}
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(" ")
            if name in sizes:
                sizes[name] = int(rest.split()[0])
    return Memory(sizes["Rss:"] / 1024, sizes["Pss:"] / 1024)


def memory_of_family(root: int) -> Memory:
    total = Memory(0, 0)
    for pid in family(root):
        total += memory(pid)
    return total
