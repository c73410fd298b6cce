"""What people are told about offers, needs, replies and introductions, in their language."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Introduction, Listing, Match, Reply
from koinon.matching.queries.people import coordinators_of
from koinon.network.models import Network, Organisation, name_in

KINDS: list[tuple[str, Any, str]] = [
    ("matching.replied", _("Somebody replies to our offer or need"), "now"),
    ("matching.reply_moved", _("Our reply was answered"), "now"),
    ("matching.matched", _("New offers and needs that fit ours"), "weekly"),
    ("matching.introduction", _("Introductions"), "now"),
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
    "declined": (_("Your reply to “%(title)s” was declined, with thanks"), _("Their reason: %(reason)s")),
}


def reply_moved(*, by: Actor, result: Reply) -> None:
    title, text = _MOVED[result.state]
    tell_all(
        people=queries.speakers_of(result.organisation_id),
        kind="matching.reply_moved",
        title=title,
        text=text,
        facts={"title": result.listing.title, "reason": result.reason},
        address=reverse("matching:reply", args=[result.pk]),
        action=_("Open the reply"),
    )


def all_declined(*, by: Actor, result: tuple[Listing, list[Reply]]) -> None:
    for reply in result[1]:
        reply_moved(by=by, result=reply)


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
        token = links.make("matching.renew", listing=str(result.pk), person=str(person.pk))
        tell_all(
            people=[person],
            kind="matching.expiring",
            title=_("“%(title)s” ends on %(day)s"),
            text=_(
                "Is it still true? One tap keeps it in the lists for 90 days more. Otherwise you need not do anything."
            ),
            facts={"title": result.title, "day": lambda _language: day(result.until)},
            address=reverse("matching:renew_by_link", args=[token]),
            action=_("Keep it"),
        )


def expired(*, by: Actor, result: Listing) -> None:
    tell_all(
        people=queries.speakers_of(result.organisation_id),
        kind="matching.expiring",
        title=_("“%(title)s” has ended"),
        text=_(
            "It is out of the lists. If it is still true, renew it; if it found its partner, tell us what came of it."
        ),
        facts={"title": result.title},
        address=reverse("matching:listing", args=[result.pk]),
        action=_("Open it"),
    )


def matched(*, by: Actor, result: tuple[Network, int, list[Match]]) -> None:
    """New matches at the top of a list: one line for each listing, in the digest."""
    if by.role == "demo":
        return
    best: dict[Any, Match] = {}
    for match in result[2]:
        for key, rank in ((match.need_id, match.rank_for_need), (match.offer_id, match.rank_for_offer)):
            if rank == 1:
                best[key] = match
    for listing in Listing.objects.filter(pk__in=list(best)).order_by("pk"):
        tell_all(
            people=queries.speakers_of(listing.organisation_id),
            kind="matching.matched",
            title=_("Something new fits “%(title)s”"),
            facts={"title": listing.title},
            address=reverse("matching:listing", args=[listing.pk]) + "#matches",
            action=_("Look at it"),
        )


def introduction_asked(*, by: Actor, result: Introduction) -> None:
    tell_all(
        people=coordinators_of(result.network_id),
        kind="matching.to_pass_on",
        title=_("%(asks)s asks to be introduced to %(other)s"),
        text=_("Pass it on to both, or say why not. Each side then answers in private."),
        facts={"asks": named(result.asked_by), "other": named(result.other)},
        address=reverse("matching:introduction", args=[result.pk]),
        action=_("Decide"),
    )


def introduction_proposed(*, by: Actor, result: Introduction) -> None:
    for side, other in ((result.asked_by, result.other), (result.other, result.asked_by)):
        tell_all(
            people=queries.speakers_of(side.pk),
            kind="matching.introduction",
            title=_("An introduction to %(other)s"),
            text=_(
                "Answer yes, no or later. Your answer stays private: "
                "only if both say yes do both see how to reach each other."
            ),
            facts={"other": named(other)},
            address=reverse("matching:introduction", args=[result.pk]),
            action=_("Answer"),
        )


def introduction_refused(*, by: Actor, result: Introduction) -> None:
    tell_all(
        people=queries.speakers_of(result.asked_by_id),
        kind="matching.introduction",
        title=_("The introduction to %(other)s was not passed on"),
        text=_("The coordinator says: %(reason)s"),
        facts={"other": named(result.other), "reason": result.reason},
        address=reverse("matching:introduction", args=[result.pk]),
        action=_("Open it"),
    )


def introduced(*, by: Actor, result: Introduction) -> None:
    for side, other in ((result.asked_by, result.other), (result.other, result.asked_by)):
        tell_all(
            people=queries.speakers_of(side.pk),
            kind="matching.introduction",
            title=_("You and %(other)s are connected"),
            text=_("Both said yes. The page shows how you reach each other; writing first is half the way."),
            facts={"other": named(other)},
            address=reverse("matching:introduction", args=[result.pk]),
            action=_("See the contact"),
        )
