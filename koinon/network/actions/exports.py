"""Ask for the spreadsheet of a large network: it is written aside, once."""

from typing import Any

from koinon.kit import jobs
from koinon.kit.models import Work
from koinon.kit.verbs import Actor, verb
from koinon.network import rules
from koinon.network.models import Network


@verb("network.export_asked", rule=rules.may_export)
def ask(*, by: Actor, network: Network, kind: str, language: str) -> Work:
    """Begin to write the members as `kind` (xlsx, ods); while that is under way, asking again shows the same work."""
    from koinon.network.clock.exports import write_members

    asked: dict[str, Any] = {"network": str(network.pk), "kind": kind, "language": language}
    return jobs.once(write_members, person=by.person, scope=network.pk, **asked)
