"""Classes of membership: which one fits, in words, and what changed rules would change."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.kit.vocabularies.countries import country_name
from koinon.network.engine import classes as engine
from koinon.network.models import Kind, Membership, MembershipClass, Network, Organisation, Right, name_in

SHOWN = 12


def classes_of(network: Network) -> list[MembershipClass]:
    """In the order in which they are tried. One query."""
    return list(MembershipClass.objects.in_use().filter(network=network).select_related("network"))


def class_for(network: Network, organisation: Organisation) -> MembershipClass | None:
    """The class that the network's rules give this organisation; None when there are none, or none fits."""
    return _first(classes_of(network), organisation)


def explained(network: Network) -> list[dict[str, Any]]:
    """For those who apply: each class, for whom, what it may, what the network says about it."""
    language = (get_language() or "en")[:2]
    labels = dict(Right.choices)
    return [
        {
            "name": name_in(row.names, network.language, language),
            "text": name_in(row.explains, network.language, language) if row.explains else "",
            "who": in_words(row),
            "rights": [labels[right] for right in row.rights if right in labels],
        }
        for row in classes_of(network)
    ]


def in_words(row: MembershipClass) -> str:
    """The rule as a sentence: "Municipality, School · Albania · from 50,000 people"."""
    language = (get_language() or "en")[:2]
    kinds = dict(Kind.choices)
    parts = []
    if row.kinds:
        parts.append(", ".join(str(kinds.get(kind, kind)) for kind in row.kinds))
    if row.countries:
        parts.append(", ".join(country_name(code, language) for code in row.countries))
    if row.people_from is not None:
        parts.append(_("places from %(count)s people") % {"count": _number(row.people_from)})
    if row.people_to is not None:
        parts.append(_("places under %(count)s people") % {"count": _number(row.people_to)})
    return " · ".join(parts) or _("Everybody")


def preview(network: Network, rules: Sequence[MembershipClass]) -> dict[str, Any]:
    """What these rules (saved or not) say about today's members: how many in each class, and who would change."""
    rows = Membership.objects.active().filter(network=network)
    rows = rows.select_related("organisation__place", "in_class__network").order_by("organisation__slug")
    counts: Counter[Any] = Counter()
    changes = []
    for row in rows:
        new = _first(rules, row.organisation)
        counts[new.pk if new else None] += 1
        if (new.pk if new else None) != row.in_class_id:
            changes.append({"membership": row, "organisation": row.organisation, "old": row.in_class, "new": new})
    return {
        "counts": [(rule, counts[rule.pk]) for rule in rules],
        "without": counts[None],
        "changes": changes,
        "shown": changes[:SHOWN],
        "more": max(len(changes) - SHOWN, 0),
        "total": sum(counts.values()),
    }


def _first(rules: Sequence[MembershipClass], organisation: Organisation) -> MembershipClass | None:
    place = organisation.place
    people = (place.population or None) if place else None
    found: MembershipClass | None = engine.first(rules, organisation.kind, organisation.country, people)
    return found


def _number(count: int) -> str:
    from django.utils.formats import number_format

    return number_format(count, use_l10n=True, force_grouping=True)
