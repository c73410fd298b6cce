"""Learning follows when two organisations are merged."""

from koinon.learning.actions import following
from koinon.network.seams import merging

merging.lend(order=70)(following.parts)
