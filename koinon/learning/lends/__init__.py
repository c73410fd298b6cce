"""What learning lends to the pages below: desk, panels, data of a person, navigation."""

from koinon.learning.lends import authoring, badges, demo, events, following, learning, packages, teaching  # noqa: F401
