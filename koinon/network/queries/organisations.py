"""What the page of an organisation shows to one reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from koinon.accounts import queries as accounts
from koinon.kit import words
from koinon.kit.languages import texts
from koinon.kit.prepared import Listed, Prepared, Question, answers_to
from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import eurovoc
from koinon.kit.vocabularies.countries import country_name, language_name
from koinon.network import rules, seams
from koinon.network.models import Mandate, Membership, Network, Organisation
from koinon.network.models.organisations import FOLLOWED
from koinon.network.queries.home import is_young

FRESH = timedelta(days=365)
"""How long a page counts as right after somebody of the organisation said so."""


@dataclass
class Page:
    """An organisation as one reader sees it."""

    organisation: Organisation
    name_language: str
    kind: str
    place: str
    about: texts.Reading
    memberships: list[Membership]
    past: list[Membership]
    people: list[dict[str, Any]]
    themes: list[str]
    languages: list[str]
    panels: list[seams.Panel] = field(default_factory=list)
    network: Network | None = None
    is_open_to_robots: bool = False
    is_shadow: bool = False
    stale_since: date | None = None
    may: Mapping[str, bool] = field(default_factory=dict)


visible: Prepared[Organisation] = Prepared(
    lambda me, slug: Organisation.objects.visible_to(me).filter(slug=slug).select_related("place", "logo")
)
_memberships: Listed[Membership] = Listed(
    lambda me, organisation: (
        Membership.objects.visible_to(me)
        .filter(organisation=organisation)
        .select_related("network", "in_class__network")
        .order_by("-period", "pk")
    )
)
_mandates: Listed[Mandate] = Listed(
    lambda organisation: accounts.with_sight(
        Mandate.objects.in_force().filter(organisation=organisation).select_related("person")
    )
)


def merged_into(me: Actor, slug: str) -> Organisation | None:
    """The organisation into which the one of this old address went, if the reader may see it; merges may follow."""
    row = Organisation.objects.filter(slug=slug).exclude(merged_into=None).select_related("merged_into").first()
    return Organisation.objects.visible_to(me).filter(pk=row.heir.pk).first() if row is not None else None


def all_ids_of(organisation: Organisation | UUID) -> list[UUID]:
    """Its id and those of the entries that went into it: the chronicle keeps telling under the old ones."""
    ids = [organisation.pk if isinstance(organisation, Organisation) else organisation]
    fresh = list(ids)
    for _step in range(FOLLOWED):
        fresh = list(
            Organisation.objects.filter(merged_into__in=fresh).exclude(pk__in=ids).values_list("pk", flat=True)
        )
        if not fresh:
            break
        ids += fresh
    return ids


def lent_panels(
    organisation: Organisation, me: Actor, also: Sequence[Question] = ()
) -> tuple[list[seams.Panel], list[Any]]:
    """Parts that apps above show here, and the answers to the questions in `also`.

    What parts say that they begin with, and these, are asked in one trip to the server.
    """
    asked = [(lender, ask(organisation, me) if ask else None) for lender, ask in _lenders()]
    questions_of_all = [question for _lender, questions in asked for question in questions or ()]
    found = iter(answers_to([*also, *questions_of_all]))
    first = [next(found) for _question in also]
    panels = []
    for lender, questions in asked:
        answers = [next(found) for _question in questions or ()]
        if (told := getattr(lender, "told", None)) is not None:
            panels.append(told(organisation, me, *answers))
        elif questions is None or any(answers):
            panels.append(lender(organisation, me))
    return [panel for panel in panels if panel is not None], first


def _lenders() -> Iterator[tuple[Any, Any]]:
    return ((lender, getattr(lender, "ask", None)) for lender in seams.organisation_panels)


def page(me: Actor, organisation: Organisation, *, as_written: bool = False) -> Page:
    """Everything on the page in a fixed number of queries, besides what apps above lend."""
    language = (get_language() or "en")[:2]
    first: list[Question] = [
        (_memberships, {"me": me, "organisation": organisation.pk}),
        (_mandates, {"organisation": organisation.pk}),
        *([] if as_written else texts.asked(organisation, "about", language)),
    ]
    lent, (rows, mandates, *is_translated) = lent_panels(organisation, me, first)
    active = [row for row in rows if _holds(row)]
    place = organisation.place
    town = (place.native if language == organisation.language else place.name) if place else ""
    country = country_name(organisation.country, language) if organisation.country else ""
    name_language = language if organisation.names.get(language) else organisation.language
    about = texts.Reading(organisation.about, organisation.language, original_language=organisation.language)
    if any(is_translated):
        about = texts.read(organisation, "about", language)
    speakers = people(me, organisation, active, mandates)
    is_shadow = not speakers and bool(active) and rules.is_unclaimed(organisation=organisation)
    return Page(
        organisation=organisation,
        name_language=name_language,
        kind=words.choice(organisation, "kind"),
        place=", ".join(part for part in (town, country) if part),
        about=about,
        memberships=active,
        past=[row for row in rows if row not in active],
        people=speakers,
        themes=[eurovoc.label(theme, language) for theme in organisation.themes],
        languages=[language_name(code, language) for code in organisation.languages],
        panels=sorted(lent, key=lambda panel: panel.order),
        network=network_for(me, active),
        is_open_to_robots=not is_young(active),
        is_shadow=is_shadow,
        stale_since=stale_since(organisation, is_shadow),
        may=_may(me, organisation, active),
    )


def people(
    me: Actor, organisation: Organisation, active: Iterable[Membership], rows: Iterable[Mandate]
) -> list[dict[str, Any]]:
    """Who speaks for it: the role always, the name as far as the person shows it."""
    is_ours = rules.speaks_for(by=me, organisation=organisation)
    are_mates = is_ours or any(row.network_id in me.roles for row in active)
    runs = any(me.holds("coordinator", row.network_id) for row in active)
    return [
        {
            "mandate": row,
            "name": str(row.person) if is_ours or runs else accounts.name_in(row, me=me, are_mates=are_mates),
            "role": words.choice(row, "role"),
        }
        for row in rows
    ]


def stale_since(organisation: Organisation, is_shadow: bool = False) -> date | None:
    """The day since when nobody has said that the page is right, if that is a year and more ago; None else."""
    last = (organisation.confirmed_at or organisation.made_at).date()
    return last if not is_shadow and last < date.today() - FRESH else None


def network_for(me: Actor, active: list[Membership]) -> Network | None:
    """In whose colours the page appears: a network of the reader first, else the first it belongs to."""
    ordered = sorted(active, key=lambda row: (row.network_id not in me.roles, row.period.lower, row.network_id))
    return ordered[0].network if ordered else None


def _holds(row: Membership) -> bool:
    today = date.today()
    return row.period.lower <= today and (row.period.upper is None or today < row.period.upper)


def _may(me: Actor, organisation: Organisation, active: list[Membership]) -> dict[str, bool]:
    """What the reader may do here; nothing is asked for visitors."""
    if not me.is_known:
        return {}
    speaks = rules.speaks_for(by=me, organisation=organisation)
    runs = any(me.holds("coordinator", row.network_id) for row in active)
    edit = speaks or (runs and rules.nobody_leads(organisation=organisation))
    return {"edit": edit, "people": speaks or runs, "leave": rules.leads(by=me, organisation=organisation), "run": runs}
