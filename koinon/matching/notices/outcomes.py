"""Letters that ask what came of an introduction, with one tap for each answer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit import links
from koinon.kit.verbs import Actor
from koinon.matching import queries
from koinon.matching.models import Introduction, Outcome
from koinon.matching.notices import named


def asked(*, by: Actor, result: tuple[Introduction, list[Outcome]]) -> None:
    """A link for each reader that answers without signing in: it names the person, whose mandate is checked again."""
    introduction, rows = result
    for row in rows:
        other = introduction.far_side(row.organisation_id)
        for person in queries.speakers_of(row.organisation_id):
            token = links.make("matching.outcome", outcome=str(row.pk), person=str(person.pk))
            tell_all(
                people=[person],
                kind="matching.introduction",
                title=_title(row.after),
                text=_("One tap is enough: together, in touch, nothing, or not met. It helps to introduce better."),
                facts={"other": named(other)},
                address=reverse("matching:outcome_by_link", args=[token]),
                action=_("Tell us"),
            )


def _title(after: int) -> Any:
    if after == 30:
        return _("A month after you were connected: what came of it with %(other)s?")
    return _("Three months after you were connected: what came of it with %(other)s?")
