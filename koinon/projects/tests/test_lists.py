"""Lists and desks: one or three rows at the same number of queries, filters, what waits for whom, where it is shown."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.accounts.queries import waiting_for
from koinon.projects.lends import people
from koinon.projects.lends.network import calls_in, projects_of
from koinon.projects.models import Call, Project
from koinon.projects.queries import lists
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date.today()


def asked(client, address):
    """How many queries a page needs, the second time."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def team_of_ana(call, ana, state="running", **facts):
    row = factories.project(call=call, lead=ana, state=state, **facts)
    mate = factories.teammate(project=row)
    step = factories.step(project=row, who=mate)
    factories.risk(project=row)
    factories.budgetline(project=row)
    return row, step


class TestSameNumberOfQueries:
    @pytest.mark.parametrize("name", ["projects_of", "calls_of"])
    def test_of_a_network(self, enter, milos, call, ana, network, organisation, name):
        client = enter(milos)
        team_of_ana(call, ana)
        address = reverse(f"projects:{name}", args=[network.slug])
        one = asked(client, address)
        for _ in range(2):
            team_of_ana(factories.call(network=network, organisation=organisation), ana)
        assert asked(client, address) == one

    def test_mine(self, enter, call, ana):
        team_of_ana(call, ana)
        one = asked(enter(ana), reverse("projects:mine"))
        for _ in range(2):
            team_of_ana(call, ana)
        assert asked(enter(ana), reverse("projects:mine")) == one

    @pytest.mark.parametrize("name", ["project", "plan", "team", "check_ins", "money"])
    def test_of_a_project(self, enter, call, ana, name):
        Call.objects.filter(pk=call.pk).update(state="decided")
        row, _step = team_of_ana(call, ana)
        factories.checkin(project=row, person=ana)
        factories.smallgrant(project=row, state="refused")
        address = reverse(f"projects:{name}", args=[row.slug])
        one = asked(enter(ana), address)
        for _ in range(2):
            mate = factories.teammate(project=row, organisation=factories.organisation())
            factories.step(project=row, who=mate)
            factories.risk(project=row)
            factories.budgetline(project=row)
            told = factories.checkin(project=row, person=mate.person)
            factories.projectphoto(check_in=told)
            factories.smallgrant(project=row, state="refused")
        few = 1 if name == "check_ins" else 0
        assert asked(enter(ana), address) <= one + few

    @pytest.mark.parametrize("name", ["call_desk", "ranking"])
    def test_of_a_call(self, enter, milos, call, ana, name):
        Call.objects.filter(pk=call.pk).update(state="ranked")

        def judged():
            row = factories.project(call=call, state="submitted", lead=factories.person())
            factories.judgement(project=row, juror=factories.juror(call=call), state="given", words="So.")

        judged()
        address = reverse(f"projects:{name}", args=[call.slug])
        one = asked(enter(milos), address)
        judged()
        judged()
        assert asked(enter(milos), address) == one

    def test_before_a_juror(self, enter, call, jana, ana):
        Call.objects.filter(pk=call.pk).update(state="judging")
        juror = factories.juror(call=call, person=jana)
        factories.judgement(juror=juror)
        address = reverse("projects:judging", args=[call.slug])
        one = asked(enter(jana), address)
        for _ in range(2):
            factories.judgement(juror=juror)
        assert asked(enter(jana), address) == one


class TestFilters:
    def test_by_words_state_and_call(self, acting, vesa, call, network, ana):
        bench, _ = team_of_ana(call, ana, title="A bench")
        books = factories.project(network=network, state="closed", title="Books", is_public=True)
        me = acting(vesa)
        assert [row.pk for row in lists.projects(me, network, words="book")["rows"]] == [books.pk]
        assert [row.pk for row in lists.projects(me, network, group="going")["rows"]] == [bench.pk]
        assert [row.pk for row in lists.projects(me, network, call=call.slug)["rows"]] == [bench.pk]
        assert not lists.projects(me, network, words="nothing like it")["rows"]

    def test_pages_follow_each_other(self, acting, vesa, network):
        for _ in range(lists.SIZE + 1):
            factories.project(network=network, state="running", is_public=True)
        first = lists.projects(acting(vesa), network)
        second = lists.projects(acting(vesa), network, after=first["next"])
        assert (len(first["rows"]), len(second["rows"]), second["next"]) == (lists.SIZE, 1, "")

    def test_of_another_network_none(self, acting, rival, network, call, ana):
        team_of_ana(call, ana, state="submitted", due_on=TODAY)
        assert not lists.projects(acting(rival), network)["rows"]


