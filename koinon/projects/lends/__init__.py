"""What projects lends to the pages below."""

from koinon.projects.lends import demo, network, people  # noqa: F401
