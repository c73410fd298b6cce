"""An invitation to teach holds while who sent it could still send it."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.accounts.actions import forget
from koinon.kit import links
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.learning.actions import lists, runs
from koinon.learning.clock import runs as clock
from koinon.learning.models import Facilitation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(run, fatmir, acting):
    return lists.invite_facilitator(by=acting(fatmir), run=run, email="new@example.org", name="Neda")


def token(asked):
    return links.make(lists.PURPOSE, invited=str(asked.pk))


def taken(run, fatmir, acting):
    """Somebody else leads, and Fatmir teaches no more."""
    factories.facilitation(run=run)
    runs.remove_facilitator(by=machine("test"), facilitation=run.facilitations.get(person=fatmir))


def handed(run, fatmir, acting):
    """Fatmir still teaches, but somebody else leads and asks people to teach."""
    runs.hand_lead(by=machine("test"), run=run, facilitation=factories.facilitation(run=run))


def forgotten(run, fatmir, acting):
    factories.facilitation(run=run)
    forget(by=acting(fatmir), person=fatmir)


@pytest.mark.parametrize("lose", [taken, handed, forgotten])
def test_it_falls_with_the_right_of_who_sent_it(run, asked, fatmir, acting, client, lose):
    address = reverse("learning:invitation", args=[token(asked)])
    assert client.get(address).status_code == 200
    lose(run, fatmir, acting)
    asked.refresh_from_db()
    assert client.get(address).status_code == 410
    assert client.post(address, {"name": "Neda"}).status_code == 410
    with pytest.raises((Refused, ValidationError)):
        lists.accept(by=VISITOR, invited=asked, link=links.read(lists.PURPOSE, token(asked)), name="Neda")
    assert not Facilitation.objects.filter(run=run, person__email="new@example.org").exists()
    mail.outbox.clear()
    clock.turn_runs(0)
    asked.refresh_from_db()
    assert (asked.state, mail.outbox) == ("lapsed", [])


def test_one_to_learn_holds_whoever_has_sent_it(run, fatmir, acting, client):
    row = lists.invite(by=acting(fatmir), run=run, email="ana@example.org")
    taken(run, fatmir, acting)
    clock.turn_runs(0)
    assert client.get(reverse("learning:invitation", args=[token(row)])).status_code == 200
