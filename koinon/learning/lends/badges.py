"""Badges on the desk, in the archive and the forgetting of a person, in reports, in merging, and after a course."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit import jobs
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.learning import seams
from koinon.learning.actions.wallet import forget_holder
from koinon.learning.clock.badges import give_finished
from koinon.learning.models import (
    Achievement,
    Award,
    BadgeEndorsement,
    BadgeShare,
    Enrolment,
    IssuerKey,
    StatusList,
    leading,
)
from koinon.learning.notices import badges as notices
from koinon.learning.queries import issuers, wallets
from koinon.network import seams as network
from koinon.network.models import Organisation

LONG = ("about", "about_html", "keys", "aliases")


@seams.finished.lend(order=20)
def badges_of_course(enrolment: Enrolment) -> None:
    """Queued with the last step of the course: signing never stands in the way of learning."""
    jobs.later(give_finished, once=f"learning.give_finished:{enrolment.pk}", enrolment=str(enrolment.pk))


@people.notice_kinds.lend(order=42)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.desk_items.lend(order=46)
@people.only_if(lambda me: [(_asked, {"ours": leading(me)})])
def waiting_endorsements(me: Actor) -> list[people.DeskItem]:
    """Endorsements we are asked for, and those we wait for. One query."""
    ours = leading(me)
    return [_endorsement(row, row.organisation_id in ours) for row in (_asked(ours=ours) if ours else [])]


_asked: Prepared[BadgeEndorsement] = Prepared(
    lambda ours: (
        BadgeEndorsement.objects.filter(state="asked")
        .filter(_either(ours))
        .select_related("achievement__organisation", "organisation")
        .defer(*(f"organisation__{each}" for each in LONG), *(f"achievement__organisation__{each}" for each in LONG))
        .order_by("pk")[:20]
    )
)


def _either(ours: Any) -> Any:
    return Q(organisation__in=ours) | Q(achievement__organisation__in=ours)


def _endorsement(row: BadgeEndorsement, is_mine: bool) -> people.DeskItem:
    words = {"organisation": row.achievement.organisation, "badge": row.achievement}
    title = _("%(organisation)s asks you to endorse “%(badge)s”") if is_mine else _("Endorsement of “%(badge)s”")
    return people.DeskItem(
        title=title % words, url=to("learning:endorsement", row.pk), kind=_("Badge"),
        whose="" if is_mine else str(row.organisation), since=row.moved_at, until=row.due_on, is_mine=is_mine,
    )  # fmt: skip


@people.desk_items.lend(order=47)
@people.only_if(lambda me: [(_ageing, {"ours": leading(me)})])
def ageing_keys(me: Actor) -> list[people.DeskItem]:
    """Keys older than two years. One query."""
    ours = leading(me)
    rows = {row.organisation_id: row for row in (_ageing(ours=ours) if ours else [])}
    return [
        people.DeskItem(
            title=_("Replace the key that signs the badges of %(organisation)s") % {"organisation": row.organisation},
            url=to("learning:issuer_keys", row.organisation.slug), kind=_("Badge"), since=row.since, is_mine=True,
        )
        for row in rows.values()
    ]  # fmt: skip


def _old(ours: list[UUID]) -> Any:
    before = Now() - timedelta(days=issuers.AGEING_DAYS)
    rows = IssuerKey.objects.filter(organisation__in=ours, until=None, stolen_at=None, since__lt=before)
    return (
        rows.select_related("organisation").defer(*(f"organisation__{each}" for each in LONG)).order_by("-since")[:20]
    )


_ageing: Prepared[IssuerKey] = Prepared(_old)


@people.account_links.lend(order=31)
def mine(me: Actor) -> list[tuple[str, str]]:
    return [(_("My badges"), to("learning:wallet"))]


@people.data_of.lend(order=46)
def held(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Badges with their signed bytes, which are the person's to take along, and the links that show them."""
    own = (
        "id", "achievement", "name", "state", "why", "language", "since", "until", "identity", "salt", "signed",
        "proved",
    )  # fmt: skip
    links = ("id", "label", "key", "is_print", "at", "ended_at")
    return {
        "badges": list(Award.objects.filter(person=person).values(*own)),
        "badge_links": list(BadgeShare.objects.filter(person=person).values(*links)),
    }


people.forget.lend(order=46)(forget_holder)


@network.organisation_panels.lend(order=46)
@network.panel_if(
    lambda organisation, me: None if organisation.pk in leading(me) else [(_offered, {"organisation": organisation.pk})]
)
def on_the_page(organisation: Organisation, me: Actor) -> network.Panel | None:
    """What it gives badges for; for those who speak for it the way to their desk, even before the first. One query."""
    rows = _offered(organisation=organisation.pk)
    may_give = organisation.pk in leading(me)
    if not rows and not may_give:
        return None
    context = {"badges": rows, "may_give": may_give}
    return network.Panel(gettext_lazy("Badges"), "learning/panel_badges.html", context, 46, ident="badges")


_offered: Prepared[Achievement] = Prepared(
    lambda organisation: wallets.drawn(Achievement.objects.offered().filter(organisation=organisation))[:6]
)


@network.deeds.lend(order=46)
def deeds() -> dict[str, Any]:
    return {
        "learning.badge_given": gettext_lazy("Badges given"),
        "learning.endorsement_given": gettext_lazy("Badges of others endorsed"),
    }


@network.merging.lend(order=46)
def parts() -> list[network.Carry]:
    """Keys and lists stay under the old name, because badges name it; new badges are signed under the other."""
    gone = {"state": "withdrawn"}
    return [
        network.Carry(Achievement, "organisation", gettext_lazy("Badges")),
        network.Carry(BadgeEndorsement, "organisation", gettext_lazy("Endorsements of badges"), staying=gone),
        network.Carry(IssuerKey, "organisation", gettext_lazy("Keys of badges"), moves=False),
        network.Carry(StatusList, "organisation", gettext_lazy("Lists of badges"), moves=False),
    ]
