"""Ask for the picture of a large network as a file: it is written aside, once."""

from typing import Any

from koinon.kit import jobs
from koinon.kit.models import Work
from koinon.kit.verbs import Actor, verb
from koinon.network.models import Network
from koinon.network.rules import may_export


@verb("matching.export_asked", rule=may_export)
def ask(*, by: Actor, network: Network, kind: str, query: str, language: str) -> Work:
    """Begin to write what `query` asks of the picture; while that is under way, asking again shows the same work."""
    from koinon.matching.clock.exports import export_ties

    asked: dict[str, Any] = {"network": str(network.pk), "kind": kind, "query": query, "language": language}
    return jobs.once(export_ties, person=by.person, scope=network.pk, **asked)
