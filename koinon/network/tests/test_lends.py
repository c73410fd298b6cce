"""What networks give to people's pages: the desk, the data, being forgotten, reminders of the clock."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.network import lends, seams
from koinon.network.clock import admission, reminders
from koinon.network.lends import admission as desk
from koinon.network.models import Application, Coordination, Invitation, Mandate, days
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_desk_shows_whose_turn_it_is(network, vesa, stranger, acting):
    row = factories.organisation()
    factories.application(network=network, organisation=row, applicant=stranger, state="submitted")
    ours, theirs = desk.applications(acting(vesa))[0], desk.applications(acting(stranger))[0]
    assert (ours.is_mine, theirs.is_mine) == (True, False)
    assert ours.whose == theirs.whose == str(network)
    Application.objects.update(state="returned", turn="applicant")
    ours, theirs = desk.applications(acting(vesa))[0], desk.applications(acting(stranger))[0]
    assert (ours.is_mine, theirs.is_mine) == (False, True)


def test_the_desk_of_others_stays_empty(network, organisation, rival, acting):
    factories.application(network=network, organisation=organisation)
    factories.invitation(organisation=organisation)
    assert desk.applications(acting(rival)) == desk.reviews(acting(rival)) == lends.waiting(acting(rival)) == []
    assert lends.new_members(acting(rival)) == []


def test_the_desk_asks_the_same_for_one_and_for_three(
    network, organisation, milos, vesa, acting, django_assert_num_queries
):
    for count in (1, 3):
        for _ in range(count):
            factories.application(network=network, organisation=factories.organisation(), state="submitted")
            factories.invitation(organisation=organisation)
        me = acting(milos)
        with django_assert_num_queries(2):
            desk.applications(me), lends.waiting(me)
        with django_assert_num_queries(1):
            lends.new_members(me)


def test_newcomers_are_told_where_to_begin(stranger, milos, acting):
    assert lends.join_a_network(acting(stranger))[0].url == "/"
    assert lends.join_a_network(acting(milos)) == []


def test_coordinators_need_a_second_factor_and_representatives_choose_for_whom_they_act(
    vesa, milos, organisation, acting
):
    assert lends.coordinators(acting(vesa))
    assert not lends.coordinators(acting(milos))
    assert lends.organisations_i_act_for(acting(milos)) == [organisation]
    assert lends.organisations_i_act_for(acting(vesa)) == []


def test_everything_about_a_person_can_be_written_to_a_file(network, organisation, milos):
    factories.application(network=network, organisation=organisation, applicant=milos, motivation="My words")
    factories.invitation(organisation=organisation, email=milos.email)
    data = json.loads(json.dumps(lends.everything(milos)))
    assert data["applications"][0]["motivation"] == "My words"
    assert data["mandates"][0]["role"] == "representative"
    assert data["invitations_received"][0]["email"] == milos.email


def test_a_forgotten_person_speaks_for_nobody_and_leaves_no_address(network, organisation, milos, vesa, acting):
    factories.coordination(network=network, person=milos)
    mine = factories.invitation(organisation=organisation, email=milos.email.upper(), state="accepted")
    sent = factories.invitation(organisation=organisation, invited_by=milos, message="From me")
    factories.application(network=network, organisation=factories.organisation(), applicant=milos)
    lends.forgotten(milos)
    assert not Mandate.objects.in_force().filter(person=milos).exists()
    assert not Coordination.objects.in_force().filter(person=milos).exists()
    mine.refresh_from_db(), sent.refresh_from_db()
    assert (mine.email, sent.state, sent.invited_by, sent.message) == ("", "withdrawn", None, "")
    assert Application.objects.get().state == "withdrawn"
    assert Mandate.objects.filter(organisation=organisation).exists()


def test_the_clock_expires_reminds_and_does_so_once(network, organisation, milos, vesa):
    now = timezone.now()
    gone = factories.invitation(organisation=organisation, invited_by=milos, until=now - timedelta(hours=1))
    soon = factories.invitation(organisation=organisation, invited_by=milos, until=now + timedelta(days=2))
    over = factories.person()
    yesterday = days(date(2024, 1, 1), date.today() - timedelta(days=1))
    factories.mandate(organisation=organisation, person=over, role="deputy", period=yesterday)
    ending = days(date(2024, 1, 1), date.today() + timedelta(days=10))
    factories.mandate(organisation=organisation, person=factories.person(), role="contact", period=ending)
    late = date.today()
    factories.application(network=network, organisation=factories.organisation(), state="review", remind_on=late)
    for _ in range(2):
        reminders.daily(0)
        admission.daily(0)
    gone.refresh_from_db(), soon.refresh_from_db()
    assert (gone.state, soon.state) == ("expired", "open")
    assert soon.reminded_at is not None
    done = Statement.objects.filter(role="clock").values_list("verb", flat=True)
    assert sorted(done) == [
        "network.application_reminded",
        "network.invitation_expired",
        "network.invitation_reminded",
        "network.mandate_expired",
        "network.mandate_reminded",
    ]
    assert "has ended" in Notice.objects.get(person=over).title
    assert Notice.objects.filter(person=vesa, kind="network.application").count() == 1
    assert Notice.objects.filter(person=milos).count() == 3


@pytest.mark.parametrize("ago", [1, 5])
def test_the_clock_indexes_memberships_that_ended_with_the_day_or_while_it_was_off(network, monkeypatch, ago):
    row = factories.organisation()
    until = date.today() - timedelta(days=ago)
    factories.membership(network=network, organisation=row, period=days(date(2024, 1, 1), until))
    heard = []
    monkeypatch.setattr(seams.organisation_changed, "_lent", [(1, "test", heard.append)])
    reminders.daily(0)
    assert heard == [[row.pk]]
    assert not Invitation.objects.exists()
