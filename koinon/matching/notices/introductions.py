"""What both sides and the coordinator are told about introductions: the same words, whatever the other has answered."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Answer, Introduction
from koinon.matching.notices import named
from koinon.matching.queries.people import coordinators_of
from koinon.network.models import Organisation

KIND = "matching.introduction"


def asked(*, by: Actor, result: Introduction) -> None:
    tell_all(
        people=coordinators_of(result.network_id),
        kind="matching.to_pass_on",
        title=_("%(asks)s asks to be introduced to %(other)s"),
        text=_("Pass it on to both, or say why not. Each side then answers in private."),
        facts={"asks": named(result.one), "other": named(result.other)},
        address=reverse("matching:introduction", args=[result.pk]),
        action=_("Decide"),
    )


def proposed(*, by: Actor, result: Introduction) -> None:
    for side, other in _ways(result):
        if result.origin == "again" and side.pk == result.one_id:
            continue  # they have just taken it up themselves
        _ask(
            result, side, other,
            text=_(
                "%(words)s\n\nAnswer yes, no or later. Your answer stays private: "
                "only if both say yes do both see how to reach each other."
            ),
        )  # fmt: skip


def reminded(*, by: Actor, result: Introduction) -> None:
    """Only what a side has said itself decides whether it hears again."""
    if result.state == "asked":
        asked(by=by, result=result)
        return
    from koinon.kit.templatetags.kit import day

    for side, other in _ways(result):
        if not Answer.objects.filter(introduction=result, organisation=side).exists():
            _ask(
                result, side, other,
                text=_(
                    "%(words)s\n\nThere is no answer of yours yet. It closes by itself on %(day)s; a no is never shown."
                ),
                facts={"day": lambda _language: day(result.closes_on)},
            )  # fmt: skip


def closed(*, by: Actor, result: Introduction) -> None:
    for side, other in _ways(result):
        tell_all(
            people=queries.speakers_of(side.pk),
            kind=KIND,
            title=_("The introduction to %(other)s has closed"),
            text=_("It closed without a connection: not both said yes in time. That may have many reasons."),
            facts={"other": named(other)},
            address=reverse("matching:introduction", args=[result.pk]),
            action=_("Open it"),
        )


def recalled(*, by: Actor, result: Answer) -> None:
    row = result.introduction
    tell_all(
        people=queries.speakers_of(result.organisation_id),
        kind=KIND,
        title=_("You wanted to come back to an introduction to %(other)s"),
        text=_("Is it time now? If you take it up, it is proposed to both again, with your yes."),
        facts={"other": named(row.far_side(result.organisation_id))},
        address=reverse("matching:introduction", args=[row.pk]),
        action=_("Decide"),
    )


def refused(*, by: Actor, result: Introduction) -> None:
    tell_all(
        people=queries.speakers_of(result.one_id),
        kind=KIND,
        title=_("The introduction to %(other)s was not passed on"),
        text=_("The coordinator says: %(reason)s"),
        facts={"other": named(result.other), "reason": result.reason},
        address=reverse("matching:introduction", args=[result.pk]),
        action=_("Open it"),
    )


def introduced(*, by: Actor, result: Introduction) -> None:
    for side, other in _ways(result):
        tell_all(
            people=queries.speakers_of(side.pk),
            kind=KIND,
            title=_("You and %(other)s are connected"),
            text=_("Both said yes. The page shows how you reach each other; writing first is half the way."),
            facts={"other": named(other)},
            address=reverse("matching:introduction", args=[result.pk]),
            action=_("See the contact"),
        )


def _ask(
    row: Introduction, side: Organisation, other: Organisation, *, text: Any, facts: dict[str, Any] | None = None
) -> None:
    """A link for each reader that answers without signing in: it names the person, whose mandate is checked again."""
    for person in queries.speakers_of(side.pk):
        tell_all(
            people=[person],
            kind=KIND,
            title=_("An introduction to %(other)s"),
            text=text,
            facts={"other": named(other), "words": row.words_for(side.pk), **(facts or {})},
            address=reverse("matching:introduction_by_link", args=[_token(row, person)]),
            action=_("Answer"),
        )


def _token(row: Introduction, person: Person) -> str:
    return links.make("matching.introduction", introduction=str(row.pk), person=str(person.pk))


def _ways(row: Introduction) -> list[tuple[Organisation, Organisation]]:
    return [(row.one, row.other), (row.other, row.one)]
