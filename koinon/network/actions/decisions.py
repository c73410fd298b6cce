"""Decisions about applications: admit, put on the waiting list, decline; each leaves a numbered letter."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, verb
from koinon.network import notices, rules
from koinon.network.actions import beginnings, letters, mandates, memberships, quotas, reviews, turns
from koinon.network.models import Application, Membership, MembershipClass, Quota, last_day
from koinon.network.queries.classes import class_for

LONGEST = 5000
TIME_ON_LIST = timedelta(days=180)


@verb("network.admitted", rule=rules.may_decide, then=notices.admitted)
def admit(
    *, by: Actor, application: Application, kind: str = "member", in_class: MembershipClass | None = None
) -> tuple[Application, Membership]:
    """The organisation belongs from today; who applied represents it where nobody does; everybody is told.

    `in_class` is what the network's rules say unless given. Raises ValidationError when no place is free, when reviews
    or the endorsement are missing, or when somebody else was quicker.
    """
    _check_ready(application)
    chosen = in_class or class_for(application.network, application.organisation)
    turns.move(application, "admitted", turn="network", until=date.today(), reason="", in_class=chosen)
    quotas.take(application)
    application.membership = memberships.begin(
        by=by, network=application.network, organisation=application.organisation, kind=kind, in_class=chosen
    )
    application.save(update_fields=["membership"])
    _appoint_applicant(by, application)
    letters.write(by=by, application=application, kind="admitted")
    beginnings.begin(by=turns.clerk(by), application=application)
    return application, application.membership


@verb("network.waitlisted", rule=rules.may_decide, then=notices.application_moved)
def waitlist(*, by: Actor, application: Application, reason: str = "") -> Application:
    """Good, but no place is free: when one becomes free the best of the list is proposed to the coordinator."""
    _check_ready(application)
    text = prose.clean(reason)[:LONGEST]
    counting = Quota.objects.that_count(application.network, application.organisation.country, date.today())
    ends = [day for quota in counting if (day := last_day(quota.period)) is not None and day > date.today()]
    turns.move(
        application,
        "waitlisted",
        turn="network",
        until=min(ends, default=date.today() + TIME_ON_LIST),
        reason=text,
        proposed_at=None,
    )
    letters.write(by=by, application=application, kind="waitlisted")
    quotas.propose_next(application.network, by)
    return application


@verb("network.declined", rule=rules.may_decide, then=notices.application_moved)
def decline(*, by: Actor, application: Application, reason: str, again_on: date | None = None) -> Application:
    """Not now, because of `reason`; they may apply again on `again_on` (None: any time)."""
    text = prose.clean(reason)[:LONGEST]
    if not text:
        raise ValidationError({"reason": [_("Please write a few words.")]})
    if again_on is not None and again_on <= date.today():
        raise ValidationError({"again_on": [_("Please choose a day in the future.")]})
    reviews.let_go(application)
    turns.move(application, "declined", reason=text, again_on=again_on)
    letters.write(by=by, application=application, kind="declined")
    quotas.propose_next(application.network, by)
    return application


def _check_ready(application: Application) -> None:
    """What the network wants before a decision for an applicant: an endorsement, and so many reviews."""
    admission = turns.rules_of(application.network)
    is_endorsed = application.endorsements.filter(counts=True).exists()
    is_early = application.state in ("submitted", "check", "endorsement")
    if admission.is_endorsed and is_early and not is_endorsed:
        raise ValidationError(_("It is not endorsed yet. Ask for the endorsement, or go on to the review and say why."))
    given = application.reviews.filter(state="given").count()
    if given < admission.reviewers and application.state != "waitlisted":
        facts = {"wanted": admission.reviewers, "given": given}
        raise ValidationError(_("%(wanted)s reviews are needed, %(given)s are there.") % facts)
    reviews.let_go(application)


def _appoint_applicant(by: Actor, application: Application) -> None:
    if rules.nobody_leads(organisation=application.organisation):
        with translation.override(application.language):
            decision = _("Named in the application to %(network)s") % {"network": application.network}
        clerk = turns.clerk(by)
        mandates.appoint(
            by=clerk, organisation=application.organisation, person=application.applicant, decision=decision
        )
