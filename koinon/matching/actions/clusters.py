"""Founded clusters: a charter, members who asked or were invited, a work plan, an end, and a vote each year."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import (
    CLUSTER_STEPS,
    SEAT_STEPS,
    SPEAKERS,
    Cluster,
    ClusterMember,
    Lead,
    Placement,
    PlanStep,
)
from koinon.matching.notices import clusters as notices
from koinon.matching.rules import belongs
from koinon.matching.rules import ties as rules
from koinon.network.models import Network, Organisation

GATHER_FOR = timedelta(days=60)
ANSWER_WITHIN = timedelta(days=21)
LONGEST = timedelta(days=5 * 366)
YEAR = timedelta(days=365)
FEWEST, INVITED_AT_ONCE = 3, 50
TITLE, CHARTER, MESSAGE, STEP = 120, 5000, 500, 200

NOT_MEMBER = gettext_lazy("Clusters are founded and joined by members of the network.")
NOT_LEAD = gettext_lazy("Only those who coordinate this cluster may do this.")
NOT_YOURS = gettext_lazy("Only those who speak for this organisation may do this.")

conflict("seat_once_per_organisation", None, gettext_lazy("This organisation is in the cluster or on its way already."))
conflict("lead_once_per_person", None, gettext_lazy("This person coordinates the cluster already."))


@verb("matching.cluster_founded", rule=rules.may_found, refusal=NOT_MEMBER)
def found(
    *, by: Actor, network: Network, organisation: Organisation, title: str, charter: str, ends_on: date,
    language: str = "", person: Person | None = None, cluster: Cluster | None = None, is_demo: bool = False,
) -> Cluster:  # fmt: skip
    """`organisation` founds a cluster, by itself or out of a found `cluster`; it gathers members for 60 days."""
    facts = _facts(title, charter, ends_on)
    origin = {"found_as": cluster, "themes": cluster.themes, "countries": cluster.countries} if cluster else {}
    made = Cluster.objects.create(
        network=network, origin="founded", state="gathering", size=1, language=language or organisation.language,
        due_on=date.today() + GATHER_FOR, is_demo=is_demo, **facts, **origin,
    )  # fmt: skip
    ClusterMember.objects.create(cluster=made, organisation=organisation, state="member", due_on=date.today())
    if person is not None:
        Lead.objects.create(cluster=made, person=person, organisation=organisation)
    return made


@verb("matching.cluster_changed", rule=rules.may_lead, refusal=NOT_LEAD)
def change(*, by: Actor, cluster: Cluster, title: str, charter: str, ends_on: date) -> Cluster:
    """New words of the charter, another title, another end."""
    for name, value in _facts(title, charter, ends_on).items():
        setattr(cluster, name, value)
    cluster.save(update_fields=["title", "charter", "charter_html", "ends_on"])
    return cluster


@verb("matching.cluster_started", rule=rules.may_lead, refusal=NOT_LEAD, then=notices.started)
def start(*, by: Actor, cluster: Cluster) -> Cluster:
    """Enough members have come: it is shown to everybody, and in a year they vote whether to go on."""
    members = cluster.seats.filter(state="member").count()
    if members < FEWEST:
        raise ValidationError(_("A cluster begins with at least %(number)s members.") % {"number": FEWEST})
    CLUSTER_STEPS.move(
        cluster, "active", size=members, vote_on=date.today() + YEAR, due_on=None, reminded_on=None,
        moved_at=timezone.now(),
    )  # fmt: skip
    return cluster


@verb("matching.cluster_ended", rule=rules.may_close, refusal=NOT_LEAD, then=notices.ended)
def close(*, by: Actor, cluster: Cluster, why: str) -> Cluster:
    """Over before its day, with a reason that its members read."""
    text = prose.said(why, "why", 300, is_needed=True)
    if cluster.state == "voting":
        raise ValidationError(_("The members are voting: their vote decides."))
    return _end(cluster, text)


@verb("matching.cluster_expired", rule=only_machine, then=notices.ended)
def expire(*, by: Actor, cluster: Cluster) -> Cluster:
    """Its last day has passed, or it did not gather enough members in time."""
    return _end(cluster, "")


@verb("matching.cluster_reminded", rule=only_machine, then=notices.reminded)
def remind(*, by: Actor, cluster: Cluster) -> Cluster:
    """Its coordinators hear that its gathering, or its time, ends soon."""
    Cluster.objects.filter(pk=cluster.pk).update(reminded_on=date.today())
    return cluster


@verb("matching.cluster_invited", rule=rules.may_invite, refusal=NOT_LEAD, then=notices.invited)
def invite(*, by: Actor, cluster: Cluster, organisation: Organisation, message: str = "") -> ClusterMember:
    """A member of the network is asked to come in."""
    said = prose.said(message, "message", MESSAGE)
    return ClusterMember.objects.create(
        cluster=cluster, organisation=organisation, state="invited", message=said, due_on=date.today() + ANSWER_WITHIN
    )


@verb("matching.cluster_invited_found", rule=rules.may_lead, refusal=NOT_LEAD, counts=lambda made: {"invited": made[1]})
def invite_found(*, by: Actor, cluster: Cluster) -> tuple[Cluster, int]:
    """Invite who stands in the found cluster that this one came from, fifty at most; gives how many."""
    there = ClusterMember.objects.filter(cluster=cluster).values("organisation")
    rows = Placement.objects.filter(cluster=cluster.found_as_id).exclude(organisation__in=there)
    made = 0
    for row in rows.select_related("organisation").order_by("organisation")[:INVITED_AT_ONCE]:
        if belongs(cluster.network_id, row.organisation_id):
            invite(by=by, cluster=cluster, organisation=row.organisation)
            made += 1
    return cluster, made


@verb("matching.cluster_joining", rule=rules.may_join, refusal=NOT_MEMBER, then=notices.asked)
def ask(*, by: Actor, cluster: Cluster, organisation: Organisation, message: str = "") -> ClusterMember:
    """An organisation asks to come in; the cluster's coordinators answer within three weeks."""
    said = prose.said(message, "message", MESSAGE)
    return ClusterMember.objects.create(
        cluster=cluster, organisation=organisation, state="asked", message=said, due_on=date.today() + ANSWER_WITHIN
    )


