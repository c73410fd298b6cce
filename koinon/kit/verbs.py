"""Every write is a verb: keyword-only, `by` first, a rule, one transaction, one line in the chronicle.

    @verb("network.admitted", rule=rules.may_decide, then=notices.admitted)
    def admit(*, by: Actor, application: Application) -> Membership: ...

The API, the clock, the shell and the pages all come this way, so the rule is asked for each of them.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from koinon.kit import chronicle

P = ParamSpec("P")
R = TypeVar("R")

NOBODY = UUID(int=0)
REGISTRY: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Actor:
    """Who acts now: a person (or the clock), the organisation acted for, and the roles held today in each scope.

    `alias` is the pseudonymous id written into the chronicle; `roles` maps a scope (the id of a network or of an
    organisation) to role names. An operator of the server is not a member of anything by that. `things` are the rows of
    these scopes, with a name, if they were read along with the roles: the head of each page names some of them.
    """

    person: UUID | None = None
    alias: UUID = NOBODY
    acting_for: UUID | None = None
    role: str = ""
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    language: str = "en"
    is_operator: bool = False
    is_machine: bool = False
    things: Mapping[UUID, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_known(self) -> bool:
        return self.person is not None

    def holds(self, role: str, scope: UUID | None) -> bool:
        """True if this role is held today in this scope."""
        return scope is not None and role in self.roles.get(scope, frozenset())

    def scopes(self, role: str) -> list[UUID]:
        """All scopes in which the role is held today, in a stable order."""
        return sorted(scope for scope, held in self.roles.items() if role in held)


VISITOR = Actor()


def machine(name: str) -> Actor:
    """The actor of work that runs by itself (a job, the clock, the demo); the chronicle shows its name as role."""
    return Actor(role=name, is_machine=True)


class Refused(Exception):  # noqa: N818  (it reads as a sentence: raise Refused)
    """The rule said no. The message is for the person, in their language."""


def verb(
    name: str,
    *,
    rule: Callable[..., bool],
    refusal: Any = None,
    then: Callable[..., None] | None = None,
    counts: Callable[[Any], Mapping[str, float]] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a verb called `name` (app.past_participle).

    `rule` receives those of the call's keyword arguments that it names. `refusal` is what the person is told.
    `then(by=…, result=…)` queues notices inside the same transaction, so mail leaves if and only if the rows stay.
    `counts(result)` gives quantities for the chronicle: numbers only, never names.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        _check_grammar(name, function)
        wanted = _wanted(rule)

        @functools.wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs["by"]
            if not isinstance(by, Actor):
                raise TypeError(f"{name}: by must be an Actor, not {type(by).__name__}")
            if not rule(**{key: value for key, value in kwargs.items() if key in wanted}):
                raise Refused(str(refusal) if refusal else _("You may not do this."))
            with transaction.atomic():
                result = function(*args, **kwargs)
                _tell(name, by, result, counts)
                if then is not None:
                    then(by=by, result=result)
            return result

        act.verb = name  # type: ignore[attr-defined]
        act.rule = rule  # type: ignore[attr-defined]
        REGISTRY[name] = act
        return act

    return decorate


def anyone(**_kwargs: Any) -> bool:
    """The rule of verbs that are open to every actor, signed in or not."""
    return True


def only_machine(*, by: Actor) -> bool:
    """The rule of verbs that only the clock and jobs may do."""
    return by.is_machine


def _check_grammar(name: str, function: Callable[..., Any]) -> None:
    if "." not in name or name in REGISTRY:
        raise TypeError(f"a verb needs a name of its own like app.done, not {name!r}")
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name != "by":
        raise TypeError(f"{name}: the first argument of a verb is by")
    keywords = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
    if any(parameter.kind not in keywords for parameter in parameters):
        raise TypeError(f"{name}: a verb takes keyword arguments only")


def _wanted(rule: Callable[..., bool]) -> frozenset[str]:
    return frozenset(inspect.signature(rule).parameters)


def _tell(name: str, by: Actor, result: Any, counts: Callable[[Any], Mapping[str, float]] | None) -> None:
    about = result[0] if isinstance(result, tuple) else result
    is_self = getattr(about, "alias", None) == by.alias  # alias and row of one person never stand together
    noun = about if isinstance(about, models.Model) and not is_self else None
    chronicle.tell(
        verb=name,
        actor=by.alias,
        role=by.role,
        organisation=by.acting_for,
        kind=noun._meta.label_lower if noun is not None else "",
        noun=noun.pk if noun is not None and isinstance(noun.pk, UUID) else None,
        network=getattr(noun, "scope_id", None),
        counts=dict(counts(result)) if counts else {},
    )
