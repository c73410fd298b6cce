"""What pages of badges show: one's wallet, an issuer's desk, the learners who may get a badge."""

from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from koinon.kit.verbs import Actor
from koinon.learning.models import (
    Achievement,
    Achievements,
    Award,
    BadgeArt,
    BadgeShare,
    Competence,
    Course,
    Enrolment,
    Run,
)
from koinon.network.models import Membership, Organisation, name_in

LONG = ("about", "about_html", "keys", "aliases")
MOST = 200


def drawn(rows: Achievements) -> QuerySet[Achievement]:
    """With `picture`: the id of the picture of today."""
    latest = BadgeArt.objects.filter(achievement=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return rows.annotate(picture=Subquery(latest))


def light(rows: QuerySet[Award]) -> QuerySet[Award]:
    """Awards for a list: with achievement and issuer, without their bytes."""
    issuer = "achievement__organisation"
    bytes_of = ("signed", "art__png", "art__svg")
    return (
        rows.select_related(issuer, "art")
        .defer(*bytes_of, "proved", *(f"{issuer}__{each}" for each in LONG))
        .order_by("-since", "pk")
    )


def wallet(me: Actor) -> list[Award]:
    """My badges, newest first. One query."""
    return list(light(Award.objects.held_by(me))[:MOST])


def shares(me: Actor) -> list[BadgeShare]:
    """My links in force with what they show. Two queries."""
    rows = BadgeShare.objects.held_by(me).open().prefetch_related("awards__achievement")
    return list(rows.order_by("-pk")[:MOST])


def whole(rows: QuerySet[Award]) -> QuerySet[Award]:
    """Awards with all that files and certificates need."""
    return rows.select_related("achievement__organisation", "status_list__organisation", "art", "key")


def shown_by(key: str) -> BadgeShare | None:
    """What a secret link shows, while it holds."""
    rows = BadgeShare.objects.open().filter(key=key, person__is_active=True)
    return rows.first() if 0 < len(key) <= 40 else None


def opens(key: str, award: Award) -> bool:
    """Does this link show the name on this badge?"""
    share = shown_by(key)
    return share is not None and share.person_id == award.person_id and share.awards.filter(pk=award.pk).exists()


def desk(organisation: Organisation) -> list[Achievement]:
    """Achievements of an organisation with how many hold them. One query."""
    rows = drawn(Achievement.objects.filter(organisation=organisation))
    return list(rows.annotate(held=Count("awards", filter=~Q(awards__state="revoked"))).order_by("is_retired", "-pk"))


def choices(organisation: Organisation) -> dict[str, list[Any]]:
    """What an achievement may be tied to: courses the organisation owns or teaches, competences. Two queries."""
    ours = Q(organisation=organisation) | Q(runs__organisation=organisation)
    courses = Course.objects.filter(ours, is_published=True)
    competences = list(
        Competence.objects.filter(Q(framework__organisation=None) | Q(framework__organisation=organisation))
        .select_related("framework")
        .order_by("framework__name", "order", "pk")[:400]
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in competences:
        name = " ".join(filter(None, (each.code, name_in(each.names, "en"))))
        groups.setdefault(each.framework.name, []).append((str(each.pk), name))
    found: list[Any] = list(groups.items())
    return {
        "courses": list(courses.distinct().order_by("title")[:MOST]),
        "competences": competences,
        "competence_choices": found,
    }


def may_be_asked(achievement: Achievement) -> list[Organisation]:
    """Members of the networks that the issuer belongs to, which were not asked yet. One query."""
    ours = Membership.objects.active().filter(organisation=achievement.organisation_id).values("network")
    mates = Membership.objects.active().filter(network__in=ours).values("organisation")
    asked = achievement.endorsements.filter(state__in=["asked", "given"]).values("organisation")
    rows = Organisation.objects.filter(pk__in=mates, merged_into=None).exclude(pk=achievement.organisation_id)
    return sorted(rows.exclude(pk__in=asked).defer(*LONG)[:500], key=str)


def offered_in(run: Run, me: Actor, *, is_owner: bool) -> list[Achievement]:
    """What may be given in a run: those of this course first. One query."""
    rows = drawn(Achievement.objects.offered().filter(organisation=run.organisation_id))
    rows = rows.filter(Q(course=None) | Q(course=run.course_id))
    if not is_owner:
        rows = rows.filter(for_facilitators=True)
    return sorted(rows.select_related("organisation"), key=lambda row: row.course_id is None)


def learners(run: Run) -> list[Enrolment]:
    """Who learns or has finished, by name. One query."""
    rows = Enrolment.objects.learning().filter(run=run, person__is_active=True).select_related("person", "run")
    return sorted(rows, key=lambda row: (str(row.person).casefold(), row.pk))


def holders(achievements: list[UUID], people: list[UUID]) -> set[tuple[UUID, UUID]]:
    """(achievement, person) of badges in force. One query."""
    rows = Award.objects.filter(achievement__in=achievements, person__in=people).exclude(state="revoked")
    return {(a, p) for a, p in rows.values_list("achievement", "person") if p is not None}
