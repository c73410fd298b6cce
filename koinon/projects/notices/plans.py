"""What is told about plans and teams: invitations, who came and went, handed in, returned, supervised, given up."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import absolute
from koinon.kit import links, mail
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.projects.models import Project, Reflection, Teammate
from koinon.projects.notices.telling import about, day
from koinon.projects.queries.people import lead_of, overseers_of, team_of


def invited(*, by: Actor, result: Teammate) -> None:
    """The letter with the one-tap link, to somebody who may have no account."""
    if by.role == "demo":
        return
    project, inviter = result.project, result.invited_by
    token = links.make("projects.teammate", teammate=str(result.pk))
    with translation.override(result.language):
        context = {
            "teammate": result, "project": project, "inviter": str(inviter) if inviter is not None else "",
            "address": absolute(to("projects:invitation", token)),
        }  # fmt: skip
    mail.send(to=result.email, template="projects/mail/invited", language=result.language, context=context)


def joined(*, by: Actor, result: Teammate | tuple[Teammate, object]) -> None:
    row = result[0] if isinstance(result, tuple) else result
    people = [person for person in team_of(row.project) if person.pk != row.person_id]
    about(by, people, row.project, _("%(name)s is on your team now: %(project)s"), name=str(row.person))


def declined(*, by: Actor, result: Teammate) -> None:
    title = _("%(name)s cannot join your team: %(project)s")
    about(by, [result.invited_by], result.project, title, name=result.name or result.email)


def lapsed(*, by: Actor, result: Teammate) -> None:
    title = _("No answer to your invitation: %(project)s")
    text = _("%(name)s has not answered. You may ask again, or somebody else.")
    about(by, [result.invited_by], result.project, title, text, name=result.name or result.email)


def left(*, by: Actor, result: Teammate) -> None:
    """The lead when somebody goes; the one who was taken off when the lead did it."""
    if result.person_id == by.person:
        title = _("%(name)s has left your team: %(project)s")
        about(by, [lead_of(result.project)], result.project, title, name=str(result.person))
    else:
        title = _("You are no longer on the team: %(project)s")
        about(by, [result.person], result.project, title, address=to("projects:mine"))


def lead_handed(*, by: Actor, result: Teammate) -> None:
    people = team_of(result.project)
    others = [person for person in people if person.pk != result.person_id]
    about(by, [result.person], result.project, _("You lead the team now: %(project)s"))
    about(by, others, result.project, _("%(name)s leads the team now: %(project)s"), name=str(result.person))


def submitted(*, by: Actor, result: Project) -> None:
    text = _("The decision is promised by %(until)s. Every team gets words that help, whatever it is.")
    about(by, team_of(result), result, _("Handed in: %(project)s"), text, until=day(result.due_on))
    about(by, overseers_of(result), result, _("A plan was handed in: %(project)s"))


def returned(*, by: Actor, result: Project) -> None:
    text = _("They write: %(why)s\n\nMend it and hand it in again by %(until)s.")
    title = _("Your plan came back with a question: %(project)s")
    about(by, team_of(result), result, title, text, why=result.why, until=day(result.due_on))


def ran_out(*, by: Actor, result: Project) -> None:
    text = _("The day for changes has passed, so the jury reads the plan as it is.")
    about(by, team_of(result), result, _("Before the jury: %(project)s"), text)


def supervisor_named(*, by: Actor, result: Project) -> None:
    name = str(result.supervisor)
    text = _("You answer the team's check-ins, help when it is stuck, and read its reflection at the end.")
    about(by, [result.supervisor], result, _("You supervise a team: %(project)s"), text)
    about(by, team_of(result), result, _("%(name)s supervises your team: %(project)s"), name=name)
    before = getattr(result, "before", None)
    if before is not None and before.pk != result.supervisor_id:
        title = _("Somebody else supervises this team now, with thanks: %(project)s")
        about(by, [before], result, title, address=to("accounts:desk"))


def dropped(*, by: Actor, result: Project) -> None:
    text = _("They write: %(why)s") if result.why else ""
    people = [*team_of(result), result.supervisor, *(overseers_of(result) if result.why else [])]
    about(by, people, result, _("Given up: %(project)s"), text, why=result.why)


def nudged(*, by: Actor, result: Project) -> None:
    """Whoever is waited for in this state, in one sentence."""
    kind = "projects.reminder"
    if result.state == "running":
        text = _("How does it go? A few words and a photo are enough.")
        about(by, team_of(result), result, _("Time for a check-in: %(project)s"), text, kind=kind)
        return
    waiting = Reflection.objects.filter(project=result, state="handed_in")
    is_read = result.state == "closing" and waiting.exists()
    if is_read or (result.state == "conditional" and result.conditions_met):
        people = [result.supervisor] if is_read and result.supervisor else overseers_of(result)
    else:
        people = team_of(result)
    title = _("It is your turn: %(project)s")
    about(by, people, result, title, _("Until %(until)s."), kind=kind, until=day(result.due_on))
