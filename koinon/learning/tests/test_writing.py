"""Courses are begun, written, checked and published; what is published stays; two authors lose nothing."""

import pytest
from django.core.exceptions import ValidationError

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.learning.actions import bank, courses, nodes, taking, texts, versions
from koinon.learning.engine import documents
from koinon.learning.engine.starts import STARTS
from koinon.learning.models import Course, Question, Text
from koinon.learning.queries.documents import document_of
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = [{"type": "paragraph", "data": {"text": "Read the <b>first</b> line.<script>x</script>"}}]


@pytest.fixture
def draft(acting, mara, school, network):
    """A course with a draft that mara began, empty."""
    return courses.create(by=acting(mara), organisation=school, title="Budgets", language="en", network=network)


def single(key="q", right="Yes", points=1.0, **facts):
    """A single choice of two."""
    parts = (documents.Part("a", 1.0), documents.Part("b"))
    said = {"en": {"stem": "Is it so?", "a.text": right, "b.text": "No"}}
    return documents.Question(key, "single", parts, said, points, **facts)


def test_who_may_begin_a_course(acting, mara, stranger, rival, school):
    for who in (stranger, rival):
        with pytest.raises(Refused, match="speaks for the organisation"):
            courses.create(by=acting(who), organisation=school, title="Mine", language="en")
    made = courses.create(by=acting(mara), organisation=school, title="Ours", language="en")
    assert (made.slug, made.is_published) == ("ours", False)
    assert Statement.objects.filter(verb="learning.course_begun", noun=made.pk).exists()


@pytest.mark.parametrize("start", STARTS)
def test_a_template_says_its_places_in_the_language_of_the_course(acting, mara, school, start):
    made = courses.create(by=acting(mara), organisation=school, title="Ours", language="en", start=start)
    document = document_of(made.versions.get())
    assert len(document.nodes) > 5
    assert all(node.texts["en"]["title"] for node in document.nodes)
    assert {node.parent for node in document.nodes} <= {"", *(node.key for node in document.nodes)}


def test_a_page_is_written_cleaned_and_published(acting, mara, draft):
    by = acting(mara)
    page = nodes.add(by=by, course=draft, kind="page", title="First")
    text = texts.write(by=by, node=page, language="en", blocks=WORDS, changes=0)
    assert text.said["blocks"][0]["data"]["text"] == "Read the <b>first</b> line."
    version = versions.publish(by=by, course=draft, changelog="The first one.")
    draft.refresh_from_db()
    assert (version.state, draft.is_published, version.size > 0) == ("published", True, True)
    with pytest.raises(ValidationError, match="stays as it is"):
        texts.write(by=by, node=page, language="en", title="Other")


def test_what_is_missing_stands_in_the_way_of_publishing(acting, mara, draft):
    by = acting(mara)
    with pytest.raises(ValidationError, match="nothing in this course"):
        versions.publish(by=by, course=draft)
    nodes.add(by=by, course=draft, kind="page", title="Empty")
    with pytest.raises(ValidationError, match="nothing here yet"):
        versions.publish(by=by, course=draft)


def test_two_authors_at_once_lose_nothing(acting, mara, draft):
    by = acting(mara)
    page = nodes.add(by=by, course=draft, kind="page", title="First")
    seen = page.texts.get().changes
    texts.write(by=by, node=page, language="en", title="Hers", changes=seen)
    with pytest.raises(ValidationError) as refused:
        texts.write(by=by, node=page, language="en", title="His", changes=seen)
    assert refused.value.code == "overtaken"
    assert Text.objects.get(node=page).said["title"] == "Hers"


def test_a_new_version_has_the_same_keys_and_the_old_one_stays(acting, mara, draft):
    by = acting(mara)
    page = nodes.add(by=by, course=draft, kind="page", title="First")
    texts.write(by=by, node=page, language="en", blocks=WORDS)
    quiz = nodes.add(by=by, course=draft, kind="quiz", title="Quiz")
    asked = bank.put(by=by, organisation=draft.organisation, question=single(), language="en")
    bank.place(by=by, node=quiz, question=asked, points=3)
    old = versions.publish(by=by, course=draft)
    new = versions.begin(by=by, course=draft)
    assert versions.begin(by=by, course=draft) == new
    assert [node.key for node in document_of(new).nodes] == [node.key for node in document_of(old).nodes]
    assert document_of(new).nodes[1].settings["points"] == {str(asked.key): 3.0}
    texts.write(by=by, node=new.nodes.get(kind="page"), language="en", title="Changed")
    assert document_of(old).nodes[0].texts["en"]["title"] == "First"


def test_a_used_question_gets_the_next_number_and_drafts_ask_it(acting, mara, draft):
    by, ours = acting(mara), draft.organisation
    first = bank.put(by=by, organisation=ours, question=single(), language="en")
    assert bank.put(by=by, organisation=ours, question=single(), language="en") == first
    again = bank.put(by=by, organisation=ours, question=single(str(first.key), right="Indeed"), language="en")
    assert (again.pk, again.number) == (first.pk, 1)
    quiz = nodes.add(by=by, course=draft, kind="quiz", title="Quiz")
    bank.place(by=by, node=quiz, question=again)
    old = versions.publish(by=by, course=draft)
    new = versions.begin(by=by, course=draft)
    later = bank.put(by=by, organisation=ours, question=single(str(first.key), right="Surely"), language="en")
    assert (later.number, later.is_latest, Question.objects.get(pk=first.pk).is_latest) == (2, True, False)
    assert new.nodes.get(kind="quiz").placed.get().question == later
    assert old.nodes.get(kind="quiz").placed.get().question == again


