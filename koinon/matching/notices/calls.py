"""What people are told about calls that are looked at, replies that wait, and new calls that fit theirs."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit.templatetags.kit import day
from koinon.kit.verbs import Actor
from koinon.matching.models import Listing, Reply
from koinon.matching.queries.people import speakers_of
from koinon.network.models import name_in
from koinon.network.queries.people import staff_of

KINDS: list[tuple[str, Any, str]] = [
    ("matching.to_review", _("Offers and needs that wait for the coordinator"), "now"),
    ("matching.reviewed", _("A coordinator has looked at our offer or need"), "now"),
    ("matching.replies_wait", _("Replies that wait for our answer"), "now"),
]
HONEST_AFTER = 3
"""With the third reminder to those who asked, those who replied are told how it stands."""


def _named(listing: Listing) -> dict[str, Any]:
    row = listing.organisation
    return {
        "organisation": lambda language: name_in(row.names, row.language, language),
        "title": listing.title,
        "day": lambda _language: day(listing.due_on) if listing.due_on else "",
    }


def _coordinators(listing: Listing, title: Any, text: Any) -> None:
    tell_all(
        people=staff_of(listing.network_id, ["coordinator"]),
        kind="matching.to_review",
        title=title,
        text=text,
        facts=_named(listing),
        address=reverse("matching:listing", args=[listing.pk]),
        action=_("Look at it"),
    )


def _writers(listing: Listing, title: Any, text: Any, kind: str = "matching.reviewed", **facts: Any) -> None:
    tell_all(
        people=speakers_of(listing.organisation_id),
        kind=kind,
        title=title,
        text=text,
        facts={**_named(listing), **facts},
        address=reverse("matching:listing", args=[listing.pk]),
        action=_("Open it"),
    )


def to_review(listing: Listing) -> None:
    """Handed in: the coordinators read what was promised."""
    _coordinators(
        listing,
        _("%(organisation)s has handed in “%(title)s”"),
        _("The network promises an answer until %(day)s. Publish it, or return it and say what should be changed."),
    )


def edited(listing: Listing) -> None:
    """Changed after it was published in a network that wants to look first."""
    from koinon.matching.queries.calls import rules_of

    if rules_of(listing.network_id).is_reviewed:
        _coordinators(
            listing,
            _("%(organisation)s has changed “%(title)s”"),
            _("It stays in the lists. Have a look whether it still fits what the network asks of offers and needs."),
        )


def judged(*, by: Actor, result: Listing) -> None:
    if result.state == "open":
        _writers(
            result, _("“%(title)s” is published"), _("Others find it now. Within a minute you see there who fits.")
        )
    else:
        _writers(
            result,
            _("“%(title)s” came back to you"),
            _("The coordinator asks: %(why)s\n\nChange it and hand it in again; nothing of it is lost."),
            why=result.returned_why,
        )


def review_waits(*, by: Actor, result: Listing) -> None:
    """First on the promised day; then it is late, and the writers are told so once."""
    if result.nudges == 1:
        _coordinators(
            result,
            _("Today is the day: “%(title)s” waits for you"),
            _("The network promised %(organisation)s an answer until %(day)s."),
        )
        return
    _coordinators(
        result,
        _("Late: “%(title)s” still waits for you"),
        _("The answer was promised until %(day)s. %(organisation)s has been told that it is late."),
    )
    if result.nudges == 2:
        _writers(
            result,
            _("“%(title)s” is not answered yet"),
            _("The network promised an answer until %(day)s and has not kept that. The coordinators are reminded "
              "every other day. Your text is safe, and you may take it back at any time."),
        )  # fmt: skip


def choose_now(*, by: Actor, result: Listing) -> None:
    """Replies wait, and the day comes until which they should be answered."""
    _writers(
        result,
        _("Please answer the replies to “%(title)s” until %(day)s"),
        _("Two weeks after that day the call ends by itself, and those who wait are told that it ended."),
        "matching.replies_wait",
    )


def replies_wait(*, by: Actor, result: tuple[Listing, list[Reply]]) -> None:
    listing, late = result
    if not late:
        return
    _writers(
        listing,
        _("%(number)s replies to “%(title)s” wait for your answer"),
        _("A word to each is enough, also a no: there is a page that thanks several at once."),
        "matching.replies_wait",
        number=len(late),
    )
    for reply in late:
        if reply.nudges == HONEST_AFTER:
            _tell_replier(listing, reply)


def _tell_replier(listing: Listing, reply: Reply) -> None:
    tell_all(
        people=speakers_of(reply.organisation_id),
        kind="matching.reply_moved",
        title=_("No answer yet to your reply to “%(title)s”"),
        text=_("We have reminded %(organisation)s three times and go on every week. You are free to look elsewhere."),
        facts=_named(listing),
        address=reverse("matching:reply", args=[reply.pk]),
        action=_("Open the reply"),
    )


def new_calls(*, organisation: Any, network: Any, lines: Sequence[Any]) -> None:
    """One notice a week; `lines` are functions of the reader's language."""
    tell_all(
        people=speakers_of(organisation.pk),
        kind="matching.matched",
        title=_("%(number)s new offers and needs fit yours"),
        text=_("%(lines)s"),
        facts={"number": len(lines), "lines": lambda language: "\n".join(line(language) for line in lines)},
        address=reverse("matching:matches", args=[network.slug]),
        action=_("Look at them"),
    )
