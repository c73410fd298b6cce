"""Koinon: the self-hosted home of a network of places that learn.

The folders are a ladder that follows the story of a partnership; a later chapter may cite an earlier one, never the
reverse: config > matching > network > accounts > kit.
"""

__version__ = "0.1.0"
