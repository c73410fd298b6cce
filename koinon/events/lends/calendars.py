"""Events in the calendar that each person subscribes to."""

from koinon.accounts import seams as people
from koinon.events.queries import calendars as questions
from koinon.kit import calendars
from koinon.kit.verbs import Actor


@people.calendar_entries.lend(order=30)
def events(me: Actor) -> list[calendars.Entry]:
    """Events I take part in. One query."""
    return questions.coming(me)
