"""Calls that coordinators look at before they are published, and what a network has decided about calls."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies.public_holidays import is_known
from koinon.matching.actions.listings import move
from koinon.matching.models import CallRules, Listing
from koinon.matching.notices import calls as told
from koinon.matching.rules import calls as call_rules
from koinon.network.models import Network

WHY, CRITERIA = 500, 2000
NOT_JUDGE = gettext_lazy("Only coordinators of this network may do this, and not for their own organisation.")
NOT_COORDINATOR = gettext_lazy("Only coordinators of this network may do this.")


@verb("matching.rules_set", rule=call_rules.may_rule, refusal=NOT_COORDINATOR)
def set_rules(
    *,
    by: Actor,
    network: Network,
    is_reviewed: bool,
    criteria: str = "",
    cold_a_week: int | None = None,
    country: str | None = None,
) -> CallRules:
    """How the network wants its calls: looked at first or not, by which criteria, how many cold replies a week.

    `country`: whose public holidays do not count in the promise of an answer, "" for none's. None: as it was.
    """
    lines = [prose.line(line) for line in prose.clean(criteria).splitlines()]
    kept = "\n".join(line for line in lines if line)
    if len(kept) > CRITERIA:
        raise ValidationError({"criteria": [_("At most %(limit)s signs, please.") % {"limit": CRITERIA}]})
    facts: dict[str, Any] = {"is_reviewed": is_reviewed, "criteria": kept}
    if cold_a_week is not None:
        if not 1 <= cold_a_week <= 100:
            raise ValidationError({"cold_a_week": [_("Between 1 and 100, please.")]})
        facts["cold_a_week"] = cold_a_week
    if country is not None:
        if country and not is_known(country):
            raise ValidationError({"country": [_("The public holidays of this country are not known here.")]})
        facts["country"] = country
    return CallRules.objects.update_or_create(network=network, defaults=facts)[0]


@verb("matching.approved", rule=call_rules.may_judge, refusal=NOT_JUDGE, then=told.judged)
def approve(*, by: Actor, listing: Listing) -> Listing:
    """Into the lists."""
    if listing.until < date.today():
        raise ValidationError(_("Its last day has passed. Return it, so that they choose another."))
    return move(listing, "open", opened_at=timezone.now(), returned_why="")


@verb("matching.returned", rule=call_rules.may_judge, refusal=NOT_JUDGE, then=told.judged)
def send_back(*, by: Actor, listing: Listing, why: str) -> Listing:
    """Back to its writers as a draft, with what should be changed."""
    said = prose.said(why, "why", WHY, is_needed=True)
    return move(listing, "draft", returned_why=said)


@verb("matching.review_nudged", rule=only_machine, then=told.review_waits)
def nudge_review(*, by: Actor, listing: Listing) -> Listing:
    """On the promised day the coordinators are reminded; after it again, and the writers are told how it stands."""
    Listing.objects.filter(pk=listing.pk).update(nudges=listing.nudges + 1)
    listing.nudges += 1
    return listing
