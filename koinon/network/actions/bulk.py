"""One step for many applications: shown before it is done; a few at once, many as a job with progress."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from koinon.kit import jobs
from koinon.kit.models import Work
from koinon.kit.verbs import Actor, Refused, verb
from koinon.network import rules
from koinon.network.actions import applications, decisions
from koinon.network.models import Application, Network

AT_ONCE = 20
MOST = 2000
RELATED = ("network", "organisation__place", "applicant", "membership")
ACTS: dict[str, Callable[..., Any]] = {
    "remind": applications.nudge,
    "extend": applications.extend,
    "check": applications.begin_check,
    "review": applications.start_review,
    "waitlist": decisions.waitlist,
    "decline": decisions.decline,
}
WANTED = {"extend": ("until",), "decline": ("reason", "again_on"), "review": ("reason",), "waitlist": ("reason",)}
SAMPLES: dict[str, dict[str, Any]] = {
    "extend": {"until": "2199-12-31"},
    "decline": {"reason": "…"},
    "review": {"reason": "…"},
}
"""Words with which a step is tried before the real ones are there."""


@verb("network.bulk_done", rule=rules.may_run, counts=lambda result: {"done": result[1]["done"]})
def carry_out(
    *, by: Actor, network: Network, step: str, keys: Sequence[str], facts: Mapping[str, Any]
) -> tuple[Network, dict[str, Any]]:
    """Do `step` for the applications with these ids; each leaves its own statement. More than 20 become a job.

    Gives the network and {"done": n, "refused": [sentences], "work": Work or None}.
    """
    if step not in ACTS or len(keys) > MOST:
        raise ValidationError(_("This is not possible for so many at once."))
    plain = {name: value for name, value in plainly(facts).items() if name in WANTED.get(step, ())}
    if len(keys) > AT_ONCE:
        work = _later(by, network, step, list(keys), plain)
        return network, {"done": 0, "refused": [], "work": work}
    problems = [one(by=by, key=key, step=step, facts=plain) for key in keys]
    refused = [problem for problem in problems if problem]
    return network, {"done": len(keys) - len(refused), "refused": refused, "work": None}


def one(*, by: Actor, key: str, step: str, facts: Mapping[str, Any], is_dry: bool = False) -> str:
    """Do it for one; "" when it was done, else a sentence with its name. `is_dry`: try it and take it back."""
    row = Application.objects.for_staff(by).filter(pk=key).select_related(*RELATED).first()
    if row is None:
        return _("An application that is not here any more.")
    said = {name: _value(name, value) for name, value in facts.items() if name in WANTED.get(step, ())}
    try:
        with transaction.atomic():
            ACTS[step](by=by, application=row, **said)
            if is_dry:
                transaction.set_rollback(True)
    except (ValidationError, Refused) as problem:
        words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
        return _("%(organisation)s: %(problem)s") % {"organisation": row.organisation, "problem": words}
    return ""


def plainly(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON can carry them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items() if value}


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in ("until", "again_on") and isinstance(value, str) else value


def _later(by: Actor, network: Network, step: str, keys: list[str], facts: dict[str, Any]) -> Work:
    from koinon.network.clock.admission import carry_out as job

    order = {"asker": str(by.person), "step": step, "keys": keys, "facts": facts}
    return jobs.begin(job, person=by.person, scope=network.pk, **order)
