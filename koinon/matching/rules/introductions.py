"""Who may introduce, answer, tell what came of it, write to each other and meet?"""

from koinon.kit.verbs import Actor
from koinon.matching.models import Answer, Introduction, Listing, Meeting, Message, Outcome, Thread
from koinon.matching.rules import belongs, speaks
from koinon.network.models import Network, Organisation
from koinon.network.rules import in_good_standing


def may_ask(
    *,
    by: Actor,
    network: Network,
    organisation: Organisation,
    other: Organisation,
    need: Listing | None = None,
    offer: Listing | None = None,
) -> bool:
    """A member of the network in good standing, about another member of it and about calls of this network."""
    is_here = _are_two_members(network, organisation, other) and _are_here(network, need, offer)
    is_mine = is_here and speaks(by, organisation.pk)
    return is_mine and (by.is_machine or in_good_standing(network=network, organisation=organisation))


def may_withdraw_asking(*, by: Actor, introduction: Introduction) -> bool:
    return introduction.origin == "asked" and speaks(by, introduction.one_id)


def may_pass_on(*, by: Actor, introduction: Introduction) -> bool:
    """The network's coordinator; not one who speaks for either side: then another coordinator decides."""
    return _is_neutral(by, introduction.network, introduction.one, introduction.other)


def may_broker(
    *,
    by: Actor,
    network: Network,
    one: Organisation,
    other: Organisation,
    need: Listing | None = None,
    offer: Listing | None = None,
) -> bool:
    """The same person, about two members of the network and about calls of it."""
    is_here = _are_two_members(network, one, other) and _are_here(network, need, offer)
    return is_here and _is_neutral(by, network, one, other)


def may_answer(*, by: Actor, introduction: Introduction, organisation: Organisation) -> bool:
    """Each side answers for itself only, while both belong to the network."""
    is_mine = organisation.pk in introduction.sides and speaks(by, organisation.pk)
    return is_mine and _are_two_members(introduction.network, introduction.one, introduction.other)


def may_take_up(*, by: Actor, answer: Answer) -> bool:
    """The side that said later, about itself, while both still belong to the network."""
    row = answer.introduction
    return speaks(by, answer.organisation_id) and _are_two_members(row.network, row.one, row.other)


def may_let_go(*, by: Actor, answer: Answer) -> bool:
    return speaks(by, answer.organisation_id)


def may_tell(*, by: Actor, outcome: Outcome) -> bool:
    """Each side for itself."""
    return speaks(by, outcome.organisation_id)


def may_write(*, by: Actor, thread: Thread, organisation: Organisation) -> bool:
    """Those who speak for one of the two today."""
    return organisation.pk in thread.sides and speaks(by, organisation.pk)


def may_release(*, by: Actor, message: Message) -> bool:
    """The person in whose name it came, while they speak for the organisation."""
    return message.person_id == by.person and speaks(by, message.organisation_id)


def may_call_meeting(
    *,
    by: Actor,
    network: Network,
    organiser: Organisation,
    guests: list[Organisation],
    introduction: Introduction | None,
) -> bool:
    """One side of a connection; elsewhere a member who invites other members is left to the chapter that calls."""
    if introduction is None:
        return by.is_machine and all(belongs(network.pk, each.pk) for each in (organiser, *guests))
    both = {organiser.pk, *(guest.pk for guest in guests)} == set(introduction.sides)
    return both and introduction.is_connected and speaks(by, organiser.pk)


def may_arrange(*, by: Actor, meeting: Meeting) -> bool:
    """Choose, move, call off: whoever called the meeting."""
    return speaks(by, meeting.organiser_id)


def may_attend(*, by: Actor, meeting: Meeting, organisation: Organisation) -> bool:
    """Say when one can, and whether it took place: each organisation that takes part, for itself."""
    takes_part = meeting.parties.filter(organisation=organisation).exists()
    return takes_part and speaks(by, organisation.pk)


def _are_two_members(network: Network, one: Organisation, other: Organisation) -> bool:
    return one.pk != other.pk and all(belongs(network.pk, each.pk) for each in (one, other))


def _are_here(network: Network, *calls: Listing | None) -> bool:
    """Is each of these calls, where one is named, one of this network?"""
    return all(call is None or call.network_id == network.pk for call in calls)


def _is_neutral(by: Actor, network: Network, one: Organisation, other: Organisation) -> bool:
    is_party = any(speaks(by, each.pk) for each in (one, other))
    return by.is_machine or (by.holds("coordinator", network.pk) and not is_party)
