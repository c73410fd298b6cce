"""What is told while a plan is carried out: to the team, to its supervisor, to who runs the call."""

from django.utils.translation import gettext_lazy as _

from koinon.kit.verbs import Actor
from koinon.projects.models import CheckIn, Project, Reflection
from koinon.projects.notices.telling import about, day
from koinon.projects.queries.people import overseers_of, team_of


def conditions_met(*, by: Actor, result: Project) -> None:
    text = _("They write: %(words)s")
    title = _("The conditions are met, says the team: %(project)s")
    about(by, overseers_of(result), result, title, text, words=result.conditions_met)


def conditions_settled(*, by: Actor, result: Project) -> None:
    if result.state == "approved":
        about(by, team_of(result), result, _("The conditions are met, your plan is approved: %(project)s"))
    else:
        text = _("They write: %(why)s")
        about(by, team_of(result), result, _("The conditions were not met: %(project)s"), text, why=result.why)


def started(*, by: Actor, result: Project) -> None:
    about(by, [*team_of(result), result.supervisor], result, _("The team has begun: %(project)s"))


def days_moved(*, by: Actor, result: Project) -> None:
    title = _("Your last day is now %(until)s: %(project)s")
    about(by, team_of(result), result, title, until=day(result.ends_on))


def paused(*, by: Actor, result: Project) -> None:
    people = [*team_of(result), result.supervisor]
    about(by, people, result, _("Paused: %(project)s"), _("The reason: %(why)s"), why=result.why)


def resumed(*, by: Actor, result: Project) -> None:
    text = _("The last day is now %(until)s.") if result.ends_on else ""
    people = [*team_of(result), result.supervisor]
    about(by, people, result, _("It goes on: %(project)s"), text, until=day(result.ends_on))


def checked_in(*, by: Actor, result: CheckIn) -> None:
    """The supervisor; louder when the team is stuck, and then also who runs the call when nobody supervises."""
    project = result.project
    is_stuck = result.mood == "stuck"
    title = _("Stuck, and asks for help: %(project)s") if is_stuck else _("How it goes: %(project)s")
    people = [project.supervisor] if project.supervisor else overseers_of(project) if is_stuck else []
    about(by, people, project, title, _("%(words)s"), words=result.text)


def answered(*, by: Actor, result: CheckIn) -> None:
    title = _("Your supervisor has answered: %(project)s")
    about(by, team_of(result.project), result.project, title, _("%(words)s"), words=result.answer)


def reflection_due(*, by: Actor, result: Project) -> None:
    text = _("What came of it, what was hard, what comes next? A page is enough, until %(until)s.")
    about(by, team_of(result), result, _("Time to look back: %(project)s"), text, until=day(result.due_on))


def reflected(*, by: Actor, result: Reflection) -> None:
    project = result.project
    people = [project.supervisor] if project.supervisor else overseers_of(project)
    about(by, people, project, _("The team looks back, and waits for you: %(project)s"))


def reflection_returned(*, by: Actor, result: Reflection) -> None:
    text = _("They write: %(why)s")
    title = _("Your reflection came back with a question: %(project)s")
    about(by, team_of(result.project), result.project, title, text, why=result.why)


def finished(*, by: Actor, result: Project) -> None:
    text = _("Thank you. You may show others what came of it on a page of its own.")
    about(by, team_of(result), result, _("Finished: %(project)s"), text)
    about(by, overseers_of(result), result, _("Finished: %(project)s"))
