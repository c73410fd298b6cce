"""Any life of an event's places, by hypothesis: after each step counters, holds and states agree, and nobody who could
have a place waits without an offer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from koinon.events.actions import places, quotas, reconciling, waiting
from koinon.events.models import HOLDING, REGISTRATION_STEPS, Counter, EventQuota, Registration
from koinon.events.tests.racing import faults
from koinon.kit.verbs import machine
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLOCK = machine("clock")
NUMBER = st.integers(0, 6)
KINDS = st.sampled_from(["all", "most", "kept", "each", "chosen"])
PERSON = st.fixed_dictionaries(
    {
        "gender": st.sampled_from(["woman", "man", ""]),
        "country": st.sampled_from(["ME", "RS"]),
        "units": st.sampled_from([1, 1, 1, 2, 3]),
        "priority": st.sampled_from([0, 0, 0, 1]),
        "organisation_name": st.sampled_from(["", "Library", "School"]),
    }
)


class Life(RuleBasedStateMachine):
    """People come, leave, are offered places, answer or not; the organiser changes what was said."""

    @initialize(number=NUMBER)
    def begin(self, number):
        self.event = factories.event()
        self.said = "a new event"
        quotas.put(self.event, rule="all", places=number)

    def rows(self, *states):
        return list(Registration.objects.filter(event=self.event, state__in=states).order_by("pk"))

    def pick(self, number, *states):
        rows = self.rows(*states)
        row = rows[number % len(rows)]
        row.event = self.event
        return row

    def tries(self, act):
        """What is refused leaves everything as it was."""
        before = sorted(Counter.objects.filter(quota__event=self.event).values_list("pk", "capacity", "taken"))
        try:
            with transaction.atomic():
                act()
        except ValidationError:
            after = sorted(Counter.objects.filter(quota__event=self.event).values_list("pk", "capacity", "taken"))
            assert after == before

    def has(*states):
        return precondition(lambda self: bool(self.rows(*states)))

    @rule(facts=PERSON, parts=st.booleans())
    def somebody_comes(self, facts, parts):
        def act():
            row = factories.registration(event=self.event, person=None, state="approval", **facts)
            if parts:
                row.chosen.set(EventQuota.objects.filter(event=self.event, rule="chosen"))
            places.settle(row)

        self.tries(act)

    @has(*HOLDING, "waiting")
    @rule(number=NUMBER)
    def somebody_leaves(self, number):
        row = self.pick(number, "offered", "confirmed", "waiting")
        event = places.hold(self.event)
        REGISTRATION_STEPS.move(row, "withdrawn", due_at=None)
        places.free(row)
        places.move_up(event)

    @has("confirmed", "waiting")
    @rule(number=NUMBER, facts=PERSON)
    def somebody_changes(self, number, facts):
        row = self.pick(number, "confirmed", "waiting")
        if row.state == "waiting":
            return

        def act():
            Registration.objects.filter(pk=row.pk).update(**{**facts, "priority": row.priority})
            row.refresh_from_db()
            if full := places.exchange(row):
                raise ValidationError(str(full))
            places.move_up(self.event)

        self.tries(act)

    @has("offered")
    @rule(number=NUMBER)
    def yes(self, number):
        waiting.accept_offer(by=CLOCK, registration=self.pick(number, "offered"))

    @has("offered")
    @rule(number=NUMBER)
    def no(self, number):
        waiting.decline_offer(by=CLOCK, registration=self.pick(number, "offered"))

    @has("offered")
    @rule(number=NUMBER)
    def nobody_answers(self, number):
        row = self.pick(number, "offered")
        Registration.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(ValidationError):
            waiting.accept_offer(by=CLOCK, registration=row)
        waiting.lapse_offer(by=CLOCK, registration=row)

    @has("waiting")
    @rule(number=NUMBER)
    def by_hand(self, number):
        row = self.pick(number, "waiting")
        self.tries(lambda: waiting.offer(by=CLOCK, registration=row, why="Speaks first."))

    @has("waiting")
    @rule(number=NUMBER, priority=st.integers(-2, 2))
    def in_another_order(self, number, priority):
        waiting.prefer(by=CLOCK, registration=self.pick(number, "waiting"), priority=priority)

    @rule(kind=KINDS, number=NUMBER, percent=st.sampled_from([None, 50]))
    def a_rule_more(self, kind, number, percent):
        if EventQuota.objects.filter(event=self.event).count() < 5:
            facts = {"genders": ["woman"], "percent": percent}
            is_there = EventQuota.objects.filter(event=self.event, rule="all").exists()
            if kind != "all" or not is_there:
                self.tries(lambda: quotas.put(self.event, rule=kind, places=number, facts=facts))

    @rule(which=NUMBER, number=NUMBER)
    def another_number(self, which, number):
        if rows := list(EventQuota.objects.filter(event=self.event)):
            row = rows[which % len(rows)]
            self.tries(
                lambda: quotas.put(
                    self.event, rule=row.rule, places=number, names=row.names, facts=row.facts, quota=row
                )
            )

    @rule(which=NUMBER)
    def a_rule_less(self, which):
        if rows := list(EventQuota.objects.filter(event=self.event)):
            self.tries(lambda: quotas.remove(by=CLOCK, event=self.event, quota=rows[which % len(rows)]))

    @rule()
    def a_night(self):
        found = reconciling.reconcile(by=CLOCK, event=self.event).found
        assert found == []

    @invariant()
    def all_agree(self):
        assert faults(self.event) == []
        for quota in EventQuota.objects.filter(event=self.event):
            for counter in quota.counters.all():
                assert counter.taken == sum(hold.units for hold in counter.holds.all()) <= counter.capacity
        for row in self.rows("waiting", "withdrawn", "lapsed"):
            assert not row.holds.exists()


def test_any_life():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
