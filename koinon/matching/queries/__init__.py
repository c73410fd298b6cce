"""What is asked about offers, needs and matches when it is asked twice, or across models."""

from koinon.matching.queries.facts import Listed, around, listed, numbers, pairs_aside
from koinon.matching.queries.matches import Suggestion, by_listing, set_aside, sides_of, suggestions
from koinon.matching.queries.people import contacts_of, homes_of, speakers_of
from koinon.matching.queries.themes import suggested_themes
from koinon.matching.queries.weights import weights_of

__all__ = [
    "Listed",
    "Suggestion",
    "around",
    "by_listing",
    "contacts_of",
    "homes_of",
    "listed",
    "numbers",
    "pairs_aside",
    "set_aside",
    "sides_of",
    "speakers_of",
    "suggested_themes",
    "suggestions",
    "weights_of",
]
