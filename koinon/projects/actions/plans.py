"""Plans: an idea in one field becomes a plan, with steps, risks and a budget; it is handed in, returned, given up."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.actions.naming import save_with_slug
from koinon.network.models import Network, Organisation, Place
from koinon.projects.actions import judging
from koinon.projects.models import PROJECT_STEPS, WRITABLE, Call, Project, Teammate
from koinon.projects.notices import plans as notices
from koinon.projects.queries import readiness
from koinon.projects.rules import calls, plans

NOT_TEAM = gettext_lazy("Only the team may do this.")
NOT_LEAD = gettext_lazy("Only who leads the team may do this.")
NOT_RUN = gettext_lazy("Only those who run the call may do this, and nobody of the team.")
NAME_LONG, TEXT = 160, 6000
TEXTS = ("problem", "people", "partners", "measure")

conflict("project_ends_later", "ends_on", gettext_lazy("The last day is before the first one."))


@verb(
    "projects.begun", rule=plans.may_begin,
    refusal=gettext_lazy("Ideas are written by members of the network, or in answer to an open call."),
)  # fmt: skip
def begin(
    *, by: Actor, network: Network, idea: str, language: str, call: Call | None = None, person: Person | None = None,
    organisation: Organisation | None = None, is_demo: bool = False,
) -> Project:  # fmt: skip
    """An idea in one field: its first line is the title. Who writes it leads the team."""
    said = prose.said(idea, "idea", TEXT, is_needed=True)
    if call is not None and (call.network_id != network.pk or call.state != "open"):
        raise ValidationError({"call": [_("This call takes no plans now.")]})
    title, _rest, more = said.partition("\n")
    row = Project(
        network=network, call=call, title=prose.line(title)[:NAME_LONG], problem=more.strip(), language=language,
        languages=[language], currency=call.currency if call else "EUR", is_demo=is_demo,
    )  # fmt: skip
    save_with_slug(row, row.title, "project")
    lead = person.pk if person is not None else by.person
    Teammate.objects.create(project=row, person_id=lead, role="lead", state="active", organisation=organisation)
    return row


@verb("projects.written", rule=plans.on_team, refusal=NOT_TEAM)
def write(
    *, by: Actor, project: Project, title: str, problem: str, people: str, partners: str = "", measure: str = "",
    starts_on: date | None = None, ends_on: date | None = None, call: Call | None = None,
    place: Place | None = None,
) -> Project:  # fmt: skip
    """The plan in words. An idea becomes a plan in work by this."""
    held = writable(project)
    if call is not None and call.pk != held.call_id and (call.state != "open" or call.network_id != held.network_id):
        raise ValidationError({"call": [_("This call takes no plans now.")]})
    if held.state == "returned" and (call is None or call.pk != held.call_id):
        raise ValidationError({"call": [_("The plan was returned by this call, so it stays with it.")]})
    currency = call.currency if call is not None else held.currency
    if currency != held.currency and held.budget.exists():
        facts = {"old": held.currency, "new": currency}
        raise ValidationError(
            {"call": [_("Your budget is in %(old)s, this call counts in %(new)s: take its lines out first.") % facts]}
        )
    said = {"problem": problem, "people": people, "partners": partners, "measure": measure}
    for name, text in said.items():
        setattr(held, name, prose.said(text, name, TEXT))
    held.title = prose.said(title, "title", NAME_LONG, is_needed=True, is_line=True)
    held.starts_on, held.ends_on, held.call, held.place = starts_on, ends_on, call, place
    held.currency = currency
    held.save()
    if held.state == "idea":
        PROJECT_STEPS.move(held, "draft", moved_at=timezone.now())
    return held


@verb("projects.submitted", rule=plans.leads, refusal=NOT_LEAD, then=notices.submitted)
def submit(*, by: Actor, project: Project) -> Project:
    """To the jury, before the last day, when nothing is missing."""
    held = writable(project)
    if held.call is None:
        raise ValidationError(_("Choose a call for your plan first."))
    call = Call.objects.select_for_update().get(pk=held.call.pk)
    if not may_hand_in(held, call):
        raise ValidationError(_("The last day for plans has passed."))
    if lacking := readiness.missing(held, call):
        raise ValidationError([ValidationError(sentence) for sentence in lacking])
    PROJECT_STEPS.move(held, "submitted", moved_at=timezone.now(), due_on=call.decides_on, why="", nudged_on=None)
    if call.state == "judging":
        _judged_anew(call, held)
    return held


def may_hand_in(project: Project, call: Call) -> bool:
    """Until the last day; a plan that was returned until the day that it was given."""
    if project.state == "returned":
        return call.state in ("open", "judging") and project.due_on is not None and project.due_on >= date.today()
    return call.state == "open" and call.closes_on >= date.today()


@verb("projects.taken_back", rule=plans.leads, refusal=NOT_LEAD)
def take_back(*, by: Actor, project: Project) -> Project:
    """To go on writing, while the call is open."""
    if project.call is None or project.call.state != "open":
        raise ValidationError(_("The jury has the plans already."))
    PROJECT_STEPS.move(project, "draft", moved_at=timezone.now(), due_on=None)
    return project


@verb("projects.returned", rule=calls.may_choose, refusal=NOT_RUN, then=notices.returned)
def send_back(*, by: Actor, project: Project, why: str, until: date) -> Project:
    """Back to the team with words about what is missing, and a day."""
    call = project.call
    if call is None or call.state not in ("open", "judging"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if not date.today() <= until <= call.decides_on:
        raise ValidationError({"until": [_("Please give a day between today and the day of the decision.")]})
    said = prose.said(why, "why", 500, is_needed=True)
    PROJECT_STEPS.move(project, "returned", moved_at=timezone.now(), due_on=until, why=said, nudged_on=None)
    return project


@verb("projects.return_ran_out", rule=only_machine, then=notices.ran_out)
def run_out(*, by: Actor, project: Project) -> Project:
    """A returned plan did not come in time: it goes to the jury as it was, so that nobody loses their place."""
    assert project.call is not None
    due = project.call.decides_on
    PROJECT_STEPS.move(project, "submitted", moved_at=timezone.now(), due_on=due, nudged_on=None)
    return project


@verb("projects.supervisor_named", rule=calls.may_choose, refusal=NOT_RUN, then=notices.supervisor_named)
def name_supervisor(*, by: Actor, project: Project, person: Person) -> Project:
    """Somebody who accompanies the team, answers its check-ins and reads its reflection; told, like the team."""
    if person.is_assisted or not person.is_active:
        raise ValidationError(_("This person has no account with an e-mail address."))
    if Teammate.objects.filter(project=project, person=person, state__in=["active", "invited", "left"]).exists():
        raise ValidationError(_("Who is or was on the team cannot supervise it."))
    check_supervised(project)
    project.before = project.supervisor  # type: ignore[attr-defined]
    project.supervisor = person
    project.save(update_fields=["supervisor"])
    return project


def check_supervised(project: Project) -> None:
    """Whether somebody may still accompany it."""
    if project.state in ("rejected", "dropped", "closed", "archived"):
        raise ValidationError(_("This is no longer possible: it has moved on."))


@verb("projects.dropped", rule=plans.leads, refusal=NOT_LEAD, then=notices.dropped)
def give_up(*, by: Actor, project: Project, why: str = "") -> Project:
    """It will not be. Whoever waited is told why; with money still out the grant is settled first."""
    Project.objects.select_for_update().get(pk=project.pk)
    held = list(project.small_grants.select_for_update().order_by("pk"))
    if any(grant.state in ("approved", "paid", "settling") for grant in held):
        raise ValidationError(_("Settle the small grant first: receipts, or the money back."))
    is_seen = project.state not in ("idea", "draft")
    said = prose.said(why, "why", 500, is_needed=is_seen, is_line=True)
    PROJECT_STEPS.move(project, "dropped", moved_at=timezone.now(), why=said, due_on=None)
    open_ones = project.small_grants.filter(state__in=["asked", "halfway"])
    open_ones.update(state="withdrawn", moved_at=timezone.now(), due_on=None)
    Teammate.objects.filter(project=project, state="invited").update(state="withdrawn")
    return project


def writable(project: Project) -> Project:
    """The plan, locked, while the team writes it."""
    held = Project.objects.select_for_update(of=("self",)).select_related("call", "network").get(pk=project.pk)
    if held.state not in WRITABLE:
        raise ValidationError(_("The plan was handed in: it stays as it is now."))
    return held


@verb("projects.nudged", rule=only_machine, then=notices.nudged)
def nudge(*, by: Actor, project: Project) -> Project:
    """Whoever is waited for hears of it; once for each day that is set, and a week apart."""
    Project.objects.filter(pk=project.pk).update(nudged_on=date.today())
    return project


def _judged_anew(call: Call, project: Project) -> None:
    """The plan has changed: points that were given for it before are asked for again."""
    project.judgements.filter(state="given").update(state="open", given_at=None)
    judging.prepare(call)


SOON = timedelta(days=7)
