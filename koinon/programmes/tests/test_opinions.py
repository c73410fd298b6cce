"""What those who took part thought: asked once, answered once by their own link, without names, five at a time."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from koinon.kit import links
from koinon.kit.verbs import Refused
from koinon.programmes.actions import counting, opinions, participants
from koinon.programmes.models import Opinion
from koinon.programmes.notices.cascade import SURVEY
from koinon.programmes.queries import opinions as asked
from tests import factories

pytestmark = pytest.mark.django_db


def address(row):
    return reverse("programmes:survey", args=[links.make(SURVEY, participant=str(row.pk))])


def test_it_is_answered_once_whatever_the_link(visitor, delivery):
    row = factories.participant(delivery=delivery, email="ana@example.org")
    first, second = address(row), address(row)
    assert "How useful is it" in visitor.get(first).content.decode()
    said = {"quality": "4", "better": "More time"}
    assert "Thank you" in visitor.post(first, said).content.decode()
    assert visitor.post(first, {"quality": "1"}).status_code == 410
    assert "answered already" in visitor.post(second, {"quality": "1"}).content.decode()
    kept = Opinion.objects.get()
    assert (kept.quality, kept.answers) == (4, {"better": "More time"})


def test_without_the_first_question_nothing_is_sent_and_nothing_lost(visitor, delivery):
    row = factories.participant(delivery=delivery, email="ana@example.org")
    answer = visitor.post(address(row), {"better": "More time"})
    assert "More time" in answer.content.decode()
    assert not Opinion.objects.exists()


def test_letters_go_out_once(acting, fatmir, delivery, mailoutbox):
    factories.participant(delivery=delivery, email="ana@example.org")
    factories.participant(delivery=delivery)
    opinions.ask(by=acting(fatmir), delivery=delivery)
    with pytest.raises(ValidationError, match="Nobody is left"):
        opinions.ask(by=acting(fatmir), delivery=delivery)


class TestWhoGivesItChangesNothing:
    """Attacks of a facilitator who would rather have better answers."""

    @pytest.fixture
    def answered(self, delivery):
        rows = [factories.participant(delivery=delivery, has_answered=True) for _ in range(6)]
        for points in (1, 1, 2, 1, 1, 1):
            factories.opinion(delivery=delivery, quality=points)
        counting.recount(delivery)
        assert float(delivery.quality) == 1.2
        return rows

    def test_not_on_the_page_of_a_participant(self, enter, fatmir, answered, delivery):
        client, row = enter(fatmir), answered[0]
        page = reverse("programmes:participant", args=[row.pk])
        assert "quality" not in client.get(page).content.decode()
        facts = {"name": "Somebody", "age": "", "gender": "", "email": "", "has_finished": "on", "quality": "5"}
        assert client.post(page, facts).status_code == 302
        delivery.refresh_from_db()
        assert float(delivery.quality) == 1.2
        with pytest.raises(TypeError):
            participants.change(by=None, participant=row, quality=5)

    def test_not_by_taking_people_off_the_list(self, acting, fatmir, answered, delivery):
        for row in answered:
            participants.remove(by=acting(fatmir), participant=row)
        delivery.refresh_from_db()
        assert (delivery.number_reached, float(delivery.quality)) == (0, 1.2)

    def test_nobody_chooses_the_questions_but_who_runs_the_programme(self, acting, fatmir, programme):
        with pytest.raises(Refused):
            opinions.set_questions(by=acting(fatmir), programme=programme, wanted=[])

    def test_no_answer_leads_to_a_participant(self, answered):
        columns = {field.name for field in Opinion._meta.get_fields()}
        assert columns == {"id", "delivery", "quality", "answers", "group"}
        assert all(row.pk.version == 4 for row in Opinion.objects.all())


def test_nothing_is_shown_before_the_fifth_and_then_whole_groups(enter, fatmir, delivery):
    page = reverse("programmes:delivery", args=[delivery.pk])
    client = enter(fatmir)
    for number in range(4):
        factories.opinion(delivery=delivery, quality=5, answers={"better": f"word {number}"})
    counting.recount(delivery)
    assert delivery.quality is None
    assert "word 1" not in client.get(page).content.decode()
    factories.opinion(delivery=delivery, quality=5, answers={"better": "word 4"})
    counting.recount(delivery)
    assert delivery.quality == 5
    assert "word 4" in client.get(page).content.decode()
    factories.opinion(delivery=delivery, quality=1, answers={"better": "the sixth"})
    counting.recount(delivery)
    assert delivery.quality == 5
    assert "the sixth" not in client.get(page).content.decode()


class TestQuestions:
    def test_usual_ones_first_and_in_every_language(self, programme):
        keys = [row["key"] for row in asked.form_of(programme)["parts"][0]["questions"]]
        assert keys == ["quality", "useful", "next", "better"]
        assert set(asked.form_of(programme)["parts"][0]["questions"][0]["labels"]) > {"en", "sq", "mk"}

    def test_the_question_about_quality_always_stays(self, acting, mara, programme):
        opinions.set_questions(by=acting(mara), programme=programme, wanted=[])
        assert [row["key"] for row in asked.form_of(programme)["parts"][0]["questions"]] == ["quality"]

    def test_the_same_words_stay_the_same_question(self, acting, mara, programme):
        before = asked.form_of(programme)["parts"][0]["questions"]
        words = [(before[3]["labels"]["en"], "text"), ("Was the room warm?", "scale")]
        opinions.set_questions(by=acting(mara), programme=programme, wanted=words)
        after = asked.form_of(programme)["parts"][0]["questions"]
        assert [row["key"] for row in after[:2]] == ["quality", "better"]
        assert (after[2]["labels"], after[2]["kind"]) == ({"en": "Was the room warm?"}, "scale")

    def test_by_its_page(self, enter, mara, programme, visitor, delivery):
        page = reverse("programmes:asked", args=[programme.slug])
        client = enter(mara)
        assert client.get(page).status_code == 200
        assert client.post(page, {"words_0": "Was the room warm?", "kind_0": "scale"}).status_code == 302
        row = factories.participant(delivery=delivery, email="ana@example.org")
        shown = visitor.get(address(row)).content.decode()
        assert "Was the room warm?" in shown
        assert "How useful" not in shown

    def test_other_words_are_another_question(self, acting, mara, programme, delivery):
        for _ in range(5):
            factories.opinion(delivery=delivery, answers={"better": "More time"})
        opinions.set_questions(by=acting(mara), programme=programme, wanted=[("What was too long?", "text")])
        delivery.programme.refresh_from_db()
        assert [(row.key, row.words) for row in asked.shown(delivery, "en")][1:] == [(asked_key(programme, 1), [])]


def asked_key(programme, place):
    return asked.form_of(programme)["parts"][0]["questions"][place]["key"]
