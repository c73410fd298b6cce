"""What follows a merged organisation, and what counts in a member's report."""

from koinon.matching.actions import following
from koinon.matching.queries.ties import holdings_of
from koinon.network.seams import deeds, holdings, merging

merging.lend(order=50)(following.parts)
deeds.lend(order=50)(following.deeds)
holdings.lend(order=50)(holdings_of)
