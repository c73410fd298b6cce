"""Who may follow the generations of a programme, and answer when something drifts."""

from koinon.kit.verbs import Actor
from koinon.programmes.models import CascadeGrant, DriftWarning, Programme
from koinon.programmes.rules.programmes import may_run


def may_follow(*, by: Actor, programme: Programme) -> bool:
    """Those who run the programme see all of it; facilitators whose grant was not withdrawn see what came of them."""
    mine = CascadeGrant.objects.filter(programme=programme, person=by.person).exclude(state="withdrawn")
    return may_run(by=by, programme=programme) or (by.is_known and mine.exists())


def may_answer_drift(*, by: Actor, warning: DriftWarning) -> bool:
    """Those who run the programme."""
    return may_run(by=by, programme=warning.programme)
