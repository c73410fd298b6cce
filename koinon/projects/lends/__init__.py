"""What projects lends to the pages below."""

from koinon.projects.lends import network, people  # noqa: F401
