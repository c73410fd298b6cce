"""What happens later, by subject."""

from koinon.programmes.clock import lineage, programmes  # noqa: F401
