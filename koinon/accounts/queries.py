"""Questions about people that are asked twice."""

from uuid import UUID

from koinon.accounts.models import Person
from koinon.accounts.seams import roles_of
from koinon.kit.verbs import Actor


def actor_of(*, person: Person) -> Actor:
    """The Actor of a person now: roles lent by the apps above; acting for an organisation only while a mandate runs."""
    roles: dict[UUID, set[str]] = {}
    for lent in roles_of.gather(person.pk):
        for scope, names in lent.items():
            roles.setdefault(scope, set()).update(names)
    acting_for = person.acting_for if person.acting_for in roles else None
    return Actor(
        person=person.pk,
        alias=person.alias,
        acting_for=acting_for,
        role="member" if acting_for else "person",
        roles={scope: frozenset(names) for scope, names in roles.items()},
        language=person.language,
        is_operator=person.is_operator,
    )
