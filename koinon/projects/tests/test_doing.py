"""Carrying it out: begun with a supervisor, told in check-ins, paused, looked back on, shown without names."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.kit.verbs import Refused
from koinon.projects.actions import doing
from koinon.projects.clock import turns
from koinon.projects.models import CheckIn, Project, ProjectPhoto, Reflection
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()
BACK = {"came": "A bench.", "hard": "The permit.", "next": "A tree.", "measured": "40 people.", "reached": 40}


@pytest.fixture
def approved(plan, petra):
    Project.objects.filter(pk=plan.pk).update(state="approved", supervisor=petra)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def closing(acting, ana, running):
    return doing.finish(by=acting(ana), project=running)


class TestConditions:
    @pytest.fixture
    def conditional(self, plan, call):
        type(call).objects.filter(pk=call.pk).update(state="decided")
        Project.objects.filter(pk=plan.pk).update(state="conditional", due_on=TODAY + timedelta(days=9))
        return Project.objects.select_related("call").get(pk=plan.pk)

    def test_met_and_answered(self, acting, bo, milos, conditional):
        doing.meet_conditions(by=acting(bo), project=conditional, words="The owner agrees.")
        assert told(milos)[-1] == "The conditions are met, says the team: A bench in the shade"
        assert doing.settle_conditions(by=acting(milos), project=conditional, is_met=True).state == "approved"

    def test_not_met_needs_words(self, acting, milos, conditional):
        with pytest.raises(ValidationError):
            doing.settle_conditions(by=acting(milos), project=conditional, is_met=False)
        row = doing.settle_conditions(by=acting(milos), project=conditional, is_met=False, why="No owner.")
        assert row.state == "rejected"

    def test_the_team_does_not_answer_itself(self, acting, ana, conditional):
        with pytest.raises(Refused):
            doing.settle_conditions(by=acting(ana), project=conditional, is_met=True)

    def test_a_coordinator_on_the_team_does_not_either(self, acting, vesa, conditional):
        factories.teammate(project=conditional, person=vesa)
        doing.meet_conditions(by=acting(vesa), project=conditional, words="Yes.")
        with pytest.raises(Refused):
            doing.settle_conditions(by=acting(vesa), project=conditional, is_met=True)


class TestGoing:
    def test_it_begins_with_a_supervisor(self, acting, ana, approved, petra):
        assert doing.start(by=acting(ana), project=approved).state == "running"
        assert told(petra)[-1] == "The team has begun: A bench in the shade"

    def test_not_without(self, acting, ana, approved):
        Project.objects.filter(pk=approved.pk).update(supervisor=None)
        approved.refresh_from_db()
        with pytest.raises(ValidationError):
            doing.start(by=acting(ana), project=approved)

    def test_a_pause_moves_the_last_day(self, acting, ana, running, petra):
        ends_on = running.ends_on
        doing.pause(by=acting(ana), project=running, why="The school is closed.")
        Project.objects.filter(pk=running.pk).update(moved_at=timezone.now() - timedelta(days=10))
        running.refresh_from_db()
        row = doing.resume(by=acting(petra), project=running)
        assert (row.state, row.ends_on) == ("running", ends_on + timedelta(days=10))

    def test_the_clock_ends_it(self, running, bo):
        Project.objects.filter(pk=running.pk).update(ends_on=TODAY - timedelta(days=1))
        turns.turn_days(0)
        running.refresh_from_db()
        assert (running.state, running.due_on) == ("closing", TODAY + doing.TO_REFLECT)
        assert told(bo)[-1] == "Time to look back: A bench in the shade"

    def test_a_quiet_team_is_asked_once(self, running, bo):
        Project.objects.filter(pk=running.pk).update(moved_at=timezone.now() - timedelta(days=30))
        turns.nudge(0)
        turns.nudge(0)
        assert told(bo, "projects.reminder") == ["Time for a check-in: A bench in the shade"]


class TestCheckIns:
    def test_stuck_is_heard(self, acting, bo, running, petra):
        doing.check_in(by=acting(bo), project=running, mood="stuck", text="No wood.", language="en", reached=3)
        assert told(petra)[-1] == "Stuck, and asks for help: A bench in the shade"

    def test_the_supervisor_answers(self, acting, bo, running, petra):
        row = factories.checkin(project=running)
        doing.answer(by=acting(petra), check_in=row, words="Ask the school.")
        assert told(bo)[-1] == "Your supervisor has answered: A bench in the shade"

    def test_nobody_else_does(self, acting, bo, ana, stranger, jana, running, jury):
        row = factories.checkin(project=running)
        for who in (bo, ana, stranger, jana):
            with pytest.raises(Refused):
                doing.answer(by=acting(who), check_in=row, words="Well done.")

    def test_photos_have_words_and_are_inside_at_first(self, acting, bo, running, picture, stranger):
        row = doing.check_in(
            by=acting(bo), project=running, mood="well", text="Done.", language="en",
            photos=[(picture, "A bench under a tree", False)],
        )  # fmt: skip
        photo = row.photos.get()
        assert photo.upload.person is None
        assert not ProjectPhoto.objects.visible_to(acting(stranger)).exists()

    def test_a_photo_without_words_is_refused_and_the_text_stays(self, enter, bo, running, picture):
        sent = {"mood": "well", "text": "What I typed", "reached": "1", "photo_1": picture}
        answer = enter(bo).post(reverse("projects:check_ins", args=[running.slug]), sent)
        page = answer.content.decode()
        assert "Say in a few words what can be seen." in page
        assert "What I typed" in page
        assert not CheckIn.objects.exists()

    def test_through_the_page(self, enter, bo, running, picture):
        sent = {
            "mood": "well",
            "text": "Done.",
            "reached": "4",
            "photo_1": picture,
            "alt_1": "A bench",
            "agreed_1": "on",
        }
        assert enter(bo).post(reverse("projects:check_ins", args=[running.slug]), sent).status_code == 302
        assert ProjectPhoto.objects.get().is_public

    def test_the_file_is_not_given_away_elsewhere(self, enter, stranger, running, kept, bo, client):
        photo = factories.projectphoto(check_in=factories.checkin(project=running), upload=kept)
        for who in (enter(stranger), enter(bo), client):
            assert who.get(reverse("kit:file", args=[kept.pk])).status_code == 404
        assert enter(bo).get(reverse("projects:photo", args=[photo.pk])).status_code == 200

    def test_consent_is_withdrawn_at_once(self, acting, bo, running, kept, client):
        Project.objects.filter(pk=running.pk).update(is_public=True)
        photo = factories.projectphoto(check_in=factories.checkin(project=running), upload=kept, is_public=True)
        address = reverse("projects:photo", args=[photo.pk])
        assert client.get(address).status_code == 200
        doing.show_photo(by=acting(bo), photo=photo, is_public=False)
        assert client.get(address).status_code == 404


class TestLookingBack:
    def test_handed_in_and_accepted(self, acting, bo, petra, closing, milos):
        doing.reflect(by=acting(bo), project=closing, language="en", **BACK)
        assert told(petra)[-1] == "The team looks back, and waits for you: A bench in the shade"
        assert doing.accept_reflection(by=acting(petra), project=closing).state == "closed"
        assert told(bo)[-1] == "Finished: A bench in the shade"

    def test_returned_and_mended(self, acting, bo, petra, closing):
        doing.reflect(by=acting(bo), project=closing, language="en", **BACK)
        with pytest.raises(ValidationError):
            doing.reflect(by=acting(bo), project=closing, language="en", **BACK)
        doing.return_reflection(by=acting(petra), project=closing, why="Who sits there?")
        row = doing.reflect(by=acting(bo), project=closing, language="en", **{**BACK, "came": "Two benches."})
        assert (row.state, row.came) == ("handed_in", "Two benches.")
        assert Reflection.objects.count() == 1

    def test_the_team_does_not_accept_its_own(self, acting, bo, ana, closing):
        doing.reflect(by=acting(bo), project=closing, language="en", **BACK)
        for who in (bo, ana):
            with pytest.raises(Refused):
                doing.accept_reflection(by=acting(who), project=closing)

    def test_nothing_to_accept(self, acting, petra, closing):
        with pytest.raises(ValidationError):
            doing.accept_reflection(by=acting(petra), project=closing)


class TestShowing:
    def shown(self, acting, ana, running, **facts):
        given = {"result": "There is a <b>bench</b>.", "is_public": True, **facts}
        return doing.show(by=acting(ana), project=running, **given)

    def test_everybody_reads_it_without_names(self, acting, ana, bo, running, client):
        self.shown(acting, ana, running)
        page = client.get(reverse("projects:project", args=[running.slug])).content.decode()
        assert "There is a &lt;b&gt;bench&lt;/b&gt;." in page
        for name in ("Bo<", "Ana", "Petra", "It rains", "120.00"):
            assert name not in page

    def test_structured_data_cannot_break_out(self, acting, ana, running, client):
        self.shown(acting, ana, running, result="</script><script>alert(1)</script>")
        page = client.get(reverse("projects:project", args=[running.slug])).content.decode()
        assert "application/ld+json" in page
        assert "<script>alert" not in page

    def test_a_picture_needs_words(self, acting, ana, running, picture):
        with pytest.raises(ValidationError) as problem:
            self.shown(acting, ana, running, picture=picture)
        assert "picture_alt" in problem.value.message_dict
        row = self.shown(acting, ana, running, picture=picture, picture_alt="A bench")
        assert (row.picture_alt, row.picture.media_type) == ("A bench", "image/webp")

    def test_not_before_it_is_carried_out(self, acting, ana, plan):
        with pytest.raises(ValidationError):
            doing.show(by=acting(ana), project=plan, result="Soon.", is_public=True)

    def test_hidden_again(self, acting, ana, running, client):
        self.shown(acting, ana, running)
        self.shown(acting, ana, running, is_public=False)
        assert client.get(reverse("projects:project", args=[running.slug])).status_code == 404


def test_archived_after_a_year(running):
    Project.objects.filter(pk=running.pk).update(state="closed", moved_at=timezone.now() - timedelta(days=400))
    turns.turn_days(0)
    running.refresh_from_db()
    assert running.state == "archived"
