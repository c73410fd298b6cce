"""What is lent after admission: claims, merges, reports, successors; on the desk, among settings, to be forgotten."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import seams
from koinon.accounts.models import Person
from koinon.kit import inbox
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor, machine
from koinon.network import rules
from koinon.network.actions.following import parts
from koinon.network.actions.successors import bounced, forget, hand_over
from koinon.network.models import Claim, MergeConsent, Network, Report, Succession
from koinon.network.queries.reports import whose_turn
from koinon.network.seams import NavEntry, deeds, handed_over, merging, network_settings

LISTED = 20

merging.lend(order=10)(parts)


@seams.desk_items.lend(order=15)
@seams.only_if(lambda me: [(_waiting, {"me": me})])
def claims(me: Actor) -> list[seams.DeskItem]:
    """Claims that wait for a coordinator: theirs to decide, mine to wait for. One query."""
    return [_claim_item(me, row) for row in _waiting(me=me)] if me.is_known else []


_waiting: Prepared[Claim] = Prepared(
    lambda me: (
        Claim.objects.visible_to(me)
        .waiting()
        .select_related("network", "organisation")
        .order_by("due_on", "id")[:LISTED]
    )
)


def _claim_item(me: Actor, row: Claim) -> seams.DeskItem:
    is_mine = me.holds("coordinator", row.network_id)
    page = ("network:claims", row.network.slug) if is_mine else ("network:claim", row.organisation.slug)
    return seams.DeskItem(
        title=_("%(person)s says: %(organisation)s is ours") % {"person": row.name, "organisation": row.organisation},
        url=reverse(page[0], args=[page[1]]),
        kind=_("Claim"),
        whose=str(row.network),
        since=row.moved_at,
        until=row.due_on,
        is_mine=is_mine,
        organisation=str(row.organisation),
    )


@seams.desk_items.lend(order=16)
@seams.only_if(lambda me: [(_asked, {"keys": me.scopes("coordinator")})])
def consents(me: Actor) -> list[seams.DeskItem]:
    """Merges of other networks that wait for my network's yes. One query."""
    return [_consent_item(row) for row in _asked(keys=me.scopes("coordinator"))]


_asked: Prepared[MergeConsent] = Prepared(
    lambda keys: (
        MergeConsent.objects.filter(network__in=keys, answer="", merge__state="asked")
        .select_related("network", "merge__kept", "merge__gone")
        .defer("merge__moved", "merge__stays")
        .order_by("merge__due_on", "id")[:LISTED]
    )
)


def _consent_item(row: MergeConsent) -> seams.DeskItem:
    names = {"gone": row.merge.gone, "kept": row.merge.kept}
    return seams.DeskItem(
        title=_("Are %(gone)s and %(kept)s the same organisation?") % names,
        url=reverse("network:merge", args=[row.network.slug, row.merge_id]),
        kind=_("Merge"),
        whose=str(row.network),
        since=row.merge.made_at,
        until=row.merge.due_on,
        is_mine=True,
    )


@seams.desk_items.lend(order=17)
@seams.only_if(lambda me: [(_open_reports, {"me": me})])
def reports(me: Actor) -> list[seams.DeskItem]:
    """Reports that I owe or am to read. One query."""
    return [_report_item(me, row) for row in _open_reports(me=me)] if me.is_known else []


def _named(row: str) -> tuple[str, str]:
    return f"{row}__names", f"{row}__language"


OWES = "membership__organisation"
_open_reports: Prepared[Report] = Prepared(
    lambda me: (
        Report.objects.visible_to(me)
        .open()
        .filter(Q(state="submitted") | Q(membership__organisation__in=_spoken_for(me)))
        .select_related("network", "membership__organisation")
        .only("state", "due_on", "extended_to", "answer_on", "moved_at", *_named("network"), *_named(OWES), OWES)
        .order_by("due_on", "id")[:LISTED]
    )
)


def _spoken_for(me: Actor) -> list[Any]:
    return [key for role in ("head", "representative", "deputy") for key in me.scopes(role)]


def _report_item(me: Actor, row: Report) -> seams.DeskItem:
    turn, organisation = whose_turn(row), row.membership.organisation
    is_ours = row.membership.organisation_id in me.roles
    names = {"organisation": organisation, "network": row.network}
    return seams.DeskItem(
        title=_("Report of %(organisation)s to %(network)s") % names,
        url=to("network:report", row.pk),
        kind=_("Report"),
        whose=turn["whose"],
        since=turn["since"],
        until=turn["until"],
        is_mine=is_ours if row.is_owed else me.holds("coordinator", row.network_id),
        organisation=str(organisation),
    )


@seams.desk_items.lend(order=18)
@seams.only_if(lambda me: [(_sought, {"me": me})])
def successions(me: Actor) -> list[seams.DeskItem]:
    """Somebody is to be found who represents an organisation. One query."""
    return [_succession_item(me, row) for row in _sought(me=me)] if me.is_known else []


_sought: Prepared[Succession] = Prepared(
    lambda me: Succession.objects.visible_to(me).open().select_related("organisation").order_by("due_on", "id")[:LISTED]
)


def _succession_item(me: Actor, row: Succession) -> seams.DeskItem:
    is_ours = row.organisation_id in me.roles
    return seams.DeskItem(
        title=_("Who represents %(organisation)s?") % {"organisation": row.organisation},
        url=to("network:succession", row.pk),
        kind=_("Representative"),
        whose=str(row.organisation) if row.state == "asked" else str(_("The coordinators")),
        since=row.moved_at,
        until=row.due_on,
        is_mine=is_ours == (row.state == "asked"),
        organisation=str(row.organisation),
    )


@network_settings.lend(order=30)
def desks(network: Network, me: Actor) -> list[NavEntry]:
    """What a coordinator looks after besides applications."""
    if not rules.coordinates(by=me, network=network):
        return []
    return [
        NavEntry(to("network:standings", network.slug), _("Standing and reports"), "standings", 40),
        NavEntry(to("network:claims", network.slug), _("Claims"), "claims", 41),
        NavEntry(to("network:merges", network.slug), _("Merged organisations"), "merges", 42),
    ]


handed_over.lend(order=10)(hand_over)


@deeds.lend(order=10)
def ours() -> dict[str, Any]:
    """What counts in a report of what is done here."""
    return {
        "network.organisation_edited": gettext_lazy("Changes of the page"),
        "network.invited": gettext_lazy("People invited"),
    }


@inbox.bounced.lend(order=10)
def came_back(bounce: inbox.Bounce) -> None:
    """A letter to somebody who speaks for an organisation did not arrive, for good: a successor is looked for."""
    person = Person.objects.filter(pk=bounce.person, is_active=True).first() if bounce.person else None
    if person is not None and bounce.is_lasting and bounce.address == person.email.lower():
        bounced(by=machine("bounces"), person=person, status=bounce.status, says=bounce.says)


@seams.data_of.lend(order=25)
def claims_and_bounces(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Claims I made, letters to me that came back, steps of memberships I took."""
    made = Claim.objects.filter(Q(person=person) | Q(email__iexact=person.email)).select_related("organisation")
    return {
        "claims": [{"organisation": str(row.organisation), "email": row.email, "state": row.state,
                    "message": row.message, "at": str(row.made_at)} for row in made],
        "bounces": [{"status": row.status, "said": row.said, "at": str(row.at)} for row in person.bounces.all()],
    }  # fmt: skip


@seams.forget.lend(order=30)
def forgotten(person: Person) -> None:
    """After the mandates have ended: who follows; what came back goes."""
    forget(person)
