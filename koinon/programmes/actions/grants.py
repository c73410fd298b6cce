"""Grants: given once, renewed, withdrawn with a reason, ended by the clock after two reminders."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network.engine.standing import months_after
from koinon.programmes.actions import counting, qualifying
from koinon.programmes.actions.programmes import running
from koinon.programmes.models import (
    CASCADE_GRANT_STEPS,
    DELIVERY_STEPS,
    QUALIFICATION_STEPS,
    CascadeGrant,
    Delivery,
    Participant,
    Qualification,
)
from koinon.programmes.notices import cascade as notices
from koinon.programmes.rules import cascade as rules

NOT_OWN = gettext_lazy("Only those who run this programme may do this, and never for themselves.")
WHY = 500

conflict("cascade_grant_once", None, gettext_lazy("This person has a grant already."))
conflict("cascade_grant_fits_parent", None, gettext_lazy("This programme has no generation further down."))
conflict("cascade_grant_no_circle", None, gettext_lazy("Nobody comes from what they delivered themselves."))
conflict("cascade_grant_ends_later", "until", gettext_lazy("The last day is before the first one."))


@verb("programmes.granted", rule=rules.may_decide, refusal=NOT_OWN, then=notices.granted)
def give(*, by: Actor, qualification: Qualification) -> CascadeGrant:
    """A ready candidate may deliver from today; the parent is the delivery they came from."""
    held = (
        Qualification.objects.select_for_update(of=("self",))
        .select_related("programme__course", "person")
        .get(pk=qualification.pk)
    )
    running(held.programme)
    qualifying.looked_at(held)
    if held.state != "ready":
        raise ValidationError(_("Something is still missing, or the grant was given already. Please look again."))
    programme, below = held.programme, held.came_from
    if below is not None:
        qualifying.check_line(programme, held.person, below)
    QUALIFICATION_STEPS.move(held, "qualified", moved_at=timezone.now(), due_on=None)
    today = timezone.localdate()
    made = CascadeGrant.objects.create(
        programme=programme, person=held.person, organisation=held.organisation, parent=below,
        generation=below.generation + 1 if below else 1, since=today,
        until=months_after(today, programme.grant_months), granted_by_id=by.person,
        target_deliveries=programme.target_deliveries, target_people=programme.target_people, is_demo=programme.is_demo,
    )  # fmt: skip
    if below is not None:
        Participant.objects.filter(delivery=below, person=held.person).update(has_become=True)
        counting.recount(below)
    return made


@verb("programmes.grant_renewed", rule=rules.may_manage, refusal=NOT_OWN, then=notices.renewed)
def renew(*, by: Actor, grant: CascadeGrant, until: date) -> CascadeGrant:
    """It holds longer; also one that has ended, or was withdrawn."""
    running(grant.programme)
    if until <= timezone.localdate():
        raise ValidationError({"until": [_("Please give a day that is still to come.")]})
    facts = {"until": until, "reminded_days": None, "why": ""}
    if grant.state == "active":
        if not CascadeGrant.objects.filter(pk=grant.pk, state="active").update(**facts):
            raise ValidationError(_("Somebody else was quicker: please look again."))
        grant.refresh_from_db()
    else:
        CASCADE_GRANT_STEPS.move(grant, "active", moved_at=timezone.now(), **facts)
    return grant


@verb("programmes.grant_withdrawn", rule=rules.may_manage, refusal=NOT_OWN, then=notices.withdrawn)
def withdraw(*, by: Actor, grant: CascadeGrant, why: str) -> CascadeGrant:
    """They deliver no more, with a reason they read. What is over stays and issued badges hold; what goes on goes to
    those who help, else to the supervisor, else it is called off."""
    said = prose.said(why, "why", WHY, is_needed=True, is_line=True)
    CASCADE_GRANT_STEPS.move(grant, "withdrawn", moved_at=timezone.now(), why=said)
    here = Delivery.objects.filter(programme=grant.programme_id)
    for helped in here.filter(helpers=grant.person_id):
        helped.helpers.remove(grant.person_id)  # type: ignore[arg-type]
    here.filter(supervisor=grant.person_id, supervisor__isnull=False).update(supervisor=None)
    handed, ended = [], []
    for row in (
        Delivery.objects.select_for_update(of=("self",))
        .filter(grant=grant, state__in=["planned", "running", "returned"])
        .order_by("pk")
    ):
        if _heirs(row):
            handed.append(row)
        elif row.state != "returned":
            DELIVERY_STEPS.move(row, "cancelled", moved_at=timezone.now(), why=said, due_on=None)
            ended.append(row)
    grant.handed_on, grant.called_off = handed, ended  # type: ignore[attr-defined]
    return grant


@verb("programmes.targets_set", rule=rules.may_manage, refusal=NOT_OWN)
def aim(*, by: Actor, grant: CascadeGrant, target_deliveries: int, target_people: int) -> CascadeGrant:
    """What this facilitator aims at, where it differs from the programme's own aim."""
    grant.target_deliveries, grant.target_people = target_deliveries, target_people
    grant.save(update_fields=["target_deliveries", "target_people"])
    return grant


@verb("programmes.grant_ended", rule=only_machine, then=notices.expired)
def expire(*, by: Actor, grant: CascadeGrant) -> CascadeGrant:
    """Its last day has passed; what is under way goes on, nothing new begins."""
    if grant.until >= timezone.localdate():
        raise ValidationError(_("This is no longer possible: it has moved on."))
    CASCADE_GRANT_STEPS.move(grant, "expired", moved_at=timezone.now())
    return grant


@verb("programmes.grant_ends_soon", rule=only_machine, then=notices.ends_soon)
def remind(*, by: Actor, grant: CascadeGrant, days: int) -> CascadeGrant:
    """60 and 14 days before the end, once each."""
    fresh = CascadeGrant.objects.filter(
        pk=grant.pk, state="active", until__lte=timezone.localdate() + timedelta(days=days)
    )
    if not fresh.filter(Q(reminded_days=None) | Q(reminded_days__gt=days)).update(reminded_days=days):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return grant


@verb("programmes.nudged", rule=only_machine, then=notices.nudged)
def nudge(*, by: Actor, grant: CascadeGrant) -> CascadeGrant:
    """A friendly word when nothing is planned and the target is not reached."""
    today = timezone.localdate()
    if not CascadeGrant.objects.in_force().filter(pk=grant.pk).exclude(nudged_on=today).update(nudged_on=today):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    rows = Delivery.objects.counted().filter(grant=grant)
    grant.done = (rows.count(), rows.aggregate(people=Sum("number_reached"))["people"] or 0)  # type: ignore[attr-defined]
    return grant


def _heirs(delivery: Delivery) -> bool:
    """Whether somebody goes on with it: those who help, else its supervisor, who becomes one of them."""
    if delivery.helpers.exists():
        return True
    supervisor = delivery.supervisor_id
    if supervisor is not None:
        delivery.helpers.add(supervisor)  # type: ignore[arg-type]
        Delivery.objects.filter(pk=delivery.pk).update(supervisor=None)
        delivery.supervisor = None
    return supervisor is not None
