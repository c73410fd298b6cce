"""Teams: asked by letter or found by name, coming by one tap, one lead at any moment."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.models import Statement
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.projects.actions import teams
from koinon.projects.actions.leaving import forget_person
from koinon.projects.clock import turns
from koinon.projects.models import Judgement, Juror, Project, Teammate
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def asked(acting, ana, plan):
    return teams.invite(by=acting(ana), project=plan, email="Kim@Example.org", name="Kim")


def letter(row):
    return reverse("projects:invitation", args=[links.make(teams.PURPOSE, teammate=str(row.pk))])


class TestAsking:
    def test_a_letter_with_a_link_goes_out(self, asked, mailoutbox):
        assert (asked.email, asked.state, asked.until) == ("kim@example.org", "invited", TODAY + timedelta(days=21))
        assert Statement.objects.filter(verb="projects.teammate_invited", noun=asked.pk).exists()

    def test_once(self, acting, ana, plan, asked, enter):
        answer = enter(ana).post(f"/projects/{plan.slug}/team/", {"email": "kim@example.org"})
        assert "This address is invited already" in answer.content.decode()

    def test_nobody_who_is_on_the_team(self, acting, ana, bo, plan):
        with pytest.raises(ValidationError):
            teams.invite(by=acting(ana), project=plan, email=bo.email)

    def test_never_the_supervisor(self, acting, ana, petra, running):
        with pytest.raises(ValidationError):
            teams.invite(by=acting(ana), project=running, email=petra.email)

    def test_a_spammer_comes_to_an_end(self, acting, ana, plan):
        for number in range(teams.MOST_OPEN):
            teams.invite(by=acting(ana), project=plan, email=f"a{number}@example.org")
        with pytest.raises(ValidationError):
            teams.invite(by=acting(ana), project=plan, email="more@example.org")

    def test_others_ask_nobody(self, acting, stranger, vesa, petra, plan):
        for who in (stranger, vesa, petra):
            with pytest.raises(Refused):
                teams.invite(by=acting(who), project=plan, email="x@example.org")


class TestComing:
    def test_a_look_changes_nothing(self, client, asked):
        assert client.get(letter(asked)).status_code == 200
        asked.refresh_from_db()
        assert asked.state == "invited"

    def test_by_one_tap_without_an_account(self, client, asked, ana):
        answer = client.post(letter(asked), {})
        asked.refresh_from_db()
        assert (answer.status_code, asked.state, asked.person.email) == (302, "active", "kim@example.org")
        assert told(ana)[-1] == "Kim is on your team now: A bench in the shade"

    def test_the_link_works_once(self, client, asked):
        address = letter(asked)
        client.post(address, {})
        client.logout()
        assert client.post(address, {}).status_code == 410
        assert client.post(letter(asked), {}).status_code == 410

    def test_a_forged_link_opens_nothing(self, client, asked):
        token = links.make("learning.invited", teammate=str(asked.pk))
        assert client.get(reverse("projects:invitation", args=[token])).status_code == 410

    def test_somebody_else_does_not_take_the_place(self, enter, asked, stranger):
        enter(stranger).post(letter(asked), {})
        asked.refresh_from_db()
        assert asked.state == "invited"

    def test_no_thank_you(self, client, asked, ana):
        assert client.post(letter(asked), {"decline": "1"}).status_code == 200
        asked.refresh_from_db()
        assert asked.state == "declined"
        assert told(ana)[-1] == "Kim cannot join your team: A bench in the shade"
        assert not Person.objects.filter(email="kim@example.org").exists()

    def test_taken_back_is_taken_back(self, acting, ana, client, asked):
        address = letter(asked)
        teams.take_back(by=acting(ana), teammate=asked)
        assert client.get(address).status_code == 410

    def test_not_after_its_day(self, asked):
        Teammate.objects.filter(pk=asked.pk).update(until=TODAY - timedelta(days=1))
        asked.refresh_from_db()
        link = links.read(teams.PURPOSE, links.make(teams.PURPOSE, teammate=str(asked.pk)))
        with pytest.raises(ValidationError):
            teams.accept(by=VISITOR, teammate=asked, link=link)

    def test_it_lapses(self, asked, ana):
        Teammate.objects.filter(pk=asked.pk).update(until=TODAY - timedelta(days=1))
        turns.turn_days(0)
        asked.refresh_from_db()
        assert asked.state == "lapsed"
        assert told(ana)[-1] == "No answer to your invitation: A bench in the shade"

    def test_a_member_who_was_chosen_comes_on_the_page(self, acting, ana, jon, plan, enter):
        row = teams.invite(by=acting(ana), project=plan, email=jon.email, person=jon)
        assert enter(jon).post(reverse("projects:team_step", args=[row.pk, "come"])).status_code == 302
        row.refresh_from_db()
        assert row.state == "active"

    def test_nobody_comes_for_another(self, acting, ana, jon, stranger, plan):
        row = teams.invite(by=acting(ana), project=plan, email=jon.email, person=jon)
        for who in (stranger, ana):
            with pytest.raises(Refused):
                teams.come(by=acting(who), teammate=row)


class TestLead:
    def test_handed_over(self, acting, ana, bo, plan):
        row = plan.members.get(person=bo)
        teams.hand_lead(by=acting(ana), teammate=row)
        assert plan.members.get(role="lead", state="active").person == bo
        assert told(bo)[-1] == "You lead the team now: A bench in the shade"

    def test_nobody_takes_it(self, acting, bo, vesa, plan):
        row = plan.members.get(person=bo)
        for who in (bo, vesa):
            with pytest.raises(Refused):
                teams.hand_lead(by=acting(who), teammate=row)

    def test_only_to_somebody_on_the_team(self, acting, ana, asked):
        with pytest.raises(ValidationError):
            teams.hand_lead(by=acting(ana), teammate=asked)

    def test_the_lead_does_not_just_leave(self, acting, ana, plan):
        with pytest.raises(ValidationError):
            teams.leave(by=acting(ana), teammate=plan.members.get(person=ana))

    def test_members_leave_when_they_want(self, acting, ana, bo, plan):
        assert teams.leave(by=acting(bo), teammate=plan.members.get(person=bo)).state == "left"
        assert told(ana)[-1] == "Bo has left your team: A bench in the shade"
        assert not Project.objects.visible_to(acting(bo)).filter(pk=plan.pk).exists()

    def test_who_leaves_by_being_forgotten_leaves_an_heir(self, ana, bo, plan):
        forget_person(ana)
        assert plan.members.get(role="lead", state="active").person == bo

    def test_the_last_one_takes_a_draft_along(self, ana, call):
        row = factories.project(call=call, lead=ana, state="draft")
        forget_person(ana)
        assert not Project.objects.filter(pk=row.pk).exists()

    def test_nobody_waits_for_a_supervisor_or_juror_who_was_forgotten(self, ana, plan, call):
        gone = factories.person(name="Gone")
        Project.objects.filter(pk=plan.pk).update(supervisor=gone)
        jurors = [factories.juror(call=call, person=gone), factories.juror(person=gone)]
        factories.judgement(juror=jurors[0], project=plan)
        given = factories.judgement(juror=jurors[1], state="given", points={"x": 4})
        forget_person(gone)
        plan.refresh_from_db()
        assert plan.supervisor is None
        assert list(Juror.objects.filter(person=gone)) == [jurors[1]]
        assert list(Judgement.objects.filter(juror__person=gone)) == [given]


def test_reminded_once(asked, mailoutbox):
    Teammate.objects.filter(pk=asked.pk).update(at="2026-01-01T10:00Z")
    asked.refresh_from_db()
    teams.remind(by=machine("clock"), teammate=asked)
    with pytest.raises(ValidationError):
        teams.remind(by=machine("clock"), teammate=asked)
