"""What the pages of one listing, one reply and one introduction show, each in a fixed number of queries."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language

from koinon.kit import prose, questions
from koinon.kit.languages import texts
from koinon.kit.models import Work
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching import rules
from koinon.matching.models import CallRules, Listing, Reply, Thread, voices
from koinon.matching.models.listings import OVER, UNSEEN
from koinon.matching.queries import calls, lists, thanks
from koinon.matching.queries.matches import suggestions
from koinon.matching.queries.people import contacts_of, homes_of
from koinon.matching.rules import calls as call_rules

THANKS = "matching.thank_all"
LOOKING = timedelta(minutes=2)
HOUR = timedelta(hours=1)


def in_90_days() -> date:
    """What a renewal proposes."""
    return date.today() + timedelta(days=90)


def reader() -> str:
    return (get_language() or "en")[:2]


def listing_page(me: Actor, listing: Listing, *, as_written: bool = False) -> dict[str, Any]:
    """Facts, what I may do, and for its owners replies and matches. `as_written`: in the language of its writers."""
    is_ours = rules.speaks(me, listing.organisation_id)
    context: dict[str, Any] = {"listing": listing, "is_ours": is_ours, **facts_of(listing)}
    context |= readings(listing, as_written=as_written)
    context |= {
        "may_stop": rules.may_stop(by=me, listing=listing),
        "may_translate": me.is_known and call_rules.may_translate(by=me, listing=listing),
        "may_judge": listing.state == "review" and call_rules.may_judge(by=me, listing=listing),
        "response_days": calls.response_days(listing.organisation_id),
    }
    if context["may_judge"] or (is_ours and listing.state in UNSEEN):
        context["rules"] = calls.rules_of(listing.network_id)
    if is_ours:
        replies = list(listing.replies.select_related("organisation").order_by("-pk")[:50])
        context["replies"] = replies
        context["waiting"] = [reply for reply in replies if reply.is_waiting]
        context["since"] = min((reply.made_at for reply in context["waiting"]), default=None)
        context["due_on"] = min((reply.due_on for reply in context["waiting"] if reply.due_on), default=None)
        context["accepted"] = [reply for reply in replies if reply.state == "accepted"]
        context["services"] = lists.services_for(me, listing) if listing.takes_services and listing.is_open else []
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
        context["misfits"] = unfit(listing, homes) if context["may_reply"] else []
        context["may_reply"] &= not (listing.only_these and context["misfits"])
    return context


def unfit(listing: Listing, homes: Sequence[Any]) -> list[str]:
    """Why none of my organisations is who the call looks for; empty as soon as one is."""
    said = [calls.misfits(listing, home.organisation) for home in homes]
    return [] if not all(said) else said[0]


def readings(listing: Listing, *, as_written: bool) -> dict[str, Any]:
    """Title and text in the reader's language where somebody has translated them, else as they were written."""
    if as_written:
        own = {field: texts.Reading(getattr(listing, field), listing.language) for field in ("title", "text")}
    else:
        own = {field: texts.read(listing, field, reader()) for field in ("title", "text")}
    is_original = own["text"].is_original
    html = listing.text_html if is_original else prose.html_of(own["text"].text)
    return {"title": own["title"], "reading": own["text"], "html": html}


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
        "thread": Thread.objects.filter(reply=reply).first(),
        "is_asker": is_asker,
        "is_author": rules.speaks(me, reply.organisation_id),
        "other": reply.organisation if is_asker else reply.listing.organisation,
        "contacts": _contacts(reply.organisation_id if is_asker else reply.listing.organisation_id)
        if reply.state == "accepted"
        else [],
        "language_name": countries.language_name(reply.language, reader()),
        "reason": thanks.words(reply.reason_kind, reply.reason, reader()) if reply.state == "declined" else "",
        "asked": questions.read(reply.listing.questions, reply.answers, language=reader())
        if reply.listing.questions
        else [],
    }


def accepted(listing: Listing) -> list[Reply]:
    """Replies with which a partnership may have begun."""
    return list(listing.replies.filter(state="accepted").select_related("organisation").order_by("pk"))


def writing(homes: Sequence[Any]) -> dict[str, Any]:
    """Beside the form of a new call: what the networks ask of calls, what is owed before the next one."""
    decided = CallRules.objects.filter(network__in=[home.network_id for home in homes], is_reviewed=True)
    ours = Listing.objects.filter(organisation__in=[home.organisation_id for home in homes])
    owing = ours.filter(state__in=OVER, came="", is_service=False, opened_at__isnull=False)
    return {
        "homes": homes,
        "decided": list(decided.select_related("network")),
        "owing": list(owing.order_by("pk")[:20]),
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
        "owing": [row for row in rows.filter(state__in=OVER, came="").order_by("pk")[:50] if row.owes_outcome],
        "homes": homes_of(me),
    }


def _is_fresh(listing: Listing) -> bool:
    return timezone.now() - listing.changed_at < LOOKING


def _contacts(organisation: Any) -> list[Any]:
    return contacts_of([organisation]).get(organisation, [])


def replies_desk(listing: Listing) -> dict[str, Any]:
    """Every reply of a call side by side: what they say in the same order, what does not fit, whose turn it is."""
    rows = list(listing.replies.exclude(state="withdrawn").select_related("organisation__place").order_by("pk")[:60])
    asked = [question for _part, question in questions.each(listing.questions)] if listing.questions else []
    shown: list[dict[str, Any]] = []
    for row in rows:
        parts = questions.read(listing.questions, row.answers, language=reader()) if asked else []
        shown.append(
            {"reply": row, "answers": [answer for part in parts for answer in part.rows],
             "misfits": calls.misfits(listing, row.organisation)}
        )  # fmt: skip
    order = {"shortlisted": 0, "new": 1, "read": 1, "accepted": 2}
    shown.sort(key=lambda each: order.get(each["reply"].state, 3))
    waiting = [row for row in rows if row.is_waiting]
    return {
        "listing": listing,
        "rows": shown,
        "waiting": waiting,
        "due_on": min((row.due_on for row in waiting if row.due_on), default=None),
        "since": min((row.made_at for row in waiting), default=None),
        "labels": [questions.said(question["labels"], reader(), listing.questions["language"]) for question in asked],
        "work": Work.objects.filter(task=THANKS, scope=listing.pk).order_by("-created_at").first(),
    }
