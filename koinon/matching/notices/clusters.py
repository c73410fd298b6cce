"""What people are told about founded clusters: who comes in, what is due, the vote."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.models import Person
from koinon.accounts.notices import tell_all
from koinon.kit.verbs import Actor
from koinon.matching.models import Ballot, Cluster, ClusterMember, Lead, PlanStep
from koinon.matching.notices import named
from koinon.network.models import Mandate
from koinon.network.queries.people import LEADS, speakers_of

KINDS: list[tuple[str, Any, str]] = [("matching.cluster", _("Clusters of our organisation"), "now")]


def invited(*, by: Actor, result: ClusterMember) -> None:
    _tell(
        by,
        speakers_of(result.organisation_id),
        result.cluster,
        _("You are invited into the cluster “%(cluster)s”"),
        _("Read its charter and answer until %(day)s."),
        _("Read and answer"),
        day=_day(result.due_on),
    )


def asked(*, by: Actor, result: ClusterMember) -> None:
    _tell(
        by,
        _leads(result.cluster),
        result.cluster,
        _("%(organisation)s asks to join the cluster “%(cluster)s”"),
        _("It is your turn: answer until %(day)s."),
        _("Answer"),
        organisation=named(result.organisation),
        day=_day(result.due_on),
    )


def joined(*, by: Actor, result: ClusterMember) -> None:
    people = {person.pk: person for person in [*_leads(result.cluster), *speakers_of(result.organisation_id)]}
    _tell(
        by,
        [person for key, person in people.items() if key != by.person],
        result.cluster,
        _("%(organisation)s is in the cluster “%(cluster)s”"),
        "",
        _("Open the cluster"),
        organisation=named(result.organisation),
    )


def not_joined(*, by: Actor, result: ClusterMember) -> None:
    """Who asked, or who invited, hears the no."""
    was_asked = getattr(result, "was", "") == "asked"
    _tell(
        by,
        speakers_of(result.organisation_id) if was_asked else _leads(result.cluster),
        result.cluster,
        _("Thank you, but not now: the cluster “%(cluster)s” and %(organisation)s"),
        _("The answer was no. You may ask again later."),
        _("Open the cluster"),
        organisation=named(result.organisation),
    )


def seat_reminded(*, by: Actor, result: ClusterMember) -> None:
    (asked if result.state == "asked" else invited)(by=by, result=result)


def appointed(*, by: Actor, result: Lead) -> None:
    if result.person_id != by.person:
        title = _("You coordinate the cluster “%(cluster)s” now")
        _tell(by, [result.person], result.cluster, title, "", _("Open the cluster"))


def started(*, by: Actor, result: Cluster) -> None:
    _tell(
        by,
        _members(result),
        result,
        _("The cluster “%(cluster)s” has begun"),
        _("In a year its members vote whether to go on."),
        _("Open the cluster"),
    )


def ended(*, by: Actor, result: Cluster) -> None:
    _tell(by, _members(result), result, _("The cluster “%(cluster)s” is over"), "", _("Open the cluster"))


def reminded(*, by: Actor, result: Cluster) -> None:
    last = result.due_on if result.state == "gathering" else result.ends_on
    _tell(
        by,
        _leads(result),
        result,
        _("The cluster “%(cluster)s” ends on %(day)s"),
        _("Begin it, give it a later end, or let it go: it is your turn."),
        _("Open the cluster"),
        day=_day(last),
    )


def step_due(*, by: Actor, result: PlanStep) -> None:
    _tell(
        by,
        speakers_of(result.organisation_id) if result.organisation_id else _leads(result.cluster),
        result.cluster,
        _("Due on %(day)s: %(step)s"),
        _("It stands in the work plan of the cluster “%(cluster)s”."),
        _("Open the plan"),
        day=_day(result.due_on),
        step=result.title,
    )


def ballot_opened(*, by: Actor, result: Ballot) -> None:
    _vote(by, result, result.voters)


def ballot_reminded(*, by: Actor, result: Ballot) -> None:
    voted = set(result.votes.values_list("organisation", flat=True))
    _vote(by, result, [key for key in result.voters if key not in voted])


def ballot_closed(*, by: Actor, result: Ballot) -> None:
    is_kept = result.state == "kept"
    _tell(
        by,
        _people_of(result.voters),
        result.cluster,
        _("The cluster “%(cluster)s” goes on") if is_kept else _("The cluster “%(cluster)s” ends"),
        _("Go on: %(yes)s. End it: %(no)s. No preference: %(abstain)s. Needed to count: %(quorum)s votes."),
        _("Open the cluster"),
        yes=str(result.yes), no=str(result.no), abstain=str(result.abstain), quorum=str(result.quorum),
    )  # fmt: skip


def _vote(by: Actor, ballot: Ballot, voters: Iterable[Any]) -> None:
    _tell(
        by,
        _people_of(voters),
        ballot.cluster,
        _("Vote until %(day)s: shall the cluster “%(cluster)s” go on?"),
        _("Your organisation has one vote. Nobody sees it until the vote closes."),
        _("Vote"),
        day=_day(ballot.closes_on),
    )


def _tell(
    by: Actor, people: Iterable[Person], cluster: Cluster, title: Any, text: Any, action: Any, **facts: Any
) -> None:
    """Nobody is written to by what the demo's loader does."""
    if by.role == "demo":
        return
    tell_all(
        people=list(people),
        kind="matching.cluster",
        title=title,
        text=text,
        facts={"cluster": cluster.title, **facts},
        address=reverse("matching:cluster", args=[cluster.pk]),
        action=action,
    )


def _leads(cluster: Cluster) -> list[Person]:
    return [row.person for row in cluster.leads.select_related("person") if row.person.is_active]


def _members(cluster: Cluster) -> list[Person]:
    return _people_of(cluster.seats.filter(state="member").values_list("organisation", flat=True))


def _people_of(organisations: Iterable[Any]) -> list[Person]:
    """Who speaks for these organisations, each person once; one query."""
    rows = Mandate.objects.in_force().filter(
        organisation__in=list(organisations), role__in=LEADS, person__is_active=True
    )
    return list({row.person_id: row.person for row in rows.select_related("person")}.values())


def _day(value: Any) -> Any:
    from koinon.kit.templatetags.kit import day

    return lambda _language: day(value)
