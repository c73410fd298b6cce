"""The desk by itself: reminders, deadlines that pass, places that come free; letters and bulk work as jobs."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.network.actions import applications, bulk, endorsements, letters, quotas, reviews
from koinon.network.clock.one_by_one import each
from koinon.network.models import Application, Endorsement, Letter, Network, Review

CLOCK = machine("clock")


@jobs.every("35 4 * * *", "network.admission")
def daily() -> None:
    """Once a day; running twice does nothing twice."""
    go_on(date.today())


def go_on(today: date) -> None:
    """What the day brings: lapsed endorsements, reminders of every turn, what was given up, places that came free."""
    asked = Endorsement.objects.filter(state="asked").select_related(
        "application__network", "application__organisation", "application__applicant"
    )
    each(asked.filter(due_on__lt=today), lambda row: endorsements.lapse(by=CLOCK, endorsement=row))
    related = ("network", "organisation", "applicant")
    left = Application.objects.filter(state__in=["draft", "returned"], due_on__lt=today - applications.GIVEN_UP)
    each(left.select_related(*related), lambda row: applications.give_up(by=CLOCK, application=row))
    ending = Application.objects.running_out(today).select_related(*related)
    each(ending, lambda row: applications.remind(by=CLOCK, application=row, on=today))
    late = Application.objects.due_for_a_reminder(today).select_related(*related)
    each(late, lambda row: applications.remind(by=CLOCK, application=row, on=today))
    waiting = Review.objects.waiting().filter(remind_on__lte=today)
    waiting = waiting.select_related("application__network", "application__organisation", "person")
    each(waiting, lambda row: reviews.remind(by=CLOCK, review=row, on=today))
    quotas.give_back_ended(CLOCK)
    begun = Network.objects.filter(Q(quotas__period__startswith=today), applications__state="waitlisted")
    for network in begun.distinct():
        quotas.propose_next(network, CLOCK)


@jobs.task("network.print_letter")
def print_letter(letter: str) -> None:
    """Set the PDF of a letter."""
    row = Letter.objects.select_related("network", "organisation__place").filter(pk=letter).first()
    if row is not None:
        letters.print_out(by=machine("letters"), letter=row)


@jobs.work("network.bulk")
def carry_out(track: jobs.Track, asker: str, step: str, keys: list[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """One step for many applications, one by one, as the person who asked: what could not be done is said."""
    me = actor_of(person=Person.objects.get(pk=UUID(asker)))
    track.begin(len(keys))
    done, refused = 0, []
    for number, key in enumerate(keys, start=1):
        problem = bulk.one(by=me, key=key, step=step, facts=facts)
        done += not problem
        if problem:
            refused.append(problem)
        track.step(number)
    return {"done": done, "refused": refused}
