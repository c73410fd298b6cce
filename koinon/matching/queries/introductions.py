"""Introductions as pages show them. The same questions are asked whatever the other side has answered."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import get_language

from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.matching import rules, seams
from koinon.matching.engine import reasons
from koinon.matching.models import CONNECTED, SPEAKERS, Answer, Introduction, Match, Meeting, Outcome, Thread, voices
from koinon.matching.queries.people import contacts_of
from koinon.matching.rules.introductions import may_pass_on
from koinon.network.models import Mandate, Network, Organisation

IDEAS = 10
A_YEAR = timedelta(days=365)


def page(me: Actor, row: Introduction) -> dict[str, Any]:
    """An introduction from where the reader stands. The other side's answer is in no context, whatever it is."""
    ours = [key for key in row.sides if rules.speaks(me, key)] if not me.is_machine else []
    mine = ours[0] if ours and (row.is_shown_to_both or row.origin == "asked") else None
    may_decide = row.state in ("asked", "drafted") and may_pass_on(by=me, introduction=row)
    context = {
        "introduction": row, "mine": mine, "is_asker": mine == row.one_id and row.origin == "asked",
        "words_language": (row.one if mine == row.one_id else row.other).language,
        "far": row.far_side(mine) if mine else None, "words": row.words_for(mine) if mine else "",
        "answer": _answers(me=me, introduction=row.pk) if mine else None, "may_decide": may_decide,
        "may_answer": bool(mine) and row.state == "proposed",
    }  # fmt: skip
    return context | (_after(me, row, mine) if mine and row.is_connected else {})


def _answers(me: Actor, introduction: UUID) -> Answer | None:
    """My side's own; one query, always."""
    return _own_answer.first(me=me, introduction=introduction)


_own_answer: Prepared[Answer] = Prepared(
    lambda me, introduction: Answer.objects.visible_to(me).filter(introduction=introduction).order_by("pk")
)


def _after(me: Actor, row: Introduction, mine: UUID) -> dict[str, Any]:
    """What is there once both have said yes."""
    far = row.far_side(mine)
    return {
        "contacts": contacts_of([far.pk]).get(far.pk, []),
        "thread": Thread.objects.filter(introduction=row).first(),
        "meetings": list(Meeting.objects.filter(introduction=row)[:10]),
        "outcomes": list(Outcome.objects.filter(introduction=row, organisation=mine).order_by("after")),
        "next_steps": seams.after_introduction.gather(row, me) if row.state in ("met", "settled") else [],
    }


def mine(me: Actor) -> list[dict[str, Any]]:
    """Every introduction that is there for my organisations, the newest first; one query."""
    ours = set(voices(me))
    rows = Introduction.objects.between(sorted(ours)).select_related("one", "other", "network")[:100]
    return [{"row": row, "far": row.far_side(row.one_id if row.one_id in ours else row.other_id)} for row in rows]


def of_staff(network: Network) -> dict[str, Any]:
    """The coordinator's lists: waiting for them, and what became of the rest. No answer of a side is among it."""
    rows = Introduction.objects.filter(network=network).select_related("one", "other", "network")
    waiting = ("asked", "drafted")
    return {
        "waiting": rows.filter(state__in=waiting).order_by("pk")[:100],
        "rest": rows.exclude(state__in=[*waiting, "discarded"])[:100],
        "figures": figures(network),
    }


