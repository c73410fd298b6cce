"""What matching lends to the pages below: panels, navigation, figures, desk, marks, spreadsheets, data."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.accounts import seams as people
from koinon.accounts.models import Person
from koinon.kit import search
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.matching import actions, notices, queries
from koinon.matching.actions.forgetting import forget_person
from koinon.matching.clock import listings_of_organisations
from koinon.matching.clock.index import marks
from koinon.matching.models import Listing, Reply, voices
from koinon.matching.queries import desk, lists
from koinon.matching.queries.calls import in_days, middle_of
from koinon.network import seams
from koinon.network.models import Network, Organisation

NEAR = 3


@seams.organisation_panels.lend(order=20)
@seams.panel_with(
    lambda organisation, me: [
        (lists.of_organisation, {"me": me, "organisation": organisation.pk}),
        (middle_of, {"organisation": organisation.pk}),
    ]
)
def offers_and_needs(
    organisation: Organisation, me: Actor, rows: list[tuple[Any, ...]], answered_in: float | None
) -> seams.Panel | None:
    if not rows:
        return None
    return seams.Panel(
        gettext_lazy("Offers and needs"),
        "matching/panel_organisation.html",
        {"rows": lists.lines(rows), "response_days": in_days(answered_in)},
        20,
        ident="offers-and-needs",
    )


@seams.organisation_panels.lend(order=21)
def partners(organisation: Organisation, me: Actor) -> seams.Panel | None:
    """Only for those who speak for it."""
    if organisation.pk not in voices(me):
        return None
    return _suggested(me, organisations=[organisation.pk])


@seams.network_panels.lend(order=20)
def partners_in(network: Network, me: Actor) -> seams.Panel | None:
    return _suggested(me, network=network) if voices(me) else None


@seams.network_nav.lend(order=20)
def entries(network: Network, me: Actor) -> list[seams.NavEntry]:
    here = network.slug
    found = [
        seams.NavEntry(to("matching:needs", here), _("Needs"), "needs", 20),
        seams.NavEntry(to("matching:offers", here), _("Offers"), "offers", 21),
    ]
    if me.holds("member", network.pk):
        found.append(seams.NavEntry(to("matching:matches", here), _("Suggested partners"), "matches", 22))
    if me.holds("coordinator", network.pk):
        found.append(seams.NavEntry(to("matching:introductions_of", here), _("Introductions"), "introductions", 81))
    return found


@seams.network_figures.lend(order=20)
def figures(network: Network) -> list[seams.Figure]:
    """Running needs and offers, as their lists count them; counted one by one while nothing is indexed."""
    kept = search.totals([network.pk])
    counted = {side: kept[network.pk, side][0] for side in Listing.Side.values if (network.pk, side) in kept}
    if len(counted) < len(Listing.Side.values):
        running = Listing.objects.running().filter(network=network).order_by().values_list("side")
        counted = dict(running.annotate(number=Count("pk")))
    here = [network.slug]
    return [
        seams.Figure(counted.get("need", 0), gettext_lazy("Needs"), reverse("matching:needs", args=here)),
        seams.Figure(counted.get("offer", 0), gettext_lazy("Offers"), reverse("matching:offers", args=here)),
    ]


seams.organisation_changed.lend(order=30)(listings_of_organisations)
seams.organisation_marks.lend()(marks)


@seams.imported_listings.lend()
def imported(by: Actor, network: Network, organisation: Organisation, rows: list[dict[str, Any]]) -> list[UUID]:
    return actions.intakes.bring_in(by=by, network=network, organisation=organisation, rows=rows)[1]


@seams.imported_listings_undone.lend()
def imported_undone(by: Actor, network: Network, ids: list[UUID]) -> list[str]:
    return actions.intakes.take_back(by=by, network=network, ids=ids)[1]


@seams.exported_listings.lend()
def exported(me: Actor, network: Network, organisations: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = Listing.objects.visible_to(me).running() if not me.is_machine else Listing.objects.running()
    fields = ("side", "title", "text", "kind", "language", "themes", "until", "countries")
    chosen = rows.filter(network=network, organisation__in=organisations).order_by("organisation", "side", "pk")
    for row in chosen.values("organisation_id", *fields):
        found.setdefault(row.pop("organisation_id"), []).append(dict(row))
    return found


people.desk_items.lend(order=20)(desk.replies)
people.desk_items.lend(order=22)(desk.ending)
people.desk_near.lend(order=20)(desk.nearest)


@people.first_steps.lend(order=30)
def write_something(me: Actor) -> list[people.FirstStep]:
    ours = voices(me)
    if not ours or Listing.objects.filter(organisation__in=ours).exists():
        return []
    words = _("Within a minute you see who fits, in any language.")
    return [people.FirstStep(_("Write what you need or offer"), reverse("matching:new"), words)]


@people.notice_kinds.lend(order=30)
def kinds() -> list[tuple[str, Any, str]]:
    return notices.KINDS


@people.data_of.lend(order=30)
def written(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What this person wrote in the name of organisations."""
    own = ("id", "side", "title", "text", "for_whom", "role", "language", "state", "until", "made_at")
    said = ("id", "listing", "brings", "why", "when", "answers", "language", "state", "made_at")
    return {
        "offers_and_needs": list(Listing.objects.filter(author=person).values(*own)),
        "replies": list(Reply.objects.filter(person=person).values(*said)),
    }


people.forget.lend(order=30)(forget_person)


def _suggested(
    me: Actor, *, organisations: list[UUID] | None = None, network: Network | None = None
) -> seams.Panel | None:
    found = queries.suggestions(
        me, language=_reader(), limit=NEAR, organisations=organisations, network=network.pk if network else None
    )
    if not found:
        return None
    more = reverse("matching:matches", args=[network.slug]) if network else reverse("matching:mine")
    return seams.Panel(
        gettext_lazy("Suggested partners"), "matching/panel_suggestions.html", {"suggested": found}, 21,
        ident="suggested-partners", more=more,
    )  # fmt: skip


def _reader() -> str:
    return (get_language() or "en")[:2]


from koinon.matching.lends import calls, following, introductions, ties  # noqa: E402, F401  (parts of this package lend by being read)
