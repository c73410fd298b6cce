"""The directory's index: one organisation when it changes, a whole network when it is asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any
from uuid import UUID

from koinon.kit import jobs, search
from koinon.kit.vocabularies import countries, eurovoc
from koinon.network import seams
from koinon.network.models import Membership, Organisation

KIND = "organisation"
BATCH = 200


_gathered: ContextVar[set[UUID] | None] = ContextVar("organisations to be indexed together", default=None)


def organisations_changed(organisation_ids: list[UUID]) -> None:
    """Queue the index of each, in the transaction that changed it; many changes of one minute are one job."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.update(organisation_ids)
        return
    for key in organisation_ids:
        jobs.later(index_organisation, once=f"index:{key}", organisation=str(key))


@contextmanager
def together(network: UUID) -> Iterator[None]:
    """Many changes in one network, as an import makes them: one job indexes them all."""
    gathered: set[UUID] = set()
    token = _gathered.set(gathered)
    try:
        yield
        if gathered:
            jobs.later(index_some, network=str(network), organisations=sorted(map(str, gathered)))
    finally:
        _gathered.reset(token)


@jobs.task("network.index_some", queue_name="long")
def index_some(network: str, organisations: list[str]) -> None:
    """Index these organisations in one network: those that belong go in, the others out."""
    scope, keys = UUID(network), [UUID(key) for key in organisations]
    belongs = set(
        Membership.objects.active().filter(network=scope, organisation__in=keys).values_list("organisation", flat=True)
    )
    search.remove(scope=scope, nouns=[key for key in keys if key not in belongs], kind=KIND)
    batches = [sorted(belongs)[start : start + BATCH] for start in range(0, len(belongs), BATCH)]
    search.put(scope=scope, kind=KIND, rows=(row for batch in batches for row in rows_of(scope, batch)))


@jobs.task("network.index_organisation")
def index_organisation(organisation: str) -> None:
    """Index one organisation in every network it belongs to, and take it out of those it left."""
    key = UUID(organisation)
    belongs = set(Membership.objects.active().filter(organisation=key).values_list("network_id", flat=True))
    for scope in search.scopes_of(kind=KIND, noun=key) - belongs:
        search.remove(scope=scope, nouns=[key], kind=KIND)
    for scope in sorted(belongs):
        search.put(scope=scope, kind=KIND, rows=rows_of(scope, [key]))


@jobs.work("network.index")
def index_network(track: jobs.Track, network: str) -> dict[str, Any]:
    """Index every member of a network, with progress; what is gone goes."""
    return {"indexed": index_members(UUID(network), begin=track.begin, step=track.step)}


def index_members(
    network: UUID, *, begin: Callable[[int], None] | None = None, step: Callable[[int], None] | None = None
) -> int:
    """Index all members of a network now (jobs, the demo loader, benches); gives how many."""
    members = list(
        Membership.objects.active()
        .filter(network=network)
        .order_by("organisation")
        .values_list("organisation", flat=True)
    )
    if begin:
        begin(len(members))
    source = iter(members)
    batches = iter(lambda: list(islice(source, BATCH)), [])
    rows = (row for batch in batches for row in rows_of(network, batch))
    done = search.put(scope=network, kind=KIND, rows=rows, progress=step, recount=False)
    search.keep_only(scope=network, kind=KIND, nouns=members)
    return done


def rows_of(network: UUID, organisations: Sequence[UUID]) -> Iterator[search.Row]:
    """What can be found of these organisations; two queries and what is lent."""
    marks: dict[UUID, set[str]] = {}
    for lent in seams.organisation_marks.gather(network, list(organisations)):
        for key, values in lent.items():
            marks.setdefault(key, set()).update(values)
    found = Organisation.objects.filter(pk__in=organisations).select_related("place").order_by("pk")
    for organisation in found:
        yield row_of(organisation, marks=marks.get(organisation.pk, set()))


def row_of(organisation: Organisation, *, marks: Iterable[str] = ()) -> search.Row:
    """One organisation as a row of the index: names, place, country and themes in every language we have."""
    place = organisation.place
    places = (place.name, place.native) if place else ()
    country = organisation.country
    said = [countries.country_name(country, each) for each in ("en", "sq", "lt", "mk", "el")] if country else []
    labels = [label for theme in organisation.themes for label in _labels(theme)]
    english = ", ".join(eurovoc.label(theme, "en") for theme in organisation.themes)
    return search.Row(
        noun=organisation.pk,
        title=str(organisation),
        language=organisation.language,
        names=tuple(dict.fromkeys([*organisation.names.values(), *organisation.aliases, *places])),
        tags=tuple(dict.fromkeys([*labels, *said])),
        text=organisation.about,
        country=country,
        sort=organisation.kind,
        themes=tuple(organisation.themes),
        languages=tuple(organisation.languages),
        marks=tuple(marks),
        embeds=". ".join(
            part for part in (str(organisation), ", ".join(places[:1]), english, organisation.about) if part
        ),
    )


def _labels(theme: str) -> list[str]:
    concept = eurovoc.concept(theme)
    return list(concept.labels.values()) if concept else []
