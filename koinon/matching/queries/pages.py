"""What the pages of one listing, one reply and one introduction show, each in a fixed number of queries."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching import rules
from koinon.matching.models import Introduction, Listing, Reply, voices
from koinon.matching.queries.matches import suggestions
from koinon.matching.queries.people import contacts_of, homes_of

LOOKING = timedelta(minutes=2)
HOUR = timedelta(hours=1)


def in_90_days() -> date:
    """What a renewal proposes."""
    return date.today() + timedelta(days=90)


def reader() -> str:
    return (get_language() or "en")[:2]


def listing_page(me: Actor, listing: Listing) -> dict[str, Any]:
    """Facts, what I may do, and for its owners replies and matches."""
    is_ours = rules.speaks(me, listing.organisation_id)
    context: dict[str, Any] = {"listing": listing, "is_ours": is_ours, **facts_of(listing)}
    context["may_stop"] = rules.may_stop(by=me, listing=listing)
    if is_ours:
        replies = list(listing.replies.select_related("organisation").order_by("-pk")[:50])
        context["replies"] = replies
        context["waiting"] = [reply for reply in replies if reply.state in ("new", "read")]
        found = suggestions(me, language=reader(), listings=[listing.pk])
        context |= {"suggestions": found, "groups": [(listing, found)]}
        context["is_looking"] = listing.is_open and not context["suggestions"] and _is_fresh(listing)
    elif voices(me):
        homes = [home for home in homes_of(me, listing.network) if home.organisation_id != listing.organisation_id]
        ours = [home.organisation_id for home in homes]
        context["my_replies"] = list(
            listing.replies.filter(organisation__in=ours).exclude(state="withdrawn").select_related("organisation")
        )
        answered = {reply.organisation_id for reply in context["my_replies"]}
        context["may_reply"] = listing.takes_replies and any(key not in answered for key in ours)
    return context


def facts_of(listing: Listing) -> dict[str, Any]:
    """Names of what is chosen from lists, in the reader's language."""
    from koinon.network.models import Kind, Size

    language = reader()
    kinds, sizes = dict(Kind.choices), dict(Size.choices)
    return {
        "themes": [eurovoc.label(theme, language) for theme in listing.themes],
        "countries": [countries.country_name(code, language) for code in listing.countries],
        "speaks": [countries.language_name(code, language) for code in listing.languages],
        "partners": [str(kinds.get(kind, kind)) for kind in listing.partner_kinds],
        "partner_size": str(sizes.get(listing.partner_size, "")),
        "language_name": countries.language_name(listing.language, language),
        "is_foreign": listing.language != language,
    }


def reply_page(me: Actor, reply: Reply) -> dict[str, Any]:
    """A reply with what its two sides may do; contacts of both once it was accepted."""
    is_asker = rules.speaks(me, reply.listing.organisation_id)
    return {
        "reply": reply,
        "listing": reply.listing,
        "is_asker": is_asker,
        "is_author": rules.speaks(me, reply.organisation_id),
        "other": reply.organisation if is_asker else reply.listing.organisation,
        "contacts": _contacts(reply.organisation_id if is_asker else reply.listing.organisation_id)
        if reply.state == "accepted"
        else [],
        "language_name": countries.language_name(reply.language, reader()),
    }


def introduction_page(me: Actor, introduction: Introduction) -> dict[str, Any]:
    """An introduction from where the reader stands. The other side's answer is in no context, whatever it is."""
    ours = [key for key in (introduction.asked_by_id, introduction.other_id) if rules.speaks(me, key)]
    mine = ours[0] if ours else None
    is_asker = mine == introduction.asked_by_id
    is_connected = introduction.state == "connected"
    return {
        "introduction": introduction,
        "mine": mine,
        "is_asker": is_asker,
        "other": introduction.other if is_asker else introduction.asked_by,
        "my_answer": introduction.answer_of(mine) if mine and introduction.state == "proposed" else "",
        "may_decide": introduction.state == "asked" and rules.may_pass_on(by=me, introduction=introduction),
        "may_answer": bool(mine) and introduction.state == "proposed",
        "contacts": _contacts(introduction.other_id if is_asker else introduction.asked_by_id)
        if mine and is_connected
        else [],
    }


def mine(me: Actor) -> dict[str, Any]:
    """My organisations' listings in every state, with their replies counted, and the replies they sent."""
    waiting = Count("replies", filter=Q(replies__state__in=["new", "read", "shortlisted"]))
    fresh = Count("replies", filter=Q(replies__state="new"))
    rows = Listing.objects.manageable_by(me).select_related("organisation", "network")
    sent = Reply.objects.filter(organisation__in=voices(me)).select_related("listing__organisation", "organisation")
    return {
        "listings": list(rows.annotate(waiting=waiting, fresh=fresh).order_by("state", "-pk")[:200]),
        "sent": list(sent.order_by("-pk")[:50]),
        "homes": homes_of(me),
    }


def _is_fresh(listing: Listing) -> bool:
    return timezone.now() - listing.changed_at < LOOKING


def _contacts(organisation: Any) -> list[Any]:
    return contacts_of([organisation]).get(organisation, [])
