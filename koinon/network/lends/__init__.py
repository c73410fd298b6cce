"""What the network app gives to people's pages: roles, desk, choices, data, and how to be forgotten."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.accounts import seams
from koinon.accounts.models import Person
from koinon.kit.addresses import to
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import Actor
from koinon.network import queries
from koinon.network.actions.forgetting import forget_person
from koinon.network.clock.indexing import organisations_changed
from koinon.network.demo.people import groups
from koinon.network.models import (
    Application,
    Coordination,
    Endorsement,
    Invitation,
    Letter,
    Mandate,
    Membership,
    Network,
    Organisation,
    Review,
)
from koinon.network.notices import KINDS
from koinon.network.seams import organisation_changed

LISTED = 20
NEWEST = 5
NEWS = timedelta(days=92)

seams.roles_of.lend(order=10)(queries.roles_of)
organisation_changed.lend()(organisations_changed)


@seams.must_have_second_factor.lend()
def coordinators(me: Actor) -> bool:
    return bool(me.scopes("coordinator"))


@seams.acting_choices.lend()
def organisations_i_act_for(me: Actor) -> list[Any]:
    keys = [key for role in ("head", "representative", "deputy") for key in me.scopes(role)]
    return _called(me, Organisation, keys) or _some(keys=keys)


_some: Prepared[Organisation] = Prepared(
    lambda keys: Organisation.objects.filter(pk__in=keys).only("slug", "names", "language").order_by("slug")
)


@seams.my_places.lend()
def my_networks(me: Actor) -> list[tuple[str, str]]:
    """The networks somebody belongs to or runs. No query for who reads a page: they came with the roles."""
    rows = _called(me, Network, me.roles)[:LISTED] or (_networks(keys=sorted(me.roles)) if me.roles else [])
    return [(str(row), to("network:network", row.slug)) for row in rows]


def _called(me: Actor, kind: type[Model], keys: Iterable[UUID]) -> list[Any]:
    """What came with the roles, by address."""
    rows = (me.things.get(key) for key in set(keys))
    return sorted((row for row in rows if isinstance(row, kind)), key=lambda row: row.slug)


_networks: Prepared[Network] = Prepared(
    lambda keys: Network.objects.filter(pk__in=keys).only("slug", "names", "language").order_by("slug")[:LISTED]
)
seams.demo_people.lend()(groups)


@seams.notice_kinds.lend(order=10)
def kinds() -> list[tuple[str, Any, str]]:
    return KINDS


@seams.desk_items.lend(order=12)
@seams.only_if(lambda me: [(_open_invitations, {"me": me})])
def waiting(me: Actor) -> list[seams.DeskItem]:
    """Invitations nobody answered yet. One query."""
    return [_invitation_item(row) for row in _open_invitations(me=me)]


_open_invitations: Prepared[Invitation] = Prepared(
    lambda me: (
        Invitation.objects.manageable_by(me).open().select_related("organisation", "network").order_by("until")[:LISTED]
    )
)


def _invitation_item(row: Invitation) -> seams.DeskItem:
    thing = row.organisation or row.network
    page = "network:people" if row.organisation else "network:staff"
    return seams.DeskItem(
        title=_("Invitation to speak for %(thing)s") % {"thing": thing} if row.organisation else str(thing),
        url=reverse(page, args=[thing.slug]),  # type: ignore[union-attr]
        kind=_("Invitation"),
        whose=row.email,
        since=row.made_at,
        until=row.until,
        organisation=str(row.organisation or ""),
    )


@seams.desk_news.lend(order=30)
def new_members(me: Actor) -> list[seams.NewsItem]:
    """Who joined my networks lately. One query."""
    return [
        seams.NewsItem(
            title=_("%(organisation)s is a member of %(network)s")
            % {"organisation": row.organisation, "network": row.network},
            url=to("network:organisation", row.organisation.slug),
            at=_moment(row.period.lower),
            kind=_("Member"),
        )
        for row in _joined(keys=sorted(me.roles))
    ]


_joined: Prepared[Membership] = Prepared(
    lambda keys: (
        Membership.objects.active()
        .filter(network__in=keys, period__startswith__gt=date.today() - NEWS)
        .exclude(organisation__in=keys)
        .select_related("network", "organisation")
        .defer("organisation__about", "organisation__about_html", "organisation__keys")
        .order_by("-period__startswith", "-id")[:NEWEST]
    )
)


@seams.first_steps.lend(order=20)
def join_a_network(me: Actor) -> list[seams.FirstStep]:
    """For those who belong nowhere: where to apply."""
    if me.roles:
        return []
    words = _("Ask for your city, school or organisation to be admitted: ten minutes.")
    return [seams.FirstStep(_("Find your network"), reverse("network:home"), words)]


@seams.data_of.lend(order=20)
def everything(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row that names the person, as plain values."""
    return {
        "mandates": _plain(Mandate.objects.filter(person=person), "role topic period decision decided_on ended_why"),
        "coordinations": _plain(Coordination.objects.filter(person=person), "role period", "network"),
        "applications": _plain(
            Application.objects.filter(applicant=person), "state motivation contribution made_at moved_at reason"
        ),
        "application_answers": _answers(person),
        "letters": _plain(Letter.objects.filter(application__applicant=person), "reference subject text made_at"),
        "endorsements": [
            {"body": row.body, "name": row.name, "state": row.state, "statement": row.statement}
            for row in Endorsement.objects.filter(email__iexact=person.email)
        ],
        "reviews": [
            {
                "organisation": str(row.application.organisation),
                "verdict": row.verdict,
                "scores": row.scores,
                "text": row.text,
            }
            for row in Review.objects.filter(person=person).select_related("application__organisation")
        ],
        "invitations_sent": _plain(Invitation.objects.filter(invited_by=person), "email role state message made_at"),
        "invitations_received": _plain(
            Invitation.objects.filter(email__iexact=person.email), "email role state message made_at"
        ),
    }


def _answers(person: Person) -> list[dict[str, Any]]:
    """Several people write an application; each answer knows who wrote it last."""
    rows = Application.objects.filter(Q(applicant=person) | Q(organisation__mandates__person=person)).distinct()
    return [
        {"organisation": str(row.organisation), "question": key, "answer": said.get("value"), "at": said.get("at")}
        for row in rows.select_related("organisation")
        for key, said in row.answers.items()
        if said.get("by") == str(person.pk)
    ]


def _plain(rows: Any, fields: str, noun: str = "organisation") -> list[dict[str, Any]]:
    return [
        {noun: str(getattr(row, noun) or ""), **{field: str(getattr(row, field) or "") for field in fields.split()}}
        for row in rows.select_related(noun)
    ]


@seams.forget.lend(order=20)
def forgotten(person: Person) -> None:
    forget_person(person)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


from koinon.network.lends import admission, after, forms  # noqa: E402, F401  (lent from files of their own)
