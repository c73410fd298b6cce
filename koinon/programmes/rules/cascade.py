"""Who may qualify, grant, deliver, look on, and see the names of those who took part."""

from django.utils.crypto import constant_time_compare

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor
from koinon.programmes.models import (
    CascadeGrant,
    Delivery,
    Observation,
    Participant,
    Programme,
    Qualification,
    ToolkitProposal,
)
from koinon.programmes.rules.programmes import may_run


def may_ask(*, by: Actor, programme: Programme, person: Person) -> bool:
    """Everybody who sees the programme may ask for themselves; who runs it puts others on the way."""
    sees = by.is_known and by.person == person.pk and Programme.objects.visible_to(by).filter(pk=programme.pk).exists()
    return sees or may_run(by=by, programme=programme)


def may_leave(*, by: Actor, qualification: Qualification) -> bool:
    """Oneself, or whoever runs the programme."""
    own = by.is_known and by.person == qualification.person_id
    return own or may_run(by=by, programme=qualification.programme)


def may_observe_practice(*, by: Actor, qualification: Qualification) -> bool:
    """Those who run the programme, and those who give the delivery the candidate came from; never of oneself."""
    if by.is_known and by.person == qualification.person_id:
        return False
    came = qualification.came_from
    return may_run(by=by, programme=qualification.programme) or (came is not None and gives(by=by, delivery=came))


def may_decide(*, by: Actor, qualification: Qualification) -> bool:
    """Whoever runs the programme grants; never to oneself."""
    own = by.is_known and by.person == qualification.person_id
    return not own and may_run(by=by, programme=qualification.programme)


def may_manage(*, by: Actor, grant: CascadeGrant) -> bool:
    """Whoever runs the programme renews and withdraws; never one's own grant."""
    own = by.is_known and by.person == grant.person_id
    return not own and may_run(by=by, programme=grant.programme)


def may_deliver(*, by: Actor, grant: CascadeGrant) -> bool:
    """The holder of a grant that is in force today."""
    holds = by.is_known and by.person == grant.person_id
    return by.is_machine or (holds and CascadeGrant.objects.in_force().filter(pk=grant.pk).exists())


def gives(*, by: Actor, delivery: Delivery) -> bool:
    """The facilitator, unless the grant was withdrawn, and those who help."""
    return by.is_machine or Delivery.objects.given_by(by).filter(pk=delivery.pk).exists()


def supervises(*, by: Actor, delivery: Delivery) -> bool:
    """The supervisor, and whoever runs the programme: never what one gives oneself (two persons)."""
    return by.is_machine or Delivery.objects.supervised_by(by).filter(pk=delivery.pk).exists()


def looks_after(*, by: Actor, delivery: Delivery) -> bool:
    """Named as its supervisor, and still one of those who run the programme or hold a grant in it."""
    return Delivery.objects.looked_after_by(by).filter(pk=delivery.pk).exists()


def may_call_off(*, by: Actor, delivery: Delivery) -> bool:
    return gives(by=by, delivery=delivery) or may_run(by=by, programme=delivery.programme)


def may_name_supervisor(*, by: Actor, delivery: Delivery) -> bool:
    return may_run(by=by, programme=delivery.programme)


def sees_names(*, by: Actor, delivery: Delivery) -> bool:
    """Those who give the delivery and its supervisor; those who gave the parent only if it shares names."""
    if not by.is_known:
        return False
    if gives(by=by, delivery=delivery) or looks_after(by=by, delivery=delivery):
        return True
    above = delivery.parent
    return delivery.shares_names and above is not None and gives(by=by, delivery=above)


def may_keep(*, by: Actor, participant: Participant) -> bool:
    """The list belongs to those who give the delivery."""
    return gives(by=by, delivery=participant.delivery)


def holds_link(*, by: Actor, delivery: Delivery, key: str) -> bool:
    """Whoever has the link that facilitators give away."""
    return bool(delivery.join_key) and constant_time_compare(key, delivery.join_key)


def may_watch(*, by: Actor, observation: Observation) -> bool:
    """Who supervises the delivery."""
    return supervises(by=by, delivery=observation.delivery)


def may_take_back(*, by: Actor, proposal: ToolkitProposal) -> bool:
    return gives(by=by, delivery=proposal.delivery)
