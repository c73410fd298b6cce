"""What is told about calls: jurors are named and asked, decisions with their words reach every team."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.projects.models import Call, Choice, Juror, Project
from koinon.projects.notices.telling import about, about_call, day
from koinon.projects.queries.people import runners_of, team_of

_TITLES = {
    "approved": _("Your plan was selected: %(project)s"),
    "conditional": _("Your plan was selected on conditions: %(project)s"),
    "rejected": _("Your plan was not selected this time: %(project)s"),
}


def juror_named(*, by: Actor, result: Juror) -> None:
    about_call(
        by, [result.person], result.call, _("You are in the jury: %(call)s"),
        _("Teams hand in plans until %(closes)s. We write to you when it is your turn."),
        closes=day(result.call.closes_on),
    )  # fmt: skip


def opened(*, by: Actor, result: Call) -> None:
    """Those who run it together with the one who opened it, and the jury."""
    people = [*runners_of(result), *(row.person for row in result.jurors.select_related("person"))]
    about_call(
        by, people, result, _("Open for plans: %(call)s"), _("Teams hand in plans until %(closes)s."),
        closes=day(result.closes_on),
    )  # fmt: skip


def changed(*, by: Actor, result: Call) -> None:
    """Teams that write or have handed in hear of another last day."""
    if not getattr(result, "is_told", False):
        return
    plans = Project.objects.filter(call=result, state__in=["idea", "draft", "submitted"]).order_by("pk")
    for project in plans:
        title = _("Plans may be handed in until %(closes)s now: %(project)s")
        about(by, team_of(project), project, title, closes=day(result.closes_on))


def jury_begun(*, by: Actor, result: Call) -> None:
    jurors = [row.person for row in result.jurors.select_related("person")]
    text = _("Please read the plans and give your points by %(until)s. Say so where you are too near to be fair.")
    address = to("projects:judging", result.slug)
    about_call(by, jurors, result, _("It is your turn: %(call)s"), text, address=address, until=day(result.decides_on))


def decided(*, by: Actor, result: Call) -> None:
    """Every team at the same moment, with the words that were written for it; then the jury, with thanks."""
    rows = Choice.objects.filter(project__call=result, told_at__isnull=False).select_related("project")
    for row in rows.order_by("pk"):
        text = _("%(words)s\n\nConditions, until %(until)s: %(conditions)s") if row.conditions else _("%(words)s")
        facts: dict[str, Any] = {
            "words": row.feedback,
            "conditions": row.conditions,
            "until": day(row.conditions_until),
        }
        about(by, team_of(row.project), row.project, _TITLES[row.verdict], text, **facts)
    jurors = [row.person for row in result.jurors.select_related("person")]
    about_call(by, jurors, result, _("Decided, with thanks to the jury: %(call)s"))


def cancelled(*, by: Actor, result: Call) -> None:
    why = getattr(result, "why", "")
    for project in getattr(result, "told", []):
        text = _("The reason: %(why)s\nYour plan stays yours; you may hand it in to another call.")
        about(by, team_of(project), project, _("The call for your plan was called off: %(project)s"), text, why=why)
    jurors = [row.person for row in result.jurors.select_related("person")]
    about_call(by, jurors, result, _("Called off: %(call)s"), _("The reason: %(why)s"), why=why)


def nudged(*, by: Actor, result: Call) -> None:
    """The jury while it is at work, otherwise those who run the call."""
    kind = "projects.reminder"
    if result.state == "judging":
        waiting = result.jurors.filter(judgements__state="open", judgements__project__state="submitted").distinct()
        people = [row.person for row in waiting.select_related("person")]
        text, address = _("Your points are waited for, by %(until)s."), to("projects:judging", result.slug)
    else:
        people, address = runners_of(result), to("projects:ranking", result.slug)
        text = _("It waits for you. Teams were promised a decision by %(until)s.")
    title = _("Still waiting: %(call)s")
    about_call(by, people, result, title, text, address=address, kind=kind, until=day(result.decides_on))
