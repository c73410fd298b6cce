"""What the network has decided about calls, who does not fit one, how soon an organisation answers."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Coalesce, Extract, Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit.prepared import Single
from koinon.kit.vocabularies import countries
from koinon.matching.models import WAITING, CallRules, Introduction, Listing, Match, Reply
from koinon.network.models import Kind, Organisation, Size

ENOUGH = 3
"""Fewer answered replies than this say nothing about an organisation."""
LOOKED_BACK = timedelta(days=365)
PATIENT = timedelta(days=14)
WEEK = timedelta(days=7)


def rules_of(network: UUID) -> CallRules:
    """What the network has decided, or what is usual."""
    return CallRules.objects.filter(network=network).first() or CallRules(network_id=network)


def misfits(listing: Listing, organisation: Organisation) -> list[str]:
    """Why an organisation is not who the call looks for, in sentences for those who would reply; none: it fits."""
    language = (get_language() or "en")[:2]
    kinds = dict(Kind.choices)
    found = []
    if listing.countries and organisation.country and organisation.country not in listing.countries:
        wanted = ", ".join(countries.country_name(code, language) for code in listing.countries)
        here = countries.country_name(organisation.country, language)
        found.append(_("They look for partners in %(wanted)s; you are in %(here)s.") % {"wanted": wanted, "here": here})
    if listing.partner_kinds and organisation.kind not in listing.partner_kinds:
        wanted = ", ".join(str(kinds.get(kind, kind)) for kind in listing.partner_kinds)
        facts = {"wanted": wanted, "kind": organisation.get_kind_display()}
        found.append(_("They look for: %(wanted)s. Your kind is: %(kind)s.") % facts)
    if listing.partner_size and organisation.size and organisation.size != listing.partner_size:
        facts = {"wanted": _size(listing.partner_size), "size": organisation.get_size_display()}
        found.append(_("They look for this size of partner: %(wanted)s. Yours is: %(size)s.") % facts)
    return found


def _size(size: str) -> str:
    return str(dict(Size.choices).get(size, size))


class Median(Aggregate):
    """The middle value, as PostgreSQL finds it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def response_days(organisation: UUID) -> int | None:
    """Median days until an organisation answers replies, from the last 365 days; None below three. One query.

    What has waited for more than 14 days counts with the days so far, so that silence does not look quick.
    """
    return in_days(middle_of.first(organisation=organisation))


def in_days(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds / 86400)


def response_days_of(network: UUID) -> dict[UUID, int]:
    """The same for all organisations with calls in a network that have answered often enough. One query."""
    rows = _timed().filter(listing__network=network).values("listing__organisation")
    found = rows.annotate(number=Count("pk"), middle=Median("took")).filter(number__gte=ENOUGH)
    return {key: round(middle / 86400) for key, middle in found.values_list("listing__organisation", "middle")}


def _timed() -> QuerySet[Reply]:
    """Replies of the last year that were answered or have waited too long, with the seconds it took."""
    counted = Q(answered_at__isnull=False) | Q(state__in=WAITING, made_at__lt=Now() - PATIENT)
    took = Coalesce("answered_at", Now()) - F("made_at")
    rows = Reply.objects.filter(counted, made_at__gt=Now() - LOOKED_BACK).order_by()
    return rows.annotate(took=Extract(took, "epoch", output_field=FloatField()))


middle_of: Single[float] = Single(
    lambda organisation: (
        _timed()
        .filter(listing__organisation=organisation)
        .values("listing__organisation")
        .annotate(number=Count("pk"), middle=Median("took"))
        .filter(number__gte=ENOUGH)
        .values_list("middle", flat=True)
    )
)


def is_cold(listing: Listing, organisation: UUID) -> bool:
    """Nothing has suggested this call to the organisation: no match of theirs, no introduction between the two."""
    other = listing.organisation_id
    met = Introduction.objects.filter(network=listing.network_id).filter(
        Q(one=organisation, other=other) | Q(one=other, other=organisation)
    )
    fits = Q(need=listing, offer__organisation=organisation) | Q(offer=listing, need__organisation=organisation)
    return not Match.objects.filter(fits).exists() and not met.exclude(state__in=UNMET).exists()


UNMET = ("drafted", "asked", "refused", "withdrawn", "discarded")


def cold_this_week(organisation: UUID, network: UUID) -> int:
    """Replies to calls that nothing had suggested, sent by an organisation in the last seven days."""
    rows = Reply.objects.filter(organisation=organisation, is_cold=True, made_at__gt=timezone.now() - WEEK)
    return rows.filter(listing__network=network).count()