class TestDesk:
    def titles(self, acting, who):
        return [item.title for item in waiting_for(acting(who)) if item.is_mine]

    def test_the_team(self, acting, ana, bo, plan):
        assert self.titles(acting, bo) == ["A bench in the shade"]
        Project.objects.filter(pk=plan.pk).update(state="submitted", due_on=TODAY)
        assert self.titles(acting, bo) == []

    def test_who_is_asked(self, acting, ana, jon, plan):
        factories.teammate(project=plan, person=jon, state="invited")
        assert self.titles(acting, jon) == ["You are asked to join: A bench in the shade"]

    def test_jury_and_those_who_run_it(self, acting, milos, jana, call, plan, jury):
        Project.objects.filter(pk=plan.pk).update(state="submitted", due_on=TODAY)
        Call.objects.filter(pk=call.pk).update(state="judging")
        factories.judgement(juror=jury[0], project=plan)
        assert self.titles(acting, jana) == ["Plans to score: Small actions"]
        assert self.titles(acting, milos) == []
        Call.objects.filter(pk=call.pk).update(state="ranked")
        assert self.titles(acting, jana) == []
        assert self.titles(acting, milos) == ["Small actions"]

    def test_the_supervisor(self, acting, petra, running):
        factories.checkin(project=running)
        assert self.titles(acting, petra) == ["A check-in to answer: A bench in the shade"]

    def test_grants_wait_for_the_second_person_only(self, acting, running, milos, vera, vesa, bo):
        grant = factories.smallgrant(project=running, state="halfway")
        type(grant).objects.update(first_by=milos)
        said = ["Small grant: A bench in the shade"]
        assert [self.titles(acting, who) for who in (milos, vera, vesa, bo)] == [[], said, said, []]

    def test_nobody_knows_of_nothing(self, acting, stranger, plan):
        assert self.titles(acting, stranger) == []


def test_panels_show_what_the_reader_may_see(acting, stranger, milos, network, organisation, call, ana):
    row, _ = team_of_ana(call, ana, is_public=True)
    type(row.members.model.objects.get(person=ana)).objects.filter(person=ana).update(organisation=organisation)
    Call.objects.filter(pk=call.pk).update(is_public=False)
    panel = projects_of(organisation, acting(milos))
    assert (panel.context["projects"], panel.context["calls"]) == ([row], [call])
    assert projects_of(organisation, acting(stranger)).context["calls"] == []
    assert calls_in(network, acting(stranger)) is None


def test_the_archive_of_a_person_has_it_all(ana, running):
    factories.checkin(project=running, person=ana)
    found = people.data(ana)
    assert found["project_teams"][0]["role"] == "lead"
    assert len(found["project_check_ins"]) == 1


def test_calls_follow_a_merge(network, organisation, call):
    from koinon.kit.verbs import machine
    from koinon.network.actions import merges

    other = factories.member(network)
    merges.ask(by=machine("test"), network=network, kept=other, gone=organisation)
    call.refresh_from_db()
    assert call.organisation == other


def test_pages_of_calls_say_how_to_begin(client, call, network):
    type(network).objects.filter(pk=network.pk).update(is_public=True)
    page = client.get(reverse("projects:call", args=[call.slug])).content.decode()
    assert f"/networks/{network.slug}/projects/new/?call={call.slug}" in page
    Call.objects.filter(pk=call.pk).update(closes_on=TODAY - timedelta(days=1))
    assert "Write down an idea" not in client.get(reverse("projects:call", args=[call.slug])).content.decode()
