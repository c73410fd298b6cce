"""What happens later, by subject."""

from koinon.programmes.clock import programmes  # noqa: F401
