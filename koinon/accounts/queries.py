"""Questions about people that are asked twice: who acts, what others may see of somebody, what waits for them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone

from koinon.accounts import rules, seams
from koinon.accounts.models import Consent, Person, Preference, Sight, Visibility
from koinon.accounts.seams import notice_kinds, roles_of
from koinon.kit.prepared import Listed, Prepared, Question, answers_to
from koinon.kit.verbs import Actor

_by_key: Listed[Person] = Listed(lambda key: Person.objects.filter(pk=key))


def with_roles(key: UUID) -> Person | None:
    """A person together with the roles they hold now, for `actor_of`: what each page of a member begins with."""
    lent = roles_of.gather(key)
    people, *rows = answers_to([(_by_key, {"key": key}), *(each.question for each in lent)])
    for person in people:
        person.held = _merged(lent, rows)
    return people[0] if people else None


def actor_of(*, person: Person) -> Actor:
    """The Actor of a person now: roles lent by the apps above; acting for an organisation only while a mandate runs."""
    held_by_scope, person.held = person.held, None  # once: whoever asks again means roles as they are then
    if held_by_scope is None:
        held_by_scope = _held(person.pk)
    roles = _names_of(held_by_scope)
    acting_for = _acting_for(person.acting_for, roles)
    held = roles.get(acting_for, frozenset()) if acting_for else frozenset()
    return Actor(
        person=person.pk,
        alias=person.alias,
        acting_for=acting_for,
        role=next((role for role in rules.ACTING_ROLES if role in held), "person"),
        roles=roles,
        language=person.language,
        is_operator=person.is_operator,
        things={scope: each.thing for scope, each in held_by_scope.items()},
    )


def roles_held(person: UUID) -> dict[UUID, frozenset[str]]:
    """All roles lent for a person, by scope."""
    return _names_of(_held(person))


def _held(person: UUID) -> dict[UUID, seams.Held]:
    lent = roles_of.gather(person)
    return _merged(lent, answers_to([each.question for each in lent]))


def _merged(lent: Iterable[seams.Roles], rows: Iterable[list[Any]]) -> dict[UUID, seams.Held]:
    found: dict[UUID, seams.Held] = {}
    for roles, told in zip(lent, rows, strict=True):
        for scope, each in roles.read(told).items():
            found.setdefault(scope, seams.Held(each.thing)).roles.update(each.roles)
    return found


def _names_of(held: Mapping[UUID, seams.Held]) -> dict[UUID, frozenset[str]]:
    return {scope: frozenset(each.roles) for scope, each in held.items()}


def profile_for(*, me: Actor, person: Person) -> dict[str, Any] | None:
    """The fields of a person that `me` may see; None when there is nothing (a page then says 404)."""
    if person.forgotten_at is not None:
        return None
    if me.person == person.pk:
        return {field: getattr(person, field) for field in rules.FIELDS}
    mates = me.is_known and not me.roles.keys().isdisjoint(roles_held(person.pk))
    agreed, chosen = agreed_by(person), sights_of(person)
    seen = {
        field: value
        for field in rules.FIELDS
        if (value := getattr(person, field))
        and rules.may_see(field=field, sight=rules.sight_of(field, chosen), is_mate=mates, agreed=agreed)
    }
    return seen if seen.keys() - {"zone"} else None


def _about_names(people: Any) -> Any:
    """Rows (person, who may see the name), and (person, LISTED) for those who agree to be listed in public."""
    agreed = Consent.objects.filter(person__in=people, matter=rules.PUBLIC_NEEDS, withdrawn_at=None).order_by()
    chosen = Visibility.objects.filter(person__in=people, field="name").order_by()
    kind = CharField(max_length=20)
    told = agreed.values_list("person", Cast(Value(LISTED), kind))
    return chosen.values_list("person", Cast("sight", kind)).union(told)


LISTED = "listed"
_names: Prepared[tuple[UUID, str]] = Prepared(_about_names)


def names_for(*, me: Actor, people: Iterable[Person], are_mates: bool) -> dict[UUID, str]:
    """Names of people as `me` may read them, "" for those who keep theirs; one query whatever their number.

    The caller says whether these people share a network or an organisation with `me`: it lists them by that.
    """
    rows = list(people)
    told = _names(people=[row.pk for row in rows])
    chosen = {key: sight for key, sight in told if sight != LISTED}
    listed = {key for key, sight in told if sight == LISTED}
    return {row.pk: _name(row, chosen.get(row.pk), row.pk in listed, me, are_mates) for row in rows}


def with_sight(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that name a person, with what `name_in` must know of whether the name may be seen; no query of its own."""
    chosen = Visibility.objects.filter(person=OuterRef("person"), field="name").values("sight")
    agreed = Consent.objects.filter(person=OuterRef("person"), matter=rules.PUBLIC_NEEDS, withdrawn_at=None)
    told: QuerySet[Any] = rows.annotate(name_sight=Subquery(chosen[:1]), name_listed=Exists(agreed))
    return told


