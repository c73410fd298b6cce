"""What is asked when it is asked twice, or across models."""

from koinon.network.queries.navigation import navigation, page_of
from koinon.network.queries.people import speakers_of, staff_of
from koinon.network.queries.roles import roles_of, speaking_for

__all__ = ["navigation", "page_of", "roles_of", "speakers_of", "speaking_for", "staff_of"]
