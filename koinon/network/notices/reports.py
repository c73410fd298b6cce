"""What is said about reports and standings: to who speaks for the member, and to the coordinators."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.models import Membership, Report, Standing
from koinon.network.notices.telling import day, names, tell

STEPS = {
    "late": _("%(organisation)s is late with its report to %(network)s"),
    "risk": _("The membership of %(organisation)s in %(network)s is at risk"),
    "inactive": _("%(organisation)s is an inactive member of %(network)s now"),
    "lapsed": _("The membership of %(organisation)s in %(network)s has lapsed"),
}
WHAT_NOW = {
    "late": _("The report was due on %(day)s. Hand it in, or ask the people who run the network for more time."),
    "risk": _("Without a report the membership becomes inactive next. Hand it in, or ask for more time."),
    "inactive": _(
        "You can read everything and answer what others ask. To offer, ask and reply again, hand in the report."
    ),
    "lapsed": _("You are no longer a member. The people who run the network can take you in again: write to them."),
}
JUDGED = {
    "accepted": _("%(network)s has accepted the report of %(organisation)s"),
    "returned": _("Your turn: %(network)s asks for changes in the report of %(organisation)s"),
    "excused": _("%(network)s asks no report of %(organisation)s this time"),
}


def opened(*, by: Actor, result: Report) -> None:
    _tell_member(
        by,
        result,
        _("%(network)s asks %(organisation)s for its report by %(day)s"),
        _("What you did here is filled in already. You write the rest, together if you like; it saves itself."),
    )


def reminded(*, by: Actor, result: Report) -> None:
    """The member while it is owed; the coordinators while it waits to be read."""
    if result.state == Report.State.SUBMITTED:
        _tell_staff(by, result, _("Your turn: the report of %(organisation)s waits to be read"))
    else:
        _tell_member(by, result, _("The report of %(organisation)s to %(network)s is due on %(day)s"), "")


def submitted(*, by: Actor, result: Report) -> None:
    _tell_staff(by, result, _("%(organisation)s has handed in its report"))


def judged(*, by: Actor, result: Report) -> None:
    _tell_member(by, result, JUDGED[result.state], "%(reason)s")


def extended(*, by: Actor, result: Report) -> None:
    title = _("More time: the report of %(organisation)s to %(network)s is due on %(day)s")
    _tell_member(by, result, title, "%(why)s")


def standing_moved(*, by: Actor, result: Standing) -> None:
    """Each step: the member hears what it means and what to do; the coordinators hear of the last two."""
    membership = result.membership
    report = Report.objects.filter(membership=membership).order_by("-due_on").first()
    facts = {**names(membership.network, membership.organisation), "day": day(report.deadline) if report else ""}
    address = reverse("network:standing", args=[membership.pk])
    people = queries.speakers_of(membership.organisation_id)
    title, text = STEPS[result.state], WHAT_NOW[result.state]
    kind = "network.membership"
    tell(by, people, kind=kind, title=title, text=text, facts=facts, address=address, action=_("See what to do"))
    if result.state in ("inactive", "lapsed"):
        staff = queries.staff_of(membership.network_id, ["coordinator"])
        tell(by, staff, kind="network.application", title=title, facts=facts, address=address, action=_("Open"))


def reinstated(*, by: Actor, result: Membership) -> None:
    """Both sides."""
    tell(
        by,
        [*queries.speakers_of(result.organisation_id), *queries.staff_of(result.network_id, ["coordinator"])],
        kind="network.membership",
        title=_("%(organisation)s is in good standing in %(network)s again"),
        facts=names(result.network, result.organisation),
        address=reverse("network:standing", args=[result.pk]),
        action=_("Open"),
    )


def _tell_member(by: Actor, report: Report, title: Any, text: Any) -> None:
    membership = report.membership
    tell(
        by,
        queries.speakers_of(membership.organisation_id),
        kind="network.membership",
        title=title,
        text=text,
        facts=_facts(report),
        address=reverse("network:report", args=[report.pk]),
        action=_("Open the report"),
    )


def _tell_staff(by: Actor, report: Report, title: Any) -> None:
    tell(
        by,
        queries.staff_of(report.network_id, ["coordinator"]),
        kind="network.application",
        title=title,
        facts=_facts(report),
        address=reverse("network:report", args=[report.pk]),
        action=_("Open the report"),
    )


def _facts(report: Report) -> dict[str, Any]:
    return {
        **names(report.network, report.membership.organisation),
        "day": day(report.deadline),
        "reason": report.reason,
        "why": report.extended_why,
    }
