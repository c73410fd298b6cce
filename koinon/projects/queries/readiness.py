"""Is a plan whole? What is missing, in sentences, the same for the team's page and for the verb."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from koinon.kit import money
from koinon.projects.models import Call, Project

LEAST_PEOPLE = 2


def missing(project: Project, call: Call | None) -> list[str]:
    """What keeps the plan from being handed in; nothing when it is whole. Four queries."""
    said = [sentence for field, sentence in _texts() if not getattr(project, field)]
    if project.starts_on is None or project.ends_on is None:
        said.append(_("Say from when to when you want to work."))
    steps = project.plan_steps.count()
    if not steps:
        said.append(_("Write at least one step."))
    elif project.plan_steps.filter(Q(who=None) | Q(due_on=None)).exists():
        said.append(_("Give each step somebody who takes care of it, and a day."))
    if not project.risks.exists():
        said.append(_("Write at least one thing that could go wrong, and what you would do then."))
    if project.members.filter(state="active").count() < LEAST_PEOPLE:
        said.append(_("A team has at least two people: invite somebody."))
    return said + _money(project, call)


def sums(project: Project) -> dict[str, Decimal]:
    """The budget by source, and in all; 0.00 where there is none."""
    rows = project.budget.order_by().values_list("source").annotate(amount=Sum("amount"))
    found = {source: Decimal("0.00") for source in ("grant", "own", "partner")} | dict(rows)
    return {**found, "all": sum(found.values(), Decimal("0.00"))}


def _texts() -> list[tuple[str, Any]]:
    return [
        ("problem", _("Say what the problem is.")),
        ("people", _("Say for whom you do it.")),
        ("measure", _("Say how we shall know that it worked.")),
    ]


def _money(project: Project, call: Call | None) -> list[str]:
    wanted = sums(project)["grant"]
    if call is None or wanted <= call.most_grant:
        return []
    shown = {name: money.figure(each, call.currency) for name, each in (("wanted", wanted), ("most", call.most_grant))}
    facts = {**shown, "currency": call.currency}
    return [
        _("Your budget counts on a small grant of %(wanted)s %(currency)s; this call gives at most %(most)s.") % facts
    ]