@verb("matching.cluster_joined", rule=rules.may_decide_seat, refusal=NOT_LEAD, then=notices.joined)
def admit(*, by: Actor, seat: ClusterMember) -> ClusterMember:
    """The side whose turn it is says yes: the organisation is in."""
    SEAT_STEPS.move(seat, "member", moved_at=timezone.now())
    _count(seat.cluster)
    return seat


@verb("matching.cluster_not_joined", rule=rules.may_decide_seat, refusal=NOT_LEAD, then=notices.not_joined)
def refuse(*, by: Actor, seat: ClusterMember) -> ClusterMember:
    """The side whose turn it is says no; who asked hears it, with thanks."""
    was = seat.state
    SEAT_STEPS.move(seat, "declined", moved_at=timezone.now())
    seat.was = was  # type: ignore[attr-defined]
    return seat


@verb("matching.cluster_left", rule=rules.may_leave, refusal=NOT_YOURS)
def leave(*, by: Actor, seat: ClusterMember) -> ClusterMember:
    """Out, or what was asked taken back. With its last member a cluster ends."""
    SEAT_STEPS.move(seat, "withdrawn" if seat.state == "asked" else "left", moved_at=timezone.now())
    cluster = seat.cluster
    Lead.objects.filter(cluster=cluster, organisation=seat.organisation_id).delete()
    if _count(cluster) == 0 and CLUSTER_STEPS.allows(cluster.state, "ended"):
        _end(cluster, _("Its last member has left."))
    return seat