def figures(network: Network) -> list[tuple[str, int]]:
    """What became of the introductions of a year, in numbers; who said what is in none of them. Two queries."""
    from django.utils.translation import gettext as _

    since = date.today() - A_YEAR
    made = Introduction.objects.filter(network=network, made_at__date__gte=since)
    counted = dict(made.order_by().values_list("state").annotate(number=Count("pk")))
    told = Outcome.objects.filter(introduction__in=made).aggregate(
        together=Count("introduction", filter=Q(came="together"), distinct=True),
        contact=Count("introduction", filter=Q(came="contact"), distinct=True),
    )
    connected = sum(counted.get(state, 0) for state in CONNECTED)
    met = sum(counted.get(state, 0) for state in ("met", "settled"))
    return [
        (_("Open on both sides"), counted.get("proposed", 0)),
        (_("Connected"), connected),
        (_("Met"), met),
        (_("Work together"), told["together"]),
        (_("Stay in touch"), told["contact"]),
        (_("Closed without a connection"), counted.get("closed", 0)),
    ]


def ideas(network: Network, me: Actor) -> list[seams.Idea]:
    """Pairs the coordinator might introduce: what others lend first, then the best matches; nobody twice, and nobody
    for whom no person could answer."""
    lent = [idea for found in seams.introduction_ideas.gather(network, me) for idea in found]
    known, thought_of = _known_pairs(network), [*lent, *_best_matches(network)]
    heard = _with_a_voice({side.pk for idea in thought_of for side in (idea.one, idea.other)})
    found: list[seams.Idea] = []
    seen: set[UUID] = set()
    for idea in thought_of:
        pair = {idea.one.pk, idea.other.pk}
        if pair <= heard and not pair & seen and frozenset(pair) not in known:
            seen |= pair
            found.append(idea)
    return found[:IDEAS]


def idea_of(network: Network, one: Organisation, other: Organisation, match: str) -> Match | None:
    """The match behind an idea, when it names one of these two."""
    rows = Match.objects.filter(network=network).select_related("need__organisation", "offer__organisation")
    row = rows.filter(pk=match).first() if match else None
    return row if row and {row.need.organisation_id, row.offer.organisation_id} == {one.pk, other.pk} else None


def first_words(row: Introduction) -> dict[str, str]:
    """What a coordinator may begin with: what was drafted, else why the matcher thinks these two fit."""
    match = Match.objects.filter(need=row.need_id, offer=row.offer_id).first() if row.need_id and row.offer_id else None
    found = {"words_for_one": sentence(match, row.one), "words_for_other": sentence(match, row.other)} if match else {}
    said = {"words_for_one": row.words_for_one, "words_for_other": row.words_for_other}
    return {name: words or found.get(name, row.reason) for name, words in said.items()}


def sentence(match: Match, organisation: Organisation) -> str:
    """Why this pair, in the language of one side, from where it stands."""
    side = "need" if match.need.organisation_id == organisation.pk else "offer"
    return reasons.sentence(match.reasons, organisation.language, side=side)


def _best_matches(network: Network) -> list[seams.Idea]:
    rows = Match.objects.running().filter(network=network).filter(Q(rank_for_need__lte=2) | Q(rank_for_offer__lte=2))
    rows = rows.select_related("need__organisation", "offer__organisation").order_by("-score", "pk")[: IDEAS * 6]
    return [_idea(row) for row in rows]


def _with_a_voice(organisations: set[UUID]) -> set[UUID]:
    """Those for whom somebody speaks today; one query."""
    rows = Mandate.objects.in_force().filter(organisation__in=organisations, role__in=SPEAKERS, person__is_active=True)
    return set(rows.order_by().values_list("organisation", flat=True))


def _idea(row: Match) -> seams.Idea:
    def why(language: str) -> str:
        return reasons.sentence(row.reasons, language, side="need")

    return seams.Idea(row.need.organisation, row.offer.organisation, why, "matcher", row.pk)


def _known_pairs(network: Network) -> set[frozenset[UUID]]:
    """Pairs that were introduced, or are about to be, within a year."""
    since = date.today() - A_YEAR
    rows = Introduction.objects.filter(network=network, made_at__date__gte=since).exclude(
        state__in=["withdrawn", "discarded"]
    )
    return {frozenset(pair) for pair in rows.order_by().values_list("one", "other")}


def reader() -> str:
    return (get_language() or "en")[:2]
