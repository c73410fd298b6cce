"""Places: taken on admission, given back when a membership ends, proposed to the next on the waiting list.

`taken` of a quota is raised by one conditional statement and checked by the database (quota_never_over), so two
admissions at the same instant cannot share the last place.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import turns
from koinon.network.engine.ranking import ranked
from koinon.network.models import Application, Network, Quota, Seat, days

TIME_TO_ANSWER = 14

conflict("quota_never_over", "places", gettext_lazy("More places than that are taken already."))
conflict("quota_one_per_country_and_time", "since", gettext_lazy("There is a quota for this country and time already."))


@verb("network.quota_set", rule=rules.may_set)
def set_quota(
    *, by: Actor, network: Network, places: int, since: date, until: date, country: str = "", quota: Quota | None = None
) -> Quota:
    """How many are admitted from `country` ("": all together) from `since` to `until`, the last day."""
    facts: Mapping[str, Any] = {"places": places, "period": days(since, until), "country": country}
    if quota is None:
        return Quota.objects.create(network=network, **facts)
    Quota.objects.filter(pk=quota.pk).update(**facts)
    quota.refresh_from_db()
    propose_next(network, by)
    return quota


@verb("network.quota_removed", rule=rules.may_set)
def remove_quota(*, by: Actor, network: Network, quota: Quota) -> Network:
    """No limit any more; those who wait are proposed."""
    quota.delete()
    propose_next(network, by)
    return network


@verb("network.place_proposed", rule=only_machine, then=notices.place_proposed)
def propose(*, by: Actor, application: Application) -> Application:
    """A place is free: this application is the next on the waiting list; the coordinator decides."""
    application.proposed_at = timezone.now()
    application.save(update_fields=["proposed_at"])
    turns.pass_turn(application, "network", turns.within(TIME_TO_ANSWER))
    return application


def take(application: Application) -> None:
    """Take a place of each quota that counts for this application. Raises ValidationError when none is free."""
    wanted = Quota.objects.that_count(application.network, application.organisation.country, date.today())
    for quota in wanted.order_by("pk"):
        try:
            with transaction.atomic():
                Quota.objects.filter(pk=quota.pk).update(taken=F("taken") + 1)
        except IntegrityError as problem:
            said = _("No place is free (%(places)s of %(places)s are taken). Put it on the waiting list.")
            raise ValidationError(said % {"places": quota.places}, code="full") from problem
        Seat.objects.create(quota=quota, application=application)


def give_back_ended(by: Actor, network: Network | None = None) -> int:
    """Places of memberships that have ended within the time of their quota; returns how many came free."""
    today = date.today()
    seats = Seat.objects.filter(application__membership__period__endswith__lte=today, quota__period__contains=today)
    if network is not None:
        seats = seats.filter(quota__network=network)
    freed = 0
    for seat in seats.select_related("quota__network"):
        deleted, _kinds = Seat.objects.filter(pk=seat.pk).delete()
        if deleted:
            Quota.objects.filter(pk=seat.quota_id).update(taken=F("taken") - 1)
            propose_next(seat.quota.network, by)
            freed += 1
    return freed


def propose_next(network: Network, by: Actor) -> None:
    """Propose the best of the waiting list for each place that is free and not proposed to somebody yet."""
    waiting = Application.objects.filter(network=network, state="waitlisted")
    rows = ranked(waiting.select_related("organisation__place", "network"), turns.rules_of(network).tie_break)
    if not rows:
        return
    quotas = Quota.objects.filter(network=network, period__contains=date.today())
    left = {quota.country: quota.places - quota.taken for quota in quotas}
    for row in sorted(rows, key=lambda row: row.proposed_at is None):
        counting = [country for country in ("", row.organisation.country) if country in left]
        if row.proposed_at is None and all(left[country] > 0 for country in counting):
            propose(by=turns.clerk(by), application=row)
        if row.proposed_at is not None:
            left |= {country: left[country] - 1 for country in counting}
