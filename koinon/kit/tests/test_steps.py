"""Life cycles: only declared moves, one winner, diagrams; and every cycle of ours has an exit from every state."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit.models import WORK_STEPS, Work
from koinon.kit.steps import steps
from koinon.matching.models import INTRODUCTION_STEPS, LISTING_STEPS, REPLY_STEPS
from koinon.network.models import APPLICATION_STEPS, INTAKE_STEPS, INVITATION_STEPS

CYCLES = {
    "work": WORK_STEPS,
    "application": APPLICATION_STEPS,
    "invitation": INVITATION_STEPS,
    "intake": INTAKE_STEPS,
    "listing": LISTING_STEPS,
    "reply": REPLY_STEPS,
    "introduction": INTRODUCTION_STEPS,
}


@pytest.mark.django_db
def test_a_move_that_is_not_declared_is_refused():
    row = Work.objects.create(task="x")
    with pytest.raises(ValidationError, match="no longer possible"):
        WORK_STEPS.move(row, "done")


@pytest.mark.django_db
def test_of_two_movers_one_wins():
    row = Work.objects.create(task="x")
    same = Work.objects.get(pk=row.pk)
    WORK_STEPS.move(row, "cancelled")
    with pytest.raises(ValidationError, match="quicker"):
        WORK_STEPS.move(same, "running")
    assert Work.objects.get(pk=row.pk).state == "cancelled"


@pytest.mark.parametrize("name", CYCLES)
def test_no_state_is_a_trap(name):
    cycle = CYCLES[name]
    for state in cycle:
        seen, edge = {state}, {state}
        while edge:
            edge = {new for old in edge for new in cycle[old]} - seen
            seen |= edge
        assert seen & cycle.ends or len(seen) > 1, f"{name}: nothing follows {state}, and it is not an end"


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.sets(NAMES, min_size=1, max_size=4), min_size=1), NAMES, NAMES)
def test_exactly_the_declared_moves_are_allowed(graph, old, new):
    cycle = steps(**{state: " ".join(sorted(followers)) for state, followers in graph.items()})
    assert cycle.allows(old, new) == (new in graph.get(old, set()))
    assert all(f"{a} --> {b}" in cycle.diagram() for a, followers in graph.items() for b in followers)


def test_ends_are_states_without_followers():
    assert steps(a="b c", b="c").ends == frozenset({"c"})