def name_in(row: Any, *, me: Actor, are_mates: bool) -> str:
    """The name of the person of such a row as `me` may read it, "" if they keep it."""
    return _name(row.person, row.name_sight, row.name_listed, me, are_mates)


def _name(person: Person, chosen: str | None, is_listed: bool, me: Actor, are_mates: bool) -> str:
    agreed = frozenset({rules.PUBLIC_NEEDS} if is_listed else ())
    sight = chosen or rules.USUAL["name"]
    is_seen = rules.may_see(field="name", sight=sight, is_mate=are_mates, agreed=agreed)
    return person.name if is_seen or person.pk == me.person else ""


def sights_of(person: Person) -> dict[str, str]:
    return dict(Visibility.objects.filter(person=person).values_list("field", "sight"))


def agreed_by(person: Person) -> frozenset[str]:
    """Matters the person agrees to today."""
    return frozenset(Consent.objects.filter(person=person, withdrawn_at=None).values_list("matter", flat=True))


def is_listed_in_public(person: Person) -> bool:
    """Whether search engines may keep the page: something is public and the person agreed."""
    return rules.PUBLIC_NEEDS in agreed_by(person) and Sight.PUBLIC in sights_of(person).values()


def sessions_of(person: Person) -> QuerySet[UserSession]:
    """Devices that are signed in now, the newest first; one query."""
    running = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=person, session_key__in=running)
    return rows.order_by("-created_at", "-pk")


def kinds() -> dict[str, tuple[Any, str]]:
    """Every kind of notice: kind -> (title, usual pace)."""
    return {kind: (title, pace) for lent in notice_kinds.gather() for kind, title, pace in lent}


def paces_of(people: Iterable[UUID], kind: str) -> dict[UUID, str]:
    """How often each of these people wants notices of one kind; one query."""
    usual = kinds().get(kind, ("", str(Preference.Pace.NOW)))[1]
    keys = list(people)
    chosen = dict(_paces(people=keys, kind=kind))
    return {key: chosen.get(key, usual) for key in keys}


_paces: Prepared[tuple[UUID, str]] = Prepared(
    lambda people, kind: Preference.objects.filter(person__in=people, kind=kind).values_list("person", "pace")
)


def _acting_for(wanted: UUID | None, roles: dict[UUID, frozenset[str]]) -> UUID | None:
    choices = [scope for scope, held in roles.items() if not held.isdisjoint(rules.ACTING_ROLES)]
    if wanted in choices:
        return wanted
    return choices[0] if len(choices) == 1 else None


def waiting_for(me: Actor) -> list[seams.DeskItem]:
    """Everything on the desk of `me`: one query finds out which parts have something, then those are read."""
    asked = [(lender, _questions_of(lender, me)) for lender in seams.desk_items]
    found = iter(answers_to([question for _, questions in asked for question in questions or ()]))
    items: list[seams.DeskItem] = []
    for lender, questions in asked:
        has_some = [next(found) for _ in questions or ()]
        if questions is None or any(has_some):
            items += lender(me)
    return items


def _questions_of(lender: seams.Lender, me: Actor) -> list[Question] | None:
    """The questions with which a part of the desk begins; None where it did not say any."""
    ask: seams.Ask | None = getattr(lender, "ask", None)
    return ask(me) if ask else None
