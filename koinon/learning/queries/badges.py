"""Badges as facts for the engine: what an achievement says in one language, and how pages read it."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from koinon.events.models import Certificate, Event
from koinon.learning.engine.badges import credentials, facts
from koinon.learning.models import Achievement, BadgeArt, BadgeEndorsement, EventBadge
from koinon.network.models import name_in

MEDIA = {"png": "image/png", "svg": "image/svg+xml"}


def language_for(achievement: Achievement, wanted: str) -> str:
    """The language in which a badge is signed: the wanted one if name and criteria are there, else the original."""
    is_there = achievement.names.get(wanted) and achievement.criteria.get(wanted)
    return wanted if is_there else achievement.language


def told(texts: dict[str, str], achievement: Achievement, language: str) -> str:
    return name_in(texts, achievement.language, language)


def urn(key: UUID) -> str:
    return key.urn


def art_address(art: BadgeArt, form: str, at: str) -> str:
    return at + reverse("learning:badge_art", args=[art.pk, form])


def picture_of(art: BadgeArt, language: str, form: str, at: str) -> facts.Picture:
    """The picture of a badge with the digest of its bytes."""
    data = bytes(art.png) if form == "png" else art.svg.encode()
    return facts.Picture(
        url=art_address(art, form, at),
        media_type=MEDIA[form],
        digest=credentials.digest_of(data),
        caption=art.captions.get(language) or next(iter(art.captions.values()), ""),
    )


def achievement_of(achievement: Achievement, language: str, art: BadgeArt, at: str) -> facts.Achievement:
    """What a badge says of its achievement, in one language, with the endorsements in force. Two queries."""
    name = told(achievement.names, achievement, language)
    competences = achievement.competences.select_related("framework").order_by("framework", "order", "pk")
    endorsed = BadgeEndorsement.objects.in_force().filter(achievement=achievement).order_by("pk")
    return facts.Achievement(
        id=urn(achievement.pk),
        name=name,
        description=told(achievement.descriptions, achievement, language) or name,
        criteria=told(achievement.criteria, achievement, language),
        language=language,
        kind=achievement.kind,
        criteria_url=at + reverse("learning:achievement", args=[achievement.organisation.slug, achievement.pk]),
        picture=picture_of(art, language, "png", at),
        alignments=tuple(
            facts.Alignment(each.uri, name_in(each.names, language, language), each.framework.name, each.code)
            for each in competences
        ),
        endorsements=tuple(endorsed.values_list("signed", flat=True)[:8]),
    )


def competences_of(achievement: Achievement) -> list[tuple[str, str]]:
    """(name, address) of what a badge shows, in the reader's language. One query."""
    rows = achievement.competences.order_by("framework", "order", "pk")
    return [(name_in(each.names, achievement.language) or each.code or each.uri, each.uri) for each in rows]


def after_months(at: datetime, months: int) -> datetime:
    """The same day of the month so many months later, or the last one of a shorter month."""
    month = at.month - 1 + months
    year, month = at.year + month // 12, month % 12 + 1
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month)


def of_event(event: Event) -> list[EventBadge]:
    """Badges that come with the certificates of an event; `given`: how many of its people hold each. One query."""
    certified = Certificate.objects.filter(registration__event=event, revoked_at=None).values("registration__person")
    holds = Q(achievement__awards__person__in=certified) & ~Q(achievement__awards__state="revoked")
    rows = EventBadge.objects.filter(event=event).select_related("achievement__organisation")
    return list(rows.annotate(given=Count("achievement__awards", filter=holds, distinct=True)).order_by("pk"))
