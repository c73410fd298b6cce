"""How a network admits, for those who set it and for those who apply."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from koinon.kit.vocabularies.countries import country_name, language_name
from koinon.network.engine.ranking import ranked
from koinon.network.models import (
    Admission,
    Application,
    Criterion,
    FirstStep,
    LetterText,
    MembershipClass,
    Network,
    Quota,
    Window,
    last_day,
)
from koinon.network.notices.letters import KINDS
from koinon.network.queries import classes

RANKED = 50


def rules_of(network: Network) -> Admission:
    """The network's rules, or the defaults."""
    return Admission.objects.filter(network=network).first() or Admission(network=network)


def explained(network: Network) -> dict[str, Any]:
    """What an applicant should know before: when it is open, what will be asked, which class it would be."""
    today = date.today()
    windows = list(Window.objects.filter(network=network, period__endswith__gt=today).order_by("period"))
    now = next((window for window in windows if window.period.lower <= today), None)
    has_windows = bool(windows) or Window.objects.filter(network=network).exists()
    following = next((window for window in windows if window.period.lower > today), None)
    return {
        "is_open": now is not None or not has_windows,
        "closes_on": last_day(now.period) if now else None,
        "extended_why": now.extended_why if now else "",
        "opens_on": following.period.lower if following else None,
        "rules": rules_of(network),
        "classes": classes.explained(network),
    }


def page(network: Network) -> dict[str, Any]:
    """Everything on the settings page; a fixed number of queries."""
    language = (get_language() or "en")[:2]
    quotas = list(Quota.objects.filter(network=network))
    written = set(LetterText.objects.filter(network=network).values_list("kind", "language"))
    return {
        "windows": [(row, last_day(row.period)) for row in Window.objects.filter(network=network)],
        "quotas": [
            {
                "quota": row,
                "country": country_name(row.country, language) if row.country else "",
                "free": row.places - row.taken,
                "until": last_day(row.period),
            }
            for row in quotas
        ],
        "ranking": ranking(network),
        "classes": [(row, classes.in_words(row)) for row in classes.classes_of(network)],
        "criteria": list(Criterion.objects.filter(network=network, is_retired=False).select_related("network")),
        "first_steps": list(FirstStep.objects.filter(network=network, is_retired=False).select_related("network")),
        "texts": [
            (kind, words.title, code, language_name(code, language), (kind, code) in written)
            for kind, words in KINDS.items()
            for code in letter_languages(network)
        ],
    }


def ranking(network: Network) -> list[Application]:
    """Applications that compete for places, best first: those under review and on the waiting list."""
    rows = Application.objects.filter(network=network, state__in=["review", "waitlisted"])
    found = list(rows.select_related("organisation__place", "network")[:500])
    return ranked(found, rules_of(network).tie_break)[:RANKED]


def letter_languages(network: Network) -> list[str]:
    """Languages in which letters are written here: the network's, and those of the interface."""
    return list(dict.fromkeys([network.language, *network.languages, *dict(settings.LANGUAGES)]))


def with_rule(network: Network, rule: MembershipClass) -> dict[str, Any]:
    """What the classes would be with this rule, saved or not, in its place."""
    rows = classes.classes_of(network)
    known = [row.pk for row in rows]
    rules = [rule if row.pk == rule.pk else row for row in rows]
    return classes.preview(network, rules if rule.pk in known else [*rules, rule])
