"""Jurors and supervisors are asked by letter: nobody learns from the form who has an account here."""

import pytest
from django.core.exceptions import ValidationError

from koinon.accounts.models import Person
from koinon.kit import links
from koinon.kit.verbs import Refused
from koinon.projects.actions import asking
from koinon.projects.models import Juror, Project
from koinon.projects.notices.asking import PURPOSE
from tests import factories

pytestmark = pytest.mark.django_db


def jury_door(call):
    return f"/calls/{call.slug}/jurors/"


class TestNobodyLearnsWhoIsHere:
    """An attack: somebody who runs a call tries addresses."""

    @pytest.mark.parametrize("known", [True, False])
    def test_jurors(self, enter, milos, call, jana, known):
        email = jana.email if known else "nobody@example.org"
        client = enter(milos)
        answer = client.post(jury_door(call), {"email": email})
        assert (answer.status_code, answer["Location"]) == (302, f"/calls/{call.slug}/desk/")
        page = client.get(answer["Location"]).content.decode()
        assert "They answer by a link in a letter." in page
        assert "Jana" not in page
        assert not Juror.objects.exists()

    @pytest.mark.parametrize("who", ["petra", "bo", "nobody", "closed"])
    def test_supervisors(self, enter, request, milos, plan, who):
        Project.objects.filter(pk=plan.pk).update(state="submitted", due_on=plan.call.decides_on)
        person = factories.person(is_active=False) if who == "closed" else None
        email = "nobody@example.org" if who == "nobody" else (person or request.getfixturevalue(who)).email
        answer = enter(milos).post(f"/projects/{plan.slug}/step/supervisor/", {"email": email})
        assert answer.status_code == 302
        plan.refresh_from_db()
        assert plan.supervisor is None

    def test_what_is_no_address_is_said_at_the_field(self, enter, milos, call):
        answer = enter(milos).post(jury_door(call), {"email": "nothing"})
        assert answer.status_code == 200
        assert "nothing" in answer.content.decode()


class TestByTheLetter:
    def ask(self, by, call, email):
        asking.ask_juror(by=by, call=call, email=email)
        return f"/project-letters/{links.make(PURPOSE, call=str(call.pk), email=email)}/"

    def test_with_no_account_before(self, acting, milos, call, visitor):
        address = self.ask(acting(milos), call, "kim@example.org")
        assert "give points until" in visitor.get(address).content.decode()
        assert not Person.objects.filter(email="kim@example.org").exists()
        assert visitor.post(address).status_code == 302
        assert Juror.objects.get(call=call).person.email == "kim@example.org"
        assert visitor.post(address).status_code == 410

    def test_twice_is_once(self, acting, milos, call, jana, visitor):
        for _ in range(2):
            assert visitor.post(self.ask(acting(milos), call, jana.email)).status_code == 302
        assert Juror.objects.filter(call=call, person=jana).count() == 1

    def test_not_when_the_jury_has_finished(self, acting, milos, call, visitor):
        address = self.ask(acting(milos), call, "kim@example.org")
        type(call).objects.filter(pk=call.pk).update(state="ranked")
        assert visitor.post(address).status_code == 200
        assert not Juror.objects.exists()
        assert not Person.objects.filter(email="kim@example.org").exists()

    def test_only_who_runs_the_call_asks(self, acting, ana, jana, call, plan):
        for who in (ana, jana):
            with pytest.raises(Refused):
                asking.ask_juror(by=acting(who), call=call, email="kim@example.org")
            with pytest.raises(Refused):
                asking.ask_supervisor(by=acting(who), project=plan, email="kim@example.org")


class TestSupervision:
    def address(self, project, email):
        facts = {"project": str(project.pk), "before": str(project.supervisor_id or ""), "email": email}
        return f"/project-letters/{links.make(PURPOSE, **facts)}/"

    def test_agreed(self, plan, petra, visitor):
        assert visitor.post(self.address(plan, petra.email)).status_code == 302
        plan.refresh_from_db()
        assert plan.supervisor == petra

    def test_who_is_on_the_team_reads_why_not(self, plan, bo, visitor):
        answer = visitor.post(self.address(plan, bo.email))
        assert "cannot supervise it" in answer.content.decode()

    def test_an_old_letter_puts_nobody_out(self, plan, petra, jana, visitor):
        old = self.address(plan, jana.email)
        Project.objects.filter(pk=plan.pk).update(supervisor=petra)
        assert visitor.post(old).status_code == 200
        plan.refresh_from_db()
        assert plan.supervisor == petra

    def test_not_for_a_plan_that_was_given_up(self, acting, milos, plan):
        Project.objects.filter(pk=plan.pk).update(state="dropped")
        plan.refresh_from_db()
        with pytest.raises(ValidationError):
            asking.ask_supervisor(by=acting(milos), project=plan, email="kim@example.org")
