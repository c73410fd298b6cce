"""Packages played: who may open one, what it says while it plays, and what that means for progress."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import links
from koinon.kit.verbs import Actor, Refused, verb
from koinon.learning import rules
from koinon.learning.actions import progress
from koinon.learning.engine import playing as engine
from koinon.learning.models import Asset, Enrolment, Happening, Package, PlayState
from koinon.learning.queries.packages import package_at
from koinon.learning.queries.trees import tree_of

PURPOSE = "learning.play"
LIFE = timedelta(minutes=30)
NOT_LEARNING = gettext_lazy("Only who learns here can save how far a package was played.")


@dataclass(frozen=True)
class Ticket:
    """What a signed ticket says: a package, and the enrolment and node for which it plays (none: only a look)."""

    asset: Asset
    package: Package
    enrolment: Enrolment | None
    node: str
    sitting: UUID
    settings: Mapping[str, Any]

    def renewed(self) -> str:
        """The same sitting for another half hour."""
        who = str(self.enrolment.pk) if self.enrolment else ""
        facts = {"asset": str(self.asset.pk), "enrolment": who, "node": self.node, "sitting": str(self.sitting)}
        return links.make(PURPOSE, **facts)


def open_for(enrolment: Enrolment | None, asset: Asset, node: str) -> str:
    """A ticket for a new sitting; without an enrolment nothing is saved."""
    who = str(enrolment.pk) if enrolment else ""
    return links.make(PURPOSE, asset=str(asset.pk), enrolment=who, node=node, sitting=str(uuid4()))


def read(token: str) -> Ticket:
    """What a ticket says today. Raises links.Broken with a sentence: forged, too old, or the learner is gone."""
    facts = links.read(PURPOSE, token, life=LIFE).facts
    package = Package.objects.select_related("asset__upload").filter(asset=facts["asset"]).first()
    enrolment = None
    if facts["enrolment"]:
        rows = Enrolment.objects.learning().filter(person__is_active=True)
        rows = rows.select_related("run__version", "run__course", "person")
        enrolment = rows.filter(pk=facts["enrolment"]).first()
    if package is None or (facts["enrolment"] and enrolment is None):
        raise links.Broken(_("You do not learn here any more."))
    settings = package.manifest
    if enrolment is not None:
        node = tree_of(enrolment.run.version).node(facts["node"])
        if node is None or package_at(enrolment.run.course, dict(node.settings)) != package:
            raise links.Broken(_("This part of the course was changed. Please open it again."))
        settings = node.settings
    return Ticket(package.asset, package, enrolment, facts["node"], UUID(facts["sitting"]), settings)


def seed(ticket: Ticket) -> Any:
    """What the package finds when it starts. One query. Strangers' code learns no name and no address of anybody."""
    state = _state(ticket.enrolment, ticket.node) if ticket.enrolment else None
    who = hashlib.sha256(f"player:{ticket.enrolment.pk if ticket.enrolment else ''}".encode()).hexdigest()[:16]
    kept = state.data if state else {}
    return engine.seed(ticket.package.kind, ticket.settings, kept, learner=who, name=_("Learner"))


def commit(ticket: Ticket, number: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a package said and give the result so far; a look keeps nothing. Raises Refused, ValidationError."""
    if ticket.enrolment is None:
        return {}
    by = actor_of(person=Person.objects.get(pk=ticket.enrolment.person_id))
    made = keep(
        by=by, enrolment=ticket.enrolment, node=ticket.node, standard=ticket.package.kind, settings=ticket.settings,
        sitting=ticket.sitting, number=number, data=data,
    )  # fmt: skip
    return dict(made.told)


@verb("learning.played", rule=rules.learns, refusal=NOT_LEARNING)
def keep(
    *, by: Actor, enrolment: Enrolment, node: str, standard: str, settings: Mapping[str, Any], sitting: UUID,
    number: int, data: Mapping[str, Any],
) -> PlayState:  # fmt: skip
    """The newest word of a package; older ones and the same again change nothing. A new result is an event."""
    held = Enrolment.objects.select_for_update().select_related("run__version").get(pk=enrolment.pk)
    if not rules.learns(by=by, enrolment=held):
        raise Refused(str(NOT_LEARNING))
    try:
        said = engine.cleaned(data)
    except ValueError as problem:
        raise ValidationError(_("The package says more than can be kept.")) from problem
    row = _state(held, node) or PlayState(enrolment=held, node=UUID(node))
    if row.sitting == sitting and number <= row.number:
        return row
    mastery = settings.get("mastery")
    now = engine.result(standard, said, float(mastery) if isinstance(mastery, int | float) else None)
    best = engine.together(row.told, now)
    is_news = best != row.told and any(best.values())
    row.data, row.told, row.sitting, row.number, row.commits = said, best, sitting, number, row.commits + 1
    row.save()
    if is_news:
        progress.write(held, [_event(by, held, node, best, sitting, number)])
    return row


def _event(
    by: Actor, enrolment: Enrolment, node: str, told: Mapping[str, Any], sitting: UUID, number: int
) -> Happening:
    """The event of a word: the same word has the same key, so that it counts once whatever happens."""
    made = progress.happening(by, enrolment, node, "played", told)
    made.id, made.at = uuid5(sitting, f"{enrolment.pk}:{node}:{number}"), timezone.now()
    return made


def _state(enrolment: Enrolment, node: str) -> PlayState | None:
    return PlayState.objects.filter(enrolment=enrolment, node=node).first()
