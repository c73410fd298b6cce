"""Declining many replies with thanks: one by one, each with its letter, exactly once."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import jobs
from koinon.kit.verbs import NOBODY, Actor
from koinon.matching import actions
from koinon.matching.models import Reply
from koinon.network.queries import speaking_for


@jobs.work("matching.thank_all")
def thank_all(track: jobs.Track, listing: str, kinds: dict[str, str], sentences: dict[str, str]) -> dict[str, Any]:
    """Decline these replies of a listing with thanks, whatever happens to this work on the way."""
    return thank_those(track, listing, kinds, sentences)


def thank_those(track: jobs.Track, listing: str, kinds: dict[str, str], sentences: dict[str, str]) -> dict[str, Any]:
    """One by one; what was answered meanwhile is left alone, also what an earlier run of this has done."""
    rows = Reply.objects.filter(listing=UUID(listing), pk__in=list(kinds)).select_related(
        "listing__organisation", "listing__network", "organisation"
    )
    track.begin(len(kinds))
    thanked = 0
    for number, row in enumerate(rows.order_by("pk"), start=1):
        thanked += row.is_waiting and _thank(_actor(track, row), row, kinds[str(row.pk)], sentences)
        track.step(number)
    return {"thanked": thanked, "left": len(kinds) - thanked}


def _thank(by: Actor, row: Reply, kind: str, sentences: dict[str, str]) -> bool:
    try:
        actions.replies.decline(by=by, reply=row, kind=kind, reason=sentences.get(kind, ""))
    except ValidationError:
        return False
    return True


def _actor(track: jobs.Track, row: Reply) -> Actor:
    """Whoever asked for it, with the mandate held now; the rule is asked again for each reply."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    return speaking_for(actor_of(person=person), row.listing.organisation)
