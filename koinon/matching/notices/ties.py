"""What people are told about ties between their organisations."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.matching.models import Tie
from koinon.matching.notices import named
from koinon.network.models import Organisation
from koinon.network.queries.people import speakers_of

KINDS: list[tuple[str, Any, str]] = [("matching.tie", _("Ties with our organisation"), "now")]


def declared(*, by: Actor, result: Tie) -> None:
    """A link for each reader that confirms with one tap: it names the person, whose mandate is checked again."""
    if by.role != "demo":
        _ask(result, _("%(organisation)s says that it is tied to you. Is it so?"))


def reminded(*, by: Actor, result: Tie) -> None:
    _ask(result, _("%(organisation)s still waits: are you tied?"))


def confirmed(*, by: Actor, result: Tie) -> None:
    if result.declared_by is None or by.role == "demo":
        return
    tell_all(
        people=speakers_of(result.declared_by),
        kind="matching.tie",
        title=_("%(organisation)s confirmed your tie"),
        text=_("It now stands on both pages and in the picture of the network."),
        facts={"organisation": named(result.other_of(result.declared_by_id or result.a_id))},
        address=reverse("matching:tie", args=[result.pk]),
        action=_("See the tie"),
    )


def ended(*, by: Actor, result: Tie) -> None:
    """The other side hears that a tie which both had confirmed is over."""
    if result.declared_by_id is None or result.ended_by_id is None:
        return
    tell_all(
        people=speakers_of(result.other_of(result.ended_by_id)),
        kind="matching.tie",
        title=_("%(organisation)s ended the tie between you"),
        text=_("It is no longer shown. Both of you keep its history."),
        facts={"organisation": named(_side(result, result.ended_by_id))},
        address=reverse("matching:tie", args=[result.pk]),
        action=_("See the tie"),
    )


def _ask(tie: Tie, title: Any) -> None:
    from koinon.kit.templatetags.kit import day

    mine = tie.declared_by_id or tie.a_id
    for person in speakers_of(tie.other_of(mine)):
        token = links.make("matching.tie", tie=str(tie.pk), person=str(person.pk))
        tell_all(
            people=[person],
            kind="matching.tie",
            title=title,
            text=_("%(kind)s. One tap confirms it until %(day)s. If it is not so, you need not do anything."),
            facts={
                "organisation": named(_side(tie, mine)),
                "kind": lambda _language: str(tie.get_kind_display()),
                "day": lambda _language: day(tie.closes_on),
            },
            address=reverse("matching:tie_by_link", args=[token]),
            action=_("Look and confirm"),
        )


def _side(tie: Tie, organisation: Any) -> Organisation:
    return tie.a if organisation == tie.a_id else tie.b
