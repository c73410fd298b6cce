"""Examples beside the form: three for each kind, as short as what they invite to write."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koinon.matching.models import Listing

EXAMPLES: dict[str, tuple[Any, ...]] = {
    "expertise": (
        _("Need: somebody who has moved permits from paper to the web in a town of our size"),
        _("Offer: our two trainers show how to teach adults who left school early"),
        _("Need: help to write simple rules for a shared workshop"),
    ),
    "partner": (
        _("Need: two schools for a small exchange project about repairing electronics"),
        _("Need: a city that wants to apply with us for a project on learning in families"),
        _("Offer: we join projects on youth and democracy and bring forty volunteers"),
    ),
    "peer_visit": (
        _("Need: three days to see how another hub finds its tenants"),
        _("Offer: we receive up to eight colleagues and show our learning centre at work"),
        _("Need: a visit to a town that collects organic waste from schools"),
    ),
    "mentor": (
        _("Need: a mentor for five young founders, one hour a month online"),
        _("Offer: a retired engineer who advises school workshops"),
        _("Need: somebody who has led a network of volunteers before"),
    ),
    "venue": (
        _("Offer: a hall for eighty people with interpreters' booths, free in winter"),
        _("Need: a laser cutter that our students may use for two weeks"),
        _("Offer: a mobile kitchen for courses in villages"),
    ),
    "learning_place": (
        _("Need: workplaces for ten apprentice mechanics for one month"),
        _("Offer: places in our summer course for librarians"),
        _("Need: evening courses in the language of the country for care workers"),
    ),
    "funding": (
        _("Need: money for the travel of twelve young people to a conference"),
        _("Offer: small grants for ideas of residents, up to 2,000 euros each"),
        _("Need: a company that pays for materials of a repair café"),
    ),
}


def examples() -> list[tuple[Any, tuple[Any, ...]]]:
    """(kind, three examples), in the order of the form."""
    return [(label, EXAMPLES[kind]) for kind, label in Listing.Kind.choices]
