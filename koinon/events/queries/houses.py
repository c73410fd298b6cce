"""Organisations that people of an event come from, as rules count them; which are perhaps one; known ones to choose."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Sum

from koinon.events.engine.houses import alike, spelled
from koinon.events.models import OPEN, Event, Registration, Spelling
from koinon.events.queries.places import bucket_of
from koinon.kit.verbs import VISITOR
from koinon.network.models import Membership, Organisation

MOST, KNOWN = 200, 300


@dataclass
class House:
    """One of them: `written` as people wrote it, `spellings` folded; `organisation` when it is one of ours."""

    key: str
    name: str
    people: int = 0
    organisation: UUID | None = None
    written: list[str] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)
    is_joined: bool = False


def houses(event: Event) -> list[House]:
    """The largest first, two hundred at most; two queries."""
    joined = {row.spelled: row for row in Spelling.objects.filter(event=event)}
    rows = Registration.objects.filter(event=event, state__in=OPEN, purged_at=None).order_by()
    counts = rows.values_list("organisation", "nominated_by", "organisation_name").annotate(people=Sum("units"))
    found: dict[str, House] = {}
    for own, sent, name, people in counts.order_by("-people", "organisation_name"):
        form = "" if own or sent else spelled(name)
        if not (own or sent or form):
            continue
        row = joined.get(form)
        key = str(own or sent or bucket_of(form, joined))
        house = found.setdefault(key, House(key, row.name if row else name, organisation=own or sent))
        house.people += people
        house.is_joined |= row is not None
        if row is not None and row.organisation_id:
            house.organisation = row.organisation_id
        _write_down(house, name, form)
    return sorted(found.values(), key=lambda each: (-each.people, each.name))[:MOST]


def near(found: list[House]) -> list[list[House]]:
    """Those that are perhaps one, together with the largest of them; each in one group, most in none."""
    groups, left = [], list(found)
    while left:
        first = left.pop(0)
        group = [each for each in left if _may_be_one(first, each)]
        if group:
            groups.append([first, *group])
            left = [each for each in left if each not in group]
    return groups


def known(event: Event) -> list[str]:
    """Names to choose from while typing: members of the event's network that everybody may see; none of a large one."""
    if event.network is None or not event.network.is_public:
        return []
    members = Membership.objects.active().filter(network=event.network_id)
    rows = Organisation.objects.visible_to(VISITOR).filter(pk__in=members.values("organisation"))
    names = sorted(str(row) for row in rows[: KNOWN + 1])
    return names if len(names) <= KNOWN else []


def _write_down(house: House, name: str, form: str) -> None:
    if name and name not in house.written:
        house.written.append(name)
    if form and form not in house.spellings:
        house.spellings.append(form)


def _may_be_one(one: House, other: House) -> bool:
    if one.organisation and other.organisation:
        return False
    return alike(spelled(one.name), spelled(other.name))
