"""One course with one run: mara owns it, arben writes it, fatmir teaches it, luka learns it, and strangers."""

import pytest

from koinon.learning.actions import courses, nodes, texts
from tests import factories


@pytest.fixture
def school(network):
    """The organisation that owns the course; a member of the network."""
    return factories.member(network, slug="school", names={"en": "School"}, kind="school")


@pytest.fixture
def mara(school):
    """Represents the school."""
    return factories.representative(school, name="Mara")


@pytest.fixture
def course(school, network):
    return factories.course(organisation=school, network=network, title="Reading a city budget", slug="budget")


@pytest.fixture
def arben(course):
    """Author of the course, of no organisation."""
    made = factories.person(name="Arben")
    factories.authorship(course=course, person=made)
    return made


@pytest.fixture
def version(course):
    """Published, with a page and a quiz of one question; the pages are `page` and `quiz`."""
    made = factories.version(course=course)
    section = factories.node(version=made, kind="section")
    factories.text(node=section, said={"title": "First part", "blocks": []})
    page = factories.node(version=made, kind="page", parent=section.key)
    factories.text(node=page)
    quiz = factories.node(version=made, kind="quiz", parent=section.key, settings={"attempts": 3, "pass": 0.5})
    factories.text(node=quiz, said={"title": "Try yourself", "blocks": []})
    factories.placed(node=quiz, question=factories.question(organisation=course.organisation, is_used=True))
    type(made).objects.filter(pk=made.pk).update(state="published", published_at="2026-11-01T10:00Z")
    type(course).objects.filter(pk=course.pk).update(is_published=True)
    course.refresh_from_db()
    made.refresh_from_db()
    return made


@pytest.fixture
def page(version):
    return version.nodes.get(kind="page")


@pytest.fixture
def quiz(version):
    return version.nodes.get(kind="quiz")


@pytest.fixture
def run(version, course):
    return factories.run(course=course, version=version, state="running")


@pytest.fixture
def fatmir(run):
    """Facilitates the run, of no organisation."""
    return factories.facilitator(run, name="Fatmir")


@pytest.fixture
def enrolment(run, luka):
    return factories.enrolment(run=run, person=luka)


@pytest.fixture
def luka(db):
    """Learns in the run (ask for `enrolment` too)."""
    return factories.person(name="Luka")


@pytest.fixture
def other_teacher(db):
    """Facilitates another run, of another organisation's course."""
    return factories.facilitator(factories.run(), name="Olga")


@pytest.fixture
def task(version):
    """A practice task that asks for words, with one criterion; ask for it before the course is read."""
    settings = {"asks": ["text"], "rubric": [{"key": "whole", "points": 5}], "due_days": 10}
    made = factories.node(version=version, kind="task", settings=settings)
    factories.text(node=made, said={"title": "Try it at home", "blocks": [], "whole.text": "It was tried"})
    return made


@pytest.fixture
def talk(version):
    """A discussion; ask for it before the course is read."""
    made = factories.node(version=version, kind="discussion")
    factories.text(node=made, said={"title": "What do you think?", "blocks": []})
    return made


@pytest.fixture
def survey(version, course):
    """A survey of one question; ask for it before the course is read."""
    made = factories.node(version=version, kind="survey")
    factories.text(node=made, said={"title": "How was it?", "blocks": []})
    factories.placed(node=made, question=factories.question(organisation=course.organisation, is_used=True))
    return made


@pytest.fixture
def picture(db):
    """An image that was really kept."""
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from koinon.kit import files

    drawn = BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "PNG")
    given = SimpleUploadedFile("leaf.png", drawn.getvalue(), content_type="image/png")
    return files.keep_image(file=given, alt="", person=None)


@pytest.fixture
def badge(school, course):
    """Of the school, given by hand."""
    from koinon.kit.verbs import machine
    from koinon.learning.actions import achievements

    return achievements.create(
        by=machine("test"), organisation=school, course=course, language="en", months=24,
        names={"en": "City budget", "lt": "Miesto biudžetas"}, criteria={"en": "Read one.", "lt": "Perskaitė."},
    )  # fmt: skip


@pytest.fixture
def award(badge, luka, enrolment):
    """Luka holds it."""
    from koinon.kit.verbs import machine
    from koinon.learning.actions import awards

    return awards.give(by=machine("test"), achievement=badge, person=luka, enrolment=enrolment)


@pytest.fixture
def proved(award):
    """With its linked form."""
    from koinon.learning.clock import badges

    badges.prove_award(award=str(award.pk))
    award.refresh_from_db()
    return award


@pytest.fixture
def draft(acting, mara, school, network):
    """A course with an empty draft, in English and Albanian."""
    return courses.create(
        by=acting(mara), organisation=school, title="Budgets", language="en", network=network, languages=["sq"]
    )


@pytest.fixture
def leaf(acting, mara, draft):
    """A page of the draft, with a paragraph."""
    node = nodes.add(by=acting(mara), course=draft, kind="page", title="First")
    texts.write(
        by=acting(mara), node=node, language="en",
        blocks=[{"type": "paragraph", "data": {"text": "Read the <b>first</b> line."}}],
    )  # fmt: skip
    return node


@pytest.fixture
def desk(enter, mara):
    """Mara at her browser."""
    return enter(mara)
