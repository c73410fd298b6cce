"""Search: words, names in any script and meanings of rows in a scope, kept by jobs, asked by pages.

search.put(scope=network.pk, kind="organisation", rows=[Row(...)])      in a job
search.find(scope=network.pk, kind="organisation", text="…", language="lt", filters={"country": ["AL"]})
"""

from koinon.kit.search.ask import Count, Page, find, matching
from koinon.kit.search.index import count, ensure_index, heal, keep_only, put, remove, scopes_of, totals
from koinon.kit.search.means import Vectors, refit, refit_all, vectors
from koinon.kit.search.rows import Row

__all__ = [
    "Count",
    "Page",
    "Row",
    "Vectors",
    "count",
    "ensure_index",
    "find",
    "heal",
    "keep_only",
    "matching",
    "put",
    "refit",
    "refit_all",
    "remove",
    "scopes_of",
    "totals",
    "vectors",
]
