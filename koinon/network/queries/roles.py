"""Which roles a person holds today, and in what, in one query."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast

from koinon.accounts.seams import Held, Roles
from koinon.kit.prepared import Listed
from koinon.kit.verbs import Actor
from koinon.network.models import SPEAKS, Application, Coordination, Mandate, Network, Organisation

ALL = CharField(max_length=20)
NAMED = ("slug", "names", "language")
LEADS = ("head", "representative")
ADMITTED = ("admitted", "onboarding", "active")


def _held(person: UUID) -> Any:
    mandates = Mandate.objects.in_force().filter(person=person).order_by()
    networks = mandates.filter(
        organisation__memberships__period__contains=date.today(), organisation__memberships__network__isnull=False
    )
    led = Mandate.objects.in_force().filter(organisation=OuterRef("organisation"), role__in=LEADS)
    left = Mandate.objects.ended_for(person, OuterRef("organisation"))
    registered = Application.objects.filter(~Exists(led), ~Exists(left), applicant=person)
    registered = registered.exclude(state__in=ADMITTED).order_by()
    return mandates.values_list(*_in("organisation", "role")).union(
        networks.values_list(*_in("organisation__memberships__network", Value("member"))),
        Coordination.objects.in_force().filter(person=person).order_by().values_list(*_in("network", "role")),
        registered.values_list(*_in("organisation", Value("applicant"))),
        all=True,
    )


def _in(scope: str, role: Any) -> list[Any]:
    kind = Value("organisation" if scope == "organisation" else "network")
    return [Cast(role, ALL), Cast(kind, ALL), F(scope), *(F(f"{scope}__{name}") for name in NAMED)]


_all_held: Listed[tuple[Any, ...]] = Listed(_held)


def roles_of(person: UUID) -> Roles:
    """Mandates, the networks they lead into, coordinations, what one registered. One query."""
    return Roles((_all_held, {"person": person}), _by_scope)


def _by_scope(rows: list[tuple[Any, ...]]) -> dict[UUID, Held]:
    found: dict[UUID, Held] = {}
    for role, kind, scope, *named in rows:
        if scope not in found:
            model = Organisation if kind == "organisation" else Network
            found[scope] = Held(model.from_db(DEFAULT_DB_ALIAS, ["id", *NAMED], [scope, *named]))
        found[scope].roles.add(role)
    return found


def speaking_for(me: Actor, organisation: Organisation) -> Actor:
    """The same person, acting for this organisation: so that the chronicle names whose act it was."""
    held = me.roles.get(organisation.pk, frozenset())
    role = next((role for role in SPEAKS if role in held), "")
    if not role or not me.is_known:
        return me
    return Actor(
        person=me.person,
        alias=me.alias,
        acting_for=organisation.pk,
        role=role,
        roles=me.roles,
        language=me.language,
        is_operator=me.is_operator,
        things=me.things,
    )
