"""Parts of a plan: its steps, with owner and day; its risks; the lines of its budget. Written by the team."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.projects.actions.money import NEEDED, amount_of
from koinon.projects.actions.plans import NOT_TEAM, writable
from koinon.projects.models import BudgetLine, Project, Risk, Step, Teammate
from koinon.projects.rules import plans as rules

MOST = 40
TITLE = 200

conflict("budget_line_costs_something", "amount", NEEDED)


@verb("projects.step_written", rule=rules.on_team, refusal=NOT_TEAM)
def add_step(
    *, by: Actor, project: Project, title: str, who: Teammate | None = None, due_on: date | None = None
) -> Step:
    """What is to be done, by whom, until when; also while the plan is carried out."""
    held = _open(project)
    return Step.objects.create(project=held, order=_next(held.plan_steps), **_step(held, title, who, due_on))


@verb("projects.step_changed", rule=rules.writes_step, refusal=NOT_TEAM)
def change_step(*, by: Actor, step: Step, title: str, who: Teammate | None = None, due_on: date | None = None) -> Step:
    """Other words, another owner or day, while the plan is open."""
    held = _open(step.project)
    Step.objects.filter(pk=step.pk).update(**_step(held, title, who, due_on))
    return step


@verb("projects.step_dropped", rule=rules.writes_step, refusal=NOT_TEAM)
def drop_step(*, by: Actor, step: Step) -> Project:
    """Take it out; a step that was done stays."""
    held = _open(step.project)
    Step.objects.filter(pk=step.pk, done_on=None).delete()
    return held


@verb("projects.step_done", rule=rules.writes_step, refusal=NOT_TEAM)
def tick(*, by: Actor, step: Step, is_done: bool = True) -> Step:
    """Done today, or not done after all."""
    if step.project.state not in ("approved", "running", "closing"):
        raise ValidationError(_("Steps are ticked while the plan is carried out."))
    step.done_on = (step.done_on or date.today()) if is_done else None
    step.save(update_fields=["done_on"])
    return step


@verb("projects.risk_written", rule=rules.on_team, refusal=NOT_TEAM)
def add_risk(*, by: Actor, project: Project, title: str, answer: str, size: str = "middle") -> Risk:
    """What could go wrong, and what the team would do then."""
    held = _open(project)
    return Risk.objects.create(project=held, order=_next(held.risks), **_risk(title, answer, size))


@verb("projects.risk_changed", rule=rules.writes_risk, refusal=NOT_TEAM)
def change_risk(*, by: Actor, risk: Risk, title: str, answer: str, size: str = "middle") -> Risk:
    """Say it better, or what would be done then."""
    _open(risk.project)
    Risk.objects.filter(pk=risk.pk).update(**_risk(title, answer, size))
    return risk


@verb("projects.risk_dropped", rule=rules.writes_risk, refusal=NOT_TEAM)
def drop_risk(*, by: Actor, risk: Risk) -> Project:
    """It cannot happen any more."""
    held = _open(risk.project)
    Risk.objects.filter(pk=risk.pk).delete()
    return held


@verb("projects.line_written", rule=rules.on_team, refusal=NOT_TEAM)
def add_line(*, by: Actor, project: Project, title: str, amount: Decimal, source: str = "grant") -> BudgetLine:
    """What costs how much, and who pays it."""
    held = writable(project)
    return BudgetLine.objects.create(project=held, order=_next(held.budget), **_line(held, title, amount, source))


@verb("projects.line_changed", rule=rules.writes_line, refusal=NOT_TEAM)
def change_line(*, by: Actor, line: BudgetLine, title: str, amount: Decimal, source: str = "grant") -> BudgetLine:
    """What it costs, or who pays for it, has changed."""
    held = writable(line.project)
    BudgetLine.objects.filter(pk=line.pk).update(**_line(held, title, amount, source))
    return line


@verb("projects.line_dropped", rule=rules.writes_line, refusal=NOT_TEAM)
def drop_line(*, by: Actor, line: BudgetLine) -> Project:
    """It is not needed after all."""
    held = writable(line.project)
    BudgetLine.objects.filter(pk=line.pk).delete()
    return held


def _open(project: Project) -> Project:
    """Steps and risks may change while the plan is written and while it is carried out, never before the jury."""
    held = Project.objects.select_for_update().get(pk=project.pk)
    return held if held.state in ("approved", "running") else writable(held)


def _next(rows: "object") -> int:
    number = int(rows.count())  # type: ignore[attr-defined]
    if number >= MOST:
        raise ValidationError(_("At most %(most)s, please: a small plan is read by more people.") % {"most": MOST})
    return number


def _step(project: Project, title: str, who: Teammate | None, due_on: date | None) -> dict[str, object]:
    if who is not None and (who.project_id != project.pk or who.state not in ("active", "invited")):
        raise ValidationError({"who": [_("Please choose somebody of the team.")]})
    return {"title": prose.said(title, "title", TITLE, is_needed=True, is_line=True), "who": who, "due_on": due_on}


def _risk(title: str, answer: str, size: str) -> dict[str, object]:
    if size not in Risk.Size.values:
        raise ValidationError({"size": [_("Please choose one of the list.")]})
    return {
        "title": prose.said(title, "title", TITLE, is_needed=True, is_line=True), "size": size,
        "answer": prose.said(answer, "answer", 500, is_needed=True, is_line=True),
    }  # fmt: skip


def _line(project: Project, title: str, amount: Decimal, source: str) -> dict[str, object]:
    if source not in BudgetLine.Source.values:
        raise ValidationError({"source": [_("Please choose one of the list.")]})
    return {
        "title": prose.said(title, "title", TITLE, is_needed=True, is_line=True), "source": source,
        "amount": amount_of(amount, "amount", project.currency, is_needed=True),
    }  # fmt: skip
