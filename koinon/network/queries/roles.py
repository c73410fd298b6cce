"""Which roles a person holds today, in one query."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast

from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import SPEAKS, Application, Coordination, Mandate, Organisation

ALL = CharField(max_length=20)
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
    return mandates.values_list(F("organisation"), Cast("role", ALL)).union(
        networks.values_list(F("organisation__memberships__network"), Cast(Value("member"), ALL)),
        Coordination.objects.in_force().filter(person=person).order_by().values_list(F("network"), Cast("role", ALL)),
        registered.values_list(F("organisation"), Cast(Value("applicant"), ALL)),
    )


_all_held: Prepared[tuple[UUID, str]] = Prepared(_held)


def roles_of(person: UUID) -> dict[UUID, set[str]]:
    """Scope id -> role names: mandates, the networks they lead into, coordinations, what one registered. One query."""
    roles: dict[UUID, set[str]] = defaultdict(set)
    for scope, role in _all_held(person=person):
        roles[scope].add(role)
    return dict(roles)


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
    )
