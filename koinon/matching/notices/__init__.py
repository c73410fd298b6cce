"""What people are told about offers, needs, replies and introductions, in their language."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Listing, Reply
from koinon.matching.queries import thanks
from koinon.network.models import Organisation, name_in

KINDS: list[tuple[str, Any, str]] = [
    ("matching.replied", _("Somebody replies to our offer or need"), "now"),
    ("matching.reply_moved", _("Our reply was answered"), "now"),
    ("matching.matched", _("New offers and needs that fit ours"), "weekly"),
    ("matching.introduction", _("Introductions"), "now"),
    ("matching.message", _("Messages from organisations we were introduced to"), "now"),
    ("matching.meeting", _("Meetings with other organisations"), "now"),
    ("matching.expiring", _("An offer or need of ours is about to end"), "now"),
    ("matching.to_pass_on", _("Introductions that wait for the coordinator"), "now"),
]


def named(organisation: Organisation) -> Callable[[str], str]:
    """The organisation's name in the language of whoever reads."""
    return lambda language: name_in(organisation.names, organisation.language, language)


def replied(*, by: Actor, result: Reply) -> None:
    tell_all(
        people=queries.speakers_of(result.listing.organisation_id),
        kind="matching.replied",
        title=_("%(organisation)s replied to “%(title)s”"),
        text=_("They say what they bring, why, and when. It is your turn: read it and answer."),
        facts={"organisation": named(result.organisation), "title": result.listing.title},
        address=reverse("matching:reply", args=[result.pk]),
        action=_("Read the reply"),
    )


_MOVED = {
    "shortlisted": (
        _("Your reply to “%(title)s” is on the shortlist"),
        _("They look at it more closely and will tell you."),
    ),
    "accepted": (
        _("Your reply to “%(title)s” was accepted"),
        _("The page of the reply now shows how you reach each other."),
    ),
    "declined": (_("Your reply to “%(title)s” was declined, with thanks"), _("%(organisation)s writes: %(reason)s")),
}
_ENDED = (_("“%(title)s” has ended without an answer to you"), _("%(reason)s"))


def reply_moved(*, by: Actor, result: Reply) -> None:
    title, text = _ENDED if result.reason_kind == Reply.Why.ENDED else _MOVED[result.state]
    tell_all(
        people=queries.speakers_of(result.organisation_id),
        kind="matching.reply_moved",
        title=title,
        text=text,
        facts={
            "title": result.listing.title,
            "organisation": named(result.listing.organisation),
            "reason": lambda language: thanks.words(result.reason_kind, result.reason, language),
        },
        address=reverse("matching:reply", args=[result.pk]),
        action=_("Open the reply"),
    )


def stopped(*, by: Actor, result: Listing) -> None:
    """When the coordinator paused or closed it, its owners hear of it; they need no letter about what they did."""
    if by.is_machine or any(by.holds(role, result.organisation_id) for role in ("head", "representative", "deputy")):
        return
    tell_all(
        people=queries.speakers_of(result.organisation_id),
        kind="matching.expiring",
        title=_("The coordinator has taken “%(title)s” out of the lists"),
        text=_("Nothing of it is lost. You can change it and open it again."),
        facts={"title": result.title},
        address=reverse("matching:listing", args=[result.pk]),
        action=_("Open it"),
    )


def expiring(*, by: Actor, result: Listing) -> None:
    """A link for each reader that renews with one tap: it names the person, whose mandate is checked again."""
    from koinon.kit.templatetags.kit import day

    for person in queries.speakers_of(result.organisation_id):
        tell_all(
            people=[person],
            kind="matching.expiring",
            title=_("“%(title)s” ends on %(day)s"),
            text=_(
                "Is it still true? One tap keeps it in the lists for 90 days more. Otherwise you need not do anything."
            ),
            facts={"title": result.title, "day": lambda _language: day(result.until)},
            address=_renewal(result, person),
            action=_("Keep it"),
        )


def expired(*, by: Actor, result: Listing) -> None:
    if result.state == "shortlisting":
        _ended_with_replies(result)
        return
    for person in queries.speakers_of(result.organisation_id):
        tell_all(
            people=[person],
            kind="matching.expiring",
            title=_("“%(title)s” has ended"),
            text=_(
                "It is out of the lists. One tap brings it back for 90 days. If it is done, say on its page what came "
                "of it: two taps, and you can publish the next one."
            ),
            facts={"title": result.title},
            address=_renewal(result, person),
            action=_("Bring it back"),
        )


def _ended_with_replies(listing: Listing) -> None:
    from koinon.kit.templatetags.kit import day

    tell_all(
        people=queries.speakers_of(listing.organisation_id),
        kind="matching.expiring",
        title=_("“%(title)s” has ended, and replies wait"),
        text=_("It takes no more replies. Please answer those that came until %(day)s; a page thanks several at once."),
        facts={"title": listing.title, "day": lambda _language: day(listing.due_on)},
        address=reverse("matching:replies", args=[listing.pk]),
        action=_("Answer them"),
    )


def _renewal(listing: Listing, person: Person) -> str:
    """The address that renews with one tap; it names the person, whose mandate is checked again."""
    return reverse(
        "matching:renew_by_link", args=[links.make("matching.renew", listing=str(listing.pk), person=str(person.pk))]
    )
