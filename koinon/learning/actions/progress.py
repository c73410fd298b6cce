"""Write down what learners did, and what follows from it. Whatever happens to progress happens here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.engine import progress as engine
from koinon.learning.models import ENROLMENT_STEPS, Enrolment, Happening, Outcome
from koinon.learning.queries.trees import tree_of
from koinon.learning.seams import finished


@verb("learning.learned", rule=rules.may_say, refusal=_("Only who learns here may do this."))
def note(
    *,
    by: Actor,
    enrolment: Enrolment,
    node: UUID | str,
    kind: str,
    data: Mapping[str, Any] | None = None,
    key: UUID | None = None,
    device: str = "",
    sequence: int = 0,
    client_at: datetime | None = None,
) -> Enrolment:
    """One event, and the outcomes anew. `key` is the client's UUID: the same again changes nothing."""
    write(enrolment, [_row(by, enrolment, node, kind, data or {}, key or uuid4(), device, sequence, client_at)])
    return enrolment


def write(enrolment: Enrolment, rows: Iterable[Happening]) -> bool:
    """Inside a verb: keep events not seen before and compute the outcomes anew. True if the course is done now.

    The enrolment row is held, so that two tabs or an outbox and a page count one after the other.
    """
    held = Enrolment.objects.select_for_update().select_related("run__version").get(pk=enrolment.pk)
    kept = list(rows)
    Happening.objects.bulk_create(kept, ignore_conflicts=True)
    if any(row.by_id == held.person_id for row in kept):
        Enrolment.objects.filter(pk=held.pk).update(seen_at=timezone.now())
    done = recompute(held)
    enrolment.refresh_from_db(fields=["state", "done", "total", "seen_at"])
    return done


def recompute(enrolment: Enrolment) -> bool:
    """Outcomes of one enrolment from all its events, whatever stood there before. True if the course is done."""
    tree = tree_of(enrolment.run.version)
    events = [event_of(row) for row in enrolment.happenings.order_by("at", "id")]
    found = engine.outcomes(tree.nodes, events)
    rows = [
        Outcome(
            enrolment=enrolment, node=UUID(key) if key else None, state=each.state, share=each.share, why=each.why,
            values=dict(each.values), at=each.at,
        )
        for key, each in found.items()
    ]  # fmt: skip
    _put(enrolment, rows)
    required = [node for node in tree.nodes if not node.is_optional and node.kind != "section"]
    done = sum(found[node.key].state == "done" for node in required)
    now = timezone.now()
    Enrolment.objects.filter(pk=enrolment.pk).update(done=done, total=len(required))
    is_done = found[""].state == "done"
    if is_done and enrolment.state == "enrolled":
        ENROLMENT_STEPS.move(enrolment, "finished", moved_at=now)
        finished.gather(enrolment)
    return is_done


def _put(enrolment: Enrolment, rows: list[Outcome]) -> None:
    """These outcomes and no others stand afterwards; only those that are different from before are written."""
    there = {row.node: row for row in Outcome.objects.filter(enrolment=enrolment)}
    same = {row.node for row in rows if row.node in there and _said(row) == _said(there[row.node])}
    Outcome.objects.filter(pk__in=[old.pk for node, old in there.items() if node not in same]).delete()
    Outcome.objects.bulk_create([row for row in rows if row.node not in same])


def _said(row: Outcome) -> tuple[Any, ...]:
    return row.state, row.share, row.why, row.values, row.at


def event_of(row: Happening) -> engine.Event:
    """A row as the engine reads it."""
    return engine.Event(str(row.pk), str(row.node), row.kind, row.at, row.data, row.device, row.sequence)


def happening(by: Actor, enrolment: Enrolment, node: UUID | str, kind: str, data: Mapping[str, Any]) -> Happening:
    """A row for `write`, of now and of this server."""
    return _row(by, enrolment, node, kind, data, uuid4(), "", 0, None)


def _row(
    by: Actor, enrolment: Enrolment, node: UUID | str, kind: str, data: Mapping[str, Any], key: UUID, device: str,
    sequence: int, client_at: datetime | None,
) -> Happening:  # fmt: skip
    return Happening(
        id=key, enrolment=enrolment, node=UUID(str(node)), kind=kind, data=dict(data), by_id=by.person,
        device=device[:40], sequence=sequence, client_at=client_at, at=timezone.now(),
    )  # fmt: skip
