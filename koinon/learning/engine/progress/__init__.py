"""Progress, recomputed from events by one function: learner and facilitator read the same sentence.

A rule is data: {"viewed": true}, {"score": 0.6}, {"attended": 2} (so many sessions), {"accepted": true} (evidence),
{"posted": 1}, {"answered": true} (survey), {"played": "completed" or "passed"}, {"all": [rules]}, {"any": [rules]}.
How long somebody looked at a page is never a rule. A section is done when all that is required below it is done.
"""

from koinon.learning.engine.progress.events import DEFAULT_RULES, Event, Outcome, State, ordered, rule_of
from koinon.learning.engine.progress.sentences import SENTENCES, said, sentence
from koinon.learning.engine.progress.tree import outcomes

__all__ = [
    "DEFAULT_RULES", "SENTENCES", "Event", "Outcome", "State", "ordered", "outcomes", "rule_of", "said", "sentence",
]  # fmt: skip
