"""What pages below show of this app."""

from koinon.programmes.lends import programmes  # noqa: F401
