"""What each kind of event usually asks: where a form with five fields begins, and what its organisers may change."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Usual:
    """The usual rules of a kind; `places` are for everybody together, `days` is how long such an event lasts."""

    audience: str
    mode: str = "here"
    admits_guests: bool = False
    asks_approval: bool = False
    by_nomination: bool = False
    certifies: bool = True
    required_percent: int = 80
    places: int = 100
    days: int = 1


KINDS: dict[str, Usual] = {
    "conference": Usual("public", admits_guests=True, places=200, days=2),
    "workshop": Usual("network", asks_approval=True, places=35, days=5),
    "study_visit": Usual("network", asks_approval=True, by_nomination=True, places=12, days=4, required_percent=90),
    "webinar": Usual("public", mode="online", admits_guests=True, places=300, required_percent=70),
    "dissemination": Usual("public", admits_guests=True, certifies=False, places=100, required_percent=50),
    "council": Usual("link", by_nomination=True, certifies=False, places=40, required_percent=50),
    "summit": Usual("network", by_nomination=True, asks_approval=True, places=300, days=3),
}


def facts_of(kind: str, *, in_network: bool) -> dict[str, Any]:
    """The fields of an event of this kind; without a network, what is for its members is for who has the link."""
    facts = asdict(KINDS[kind])
    del facts["places"], facts["days"]
    if facts["audience"] == "network" and not in_network:
        facts["audience"] = "link"
    return facts
