"""What follows a merged organisation, and what counts in a member's report."""

from koinon.matching.actions import following
from koinon.network.seams import deeds, merging

merging.lend(order=50)(following.parts)
deeds.lend(order=50)(following.deeds)
