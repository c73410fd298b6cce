"""Calls of the demo in the middle of their life: flooded, handed in, returned, choosing, over, partnered, a service."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from koinon.accounts.queries import actor_of
from koinon.kit import questions
from koinon.kit.verbs import Actor
from koinon.matching import actions, queries
from koinon.matching.demo.posting import post
from koinon.matching.models import Listing, Reply
from koinon.network.models import Membership, Network, Organisation
from koinon.network.queries import speaking_for

FILE = Path(__file__).parent / "calls.toml"
MOVES = {"read": "read", "shortlisted": "shortlist", "accepted": "accept"}


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence if something was made."""
    with FILE.open("rb") as file:
        told = tomllib.load(file)
    network = Network.objects.filter(is_demo=True, slug=told["network"]).first()
    if network is None:
        return
    members = Membership.objects.active().filter(network=network, organisation__is_demo=True)
    houses = {row.organisation.slug: row.organisation for row in members.select_related("organisation")}
    rows = [row for row in told["call"] if row["organisation"] in houses]
    there = set(Listing.objects.filter(network=network, is_demo=True).values_list("title", flat=True))
    new = [row for row in rows if row["title"] not in there]
    if new and len(rows) == len(told["call"]):
        actions.reviews.set_rules(by=by, network=network, is_reviewed=True, criteria=told["criteria"])
        if made := sum(_make(by, network, houses, row) for row in new):
            yield f"Wrote {made} calls in the middle of their life."


def _make(by: Actor, network: Network, houses: dict[str, Organisation], row: dict[str, Any]) -> bool:
    organisation = houses[row["organisation"]]
    person = next(iter(queries.speakers_of(organisation.pk)), None)
    if person is None and row["state"] in ("review", "draft"):
        return False
    listing = post(
        by,
        network,
        organisation,
        row,
        role=row["role"],
        is_service=row.get("service", False),
        questions=_questions(row),
        is_draft=row["state"] in ("review", "draft"),
    )
    for one in row.get("reply", ()):
        if one["organisation"] in houses:
            _reply(by, listing, houses[one["organisation"]], one)
    _bring(by, listing, person, houses, row)
    return True


def _bring(by: Actor, listing: Listing, person: Any, houses: dict[str, Organisation], row: dict[str, Any]) -> None:
    """To the state that the file tells, by the verbs that lead there."""
    state = row["state"]
    if state in ("review", "draft"):
        writer = speaking_for(actor_of(person=person), listing.organisation)
        actions.listings.publish(by=writer, listing=listing)
    if state == "draft":
        actions.reviews.send_back(by=by, listing=listing, why=row["why"])
    elif state == "shortlisting":
        actions.ends.choose(by=by, listing=listing)
    elif state == "expired":
        Listing.objects.filter(pk=listing.pk).update(until=date.today() - timedelta(days=3))
        actions.ends.expire(by=by, listing=listing)
    elif state == "partnered":
        partners = [houses[row["partner"]]]
        actions.ends.close(by=by, listing=listing, came="partner", outcome=row["outcome"], partners=partners)


def _reply(by: Actor, listing: Listing, organisation: Organisation, one: dict[str, Any]) -> None:
    person = next(iter(queries.speakers_of(organisation.pk)), None)
    said = {key: one[key] for key in ("brings", "why", "when", "language")}
    answers = _answers(listing, one.get("answers", ()))
    reply = actions.replies.reply(
        by=by, listing=listing, organisation=organisation, person=person, answers=answers, **said
    )
    at = timezone.now() - timedelta(days=one["days_ago"])
    if verb := MOVES.get(one["state"]):
        getattr(actions.replies, verb)(by=by, reply=reply)
    answered = at + timedelta(days=4) if one["state"] == "accepted" else None
    Reply.objects.filter(pk=reply.pk).update(made_at=at, moved_at=at, answered_at=answered)


def _questions(row: dict[str, Any]) -> dict[str, Any]:
    language = row["language"]
    made = []
    for number, (kind, label, *choices) in enumerate(row.get("questions", ()), start=1):
        more: dict[str, Any] = {"key": f"q{number}", "required": True}
        if choices:
            more["choices"] = [{"key": f"c{at}", "labels": {language: one}} for at, one in enumerate(choices, start=1)]
        made.append(questions.new_question(kind, {language: label}, **more))
    return (
        questions.new_schema(language, questions.new_part({language: row["title"]}, *made, key="call")) if made else {}
    )


def _answers(listing: Listing, given: Any) -> dict[str, Any]:
    keys = [question["key"] for _part, question in questions.each(listing.questions)] if listing.questions else []
    return {key: [f"c{value}"] if isinstance(value, int) else value for key, value in zip(keys, given, strict=False)}