@verb("matching.seat_lapsed", rule=only_machine)
def lapse(*, by: Actor, seat: ClusterMember) -> ClusterMember:
    """Nobody answered in time; it may be asked anew."""
    SEAT_STEPS.move(seat, "lapsed", moved_at=timezone.now())
    return seat


@verb("matching.seat_reminded", rule=only_machine, then=notices.seat_reminded)
def remind_seat(*, by: Actor, seat: ClusterMember) -> ClusterMember:
    """A week before its day the side whose turn it is hears of it once more."""
    ClusterMember.objects.filter(pk=seat.pk).update(reminded_on=date.today())
    return seat


@verb("matching.cluster_lead_added", rule=rules.may_appoint, refusal=NOT_LEAD, then=notices.appointed)
def appoint(*, by: Actor, cluster: Cluster, person: Person, organisation: Organisation) -> Lead:
    """One more coordinator: somebody with a mandate of a member of the cluster."""
    mandates = person.mandates.in_force().filter(organisation=organisation, role__in=SPEAKERS)
    if not (mandates.exists() and cluster.seats.filter(organisation=organisation, state="member").exists()):
        raise ValidationError({"person": [_("Choose somebody who speaks for a member of the cluster.")]})
    return Lead.objects.create(cluster=cluster, person=person, organisation=organisation)


@verb("matching.plan_step_added", rule=rules.may_lead, refusal=NOT_LEAD)
def plan(
    *, by: Actor, cluster: Cluster, title: str, due_on: date, organisation: Organisation | None = None
) -> PlanStep:
    """A step of the work plan, with its day and who sees to it."""
    text = prose.said(title, "title", STEP, is_needed=True)
    if organisation and not cluster.seats.filter(organisation=organisation, state="member").exists():
        raise ValidationError({"organisation": [_("Please choose one of the list.")]})
    return PlanStep.objects.create(cluster=cluster, title=text, due_on=due_on, organisation=organisation)


@verb("matching.plan_step_done", rule=rules.may_plan, refusal=NOT_LEAD)
def finish(*, by: Actor, step: PlanStep) -> PlanStep:
    """Done today; a second tap opens it again."""
    done = None if step.done_on else date.today()
    PlanStep.objects.filter(pk=step.pk).update(done_on=done)
    step.done_on = done
    return step


@verb("matching.plan_step_removed", rule=rules.may_remove_step, refusal=NOT_LEAD)
def remove(*, by: Actor, step: PlanStep) -> Cluster:
    """Out of the plan."""
    PlanStep.objects.filter(pk=step.pk).delete()
    return step.cluster


@verb("matching.plan_step_reminded", rule=only_machine, then=notices.step_due)
def remind_step(*, by: Actor, step: PlanStep) -> PlanStep:
    """A week before its day who sees to it hears of it."""
    PlanStep.objects.filter(pk=step.pk).update(reminded_on=date.today())
    return step


def _end(cluster: Cluster, why: str) -> Cluster:
    CLUSTER_STEPS.move(cluster, "ended", why_ended=why, due_on=None, vote_on=None, moved_at=timezone.now())
    cluster.seats.filter(state__in=["invited", "asked"]).update(state="lapsed", moved_at=timezone.now())
    return cluster


def _count(cluster: Cluster) -> int:
    number = cluster.seats.filter(state="member").count()
    Cluster.objects.filter(pk=cluster.pk).update(size=number)
    cluster.size = number
    return number


def _facts(title: str, charter: str, ends_on: date) -> dict[str, Any]:
    text = prose.said(charter, "charter", CHARTER, is_needed=True)
    if not date.today() < ends_on <= date.today() + LONGEST:
        raise ValidationError({"ends_on": [_("Please choose a day within the next five years.")]})
    name = prose.line(prose.said(title, "title", TITLE, is_needed=True))
    return {"title": name, "charter": text, "charter_html": prose.html_of(text), "ends_on": ends_on}
