"""What learning lends to the pages below: desk, panels, data of a person, navigation."""

from koinon.learning.lends import authoring, badges, learning, teaching  # noqa: F401
from koinon.learning.lends import demo  # noqa: F401
