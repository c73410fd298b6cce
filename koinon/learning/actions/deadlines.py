"""A word before a deadline, to those who have not done that part yet."""

from collections.abc import Sequence
from datetime import date

from koinon.accounts.models import Person
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.models import Run
from koinon.learning.notices import learning as notices


@verb("learning.deadline_told", rule=only_machine)
def tell(*, by: Actor, run: Run, node: str, due: date, people: Sequence[Person]) -> Run:
    """Once for each part and learner."""
    notices.due_soon(run=run, node=node, due=due, people=people)
    return run
