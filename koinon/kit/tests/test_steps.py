"""Life cycles: only declared moves, one winner, diagrams."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit.models import WORK_STEPS, Work
from koinon.kit.steps import steps


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


NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(NAMES, st.sets(NAMES, min_size=1, max_size=4), min_size=1), NAMES, NAMES)
def test_exactly_the_declared_moves_are_allowed(graph, old, new):
    cycle = steps(**{state: " ".join(sorted(followers)) for state, followers in graph.items()})
    assert cycle.allows(old, new) == (new in graph.get(old, set()))
    assert all(f"{a} --> {b}" in cycle.diagram() for a, followers in graph.items() for b in followers)


def test_ends_are_states_without_followers():
    assert steps(a="b c", b="c").ends == frozenset({"c"})
