"""An offer or a need of the demo's tables, posted through the same verb as everybody's."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from koinon.kit.verbs import Actor
from koinon.kit.vocabularies import eurovoc
from koinon.matching import actions, queries
from koinon.matching.models import Listing
from koinon.network.models import Network, Organisation


def post(by: Actor, network: Network, organisation: Organisation, row: dict[str, Any], **more: Any) -> Listing:
    """What a row of any table tells; `more`: facts that one table tells in its own way."""
    return actions.listings.post(
        by=by,
        network=network,
        organisation=organisation,
        side=row["side"],
        kind=row["kind"],
        language=row["language"],
        title=row["title"],
        text=row["what"],
        until=date.today() + timedelta(days=row["valid_days"]),
        author=next(iter(queries.speakers_of(organisation.pk)), None),
        themes=[_labels()[label.casefold()] for label in row["themes"]],
        reply_cap=row["reply_cap"],
        is_demo=True,
        **more,
    )


@cache
def _labels() -> dict[str, str]:
    """Every theme by its English label."""
    return {concept.label("en").casefold(): concept.id for concept in eurovoc.all_concepts()}