def test_the_tree_is_arranged_taken_out_and_put_back(acting, mara, draft):
    by = acting(mara)
    section = nodes.add(by=by, course=draft, kind="section", title="One")
    inner = nodes.add(by=by, course=draft, kind="page", title="Inner", parent=section)
    texts.write(by=by, node=inner, language="en", blocks=WORDS)
    last = nodes.add(by=by, course=draft, kind="quiz", title="Last")
    bank.place(
        by=by, node=last, question=bank.put(by=by, organisation=draft.organisation, question=single(), language="en")
    )
    version = draft.versions.get()

    def order():
        return [node.texts["en"]["title"] for node in document_of(version).nodes]

    nodes.arrange(by=by, course=draft, key=last.key, step="up")
    assert order() == ["Last", "One", "Inner"]
    nodes.arrange(by=by, course=draft, key=inner.key, step="out")
    assert order() == ["Last", "One", "Inner"]
    nodes.arrange(by=by, course=draft, key=inner.key, step="in")
    nodes.arrange(by=by, course=draft, key=last.key, step="down")
    assert order() == ["One", "Inner", "Last"]
    before = document_of(version)
    nodes.arrange(by=by, course=draft, key=section.key, step="remove")
    nodes.arrange(by=by, course=draft, key=last.key, step="remove")
    assert order() == []
    nodes.arrange(by=by, course=draft, key=section.key, step="restore")
    nodes.arrange(by=by, course=draft, key=last.key, step="restore")
    assert document_of(version) == before
    with pytest.raises(ValidationError):
        nodes.arrange(by=by, course=draft, key=last.key, step="restore")


def test_a_document_is_taken_twice_with_the_same_keys(school):
    by = machine("demo")
    page = documents.Node(
        "p1", "page", texts={"en": {"title": "A", "blocks": [
            {"id": "x", "type": "paragraph", "data": {"text": '<a href="node:q1">Q</a> <a href="javascript:x">y</a>'}}
        ]}},
    )  # fmt: skip
    quiz = documents.Node("q1", "quiz", texts={"en": {"title": "B"}}, settings={"questions": ["q"], "points": {"q": 2}})
    whole = documents.Document("seed", "en", {"en": {"title": "Taken"}}, (page, quiz), (single(points=2.0),))
    one, two = (taking.take(by=by, organisation=school, document=whole) for _time in range(2))
    first, second = (document_of(course.versions.get()) for course in (one, two))
    assert first.nodes == second.nodes
    assert f'href="node:{first.nodes[1].key}"' in first.nodes[0].texts["en"]["blocks"][0]["data"]["text"]
    assert "javascript" not in str(first.nodes)
    assert first.nodes[1].settings["points"] == {first.questions[0].key: 2.0}
    assert Question.objects.filter(organisation=school).count() == 1


def test_a_copy_names_where_it_comes_from_and_a_reserved_course_is_not_copied(acting, mara, version, course):
    other = factories.organisation()
    guest = factories.representative(other)
    with pytest.raises(Refused):
        taking.copy(by=acting(guest), organisation=other, version=version)
    Course.objects.filter(pk=course.pk).update(is_public=True)
    version.refresh_from_db()
    made = taking.copy(by=acting(guest), organisation=other, version=version)
    assert made.forked_from == version
    assert "School" in made.credit
    assert [node.key for node in document_of(made.versions.get()).nodes] == [
        node.key for node in document_of(version).nodes
    ]
    Course.objects.filter(pk=course.pk).update(licence="reserved")
    version.course.refresh_from_db()
    with pytest.raises(Refused):
        taking.copy(by=acting(guest), organisation=other, version=version)


def test_reviewers_publish_where_there_are_any(acting, mara, draft):
    by = acting(mara)
    eva = factories.person(name="Eva")
    page = nodes.add(by=by, course=draft, kind="page", title="First")
    texts.write(by=by, node=page, language="en", blocks=WORDS)
    factories.authorship(course=draft, person=eva, role="reviewer")
    with pytest.raises(ValidationError, match="has a reviewer"):
        versions.publish(by=by, course=draft)
    version = versions.ask_review(by=by, course=draft)
    assert version.due_on is not None
    with pytest.raises(ValidationError, match="looking at this version"):
        texts.write(by=by, node=page, language="en", title="Quick change")
    versions.hand_back(by=acting(eva), course=draft, why="Shorter, please.")
    assert draft.versions.get().returned_why == "Shorter, please."
    versions.ask_review(by=by, course=draft)
    with pytest.raises(Refused):
        versions.release(by=acting(factories.person()), course=draft)
    assert versions.release(by=acting(eva), course=draft).state == "published"
