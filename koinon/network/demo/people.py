"""Whom a visitor of the demo may become by one click: four roles to begin with, then everybody by network."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from koinon.accounts.models import Person
from koinon.accounts.seams import DemoGroup, DemoPerson
from koinon.network.models import Coordination, Mandate, Membership, Network

Roles = dict[UUID, list[tuple[UUID | None, str]]]


def groups() -> list[DemoGroup]:
    """First those whom people.toml marks for one click, each with a role; then a group for each demo network."""
    people = {row.pk: row for row in Person.objects.filter(is_demo=True, is_active=True)}
    roles = _roles(people)
    chosen = [row for row in people.values() if row.email in _one_click()]
    chosen.sort(key=lambda row: list(_one_click()).index(row.email))
    begin = tuple(DemoPerson(row.pk, row.name, _first(roles.get(row.pk, []))) for row in chosen)
    by_network: dict[UUID, list[DemoPerson]] = {}
    for key, held in roles.items():
        for network, words in held:
            if network is not None:
                by_network.setdefault(network, []).append(DemoPerson(key, people[key].name, words))
    networks = Network.objects.filter(pk__in=by_network).order_by("slug")
    return [
        DemoGroup(_("Begin here"), begin, is_first=True),
        *(DemoGroup(str(network), tuple(by_network[network.pk])) for network in networks),
    ]


def _roles(people: dict[UUID, Person]) -> Roles:
    """(network, words) for each role of each person; four queries whatever their number."""
    roles: Roles = {}
    for row in Coordination.objects.filter(person__in=people):
        roles.setdefault(row.person_id, []).append((row.network_id, row.get_role_display()))
    speaking = Mandate.objects.in_force().filter(person__in=people).select_related("organisation")
    belongs: dict[UUID, list[UUID]] = {}
    members = Membership.objects.active().filter(organisation__in=speaking.values("organisation"))
    for organisation, network in members.values_list("organisation", "network"):
        belongs.setdefault(organisation, []).append(network)
    for mandate in speaking:
        facts = {"role": mandate.get_role_display(), "organisation": mandate.organisation}
        words = _("%(role)s, %(organisation)s") % facts
        places: list[UUID | None] = [*belongs.get(mandate.organisation_id, [])] or [None]
        for place in places:
            roles.setdefault(mandate.person_id, []).append((place, words))
    return roles


def _first(held: list[tuple[UUID | None, str]]) -> str:
    return held[0][1] if held else _("Visitor with an account")


@cache
def _one_click() -> dict[str, None]:
    """Addresses in the order of the file."""
    rows: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))[
        "person"
    ]
    return {row["email"]: None for row in rows if row.get("one_click")}
