"""What may be asked of a directory: words and filters, all in the address, so that a search can be kept and sent."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

ASKED = {"country": "country", "kind": "sort", "theme": "theme", "language": "language", "has": "mark"}
"""Parameter of the address -> facet of the index."""

ORDERS = ("title", "newest")
MOST = 20
LONGEST = 300
_VALUE = re.compile(r"^[\w+-]{1,40}$")


@dataclass(frozen=True)
class Asked:
    """A cleaned question to the directory; what cannot be a value is left out: a page of hits must not fail."""

    text: str = ""
    order: str = ""
    cursor: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)

    @property
    def facets(self) -> dict[str, list[str]]:
        """The filters under the names the index knows."""
        return {ASKED[name]: values for name, values in self.filters.items()}

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.filters)

    def address(self, **changes: Any) -> str:
        """The query string of this question with changes: text, order, or a filter's whole list of values."""
        query = QueryDict(mutable=True)
        if text := changes.pop("text", self.text):
            query["q"] = text
        if order := changes.pop("order", self.order):
            query["order"] = order
        for name, values in (self.filters | changes).items():
            query.setlist(name, values)
        return "?" + query.urlencode()


def asked(query: QueryDict) -> Asked:
    """Read a question from an address."""
    filters = {}
    for name in ASKED:
        values = [value for value in dict.fromkeys(query.getlist(name)) if _VALUE.match(value)][:MOST]
        if values:
            filters[name] = values
    order = query.get("order", "")
    return Asked(
        text=" ".join(query.get("q", "").replace("\0", " ").split())[:LONGEST],
        order=order if order in ORDERS else "",
        cursor=query.get("after") or query.get("before") or "",
        filters=filters,
    )
