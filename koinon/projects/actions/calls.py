"""Calls: written, opened, extended, given to the jury, decided at once for everybody, closed or called off."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.actions.naming import save_with_slug
from koinon.network.models import Network, Organisation
from koinon.projects.actions import judging
from koinon.projects.actions.money import amount_of, currency_of
from koinon.projects.models import CALL_STEPS, PROJECT_STEPS, Call, CallCriterion, Choice, Juror, Project
from koinon.projects.notices import calls as notices
from koinon.projects.queries import ranking
from koinon.projects.rules import calls as rules

NOT_YOURS = gettext_lazy("Only those who run this call may do this.")
WRITTEN, TEXT = 160, 10_000
MOST_CRITERIA, MOST_JURORS = 12, 30

conflict("call_decides_later", "decides_on", gettext_lazy("The decision comes after the last day for plans."))
conflict("call_budget_is_kept", "budget", gettext_lazy("The budget of this call does not allow this."))
conflict("call_gives_something", "budget", gettext_lazy("Please give an amount that is not negative."))
conflict("call_currency_stays", "currency", gettext_lazy("Teams count in this currency already: it stays as it is."))
conflict("juror_once", "person", gettext_lazy("This person is in the jury already."))


@verb(
    "projects.call_written", rule=rules.may_call,
    refusal=gettext_lazy("Calls are run by those who speak for a member of this network."),
)  # fmt: skip
def create(
    *, by: Actor, network: Network, organisation: Organisation, name: str, language: str, closes_on: date,
    decides_on: date, about: str = "", budget: Decimal = Decimal(0), most_grant: Decimal = Decimal(0),
    currency: str = "EUR", scores_needed: int = 2, is_public: bool = True, is_demo: bool = False,
) -> Call:  # fmt: skip
    """A draft that only those who run it see."""
    row = Call(
        network=network, organisation=organisation, language=language, is_demo=is_demo, currency=currency_of(currency)
    )
    _fill(row, name, about, closes_on, decides_on, budget, most_grant, scores_needed, is_public)
    save_with_slug(row, name, "call")
    return row


@verb("projects.call_changed", rule=rules.may_run, refusal=NOT_YOURS, then=notices.changed)
def change(
    *, by: Actor, call: Call, name: str, closes_on: date, decides_on: date, about: str, budget: Decimal,
    most_grant: Decimal, scores_needed: int, is_public: bool, currency: str = "",
) -> Call:  # fmt: skip
    """Other words, days or amounts, until the jury begins; teams are told of another last day.

    The currency is that of the draft: teams count their plans in it as soon as the call is open.
    """
    held = Call.objects.select_for_update().get(pk=call.pk)
    if held.state not in ("draft", "open"):
        raise ValidationError(_("The jury has the plans already: what was promised stays as it is."))
    before, held.currency = held.closes_on, currency_of(currency or held.currency)
    if held.state == "open" and closes_on < min(before, date.today()):
        raise ValidationError({"closes_on": [_("Please give a day that is still to come.")]})
    _fill(held, name, about, closes_on, decides_on, budget, most_grant, scores_needed, is_public)
    held.save()
    held.is_told = held.state == "open" and before != closes_on  # type: ignore[attr-defined]
    Project.objects.filter(call=held, state="submitted").update(due_on=held.decides_on)
    return held


@verb("projects.criterion_written", rule=rules.may_run, refusal=NOT_YOURS)
def add_criterion(*, by: Actor, call: Call, name: str, help: str = "", most: int = 5, weight: int = 1) -> CallCriterion:
    """What jurors give points for; written before the jury begins."""
    _before_jury(call)
    if call.criteria.count() >= MOST_CRITERIA:
        raise ValidationError(_("At most %(most)s criteria.") % {"most": MOST_CRITERIA})
    title = prose.said(name, "name", WRITTEN, is_needed=True, is_line=True)
    return CallCriterion.objects.create(
        call=call, names={call.language: title}, help=prose.said(help, "help", 300, is_line=True), most=_few(most, 20),
        weight=_few(weight, 10), order=call.criteria.count(),
    )  # fmt: skip


@verb("projects.criterion_dropped", rule=rules.may_run, refusal=NOT_YOURS)
def drop_criterion(*, by: Actor, call: Call, criterion: CallCriterion) -> Call:
    """Gone, as long as nobody has given points."""
    _before_jury(call)
    CallCriterion.objects.filter(pk=criterion.pk, call=call).delete()
    return call


@verb("projects.juror_named", rule=rules.may_run, refusal=NOT_YOURS, then=notices.juror_named)
def name_juror(*, by: Actor, call: Call, person: Person) -> Juror:
    """Somebody who agreed scores the plans of this call, and is told so; also later, when the jury lacks scores."""
    check_jury(call)
    if person.is_assisted or not person.is_active:
        raise ValidationError(_("This person has no account with an e-mail address."))
    juror = Juror.objects.create(call=call, person=person)
    if call.state == "judging":
        judging.prepare(call)
    return juror


@verb("projects.juror_let_go", rule=rules.may_let_go, refusal=NOT_YOURS)
def let_juror_go(*, by: Actor, juror: Juror) -> Call:
    """No longer in the jury: their points do not count. Once the jury has finished nobody is taken out any more."""
    if juror.call.state not in ("draft", "open", "judging"):
        raise ValidationError(_("The jury has finished: its points stay as they are."))
    Juror.objects.filter(pk=juror.pk).delete()
    return juror.call


@verb("projects.call_opened", rule=rules.may_run, refusal=NOT_YOURS, then=notices.opened)
def open_call(*, by: Actor, call: Call) -> Call:
    """From now on teams write and hand in plans."""
    if call.closes_on < date.today():
        raise ValidationError(_("Its last day has passed. Please set other days first."))
    if not call.criteria.exists():
        raise ValidationError(_("Say first what the jury gives points for: at least one criterion."))
    CALL_STEPS.move(call, "open", moved_at=timezone.now())
    return call


@verb("projects.jury_begun", rule=rules.may_run, refusal=NOT_YOURS, then=notices.jury_begun)
def judge(*, by: Actor, call: Call) -> Call:
    """No more plans; each juror gets each plan, but for conflicts of interest, which are found here."""
    if call.closes_on >= date.today() and not by.is_machine:
        raise ValidationError(_("Teams may hand in plans until the last day; the jury begins after it."))
    if not Project.objects.filter(call=call, state__in=["submitted", "returned"]).exists():
        raise ValidationError(_("No team has handed in a plan. Give more time, or call it off."))
    if call.jurors.count() < call.scores_needed:
        raise ValidationError(_("Name at least %(number)s jurors first.") % {"number": call.scores_needed})
    CALL_STEPS.move(call, "judging", moved_at=timezone.now())
    judging.prepare(call)
    return call


@verb("projects.jury_ended", rule=rules.may_run, refusal=NOT_YOURS)
def end_jury(*, by: Actor, call: Call) -> Call:
    """Points stay as they are from now on, and those who decide see them; every plan has scores enough."""
    Call.objects.select_for_update().get(pk=call.pk)
    if Project.objects.filter(call=call, state="returned").exists():
        raise ValidationError(_("A plan was returned to its team. Wait for it until its day."))
    judging.prepare(call)
    if lacking := ranking.missing(call):
        raise ValidationError(
            _("Not enough scores yet for: %(plans)s. Ask the jury, or name another juror.")
            % {"plans": ", ".join(plan.title for plan in lacking[:5])}
        )
    CALL_STEPS.move(call, "ranked", moved_at=timezone.now())
    return call


@verb(
    "projects.chosen", rule=rules.may_decide,
    refusal=gettext_lazy("Those who run the call decide, and nobody of a team that hopes to be selected."),
)  # fmt: skip
def choose(
    *, by: Actor, project: Project, verdict: str, feedback: str, conditions: str = "",
    conditions_until: date | None = None,
) -> Choice:  # fmt: skip
    """What is decided about one plan, with words for its team; to be changed until all are told at once."""
    call = project.call
    if call is None or call.state != "ranked" or project.state != "submitted":
        raise ValidationError(_("Plans are decided when the jury has finished."))
    if verdict not in Choice.Verdict.values:
        raise ValidationError({"verdict": [_("Please choose one of the list.")]})
    facts: dict[str, Any] = {
        "verdict": verdict, "feedback": prose.said(feedback, "feedback", 5000, is_needed=True), "by_id": by.person,
        "conditions": "", "conditions_until": None,
    }  # fmt: skip
    if verdict == "conditional":
        if conditions_until is None or conditions_until < date.today():
            raise ValidationError({"conditions_until": [_("Please give a day that is still to come.")]})
        said = prose.said(conditions, "conditions", 3000, is_needed=True)
        facts |= {"conditions": said, "conditions_until": conditions_until}
    row, _is_new = Choice.objects.update_or_create(project=project, defaults=facts)
    return row


@verb(
    "projects.call_decided", rule=rules.may_run, refusal=NOT_YOURS, then=notices.decided,
    counts=lambda call: {"plans": float(call.plans)},
)  # fmt: skip
def decide(*, by: Actor, call: Call) -> Call:
    """Every team is told at the same moment: the decision, and words that help, also and above all a no."""
    held = Call.objects.select_for_update().get(pk=call.pk)
    rows = ranking.rows(held)
    if open_ones := [row.project.title for row in rows if row.choice is None]:
        raise ValidationError(_("Still to decide: %(plans)s.") % {"plans": ", ".join(open_ones[:5])})
    CALL_STEPS.move(call, "decided", moved_at=timezone.now())
    for row in rows:
        assert row.choice is not None
        place = {"score": row.place.score, "rank": row.place.rank, "is_tied": row.place.is_tied}
        Choice.objects.filter(pk=row.choice.pk).update(**place, told_at=timezone.now())
        until = row.choice.conditions_until if row.choice.verdict == "conditional" else None
        PROJECT_STEPS.move(row.project, row.choice.verdict, moved_at=timezone.now(), due_on=until, nudged_on=None)
    call.plans = len(rows)  # type: ignore[attr-defined]
    return call


@verb("projects.call_closed", rule=rules.may_run, refusal=NOT_YOURS)
def close(*, by: Actor, call: Call) -> Call:
    """All is done: no small grant goes on any more, and none begins."""
    Call.objects.select_for_update().get(pk=call.pk)
    going_on = Project.objects.filter(call=call, small_grants__state__in=["asked", "halfway", "approved", "paid"])
    if (going_on | Project.objects.filter(call=call, small_grants__state="settling")).exists():
        raise ValidationError(_("Small grants of this call are still open."))
    CALL_STEPS.move(call, "closed", moved_at=timezone.now())
    return call


@verb("projects.call_cancelled", rule=rules.may_run, refusal=NOT_YOURS, then=notices.cancelled)
def cancel(*, by: Actor, call: Call, why: str) -> Call:
    """Called off: teams are told why, and keep their plans as drafts for another call."""
    call.why = prose.said(why, "why", 500, is_needed=True, is_line=True)  # type: ignore[attr-defined]
    CALL_STEPS.move(call, "cancelled", moved_at=timezone.now())
    judged = Project.objects.filter(call=call, state__in=["submitted", "returned"])
    call.told = list(Project.objects.filter(call=call).exclude(state="dropped"))  # type: ignore[attr-defined]
    judged.update(state="draft", moved_at=timezone.now(), due_on=None)
    return call


@verb("projects.call_nudged", rule=only_machine, then=notices.nudged)
def nudge(*, by: Actor, call: Call) -> Call:
    """Those who run it, or the jury, are waited for, and hear of it once a week."""
    Call.objects.filter(pk=call.pk).update(nudged_on=date.today())
    return call


def _fill(
    row: Call, name: str, about: str, closes_on: date, decides_on: date, budget: Decimal, most_grant: Decimal,
    scores_needed: int, is_public: bool,
) -> None:  # fmt: skip
    row.names = {**row.names, row.language: prose.said(name, "name", WRITTEN, is_needed=True, is_line=True)}
    row.about = prose.said(about, "about", TEXT)
    row.about_html = prose.html_of(row.about)
    row.closes_on, row.decides_on, row.is_public = closes_on, decides_on, is_public
    row.budget = amount_of(budget, "budget", row.currency)
    row.most_grant = amount_of(most_grant, "most_grant", row.currency)
    row.scores_needed = _few(scores_needed, 10)
    if row.most_grant > row.budget:
        raise ValidationError({"most_grant": [_("One team cannot get more than there is for all.")]})


def check_jury(call: Call) -> None:
    """Whether somebody may still be named."""
    if call.state not in ("draft", "open", "judging"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if call.jurors.count() >= MOST_JURORS:
        raise ValidationError(_("At most %(most)s jurors.") % {"most": MOST_JURORS})


def _few(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise ValidationError(_("Please give a number from 1 to %(most)s.") % {"most": most})
    return number


def _before_jury(call: Call) -> None:
    if call.state not in ("draft", "open"):
        raise ValidationError(_("The jury has the plans already: what was promised stays as it is."))
