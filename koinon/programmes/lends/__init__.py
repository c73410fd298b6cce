"""What pages below show of this app."""

from koinon.programmes.lends import demo, lineage, programmes  # noqa: F401
