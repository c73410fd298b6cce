"""Who may offer, ask, answer and introduce? The same answer for pages, links in letters, jobs and the demo loader."""

from uuid import UUID

from koinon.kit.verbs import Actor
from koinon.matching.models import SPEAKERS, Listing, Match, Reply
from koinon.network.models import Membership, Network, Organisation
from koinon.network.rules import class_allows, in_good_standing


def speaks(by: Actor, organisation: UUID) -> bool:
    """Head, representative or deputy of it today; jobs and the demo speak for everybody."""
    return by.is_machine or any(by.holds(role, organisation) for role in SPEAKERS)


def belongs(network: UUID, organisation: UUID) -> bool:
    """Is the organisation a member of the network today?"""
    return Membership.objects.active().filter(network=network, organisation=organisation).exists()


def may_post(*, by: Actor, network: Network, organisation: Organisation, side: str) -> bool:
    """Those who speak for a member of the network in good standing, whose class may write offers or needs."""
    is_member = speaks(by, organisation.pk) and belongs(network.pk, organisation.pk)
    if not is_member or by.is_machine:
        return is_member
    is_allowed = class_allows(organisation=organisation, network=network, right=side)
    return is_allowed and in_good_standing(network=network, organisation=organisation)


def may_edit(*, by: Actor, listing: Listing) -> bool:
    return speaks(by, listing.organisation_id)


def may_reopen(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it, while it belongs to the network and is in good standing."""
    is_member = speaks(by, listing.organisation_id) and belongs(listing.network_id, listing.organisation_id)
    return is_member and (by.is_machine or in_good_standing(network=listing.network, organisation=listing.organisation))


def may_stop(*, by: Actor, listing: Listing) -> bool:
    """Those who speak for it; the network's coordinator, too, who keeps the lists in order."""
    return speaks(by, listing.organisation_id) or by.holds("coordinator", listing.network_id)


def may_reply(*, by: Actor, listing: Listing, organisation: Organisation) -> bool:
    """Another member of the same network in good standing whose class may reply, through somebody who speaks for it."""
    is_other = organisation.pk != listing.organisation_id
    is_member = is_other and speaks(by, organisation.pk) and belongs(listing.network_id, organisation.pk)
    if not is_member or by.is_machine:
        return is_member
    is_allowed = class_allows(organisation=organisation, network=listing.network, right="reply")
    return is_allowed and in_good_standing(network=listing.network, organisation=organisation)


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


def may_import(*, by: Actor, network: Network, organisation: Organisation) -> bool:
    """A coordinator (or the intake's job) for a member of the network."""
    return (by.is_machine or by.holds("coordinator", network.pk)) and belongs(network.pk, organisation.pk)


def may_import_undone(*, by: Actor, network: Network) -> bool:
    return by.is_machine or by.holds("coordinator", network.pk)
