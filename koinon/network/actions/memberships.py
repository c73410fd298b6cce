"""Memberships: from a day to a day; they end, they are never deleted once they ran."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.network import notices, rules, seams
from koinon.network.actions import quotas
from koinon.network.models import Membership, MembershipClass, Network, Organisation, days, ended

conflict(
    "membership_once_at_a_time", "since", gettext_lazy("This organisation is a member already in that time."),
)  # fmt: skip


@verb("network.membership_begun", rule=rules.may_run)
def begin(
    *,
    by: Actor,
    network: Network,
    organisation: Organisation,
    kind: str = "member",
    since: date | None = None,
    until: date | None = None,
    in_class: MembershipClass | None = None,
) -> Membership:
    """The organisation belongs to the network from `since` (default today) to `until`, the last day (default: open).

    Two memberships at the same time are refused by the database (membership_once_at_a_time).
    """
    made = Membership.objects.create(
        network=network, organisation=organisation, kind=kind, period=days(since, until), in_class=in_class
    )
    seams.organisation_changed.gather([organisation.pk])
    return made


@verb("network.membership_ended", rule=rules.may_end_membership, then=notices.membership_ended)
def end(*, by: Actor, membership: Membership, why: str, on: date | None = None) -> Membership:
    """It does not hold any more on the day `on` (default today); the reason is told and kept."""
    reason = prose.line(why)
    if not reason:
        raise ValidationError({"why": [_("Please say why: the organisation will be told.")]})
    row = Membership.objects.select_for_update(of=("self",)).select_related("network", "organisation")
    membership = row.get(pk=membership.pk)
    if membership.period.upper and membership.period.upper <= date.today():
        raise ValidationError(_("This membership has ended already."))
    if membership.period.lower > (on or date.today()):
        raise ValidationError({"on": [_("This is before the membership began.")]})
    membership.period = ended(membership.period, on)
    membership.ended_why = reason[:300]
    membership.save(update_fields=["period", "ended_why"])
    seams.organisation_changed.gather([membership.organisation_id])
    quotas.give_back_ended(by, membership.network)
    return membership
