"""What the desk of admission gives to people's pages: applications and reviews that wait, settings of a network."""

from django.db.models import Q
from django.utils.translation import gettext as _

from koinon.accounts import seams
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network.models import Application, Network, Review
from koinon.network.queries.applications import whose_turn
from koinon.network.seams import NavEntry, network_settings

LISTED = 20


@seams.desk_items.lend(order=10)
@seams.only_if(lambda me: [(_open_applications, {"me": me})])
def applications(me: Actor) -> list[seams.DeskItem]:
    """Applications that wait for me or that I wait for. One query."""
    return [_application_item(me, row) for row in _open_applications(me=me)]


_open_applications: Prepared[Application] = Prepared(
    lambda me: (
        Application.objects.visible_to(me)
        .open()
        .filter(~Q(state="review") | ~Q(turn="reviewers") | Q(network__in=me.scopes("coordinator")) | ~_as_reviewer(me))
        .select_related("network", "organisation")
        .order_by("due_on", "id")[:LISTED]
    )
)


def _as_reviewer(me: Actor) -> Q:
    """Of networks where I review and do not coordinate: those stand on my desk as reviews."""
    only = sorted(set(me.scopes("reviewer")) - set(me.scopes("coordinator")))
    return Q(network__in=only)


def _application_item(me: Actor, row: Application) -> seams.DeskItem:
    turn = whose_turn(row)
    is_network_s = row.turn == "network" and me.holds("coordinator", row.network_id)
    is_own = row.applicant_id == me.person or bool(me.roles.get(row.organisation_id))
    names = {"organisation": row.organisation, "network": row.network}
    return seams.DeskItem(
        title=_("%(organisation)s applies to %(network)s") % names,
        url=to("network:application", row.network.slug, row.pk),
        kind=_("Application"),
        whose=str(turn["whose"]),
        since=row.moved_at,
        until=row.due_on,
        is_mine=is_own if row.turn == "applicant" else is_network_s,
        organisation=str(row.organisation),
    )


@seams.desk_items.lend(order=11)
@seams.only_if(lambda me: [(_open_reviews, {"me": me})])
def reviews(me: Actor) -> list[seams.DeskItem]:
    """Applications I am asked to review. One query."""
    is_staff = me.scopes("reviewer") or me.scopes("coordinator")
    return [_review_item(row) for row in _open_reviews(me=me)] if is_staff else []


_open_reviews: Prepared[Review] = Prepared(
    lambda me: (
        Review.objects.mine(me)
        .waiting()
        .filter(application__state="review")
        .select_related("application__network", "application__organisation")
        .order_by("due_on", "id")[:LISTED]
    )
)


def _review_item(row: Review) -> seams.DeskItem:
    application = row.application
    return seams.DeskItem(
        title=_("Review the application of %(organisation)s") % {"organisation": application.organisation},
        url=to("network:application", application.network.slug, application.pk),
        kind=_("Review"),
        whose=_("You"),
        since=row.asked_at,
        until=row.due_on,
        is_mine=True,
        organisation=str(application.organisation),
    )


@network_settings.lend(order=20)
def admission_settings(network: Network, me: Actor) -> list[NavEntry]:
    """Where a coordinator says how the network admits."""
    return [
        NavEntry(to("network:admission", network.slug), _("How we admit: deadlines, places, classes"), "admission"),
        NavEntry(to("network:figures", network.slug), _("Figures of applications and members"), "figures"),
    ]
