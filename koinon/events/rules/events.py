"""Who holds an event, and who only keeps its door."""

from koinon.events.models import Event, EventSession, Helper, Speaker
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Network, Organisation
from koinon.projects.models import Project


def may_hold(*, by: Actor, organisation: Organisation, network: Network | None = None) -> bool:
    """Whoever speaks for the organisation that holds it; in a network only as one of its own."""
    if by.is_machine:
        return True
    return organisation.pk in voices(by) and (network is None or network.pk in by.roles)


def organises(*, by: Actor, event: Event) -> bool:
    """Organisers on the team, and those who speak for the organisation that holds it."""
    return part_in(by=by, event=event) == "organiser"


def keeps_door(*, by: Actor, event: Event) -> bool:
    """Organisers, and those who only look after the door."""
    return part_in(by=by, event=event) != ""


def part_in(*, by: Actor, event: Event) -> str:
    """Both at once: "organiser", "door" or "". One query at most."""
    if by.is_machine or event.organisation_id in voices(by):
        return "organiser"
    return (_part.first(event=event.pk, person=by.person) or "") if by.is_known else ""


_part: Prepared[str] = Prepared(
    lambda event, person: Helper.objects.filter(event=event, person=person).values_list("role", flat=True)
)


def schedules(*, by: Actor, session: EventSession) -> bool:
    """Who organises the event of this session."""
    return organises(by=by, event=session.event)


def names_speaker(*, by: Actor, speaker: Speaker) -> bool:
    """Who organises the event; those who are named go when they want."""
    return organises(by=by, event=speaker.session.event) or (by.is_known and speaker.person_id == by.person)


def sees(*, by: Actor, organisation: Organisation) -> bool:
    """Nobody learns by naming an organisation that it is there."""
    return by.is_machine or Organisation.objects.visible_to(by).filter(pk=organisation.pk).exists()


def speaks(*, by: Actor, speaker: Speaker) -> bool:
    """The person who was asked to be named, or who holds the link of their letter (the clerk of that page)."""
    return by.is_machine or (by.is_known and speaker.person_id == by.person)


def may_copy(*, by: Actor, event: Event, organisation: Organisation) -> bool:
    """Who organises the event and speaks for the organisation that will hold the copy."""
    return organises(by=by, event=event) and may_hold(by=by, organisation=organisation)


def may_move(*, by: Actor, event: Event, network: Network | None = None, project: Project | None = None) -> bool:
    """Who speaks for the organisation that holds it, in the network where it is and in the one where it goes.

    A project that it comes to, or leaves, is one whose work they see from inside.
    """
    if by.is_machine:
        return True
    changed = {key for key in {event.project_id} ^ {project.pk if project else None} if key}
    if Project.objects.inside(by).filter(pk__in=changed).count() != len(changed):
        return False
    here = event.network_id is None or event.network_id in by.roles
    return here and may_hold(by=by, organisation=event.organisation, network=network)


def may_let_go(*, by: Actor, helper: Helper) -> bool:
    """People leave a team when they want; organisers take others off."""
    return (by.is_known and helper.person_id == by.person) or organises(by=by, event=helper.event)
