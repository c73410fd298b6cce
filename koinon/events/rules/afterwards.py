"""Who may do what after an event: answer what they thought, write parts of the report, offer days of a visit."""

from koinon.events.models import Event, EventReport, ListGiven, Photo, Registration, ReportPart, Shown, VisitSlot
from koinon.events.rules.events import organises
from koinon.events.rules.registering import answers_for
from koinon.kit.links import Link
from koinon.kit.verbs import Actor
from koinon.matching.models import voices
from koinon.network.models import Membership, Organisation

FEEDBACK = "events.feedback"
"""Purpose of the one-tap link in the letter that asks what somebody thought."""


def may_answer(*, by: Actor, registration: Registration, link: Link | None = None) -> bool:
    """Who was there, by their own account or by the link of the letter."""
    if by.is_machine:
        return True
    if link is not None and link.purpose == FEEDBACK:
        return link.facts.get("registration") == str(registration.pk)
    return by.is_known and registration.person_id == by.person


def writes_report(*, by: Actor, report: EventReport) -> bool:
    return organises(by=by, event=report.event)


def writes_part(*, by: Actor, part: ReportPart) -> bool:
    """Who speaks for the host or the visiting organisation whose part it is."""
    return by.is_machine or part.organisation_id in voices(by)


def gives_list(*, by: Actor, given: ListGiven) -> bool:
    return organises(by=by, event=given.event)


def keeps_photo(*, by: Actor, photo: Photo) -> bool:
    return organises(by=by, event=photo.event)


def is_on_photo(*, by: Actor, photo: Photo, registration: Registration, link: Link | None = None) -> bool:
    """Somebody whom the picture shows, or who answers for them."""
    return photo.people.filter(pk=registration.pk).exists() and answers_for(by=by, registration=registration, link=link)


def keeps_shown(*, by: Actor, shown: Shown) -> bool:
    return organises(by=by, event=shown.event)


def may_host(*, by: Actor, event: Event, host: Organisation) -> bool:
    """Organisers for anybody; else who speaks for the host: the house of the event, or a member of its network."""
    if event.kind != "study_visit":
        return False
    if organises(by=by, event=event):
        return True
    if host.pk not in voices(by) or event.state == "draft":
        return False
    here = Membership.objects.active().filter(organisation=host, network=event.network_id)
    return host.pk == event.organisation_id or (event.network_id is not None and here.exists())


def keeps_slot(*, by: Actor, slot: VisitSlot) -> bool:
    return slot.host_id in voices(by) or organises(by=by, event=slot.event)
