"""Loads the events of the demo through the verbs of everybody; the second time nothing changes."""

from collections.abc import Iterator

from django.db import transaction

from koinon.accounts import notices
from koinon.events.demo import afterwards, organising, people
from koinon.kit.verbs import Actor


def load(*, by: Actor) -> Iterator[str]:
    """Load what is not there yet; one sentence for each part that did something, none the second time."""
    with notices.silence(), transaction.atomic():
        said = list(_load(by))
    yield from said


def _load(by: Actor) -> Iterator[str]:
    made = organising.load(by=by)
    if made:
        yield f"Called together {len(made)} events."
        if coming := people.load(by=by, made=made):
            yield f"Registered {coming} people for them."
        if stays := afterwards.load(by=by, made=made):
            yield f"Wrote down what stays of events ({stays})."
