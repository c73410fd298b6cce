"""Every way through the gates, whatever the event asks: nobody is skipped, nobody has a place before the last word."""

from uuid import uuid4

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from koinon.events.actions import consents, gates, nominations, people, registering
from koinon.events.models import HOLDING, REGISTRATION_STEPS, Hold, Registration
from koinon.kit.verbs import machine
from tests import factories

CLERK = machine("test")


def forward(row):
    """The next word, whoever has it."""
    if row.state == "draft":
        return nominations.accept(by=CLERK, registration=row)
    if row.state == "email":
        return registering.confirm_email(by=CLERK, registration=row)
    if row.state == "sender":
        return people.send_on(by=CLERK, registration=row)
    if row.state == "consent":
        consents.give(by=CLERK, consent=row.consent)
        row.refresh_from_db()
        return row
    return people.approve(by=CLERK, registration=row)


class Ways(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        how=st.sampled_from(["member", "guest", "nominated", "organiser"]), is_minor=st.booleans(),
        approves=st.booleans(), places=st.integers(0, 1), leaves=st.integers(0, 5),
    )  # fmt: skip
    def test_every_way(self, how, is_minor, approves, places, leaves):
        network = factories.network()
        event = factories.event(network=network, admits_guests=True, admits_minors=True, asks_approval=approves)
        factories.eventquota(event=event, places=places)
        row = self.begun(event, network, how, is_minor and how != "nominated")
        seen = [row.state]
        while row.state in gates.WITHIN:
            assert not Hold.objects.exists()
            assert row.due_at
            row = registering.withdraw(by=CLERK, registration=row) if len(seen) > leaves else forward(row)
            seen.append(row.state)
            assert REGISTRATION_STEPS.allows(seen[-2], seen[-1])
        if row.state != "withdrawn":
            assert row.state == ("confirmed" if places else "waiting")
            assert ("approval" in seen) == (approves and how != "organiser")
            assert ("consent" in seen) == row.is_minor
        assert Hold.objects.exists() == (row.state in HOLDING)

    def begun(self, event, network, how, is_minor):
        guardian = {"is_minor": True, "guardian": "A parent", "guardian_email": "p@example.org"} if is_minor else {}
        facts = {"by": CLERK, "event": event, "key": uuid4()}
        if how == "member":
            return registering.register(**facts, person=factories.person(name="Luka"), **guardian)
        if how == "guest":
            return registering.register(**facts, name="Guest", email="guest@example.org", **guardian)
        if how == "organiser":
            return people.put_down(**facts, name="By telephone", **guardian)
        house = factories.member(network)
        return nominations.nominate(**facts, organisation=house, name="A colleague", email="c@example.org")


@pytest.mark.django_db
@override_settings(KOINON_LIMITS=True)
def test_ten_thousand_forms_of_one_address_end_early(gathering, client):
    statuses = []
    for number in range(125):  # more than two windows allow, should the clock turn meanwhile
        sent = {"key": str(uuid4()), "name": "x", "email": f"a{number}@example.org"}
        statuses.append(client.post(f"/events/{gathering.slug}/register/", sent).status_code)
    assert 429 in statuses
    assert Registration.objects.count() <= 120
