"""Jurors and supervisors are asked by letter: whoever asks learns nothing about an address but its answer."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from koinon.accounts.actions import join
from koinon.accounts.models import Person
from koinon.kit import links, mail
from koinon.kit.verbs import Actor, anyone, machine, verb
from koinon.projects.actions import calls, plans
from koinon.projects.models import Call, Juror, Project
from koinon.projects.notices import asking as notices
from koinon.projects.rules import calls as rules

PURPOSE = notices.PURPOSE
LIFE = timedelta(days=30)


@verb("projects.juror_asked", rule=rules.may_run, refusal=calls.NOT_YOURS, then=notices.asked)
def ask_juror(*, by: Actor, call: Call, email: str) -> Call:
    """A letter with a one-tap link; what is said here is the same whether the address is known or not."""
    calls.check_jury(call)
    call.asked = mail.reachable(email)  # type: ignore[attr-defined]
    return call


@verb("projects.supervisor_asked", rule=rules.may_choose, refusal=plans.NOT_RUN, then=notices.asked)
def ask_supervisor(*, by: Actor, project: Project, email: str) -> Project:
    """The same for somebody who is to accompany a team."""
    plans.check_supervised(project)
    project.asked = mail.reachable(email)  # type: ignore[attr-defined]
    return project


@verb("projects.juror_agreed", rule=anyone)
def judge(*, by: Actor, call: Call, email: str, link: links.Link) -> tuple[Juror, Person]:
    """Who holds the link of the letter sits in the jury, with or without an account before. Twice changes nothing."""
    links.use(link)
    person = join(by=by, email=email, language=by.language or call.language)
    there = Juror.objects.filter(call=call, person=person).first()
    return there or calls.name_juror(by=machine("invitation"), call=call, person=person), person


@verb("projects.supervisor_agreed", rule=anyone)
def supervise(*, by: Actor, project: Project, email: str, link: links.Link) -> tuple[Project, Person]:
    """Who holds the link accompanies the team, unless somebody else was found since the letter went out."""
    links.use(link)
    held = Project.objects.select_for_update().get(pk=project.pk)
    if str(held.supervisor_id or "") != link.facts["before"]:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    person = join(by=by, email=email, language=by.language or project.language)
    return plans.name_supervisor(by=machine("invitation"), project=project, person=person), person
