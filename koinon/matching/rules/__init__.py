"""Who may offer, ask, answer and introduce? The same answer for pages, links in letters, jobs and the demo loader."""

from uuid import UUID

from koinon.kit.verbs import Actor
from koinon.matching.models import SPEAKERS, Introduction, Listing, Match, Reply
from koinon.network.models import Membership, Network, Organisation


def speaks(by: Actor, organisation: UUID) -> bool:
    """Head, representative or deputy of it today; jobs and the demo speak for everybody."""
    return by.is_machine or any(by.holds(role, organisation) for role in SPEAKERS)


def belongs(network: UUID, organisation: UUID) -> bool:
    """Is the organisation a member of the network today?"""
    return Membership.objects.active().filter(network=network, organisation=organisation).exists()


def may_post(*, by: Actor, network: Network, organisation: Organisation) -> bool:
    """Those who speak for a member of the network."""
    return speaks(by, organisation.pk) and belongs(network.pk, organisation.pk)


def may_edit(*, by: Actor, listing: Listing) -> bool:
    return speaks(by, listing.organisation_id)


def may_reopen(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it, while it belongs to the network."""
    return speaks(by, listing.organisation_id) and belongs(listing.network_id, listing.organisation_id)


def may_stop(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it; the network's coordinator, too, who keeps the lists in order."""
    return speaks(by, listing.organisation_id) or by.holds("coordinator", listing.network_id)


def may_reply(*, by: Actor, listing: Listing, organisation: Organisation) -> bool:
    """Another member of the same network, through somebody who speaks for it."""
    is_other = organisation.pk != listing.organisation_id
    return is_other and speaks(by, organisation.pk) and belongs(listing.network_id, organisation.pk)


def may_sort_replies(*, by: Actor, reply: Reply) -> bool:
    """Those who asked."""
    return speaks(by, reply.listing.organisation_id)


def may_withdraw_reply(*, by: Actor, reply: Reply) -> bool:
    """Those who answered."""
    return speaks(by, reply.organisation_id)


def may_set_aside(*, by: Actor, match: Match, organisation: Organisation) -> bool:
    """Those who speak for one of the two sides."""
    sides = (match.need.organisation_id, match.offer.organisation_id)
    return organisation.pk in sides and speaks(by, organisation.pk)


def may_take_back(*, by: Actor, organisation: Organisation) -> bool:
    return speaks(by, organisation.pk)


def may_ask(*, by: Actor, network: Network, organisation: Organisation, other: Organisation) -> bool:
    """A member of the network about another member of it."""
    is_two = organisation.pk != other.pk
    return (
        is_two and speaks(by, organisation.pk) and all(belongs(network.pk, each.pk) for each in (organisation, other))
    )


def may_withdraw_asking(*, by: Actor, introduction: Introduction) -> bool:
    return speaks(by, introduction.asked_by_id)


def may_pass_on(*, by: Actor, introduction: Introduction) -> bool:
    """The network's coordinator; not one who speaks for either side: then another coordinator decides."""
    is_party = not by.is_machine and any(speaks(by, each) for each in (introduction.asked_by_id, introduction.other_id))
    return by.is_machine or (by.holds("coordinator", introduction.network_id) and not is_party)


def may_answer(*, by: Actor, introduction: Introduction, organisation: Organisation) -> bool:
    """Each side answers for itself only."""
    sides = (introduction.asked_by_id, introduction.other_id)
    return organisation.pk in sides and speaks(by, organisation.pk)


def may_import(*, by: Actor, network: Network, organisation: Organisation) -> bool:
    """A coordinator (or the intake's job) for a member of the network."""
    return (by.is_machine or by.holds("coordinator", network.pk)) and belongs(network.pk, organisation.pk)


def may_import_undone(*, by: Actor, network: Network) -> bool:
    return by.is_machine or by.holds("coordinator", network.pk)
