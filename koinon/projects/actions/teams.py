"""Teams: people of several organisations and places are asked, come by one tap, go; one of them leads."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.actions import join
from koinon.accounts.models import Person
from koinon.kit import links, mail, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, Refused, anyone, only_machine, verb
from koinon.network.models import Organisation
from koinon.projects.actions.plans import NOT_LEAD, NOT_TEAM
from koinon.projects.models import TEAMMATE_STEPS, Project, Teammate
from koinon.projects.notices import plans as notices
from koinon.projects.rules import plans as rules

PURPOSE = "projects.teammate"
LIFE = timedelta(days=21)
MOST, MOST_OPEN = 30, 15
ALIVE = ("idea", "draft", "returned", "submitted", "conditional", "approved", "running", "suspended")

conflict("project_invited_once", "email", gettext_lazy("This address is invited already and has not answered yet."))
conflict("project_member_once", "email", gettext_lazy("This person is on the team, or invited, already."))
conflict("project_has_one_lead", None, gettext_lazy("A team has one lead."))


@verb("projects.teammate_invited", rule=rules.on_team, refusal=NOT_TEAM, then=notices.invited)
def invite(
    *, by: Actor, project: Project, email: str, name: str = "", language: str = "en",
    organisation: Organisation | None = None, person: Person | None = None,
) -> Teammate:  # fmt: skip
    """Ask one address, or somebody who is known here; the letter has a one-tap link."""
    Project.objects.select_for_update().get(pk=project.pk)
    _check_room(project)
    address = person.email if person is not None else mail.reachable(email)
    known = person or Person.objects.filter(email__iexact=address, is_active=True).first()
    near = Teammate.objects.filter(project=project, person=known, state="active") if known else None
    if near is not None and near.exists():
        raise ValidationError({"email": [_("This person is on the team, or invited, already.")]})
    if known is not None and known.pk == project.supervisor_id:
        raise ValidationError({"email": [_("Who supervises the team cannot be on it.")]})
    return Teammate.objects.create(
        project=project, person=person, email=address.lower(), name=prose.line(name)[:120], language=language,
        organisation=organisation, until=date.today() + LIFE, invited_by_id=by.person,
    )  # fmt: skip


@verb("projects.teammate_joined", rule=anyone, then=notices.joined)
def accept(
    *, by: Actor, teammate: Teammate, link: links.Link, name: str = "", language: str = ""
) -> tuple[Teammate, Person]:
    """Who holds the link of the letter is on the team, with or without an account before."""
    links.use(link)
    person = join(
        by=by, email=teammate.email, language=language or teammate.language, name=prose.line(name) or teammate.name
    )
    return _enter(teammate, person), person


@verb("projects.teammate_came", rule=rules.is_asked, then=notices.joined)
def come(*, by: Actor, teammate: Teammate) -> Teammate:
    """The same on the page, for somebody who was chosen and is signed in."""
    assert teammate.person is not None
    return _enter(teammate, teammate.person)


@verb("projects.teammate_declined", rule=anyone, then=notices.declined)
def decline(*, by: Actor, teammate: Teammate, link: links.Link) -> Teammate:
    """No, thank you."""
    links.use(link)
    TEAMMATE_STEPS.move(teammate, "declined")
    return teammate


@verb("projects.teammate_stays_away", rule=rules.is_asked, then=notices.declined)
def stay_away(*, by: Actor, teammate: Teammate) -> Teammate:
    """The same on the page."""
    TEAMMATE_STEPS.move(teammate, "declined")
    return teammate


@verb("projects.teammate_taken_back", rule=rules.may_take_back, refusal=NOT_LEAD)
def take_back(*, by: Actor, teammate: Teammate) -> Teammate:
    """The link in the letter opens nothing any more."""
    TEAMMATE_STEPS.move(teammate, "withdrawn")
    return teammate


@verb("projects.teammate_left", rule=rules.may_part, refusal=NOT_LEAD, then=notices.left)
def leave(*, by: Actor, teammate: Teammate) -> Teammate:
    """Off the team, by oneself or by the lead; the lead gives the lead away first."""
    held = Teammate.objects.select_for_update().get(pk=teammate.pk)
    if held.role == "lead":
        raise ValidationError(_("Hand over the lead first, or give the project up."))
    TEAMMATE_STEPS.move(teammate, "left")
    return teammate


@verb("projects.lead_handed", rule=rules.may_hand, refusal=NOT_LEAD, then=notices.lead_handed)
def hand_lead(*, by: Actor, teammate: Teammate) -> Teammate:
    """Another one leads from now on; there is one lead at any moment."""
    Project.objects.select_for_update().get(pk=teammate.project_id)
    held = Teammate.objects.select_for_update().get(pk=teammate.pk)
    if not rules.may_hand(by=by, teammate=held):
        raise Refused(str(NOT_LEAD))
    if held.state != "active":
        raise ValidationError(_("Only somebody who is on the team can lead it."))
    Teammate.objects.filter(project=held.project_id, role="lead").update(role="member")
    Teammate.objects.filter(pk=held.pk).update(role="lead")
    teammate.role = "lead"
    return teammate


@verb("projects.teammate_reminded", rule=only_machine, then=notices.invited)
def remind(*, by: Actor, teammate: Teammate) -> Teammate:
    """The letter once more."""
    rows = Teammate.objects.filter(pk=teammate.pk, state="invited", reminded_on=None)
    if not rows.update(reminded_on=date.today()):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return teammate


@verb("projects.teammate_lapsed", rule=only_machine, then=notices.lapsed)
def lapse(*, by: Actor, teammate: Teammate) -> Teammate:
    """Nobody answered in time; who invited is told."""
    TEAMMATE_STEPS.move(teammate, "lapsed")
    return teammate


def _enter(teammate: Teammate, person: Person) -> Teammate:
    if teammate.project.state not in ALIVE or (teammate.until is not None and teammate.until < date.today()):
        raise ValidationError(_("This invitation does not hold any more. Please ask for a new one."))
    if teammate.project.supervisor_id == person.pk:
        raise ValidationError(_("Who supervises the team cannot be on it."))
    TEAMMATE_STEPS.move(teammate, "active", person=person)
    return teammate


def _check_room(project: Project) -> None:
    if project.state not in ALIVE:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    near = project.members.filter(state__in=["active", "invited"])
    if near.count() >= MOST or near.filter(state="invited").count() >= MOST_OPEN:
        raise ValidationError(_("That is many people at once: wait until some have answered."))
